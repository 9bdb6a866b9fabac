"""Transfers between the same accounts from all sides never wait for each other for ever."""

import time

import pytest
from django.db import connection

from shuangjian.engines.posting.order import Leg, Step
from tests.foundation.ledger.altered import LOCK, alter
from tests.foundation.ledger.book import Book, execute, fetch
from tests.foundation.ledger.crowd import at_once

pytestmark = pytest.mark.xdist_group("ledger_crowd")

CODES = [f"n{number}" for number in range(6)]
NAIVE = """
CREATE FUNCTION naive_transfer(debit text, credit text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM ledger_account WHERE code = debit FOR NO KEY UPDATE;
    PERFORM pg_sleep(0.005);
    PERFORM 1 FROM ledger_account WHERE code = credit FOR NO KEY UPDATE;
END $$;
"""


@pytest.fixture
def crossing(ledger_database):
    book = Book()
    book.open(*CODES, minimum_fen=None)
    return book


def deadlocks() -> int:
    """How many the server has counted in this database; sessions tell when they end."""
    connection.close()
    for _ in range(500):
        ((others,),) = fetch(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if not others:
            break
        time.sleep(0.02)
    ((count,),) = fetch("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return count


def there_and_back(book: Book, client: int, times: int) -> int:
    """Every second client the other way round, through all pairs of accounts."""
    for number in range(times):
        pair = [CODES[number % 6], CODES[(number // 6 + 1 + number) % 6]]
        if pair[0] != pair[1]:
            book.post(f"s{client}/{number}", Leg(*(pair if client % 2 else pair[::-1]), 1))
    return times


def batches(book: Book, client: int, times: int) -> int:
    for number in range(times):
        orders = [
            book.order(f"b{client}/{number}/{place}", Leg(code, "outside", 1))
            for place, code in enumerate(CODES if client % 2 else CODES[::-1])
        ]
        book.batch(*orders)
    return times


def mixed_batches(book: Book, client: int, times: int) -> int:
    """Each holds, settles and undoes, account by account, half of them from behind."""
    is_forward = client % 2 == 1
    for number in range(times):
        orders = []
        for code in CODES if is_forward else CODES[::-1]:
            key = f"m{client}/{number}/{code}"
            orders += [
                book.order(key, Leg(code, "outside", 3), step=Step.HELD),
                book.order(f"{key}/s", step=Step.SETTLED, original=key, amounts_fen=(2,)),
                book.order(f"{key}/r", step=Step.REVERSAL, original=f"{key}/s"),
            ]
        book.batch(*orders)
    return times


def apart(book: Book, client: int, times: int) -> int:
    """What was held before is settled in one batch, half of them from behind."""
    for number in range(times):
        keys = [f"a{client}/{number}/{code}" for code in (CODES if client % 2 else CODES[::-1])]
        for key in keys:
            book.hold(key, Leg(key.rpartition("/")[2], "outside", 3))
        book.batch(*(book.order(f"{k}/s", step=Step.SETTLED, original=k) for k in keys))
    return times


@pytest.mark.parametrize(
    ("way", "clients", "times"),
    [(there_and_back, 8, 150), (batches, 6, 60), (mixed_batches, 6, 25), (apart, 6, 25)],
)
def test_nobody_waits_for_ever(crossing, way, clients, times):
    before = deadlocks()
    answers = at_once([lambda n=n: way(crossing, n, times) for n in range(clients)])
    assert answers == [times] * clients
    assert deadlocks() == before
    crossing.check_sums()


def test_accounts_opened_in_opposite_orders(ledger_database):
    book = Book()
    codes = [f"o{number:03}" for number in range(300)]
    answers = at_once(
        [lambda turn=turn: book.open(*(codes[:: 1 if turn % 2 else -1])) for turn in range(4)]
    )
    assert sum(int(str(each)) for each in answers) == len(codes)


def test_control_locks_in_the_order_of_legs_do_deadlock(damaged_database):
    book = Book()
    book.open(*CODES, minimum_fen=None)
    execute(NAIVE)
    before = deadlocks()

    def naive(*pair: str) -> list[tuple]:
        return [fetch("SELECT naive_transfer(%s, %s)", *pair) for _ in range(20)]

    at_once([lambda: naive("n0", "n1"), lambda: naive("n1", "n0")])
    assert deadlocks() > before


def test_control_batches_that_lock_order_by_order_do_deadlock(damaged_database):
    """All accounts of a batch are locked before its first order; without that they cross."""
    alter("ledger_transfers", LOCK, "")
    book = Book()
    book.open(*CODES, minimum_fen=None)
    before = deadlocks()
    for turn in range(10):
        clients = (2 * turn, 2 * turn + 1)
        at_once([lambda client=client: mixed_batches(book, client, 3) for client in clients])
        if deadlocks() > before:
            return
    raise AssertionError("no deadlock")
