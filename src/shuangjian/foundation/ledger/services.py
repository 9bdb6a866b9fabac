"""记账服务: all that may be done to the ledger. Each call is one transaction, all or nothing.

A call that returns is durable, unless it was made inside a transaction of the caller's: then it is
durable with that. What is not done raises ``LedgerRefusedError`` with a code, and wrote nothing.
Every call may be sent again with the same key: it is answered as the first time. Examples of all
calls are in docs/algorithms/ledger.md.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeVar, cast

from django.db import IntegrityError, connection
from psycopg.errors import CheckViolation

from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Receipt, Step
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import (
    EXPIRY_KEY,
    check_account,
    check_batch,
    check_order,
    check_titled,
)
from shuangjian.foundation.ledger.call import Row, call
from shuangjian.foundation.ledger.sealing import seal

Result = TypeVar("Result")

_TRIES: Final = 3
# why: how far ahead a business day may lie is judged by the database's clock.
_ANY_DAY: Final = datetime(9000, 1, 1, tzinfo=UTC)

_OPEN: Final = (
    "SELECT ledger_open_accounts(%s, %s::text[], %s::text[], %s::text[], %s::text[], "
    "%s::bigint[], %s::bigint[])"
)
_ONE: Final = "SELECT * FROM ledger_transfer(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_SEVERAL: Final = (
    "SELECT * FROM ledger_transfers(%s, %s::text[], %s::text[], %s::text[], %s::text[], "
    "%s::date[], %s::text[], %s::text[], %s::timestamptz[], %s::int[], %s::text[], %s::text[], "
    "%s::bigint[])"
)


def open_book(*, code: str, title: str) -> None:
    """Open a book (开立账簿); again with the same title changes nothing.

    Raises:
        LedgerRefusedError: ``bad_text``, ``identity_in_text``, ``book_differs``.
    """
    check_titled(code, title=title)
    call("SELECT ledger_open_book(%s, %s)", (code, title))


def register_reason(*, kind: str, reason: str, title: str) -> None:
    """Register a reason of a kind of transfer (登记事由); again changes nothing.

    Raises:
        LedgerRefusedError: ``bad_text``, ``identity_in_text``, ``reason_differs``.
    """
    check_titled(kind, reason, title=title)
    call("SELECT ledger_register_reason(%s, %s, %s)", (kind, reason, title))


def open_accounts(*, book: str, accounts: Sequence[AccountOrder]) -> int:
    """Open accounts (开户), all or none; those that are open already stay as they are.

    Returns:
        How many were newly opened.

    Raises:
        LedgerRefusedError: with ``index``: ``bad_text``, ``identity_in_text``,
            ``amount_not_whole``, ``amount_too_large``, ``below_minimum``, ``above_maximum``,
            ``unknown_book``, ``account_differs``.
    """
    for index, account in enumerate(accounts):
        try:
            check_account(account)
        except LedgerRefusedError as error:
            raise LedgerRefusedError(error.code, index=index, **error.details) from None
    parameters = (
        book,
        [account.code for account in accounts],
        [account.owner for account in accounts],
        [account.purpose for account in accounts],
        [account.side.value for account in accounts],
        [account.minimum_fen for account in accounts],
        [account.maximum_fen for account in accounts],
    )
    return cast("int", _tried(lambda: call(_OPEN, parameters))[0][0])


def post_transfer(
    *,
    book: str,
    key: str,
    kind: str,
    reason: str,
    booked_on: date,
    legs: Sequence[Leg],
    reference: str = "",
    corrects: str | None = None,
) -> Receipt:
    """Move money (记账).

    Args:
        book: code of the book.
        key: the caller's own name of this transfer, for ever.
        kind: what kind of movement it is, registered with ``reason``.
        reason: why.
        booked_on: the business day it belongs to.
        legs: one or more amounts out of a debit into a credit.
        reference: a pseudonymous reference to the outside.
        corrects: key of a reversed transfer which this one puts right.

    Raises:
        LedgerRefusedError: any code of a posted transfer.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        legs=tuple(legs),
        reference=reference,
        original=corrects,
    )
    return _send(book, order)


def hold(
    *,
    book: str,
    key: str,
    kind: str,
    reason: str,
    booked_on: date,
    legs: Sequence[Leg],
    reference: str = "",
    expires_at: datetime | None = None,
) -> Receipt:
    """Set money aside (冻结) until it is settled, voided or expires; once, whatever the race.

    Args:
        book: code of the book.
        key: the caller's own name of this hold, for ever.
        kind: what kind of movement it will be.
        reason: why.
        booked_on: the business day it belongs to.
        legs: what is to move.
        reference: a pseudonymous reference to the outside.
        expires_at: from then on, by the database's clock, it can no longer be settled.

    Raises:
        LedgerRefusedError: any code of a held transfer.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.HELD,
        legs=tuple(legs),
        reference=reference,
        expires_at=expires_at,
    )
    return _send(book, order)


def settle_hold(
    *,
    book: str,
    key: str,
    hold: str,
    kind: str,
    reason: str,
    booked_on: date,
    amounts_fen: Sequence[int] | None = None,
    reference: str = "",
) -> Receipt:
    """Move what a hold set aside (冻结转记账), all or a part; the rest is set free.

    Args:
        book: code of the book.
        key: the caller's own name of this step.
        hold: key of the hold.
        kind: what kind of movement it is.
        reason: why.
        booked_on: the business day it belongs to.
        amounts_fen: what moves of each leg, in their order; ``None`` moves all.
        reference: a pseudonymous reference to the outside.

    Raises:
        LedgerRefusedError: ``hold_resolved``, ``hold_expired``, ``amount_above_hold`` and others.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.SETTLED,
        reference=reference,
        original=hold,
        amounts_fen=None if amounts_fen is None else tuple(amounts_fen),
    )
    return _send(book, order)


def void_hold(
    *, book: str, key: str, hold: str, kind: str, reason: str, booked_on: date, reference: str = ""
) -> Receipt:
    """Set free what a hold set aside (解冻).

    Raises:
        LedgerRefusedError: ``hold_resolved`` and others.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.VOIDED,
        reference=reference,
        original=hold,
    )
    return _send(book, order)


def expire_holds(*, book: str, booked_on: date, limit: int = 1_000) -> list[Receipt]:
    """Set free what holds past their time set aside (到期解冻); the oldest first.

    Each is a transfer of its own, with the hold's kind and reason; its key is ``expired/`` and the
    hold's number.

    Returns:
        One receipt a hold, none that another call has resolved meanwhile.
    """
    due = call("SELECT * FROM ledger_due_holds(%s, %s)", (book, limit))
    receipts = []
    for number, key, kind, reason in cast("list[tuple[int, str, str, str]]", due):
        order = Order(
            key=f"{EXPIRY_KEY}{number}",
            kind=kind,
            reason=reason,
            booked_on=booked_on,
            step=Step.EXPIRED,
            original=key,
        )
        try:
            receipt = _send(book, order)
        except LedgerRefusedError as error:
            # why: another timer was first, perhaps with another day; or the clock stepped back.
            if error.code not in {"hold_resolved", "key_reused", "hold_not_due"}:
                raise
        else:
            receipts += [] if receipt.is_repeat else [receipt]
    return receipts


def reverse_transfer(
    *,
    book: str,
    key: str,
    transfer: str,
    kind: str,
    reason: str,
    booked_on: date,
    reference: str = "",
) -> Receipt:
    """Undo a transfer by its mirror image (冲正), once for ever; both stay in the book.

    Raises:
        LedgerRefusedError: ``not_reversible``, ``already_reversed``, ``below_minimum`` where the
            money is no longer there, and others.
    """
    return _send(book, _reversal(key, transfer, kind, reason, booked_on, reference))


def correct_transfer(
    *,
    book: str,
    key: str,
    transfer: str,
    kind: str,
    reason: str,
    booked_on: date,
    legs: Sequence[Leg],
    reference: str = "",
) -> tuple[Receipt, Receipt]:
    """Undo a transfer and put the right one in its place (更正), both or neither.

    The reversal's key is ``key`` and ``/reversal``.

    Returns:
        The receipts of the reversal and of the right transfer, which names the wrong one.
    """
    right = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        legs=tuple(legs),
        reference=reference,
        original=transfer,
    )
    wrong = _reversal(f"{key}/reversal", transfer, kind, reason, booked_on, reference)
    reversal, posted = post_batch(book=book, orders=[wrong, right])
    return reversal, posted


def post_batch(*, book: str, orders: Sequence[Order]) -> list[Receipt]:
    """Carry out orders in turn (批量记账), all or none.

    Returns:
        One receipt an order, in their order; repeats of earlier transfers are answered as such.

    Raises:
        LedgerRefusedError: with the ``index`` of the first wrong order; nothing was written.
    """
    check_batch(orders, at=_ANY_DAY)
    return _tried(lambda: _several(book, orders))


def _send(book: str, order: Order) -> Receipt:
    """One order; the usual one the short way first, which only knows success."""
    check_order(order, at=_ANY_DAY)

    def send() -> Receipt:
        is_usual = order.step is Step.POSTED and order.original is None and len(order.legs) == 1
        usual = _short_way(book, order) if is_usual else None
        return usual or _several(book, [order])[0]

    try:
        return _tried(send)
    except LedgerRefusedError as error:
        error.index = None
        raise


def _short_way(book: str, order: Order) -> Receipt | None:
    (leg,) = order.legs
    parameters = (
        book,
        order.key,
        order.kind,
        order.reason,
        order.booked_on,
        order.reference,
        leg.debit,
        leg.credit,
        leg.amount_fen,
    )
    try:
        ((transfer_id, recorded_at),) = call(_ONE, parameters)
    except IntegrityError as error:
        if isinstance(error.__cause__, CheckViolation):
            return None
        raise
    return None if transfer_id is None else _receipt((transfer_id, recorded_at, False), order.key)


def _several(book: str, orders: Sequence[Order]) -> list[Receipt]:
    legs = [
        (place, leg.debit, leg.credit, leg.amount_fen)
        for place, order in enumerate(orders, start=1)
        for leg in _legs_of(order)
    ]
    rows = call(
        _SEVERAL,
        (
            book,
            [order.key for order in orders],
            [order.step.value for order in orders],
            [order.kind for order in orders],
            [order.reason for order in orders],
            [order.booked_on for order in orders],
            [order.reference for order in orders],
            [order.original for order in orders],
            [order.expires_at for order in orders],
            *([leg[column] for leg in legs] for column in range(4)),
        ),
    )
    return [_receipt(row, order.key) for row, order in zip(rows, orders, strict=True)]


def _legs_of(order: Order) -> Sequence[Leg]:
    if order.amounts_fen is None:
        return order.legs
    # why: a settlement names no accounts; the hold's are taken.
    return [Leg(debit="", credit="", amount_fen=amount) for amount in order.amounts_fen]


def _reversal(
    key: str, transfer: str, kind: str, reason: str, booked_on: date, reference: str
) -> Order:
    return Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.REVERSAL,
        reference=reference,
        original=transfer,
    )


def _receipt(row: Row, key: str) -> Receipt:
    transfer_id, recorded_at, is_repeat = row
    return Receipt(
        transfer_id=cast("int", transfer_id),
        key=key,
        recorded_at=cast("datetime", recorded_at),
        is_repeat=cast("bool", is_repeat),
    )


def _tried(send: Callable[[], Result]) -> Result:
    """Send again what failed by no fault of its own (重试)."""
    for left in reversed(range(_TRIES)):
        try:
            return send()
        except LedgerRefusedError as error:
            # why: in the caller's transaction a seal would wait for it, and a lost lock is its end.
            if left == 0 or connection.in_atomic_block:
                raise
            if error.code == "tail_full":
                seal()
            elif error.code != "try_again":
                raise
    raise AssertionError  # pragma: no cover -- the last try returned or raised
