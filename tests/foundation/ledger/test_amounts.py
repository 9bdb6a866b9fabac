"""Amounts, texts and days that cannot be: each is refused by its name, and nothing is written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from shuangjian.engines.posting.order import (
    BALANCE_MAXIMUM_FEN,
    LEG_MAXIMUM_FEN,
    AccountOrder,
    Leg,
    Side,
)
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.ledger import services
from tests.foundation.ledger.book import everything

AMOUNTS = [
    *((amount, "amount_not_positive") for amount in (0, -1, -(10**30))),
    *((amount, "amount_too_large") for amount in (10**12, 2**63, 10**30)),
    *((amount, "amount_not_whole") for amount in (0.005, 1.0, float("nan"), float("inf"))),
    *((Decimal(text), "amount_not_whole") for text in ("100", "0.01", "NaN")),
    *((amount, "amount_not_whole") for amount in (Fraction(1, 3), True, "5", "5 OR 1=1", None)),
]
TEXTS = {
    "": "bad_text",
    " ": "bad_text",
    "a b": "bad_text",
    "a\tb": "bad_text",
    "a\n": "bad_text",
    "a\r\nb": "bad_text",
    "a\x00": "bad_text",
    "缴费": "bad_text",
    "ａ": "bad_text",
    "é": "bad_text",
    "-a": "bad_text",
    "a'; DROP TABLE ledger_leg; --": "bad_text",
    "k" * 121: "bad_text",
    None: "bad_text",
    5: "bad_text",
    "110101201503071234": "identity_in_text",
    "11010120150307123X": "identity_in_text",
    "slip/110101201503071234/2": "identity_in_text",
    "tel:13912345678": "identity_in_text",
}


def refusal(act) -> str:
    before = everything()
    with pytest.raises(LedgerRefusedError) as caught:
        act()
    assert everything() == before
    return caught.value.code


def ids(values):
    return [repr(value)[:30] for value in values]


@pytest.mark.parametrize(("amount", "code"), AMOUNTS, ids=str)
def test_amounts(book, amount, code):
    book.hold("held", Leg("bank", "a", 5))
    assert refusal(lambda: book.post("k", Leg("bank", "a", amount))) == code
    assert refusal(lambda: book.post("k", Leg("bank", "a", 1), Leg("bank", "b", amount))) == code
    assert refusal(lambda: book.hold("k", Leg("bank", "a", amount))) == code
    assert refusal(lambda: book.batch(book.order("k", Leg("bank", "a", amount)))) == code
    settled = refusal(lambda: book.settle("k", "held", amounts_fen=[amount]))
    assert settled == code
    assert not book.post("k", Leg("bank", "a", 1)).is_repeat


def test_the_largest_amount_is_taken(book):
    book.open("vault", minimum_fen=None)
    book.post("k", Leg("bank", "vault", LEG_MAXIMUM_FEN))
    assert book.balance("vault") == LEG_MAXIMUM_FEN


@pytest.mark.parametrize("text", TEXTS, ids=ids(TEXTS))
def test_texts(book, text):
    code = TEXTS[text]
    assert refusal(lambda: book.post(text, Leg("bank", "a", 1))) == code
    assert refusal(lambda: book.post("k", Leg(text, "a", 1))) == code
    assert refusal(lambda: book.post("k", Leg("bank", text, 1))) == code
    account = AccountOrder(text, "test:1", "test", Side.CREDIT)
    opening = {"book": book.code, "accounts": [account]}
    assert refusal(lambda: services.open_accounts(**opening)) == code
    assert refusal(lambda: book.post("k", Leg("bank", "a", 1), kind=text)) in {"bad_text", code}
    assert refusal(lambda: book.post("k", Leg("bank", "a", 1), reason=text)) in {"bad_text", code}
    if text is not None:
        assert refusal(lambda: book.void("k", text)) == code
    if text != "":
        assert refusal(lambda: book.post("k", Leg("bank", "a", 1), reference=text)) == code
    assert refusal(lambda: services.open_book(code=text, title="甲")) == "bad_text"
    assert (
        refusal(lambda: services.register_reason(kind=text, reason="r", title="甲")) == "bad_text"
    )


@pytest.mark.parametrize("text", ["a:b/c.d_e-f", "A", "0", "k" * 120])
def test_texts_of_the_right_form_are_taken(book, text):
    assert book.post(text, Leg("bank", "a", 1), reference=text).key == text


@pytest.mark.parametrize(
    "owner", ["", "x", "小明", "pupil:小明", "pupil:", "Pupil:1", "pupil:a b", "pupil:" + "a" * 81]
)
def test_owners(book, owner):
    order = AccountOrder("new", owner, "test", Side.CREDIT)
    assert refusal(lambda: services.open_accounts(book=book.code, accounts=[order])) == "bad_text"


@pytest.mark.parametrize(
    ("minimum", "maximum", "code"),
    [
        (1, None, "below_minimum"),
        (None, -1, "above_maximum"),
        (0.5, None, "amount_not_whole"),
        (None, True, "amount_not_whole"),
        (-BALANCE_MAXIMUM_FEN, None, "amount_too_large"),
        (None, BALANCE_MAXIMUM_FEN, "amount_too_large"),
        (None, 2**63, "amount_too_large"),
    ],
)
def test_limits_that_cannot_be(book, minimum, maximum, code):
    good = AccountOrder("good", "x:1", "test", Side.CREDIT)
    wrong = AccountOrder("wrong", "x:1", "test", Side.CREDIT, minimum, maximum)
    before = everything()
    with pytest.raises(LedgerRefusedError) as caught:
        services.open_accounts(book=book.code, accounts=[good, wrong])
    assert (caught.value.code, caught.value.index) == (code, 1)
    assert everything() == before


def test_an_account_is_opened_once_and_never_otherwise(book):
    before = everything()
    assert book.open("a", "b") == 0
    assert everything() == before
    order = AccountOrder("a", "x:other", "test", Side.CREDIT)
    with pytest.raises(LedgerRefusedError) as caught:
        services.open_accounts(
            book=book.code, accounts=[AccountOrder("new", "x:1", "test", Side.CREDIT), order]
        )
    assert (caught.value.code, caught.value.index) == ("account_differs", 1)
    assert refusal(lambda: book.open("a", side=Side.DEBIT)) == "account_differs"
    assert refusal(lambda: book.open("a", minimum_fen=None)) == "account_differs"
    assert refusal(lambda: book.open("a", maximum_fen=5)) == "account_differs"
    assert refusal(lambda: services.open_book(code=book.code, title="另一个")) == "book_differs"
    again = {"kind": "tuition", "reason": "lesson"}
    assert refusal(lambda: services.register_reason(**again, title="另一个")) == "reason_differs"
    assert everything() == before


def test_days(book):
    today = datetime.now(UTC).astimezone(BEIJING).date()

    def on(day):
        return lambda: book.post(f"d{str(day)[:10]}", Leg("bank", "a", 1), booked_on=day)

    for day in (date(1999, 12, 31), date(1, 1, 1), date.max, today + timedelta(days=368)):
        assert refusal(on(day)) == "bad_day"
        hold = {"booked_on": day}
        assert refusal(lambda h=hold: book.hold("k", Leg("bank", "a", 1), **h)) == "bad_day"
    for wrong in (None, "2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)):
        assert refusal(on(wrong)) == "bad_day"
    for day in (date(2000, 1, 1), date(2024, 2, 29), today, today + timedelta(days=365)):
        assert not on(day)().is_repeat


def test_a_hold_ends_at_a_moment_that_is_one(book):
    def until(moment):
        return lambda: book.hold("k", Leg("bank", "a", 1), expires_at=moment)

    now = datetime.now(UTC)
    assert refusal(until((now + timedelta(days=1)).replace(tzinfo=None))) == "bad_day"
    assert refusal(until(now - timedelta(seconds=1))) == "expiry_in_past"
    assert not until(now + timedelta(days=1))().is_repeat


def test_legs(book):
    leg = Leg("bank", "a", 1)
    assert refusal(lambda: book.post("k")) == "no_legs"
    assert refusal(lambda: book.hold("k")) == "no_legs"
    assert refusal(lambda: book.post("k", *[leg] * 1_001)) == "too_many_legs"
    assert refusal(lambda: book.post("k", Leg("a", "a", 1))) == "same_account"
    assert refusal(lambda: book.post("k", leg, Leg("b", "b", 1))) == "same_account"
    assert refusal(book.batch) == "batch_empty"
    book.post("k", *[leg] * 1_000)
    assert book.balance("a") == 1_000
    assert book.balances()["a"].version == 1_000


def test_no_balance_grows_beyond_what_every_reader_of_json_keeps_whole(book):
    book.open("x", minimum_fen=None)
    book.open("y", side=Side.DEBIT, minimum_fen=None)
    most = [Leg("y", "x", LEG_MAXIMUM_FEN)] * 1_000
    for number in range(9):
        book.post(f"k{number}", *most)
    assert refusal(lambda: book.post("k9", *most)) == "balance_too_large"
    assert refusal(lambda: book.hold("k9", *most)) == "balance_too_large"
    rest = BALANCE_MAXIMUM_FEN - 9 * 1_000 * LEG_MAXIMUM_FEN
    legs = [Leg("y", "x", LEG_MAXIMUM_FEN)] * (rest // LEG_MAXIMUM_FEN)
    book.post("fill", *legs, Leg("y", "x", rest % LEG_MAXIMUM_FEN))
    assert book.balance("x") == BALANCE_MAXIMUM_FEN
    assert refusal(lambda: book.post("over", Leg("y", "x", 1))) == "balance_too_large"
    # What is held counts by itself as well, however much there is.
    back = [Leg("x", "y", LEG_MAXIMUM_FEN)] * 1_000
    for number in range(9):
        book.hold(f"h{number}", *back)
    assert refusal(lambda: book.hold("h9", *back)) == "balance_too_large"
    book.check_sums()
