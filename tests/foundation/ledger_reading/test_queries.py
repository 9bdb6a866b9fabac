"""Balances now and of then, the two sides of a book, the tail and the head."""

from datetime import UTC, datetime, timedelta
from time import sleep

import pytest

from shuangjian.engines.posting.order import Balance
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger.models import Block, Transfer
from shuangjian.foundation.ledger.queries import (
    balance,
    balance_at,
    balance_on,
    book_totals,
    chain_head,
    head_of,
    tail,
)
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger_reading.scene import (
    BANK,
    BOOK,
    EARNED,
    FAMILY,
    TITLE,
    day,
    open_scene,
    pay,
)


def test_a_balance_says_what_is_posted_what_is_held_and_what_is_left(book):
    found = balance(book=BOOK, account=FAMILY)
    assert found == Balance(FAMILY, 155_000 - 10_000 + 10_000, 5_000, 0, 10)
    assert found.available_fen == 150_000
    assert balance(book=BOOK, account=EARNED) == Balance(EARNED, 5_000, 0, 5_000, 5)


@pytest.mark.parametrize(
    ("on", "fen"),
    [(day(1), 0), (day(2), 200_000), (day(3), 195_000), (day(5), 205_000), (day(13), 155_000)],
)
def test_a_balance_on_a_day_counts_what_was_booked_later_for_it(book, on, fen):
    assert balance_on(book=BOOK, account=FAMILY, day=on) == fen
    seal()  # control: the same from the day totals as from the entries
    assert balance_on(book=BOOK, account=FAMILY, day=on) == fen


def test_a_balance_at_a_moment_is_what_the_ledger_could_have_said_then(book):
    paid = Transfer.objects.get(key="pay-1").recorded_at
    refunded = Transfer.objects.get(key="refund-1").recorded_at
    before = paid - timedelta(microseconds=1)
    assert balance_at(book=BOOK, account=FAMILY, moment=before).balance_fen == 0
    assert balance_at(book=BOOK, account=FAMILY, moment=paid).balance_fen == 200_000
    assert balance_at(book=BOOK, account=FAMILY, moment=refunded) == (135_000, True)


@pytest.mark.django_db(transaction=True)
def test_a_moment_before_a_final_seal_is_not_provisional():
    open_scene()
    pay("pay-1", 100, on=day(2))
    paid = Transfer.objects.get(key="pay-1").recorded_at
    assert balance_at(book=BOOK, account=FAMILY, moment=paid).is_provisional
    seal()
    pay("pay-2", 100, on=day(2))
    seal()
    # why: whoever is under way on the server, another test too, might have recorded before it.
    for _ in range(200):
        if not balance_at(book=BOOK, account=FAMILY, moment=paid).is_provisional:
            break
        sleep(0.05)
    assert not balance_at(book=BOOK, account=FAMILY, moment=paid).is_provisional
    future = datetime.now(UTC) + timedelta(days=1)
    assert balance_at(book=BOOK, account=FAMILY, moment=future) == (200, True)


def test_a_moment_without_a_zone_is_refused(book):
    with pytest.raises(ValueError, match="时区"):
        balance_at(book=BOOK, account=FAMILY, moment=datetime(2026, 3, 2))  # noqa: DTZ001 -- the point


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"book": "other", "account": FAMILY}, "unknown_book"),
        ({"book": BOOK, "account": "nobody"}, "unknown_account"),
    ],
)
def test_what_is_not_there_is_refused(book, names, code):
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    for ask in (
        lambda: balance(**names),
        lambda: balance_on(**names, day=day(2)),
        lambda: balance_at(**names, moment=moment),
    ):
        with pytest.raises(LedgerRefusedError) as refused:
            ask()
        assert refused.value.code == code


def test_the_two_sides_of_a_book_are_equal(book):
    (total,) = book_totals(books=[BOOK, "other"])
    assert (total.code, total.title, total.accounts) == (BOOK, TITLE, 3)
    assert total.debit_fen == total.credit_fen == balance(book=BOOK, account=BANK).balance_fen
    assert total.held_fen == 5_000


def test_the_tail_is_what_is_not_sealed(book):
    found = tail()
    assert (found.transfers, found.accounts) == (10, 3)
    assert found.oldest_at == Transfer.objects.get(key="pay-1").recorded_at
    assert found.age is not None
    assert timedelta(0) < found.age < timedelta(minutes=10)
    seal()
    assert tail() == (type(found))(0, 0, None, None)


def test_the_head_is_the_last_block(book):
    assert chain_head() is None
    assert head_of(1) is None
    seal()
    pay("pay-3", 100, on=day(14))
    seal()
    found = chain_head()
    assert found is not None
    assert (found.block, found.transfers) == (2, 11)
    assert found.head == bytes(Block.objects.get(number=2).head).hex() == head_of(2)
