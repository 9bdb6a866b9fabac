"""指令的形状: what an order must be by itself, before any book is looked at."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import chain
from typing import Final

from shuangjian.engines.posting.order import (
    BALANCE_MAXIMUM_FEN,
    LEG_MAXIMUM_FEN,
    LEGS_MAXIMUM,
    AccountOrder,
    Order,
    Step,
)
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.step import ENDED_BY, STEPS_WITH_LEGS
from shuangjian.engines.posting.text import holds_identity, is_key, is_owner, is_slug

BEIJING: Final = timezone(timedelta(hours=8))
"""北京时间: the recorded day is that of Asia/Shanghai, which has had no summer time since 1991."""

FIRST_DAY: Final = date(2000, 1, 1)
"""最早业务日期."""

DAYS_AHEAD: Final = 366
"""业务日期最多提前的天数: how far after the recorded day a business day may lie."""

EXPIRY_KEY: Final = "expired/"
"""到期解冻的键: the ledger's own keys begin so, followed by the hold's number; no other may."""

TITLE_LENGTH_MAXIMUM: Final = 80
"""The most characters of a book's or reason's title."""


def check_order(order: Order, *, at: datetime) -> None:
    """Refuse an order that cannot be right in any book (检查指令); codes in their order.

    Args:
        order: what is asked.
        at: the moment of recording, aware.

    Raises:
        LedgerRefusedError: ``bad_text`` to ``bad_day`` of ``refusal.CODES``; then
            ``unknown_original`` and ``legs_differ`` where the step alone shows it.
        ValueError: ``at`` without a zone.
    """
    _check_texts(order)
    if order.step in STEPS_WITH_LEGS:
        _check_number(len(order.legs))
        _check_amounts([leg.amount_fen for leg in order.legs], smallest=1)
    elif order.amounts_fen is not None:
        _check_number(len(order.amounts_fen))
        _check_amounts(order.amounts_fen, smallest=0)
    for leg in order.legs:
        if leg.debit == leg.credit:
            raise LedgerRefusedError("same_account", account=leg.debit)
    _check_days(order, at=at)
    _check_taken(order)


def check_batch(orders: Sequence[Order], *, at: datetime) -> None:
    """Refuse a batch by the shapes of its orders, then by itself (检查批次).

    Raises:
        LedgerRefusedError: as ``check_order``, with the index; then ``batch_empty``, ``key_twice``.
    """
    for index, order in enumerate(orders):
        try:
            check_order(order, at=at)
        except LedgerRefusedError as error:
            raise LedgerRefusedError(error.code, index=index, **error.details) from None
    if not orders:
        raise LedgerRefusedError("batch_empty")
    keys: set[str] = set()
    for index, order in enumerate(orders):
        if order.key in keys:
            raise LedgerRefusedError("key_twice", index=index, key=order.key)
        keys.add(order.key)


def check_account(order: AccountOrder) -> None:
    """Refuse an account whose texts or limits cannot be (检查开户).

    Raises:
        LedgerRefusedError: ``bad_text``, ``identity_in_text``, ``amount_not_whole``,
            ``amount_too_large``, or ``below_minimum`` and ``above_maximum`` where a new account,
            which has nothing, would be outside its limits.
    """
    _require(
        ("account", order.code, is_key(order.code)),
        ("owner", order.owner, is_owner(order.owner)),
        ("purpose", order.purpose, is_slug(order.purpose)),
    )
    for limit in (order.minimum_fen, order.maximum_fen):
        if limit is not None and type(limit) is not int:
            raise LedgerRefusedError("amount_not_whole", amount=str(limit))
        # why: the largest figure itself is kept for "no limit".
        if limit is not None and abs(limit) >= BALANCE_MAXIMUM_FEN:
            raise LedgerRefusedError("amount_too_large", amount_fen=limit)
    if order.minimum_fen is not None and order.minimum_fen > 0:
        raise LedgerRefusedError("below_minimum", account=order.code, limit_fen=order.minimum_fen)
    if order.maximum_fen is not None and order.maximum_fen < 0:
        raise LedgerRefusedError("above_maximum", account=order.code, limit_fen=order.maximum_fen)


def check_titled(*, title: str, **codes: str) -> None:
    """Refuse a book or a reason by its codes, each under what it is, and its title (检查名称).

    Raises:
        LedgerRefusedError: ``bad_text``, ``identity_in_text``.
    """
    is_title = title.strip() and title.isprintable() and len(title) <= TITLE_LENGTH_MAXIMUM
    _require(
        *((field, code, is_slug(code)) for field, code in codes.items()),
        ("title", title, bool(is_title)),
    )


def check_book(code: str) -> None:
    """Refuse the name of a book that cannot be one (检查账簿编号), before a database is asked.

    Raises:
        LedgerRefusedError: ``unknown_book``.
    """
    if not is_slug(code):
        raise LedgerRefusedError("unknown_book", book=str(code))


def _check_texts(order: Order) -> None:
    # why: a caller's own key of that form could stand in the way of an expiry.
    is_free = order.step is Step.EXPIRED or not str(order.key).startswith(EXPIRY_KEY)
    accounts = chain.from_iterable((leg.debit, leg.credit) for leg in order.legs)
    _require(
        ("key" if is_free else "expiry_key", order.key, is_free and is_key(order.key)),
        *(("account", code, is_key(code)) for code in accounts),
        # why: these two may be absent, each in its own way.
        ("reference", order.reference, order.reference == "" or is_key(order.reference)),
        ("original", order.original, order.original is None or is_key(order.original)),
        ("kind", order.kind, is_slug(order.kind)),
        ("reason", order.reason, is_slug(order.reason)),
    )


def _require(*texts: tuple[str, str | None, bool]) -> None:
    """Each text with what it is and whether its form is allowed; none may name a person."""
    for field, text, is_allowed in texts:
        if not is_allowed:
            raise LedgerRefusedError("bad_text", field=field, text=str(text))
    for field, text, _ in texts:
        if text and holds_identity(text):
            # why: the text itself is what must not be kept, in a log neither.
            raise LedgerRefusedError("identity_in_text", field=field)


def _check_number(legs: int) -> None:
    if legs == 0:
        raise LedgerRefusedError("no_legs")
    if legs > LEGS_MAXIMUM:
        raise LedgerRefusedError("too_many_legs", legs=legs, limit=LEGS_MAXIMUM)


def _check_amounts(amounts_fen: Sequence[int], *, smallest: int) -> None:
    """``smallest`` is 0 where a part of a hold may be nothing; but not every part."""
    for amount in amounts_fen:
        # why: True is an int to Python, and no amount.
        if type(amount) is not int:
            raise LedgerRefusedError("amount_not_whole", amount=str(amount))
    for amount in amounts_fen:
        if amount < smallest:
            raise LedgerRefusedError("amount_not_positive", amount_fen=amount)
    if not any(amounts_fen):
        raise LedgerRefusedError("amount_not_positive", amount_fen=0)
    for amount in amounts_fen:
        if amount > LEG_MAXIMUM_FEN:
            raise LedgerRefusedError(
                "amount_too_large", amount_fen=amount, limit_fen=LEG_MAXIMUM_FEN
            )


def _check_days(order: Order, *, at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError(f"记账时刻 {at} 没有时区，无法确定是哪一天。请给出带时区的时刻。")
    booked_on = order.booked_on
    last_day = at.astimezone(BEIJING).date() + timedelta(days=DAYS_AHEAD)
    # why: a datetime is a date to Python, and no day.
    if type(booked_on) is not date or not FIRST_DAY <= booked_on <= last_day:
        raise LedgerRefusedError("bad_day", day=str(booked_on))
    expires_at = order.expires_at
    if expires_at is not None and (expires_at.tzinfo is None or order.step is not Step.HELD):
        raise LedgerRefusedError("bad_day", day=str(expires_at))


def _check_taken(order: Order) -> None:
    """Refuse what a step does not take, or lacks, whatever it names."""
    # why: what corrects is posted; a hold has nothing that it could name.
    is_lacking = order.step in ENDED_BY and order.original is None
    if is_lacking or (order.step is Step.HELD and order.original is not None):
        raise LedgerRefusedError("unknown_original", original=order.original)
    has_wrong_legs = bool(order.legs) is not (order.step in STEPS_WITH_LEGS)
    if has_wrong_legs or (order.amounts_fen is not None and order.step is not Step.SETTLED):
        raise LedgerRefusedError("legs_differ", step=order.step.value)
