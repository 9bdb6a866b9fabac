"""What the services would never send is refused by the server's function too, or by the tables."""

import pytest
from django.db import DatabaseError, transaction

from shuangjian.engines.posting.order import Leg
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger.call import call
from tests.foundation.ledger.book import KIND, REASON, Book, everything

SEVERAL = (
    "SELECT * FROM ledger_transfers(%s, ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s], "
    "ARRAY['2026-03-02'::date], ARRAY[%s], ARRAY[%s]::text[], ARRAY[%s]::timestamptz[], "
    "%s::integer[], %s::text[], %s::text[], %s::bigint[])"
)


def directly(
    book, *, key="x", step="posted", amounts=(1,), original=None, expires_at=None, reference=""
):
    many = len(amounts)
    return call(
        SEVERAL,
        (
            book.code, key, step, KIND, REASON, reference, original, expires_at,
            [1] * many, ["a"] * many, ["b"] * many, list(amounts),
        ),
    )  # fmt: skip


@pytest.fixture
def book(ledger_database):
    book = Book()
    book.post("fund", Leg("outside", "a", 1_000))
    book.hold("held", Leg("a", "b", 100))
    return book


def test_as_it_stands_it_is_written(book):
    assert directly(book)[0][2] is False
    assert directly(book, key="y", step="held", expires_at="2999-01-01")[0][2] is False
    assert directly(book, key="z", step="settled", original="held", amounts=[40])[0][2] is False


@pytest.mark.parametrize(
    ("step", "amounts", "code"),
    [
        ("posted", [-1], "amount_not_positive"),
        ("posted", [0], "amount_not_positive"),
        ("held", [-100], "amount_not_positive"),
        ("held", [0], "amount_not_positive"),
        ("held", [5, -1], "amount_not_positive"),
        ("held", [10**12], "amount_too_large"),
        ("settled", [-1], "amount_not_positive"),
        ("settled", [0], "amount_not_positive"),
        ("settled", [101], "amount_above_hold"),
    ],
)
def test_amounts_fit_their_step(book, step, amounts, code):
    before = everything()
    original = "held" if step == "settled" else None
    with pytest.raises(LedgerRefusedError) as refused:
        directly(book, step=step, amounts=amounts, original=original)
    assert refused.value.code == code
    assert everything() == before


@pytest.mark.parametrize(
    "order",
    [
        {"key": "../x"},
        {"key": "键"},
        {"reference": ".x"},
        {"amounts": [1] * 1_001},
        {"step": "held", "expires_at": "infinity"},
        {"step": "moved"},
        {"step": "held", "expires_at": "-infinity"},
    ],
)
def test_forms_are_kept(book, order):
    before = everything()
    with pytest.raises((LedgerRefusedError, DatabaseError)), transaction.atomic():
        directly(book, **order)
    assert everything() == before
