"""Twenty clients spend from one account with money for seven: seven do, exactly."""

import pytest

from shuangjian.engines.posting.order import Leg, Receipt
from tests.foundation.ledger.altered import dawdle, without_locks
from tests.foundation.ledger.book import Book, execute
from tests.foundation.ledger.crowd import at_once

CLIENTS = 20
ENOUGH_FOR = 7
PRICE_FEN = 100

pytestmark = pytest.mark.xdist_group("ledger_crowd")


def spend(book: Book, number: int) -> Receipt:
    return book.post(f"k{number}", Leg("a", "b", PRICE_FEN))


def spend_on_two(book: Book, number: int) -> Receipt:
    legs = (Leg("a", "b", PRICE_FEN - 1), Leg("a", "c", 1))
    return book.post(f"k{number}", *legs)


def set_aside(book: Book, number: int) -> Receipt:
    return book.hold(f"k{number}", Leg("a", "b", PRICE_FEN))


def in_a_batch(book: Book, number: int) -> Receipt:
    return book.batch(book.order(f"k{number}", Leg("a", "b", PRICE_FEN)))[0]


def at_random(book: Book, number: int) -> Receipt:
    return (spend, spend_on_two, set_aside, in_a_batch)[number % 4](book, number)


WAYS = [spend, spend_on_two, set_aside, in_a_batch, at_random]


def rush(book: Book, way) -> list[object]:
    book.fund("a", ENOUGH_FOR * PRICE_FEN + PRICE_FEN - 1)
    return at_once([lambda number=number: way(book, number) for number in range(CLIENTS)])


@pytest.mark.parametrize("way", WAYS)
def test_seven_of_twenty_get_what_there_is(book, way):
    answers = rush(book, way)
    assert sum(isinstance(each, Receipt) for each in answers) == ENOUGH_FOR
    assert answers.count("below_minimum") == CLIENTS - ENOUGH_FOR
    assert book.balances()["a"].available_fen == PRICE_FEN - 1
    book.check_sums()


@pytest.mark.parametrize("way", WAYS)
def test_a_wider_window_lets_no_eighth_in(damaged_database, way):
    dawdle()
    test_seven_of_twenty_get_what_there_is(Book(), way)


def test_what_an_account_may_take_is_kept_as_well(book):
    answers = at_once(
        [lambda n=n: book.post(f"k{n}", Leg("bank", "purse", 150)) for n in range(20)]
    )
    assert answers.count("above_maximum") == 14
    assert book.balance("purse") == 900


@pytest.mark.parametrize("way", WAYS)
def test_without_the_locks_the_constraints_keep_the_limit(damaged_database, way):
    dawdle()
    without_locks()
    book = Book()
    answers = rush(book, way)
    assert 0 < sum(isinstance(each, Receipt) for each in answers) <= ENOUGH_FOR
    assert book.balances()["a"].available_fen >= 0
    book.check_sums()


@pytest.mark.parametrize("way", WAYS)
def test_control_without_locks_and_constraints_more_is_spent(damaged_database, way):
    dawdle()
    without_locks()
    execute(
        "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_limits",
        "ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_debit",
        "ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_credit",
    )
    answers = rush(Book(), way)
    assert sum(isinstance(each, Receipt) for each in answers) > ENOUGH_FOR
