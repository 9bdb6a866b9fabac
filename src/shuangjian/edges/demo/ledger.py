"""演示账本: an invented custody book, so that an auditor finds families' money on its way.

Families pay ahead to two institutions; each lesson is set aside, then used up, or given back where
the child was away; now and then an institution is paid what it has earned. One payment was entered
wrong, reversed and put right.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import connection

from shuangjian.edges.demo.stream import stream_of
from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Side, Step
from shuangjian.engines.posting.shape import DAYS_AHEAD
from shuangjian.engines.posting.split import split_fen
from shuangjian.foundation.ledger.services import (
    open_accounts,
    open_book,
    post_batch,
    register_reason,
)

BOOK: Final = "demo_custody"
_TITLE: Final = "预收费存管（演示）"
_BANK: Final = "bank:custody"
_REASONS: Final = (
    ("tuition", "paid", "缴纳学费"),
    ("tuition", "lesson", "上课消课"),
    ("tuition", "absent", "请假，退回课时"),
    ("tuition", "mistake", "登记有误"),
    ("tuition", "refund", "退学，退还余款"),
    ("payout", "lessons", "向机构划转已消课款"),
)
_PUPILS: Final = 12
_LESSONS: Final = 20
_DAYS_A_LESSON: Final = 4  # every pupil has a lesson on every fourth school day
_DAYS_A_PAYOUT: Final = 8
_ABSENT_SHARE: Final = 0.08
_FIRST_LESSON: Final = 3
_PRICES_FEN: Final = (120_000, 158_000, 199_900, 240_000)


@dataclass(slots=True)
class _Family:
    """一家的学费: what was paid ahead to one institution, and how far it is used up."""

    number: int
    account: str
    earned: str
    price_fen: int
    lessons: int = 0
    left_fen: int = 0
    has_left: bool = False

    @property
    def lesson_fen(self) -> int:
        """What the next lesson comes to (每课时); all lessons together are exactly the price."""
        return split_fen(self.price_fen, _LESSONS)[self.lessons]

    @property
    def lesson_key(self) -> str:
        """The key of the next lesson's hold."""
        return f"lesson/{self.account}/{self.lessons + 1}"


def load_ledger(*, days: Sequence[date], seed: int) -> int:
    """Fill the custody book (演示账本); the same seed and days give the same transfers.

    Args:
        days: the school days, the last of them today.
        seed: of every chance.

    Returns:
        How many transfers were posted; none where the days lie too far ahead of the real ones.
    """
    if days[-1] > _real_day() + timedelta(days=DAYS_AHEAD):
        return 0
    stream = stream_of(seed, "ledger")
    institutions = [f"institution:{_pseudonym(stream)}" for _ in range(2)]
    families = [_family(number, institutions, stream) for number in range(_PUPILS)]
    open_book(code=BOOK, title=_TITLE)
    for kind, reason, title in _REASONS:
        register_reason(kind=kind, reason=reason, title=title)
    open_accounts(book=BOOK, accounts=_accounts(institutions, families))
    orders = [order for day in _days(families, days, stream) for order in day]
    return len(post_batch(book=BOOK, orders=orders))


def _family(number: int, institutions: Sequence[str], stream: random.Random) -> _Family:
    return _Family(
        number=number,
        account=f"pupil:{_pseudonym(stream)}/prepaid",
        earned=f"{institutions[number % len(institutions)]}/earned",
        price_fen=stream.choice(_PRICES_FEN),
    )


def _accounts(institutions: Sequence[str], families: Sequence[_Family]) -> list[AccountOrder]:
    bank = AccountOrder(_BANK, owner="bank:demo", purpose="custody", side=Side.DEBIT)
    earned = [
        AccountOrder(f"{owner}/earned", owner=owner, purpose="earned", side=Side.CREDIT)
        for owner in institutions
    ]
    prepaid = [
        AccountOrder(
            family.account,
            owner=family.account.removesuffix("/prepaid"),
            purpose="prepaid",
            side=Side.CREDIT,
        )
        for family in families
    ]
    return [bank, *earned, *prepaid]


def _days(
    families: Sequence[_Family], days: Sequence[date], stream: random.Random
) -> Iterator[list[Order]]:
    """The orders of each day (逐日的转账), in the order in which they are sent."""
    earned_fen: Counter[str] = Counter()
    for place, on in enumerate(days):
        orders = [
            _payment(family, on) for family in families if family.number % _FIRST_LESSON == place
        ]
        if place == _DAYS_A_LESSON:
            orders += _mistake(families[0], on)
        for family in families:
            if (
                place >= _FIRST_LESSON
                and (place + family.number) % _DAYS_A_LESSON == 0
                and _goes_on(family)
            ):
                # why: today's lessons are still to be confirmed.
                orders += _lesson(family, on, stream, earned_fen, is_open=on == days[-1])
        if place == len(days) // 2 and families[-1].left_fen:
            orders.append(_refund(families[-1], on))
        if place % _DAYS_A_PAYOUT == _FIRST_LESSON:
            orders += [_payout(account, fen, on) for account, fen in earned_fen.items()]
            earned_fen.clear()
        yield orders


def _goes_on(family: _Family) -> bool:
    return not family.has_left and family.lessons < _LESSONS


def _lesson(
    family: _Family, on: date, stream: random.Random, earned_fen: Counter[str], *, is_open: bool
) -> list[Order]:
    """A lesson's money is set aside (一节课), then used up, or given back to an absent child."""
    fen, key = family.lesson_fen, family.lesson_key
    hold = Order(
        key=key,
        kind="tuition",
        reason="lesson",
        booked_on=on,
        step=Step.HELD,
        legs=(Leg(family.account, family.earned, fen),),
    )
    family.lessons += 1
    if is_open:
        return [hold]
    is_absent = stream.random() < _ABSENT_SHARE
    if not is_absent:
        family.left_fen -= fen
        earned_fen[family.earned] += fen
    end = Order(
        key=f"{key}/{'absent' if is_absent else 'done'}",
        kind="tuition",
        reason="absent" if is_absent else "lesson",
        booked_on=on,
        step=Step.VOIDED if is_absent else Step.SETTLED,
        original=key,
    )
    return [hold, end]


def _refund(family: _Family, on: date) -> Order:
    family.has_left = True
    return Order(
        key=f"refund/{family.account}",
        kind="tuition",
        reason="refund",
        booked_on=on,
        legs=(Leg(family.account, _BANK, family.left_fen),),
    )


def _payment(family: _Family, on: date) -> Order:
    family.left_fen += family.price_fen
    return Order(
        key=f"pay/{family.account}",
        kind="tuition",
        reason="paid",
        booked_on=on,
        legs=(Leg(_BANK, family.account, family.price_fen),),
        reference=f"slip-{family.number + 1:04d}",
    )


def _mistake(family: _Family, on: date) -> list[Order]:
    """A second payment entered with a digit too many, undone, and put right (更正)."""
    key = f"pay/{family.account}/2"
    right_fen = family.price_fen // 2
    return [
        Order(
            key=key,
            kind="tuition",
            reason="paid",
            booked_on=on,
            legs=(Leg(_BANK, family.account, right_fen * 10),),
            reference="slip-0101",
        ),
        Order(
            key=f"{key}/undo",
            kind="tuition",
            reason="mistake",
            booked_on=on,
            step=Step.REVERSAL,
            original=key,
        ),
        Order(
            key=f"{key}/right",
            kind="tuition",
            reason="paid",
            booked_on=on,
            legs=(Leg(_BANK, family.account, right_fen),),
            reference="slip-0101",
            original=key,
        ),
    ]


def _payout(account: str, fen: int, on: date) -> Order:
    return Order(
        key=f"payout/{account}/{on.isoformat()}",
        kind="payout",
        reason="lessons",
        booked_on=on,
        legs=(Leg(account, _BANK, fen),),
    )


def _pseudonym(stream: random.Random) -> str:
    return f"{stream.getrandbits(32):08x}"


def _real_day() -> date:
    """Today by the ledger's own clock (真实日期), which a trial cannot move."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date")
        row = cursor.fetchone()
    on: date = row[0]
    return on
