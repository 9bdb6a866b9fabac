"""A small custody book, written through the services: a family, its bank, an institution."""

from datetime import date

from shuangjian.engines.posting.order import AccountOrder, Leg, Side
from shuangjian.foundation.ledger.services import (
    correct_transfer,
    hold,
    open_accounts,
    open_book,
    post_transfer,
    register_reason,
    settle_hold,
    void_hold,
)

BOOK, TITLE = "prepaid", "预收费存管"
BANK, FAMILY, EARNED = "bank", "pupil:7f3a/prepaid", "institution:k9/earned"
ACCOUNTS = [
    AccountOrder(BANK, owner="bank:b01", purpose="custody", side=Side.DEBIT),
    AccountOrder(
        FAMILY, owner="pupil:7f3a", purpose="prepaid", side=Side.CREDIT, maximum_fen=300_000
    ),
    AccountOrder(EARNED, owner="institution:k9", purpose="earned", side=Side.CREDIT),
]
PAID = {"kind": "tuition", "reason": "paid"}
LESSON = {"kind": "tuition", "reason": "lesson"}
REFUND = {"kind": "tuition", "reason": "refund"}


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def open_scene() -> None:
    """The book, its reasons and accounts, empty."""
    open_book(code=BOOK, title=TITLE)
    for reason, title in (("paid", "缴纳学费"), ("lesson", "课时消耗"), ("refund", "退还学费")):
        register_reason(kind="tuition", reason=reason, title=title)
    open_accounts(book=BOOK, accounts=ACCOUNTS)


def pay(key: str, fen: int, *, on: date, reference: str = "") -> None:
    legs = [Leg(BANK, FAMILY, fen)]
    post_transfer(book=BOOK, key=key, **PAID, booked_on=on, legs=legs, reference=reference)


def fill_scene() -> None:
    """Paid, one lesson used up, one given back, one still held, a refund put right, a late payment.

    The last one is booked on 5 March, after everything else was recorded.
    """
    open_scene()
    pay("pay-1", 200_000, on=day(2), reference="slip-0001")
    for number in (1, 2, 3):
        legs = [Leg(FAMILY, EARNED, 5_000)]
        on = day(2 + number)
        hold(book=BOOK, key=f"lesson-{number}", **LESSON, booked_on=on, legs=legs)
    settle_hold(book=BOOK, key="lesson-1/done", hold="lesson-1", **LESSON, booked_on=day(3))
    void_hold(book=BOOK, key="lesson-2/off", hold="lesson-2", **LESSON, booked_on=day(4))
    out = [Leg(FAMILY, BANK, 60_000)]
    post_transfer(book=BOOK, key="refund-1", **REFUND, booked_on=day(13), legs=out)
    right = [Leg(FAMILY, BANK, 50_000)]
    correct_transfer(
        book=BOOK,
        key="refund-1/right",
        transfer="refund-1",
        **REFUND,
        booked_on=day(13),
        legs=right,
    )
    pay("pay-2", 10_000, on=day(5))
