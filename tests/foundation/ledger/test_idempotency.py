"""One key, one transfer: sent twenty times at once, after a timeout, after a lost connection."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random, SystemRandom

import psycopg
import pytest
from django.db import OperationalError, connection, connections

from shuangjian.engines.posting.order import Leg, Receipt, Step
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger import services
from tests.foundation.ledger.altered import CLAIM, alter, dawdle
from tests.foundation.ledger.book import DAY, KIND, REASON, Book, execute, fetch
from tests.foundation.ledger.crowd import at_once
from tests.foundation.ledger.own_database import parameters

CLIENTS = 20

pytestmark = pytest.mark.xdist_group("ledger_crowd")


def one_leg(book: Book, key: str, amount_fen: int = 5) -> Receipt:
    return book.post(key, Leg("bank", "a", amount_fen))


def several_legs(book: Book, key: str, amount_fen: int = 5) -> Receipt:
    return book.post(key, Leg("bank", "a", amount_fen), Leg("bank", "b", amount_fen))


def held(book: Book, key: str, amount_fen: int = 5) -> Receipt:
    return book.hold(key, Leg("bank", "a", amount_fen))


def settled(book: Book, key: str, amount_fen: int = 5) -> Receipt:
    return book.settle(key, "held", amounts_fen=[amount_fen])


def in_a_batch(book: Book, key: str, amount_fen: int = 5) -> Receipt:
    orders = [
        book.order(key, Leg("bank", "a", amount_fen)),
        book.order(f"{key}/2", Leg("bank", "b", 7)),
        book.order(f"{key}/3", step=Step.REVERSAL, original=key),
    ]
    return book.batch(*orders)[0]


WAYS = [one_leg, several_legs, held, settled, in_a_batch]


def sent(book: Book, way, key: str) -> list[tuple[str, str]]:
    """The transfers that the key stands for."""
    return [step for step in book.steps() if step[0] == key]


@pytest.mark.parametrize("way", WAYS)
def test_twenty_at_once_are_one_and_get_one_answer(book, way):
    book.hold("held", Leg("bank", "c", 6))
    answers = at_once([lambda: way(book, "k")] * CLIENTS)
    assert len({(each.transfer_id, each.key, each.recorded_at) for each in answers}) == 1
    assert [each.is_repeat for each in answers].count(False) == 1
    assert len(sent(book, way, "k")) == 1
    book.check_sums()


@pytest.mark.parametrize("way", WAYS)
def test_another_amount_under_the_same_key_is_refused(book, way):
    book.hold("held", Leg("bank", "c", 6))
    amounts = [5, 6] * (CLIENTS // 2)
    answers = at_once([lambda fen=fen: way(book, "k", fen) for fen in amounts])
    done = [each for each in answers if isinstance(each, Receipt)]
    assert answers.count("key_reused") == len(done) == CLIENTS // 2
    assert len({each.transfer_id for each in done}) == 1
    first = way(book, "k", amounts[answers.index(done[0])])
    assert (first.transfer_id, first.is_repeat) == (done[0].transfer_id, True)
    assert len(sent(book, way, "k")) == 1
    book.check_sums()


@pytest.mark.parametrize("way", WAYS)
def test_a_timeout_while_it_waits_leaves_nothing_and_the_key_free(book, way):
    book.hold("held", Leg("bank", "c", 6))
    before = book.steps()
    with psycopg.connect(**parameters()) as other:
        other.execute("SELECT 1 FROM ledger_account WHERE code = 'bank' FOR UPDATE")
        execute("SET statement_timeout = 100")
        with pytest.raises(OperationalError, match="timeout"):
            way(book, "k")
        execute("RESET statement_timeout")
    assert book.steps() == before
    first, again = way(book, "k"), way(book, "k")
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert first.transfer_id == again.transfer_id


@pytest.mark.parametrize("way", WAYS)
def test_a_timeout_in_the_midst_leaves_nothing(damaged_database, way):
    book = Book()
    book.hold("held", Leg("bank", "c", 6))
    before = book.steps(), book.balances()
    dawdle(0.5)
    execute("SET statement_timeout = 100")
    with pytest.raises(OperationalError, match="timeout"):
        way(book, "k")
    execute("RESET statement_timeout", "DROP TRIGGER aaa_dawdle ON ledger_transfer")
    assert (book.steps(), book.balances()) == before
    assert not way(book, "k").is_repeat


@pytest.mark.parametrize("way", WAYS)
def test_a_connection_lost_in_the_midst_is_made_again(damaged_database, way):
    """The same process sends the same again, and that is all it has to do."""
    book = Book()
    book.hold("held", Leg("bank", "c", 6))
    before = book.steps()
    dawdle(1)

    def send_twice():
        try:
            with pytest.raises(OperationalError):
                way(book, "k")
            return way(book, "k")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send_twice)
        ask = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
            "current_database() AND wait_event = 'PgSleep' AND pid <> pg_backend_pid()"
        )
        while not fetch(ask):
            time.sleep(0.02)
        assert book.steps() == before
        execute("DROP TRIGGER aaa_dawdle ON ledger_transfer")
        first = answer.result(timeout=60)
    assert not first.is_repeat
    connection.close()
    again = way(book, "k")
    assert (again.transfer_id, again.is_repeat) == (first.transfer_id, True)
    assert again.recorded_at == first.recorded_at


def test_a_client_that_hangs_up_before_the_answer_finds_it_done_once(book):
    seed = SystemRandom().randrange(10**6)
    chance = Random(seed)
    found_done = 0
    for number in range(40):
        hang_up(book, f"k{number}", after_seconds=chance.random() * 0.004)
        found_done += one_leg(book, f"k{number}").is_repeat
        assert one_leg(book, f"k{number}").is_repeat
    print(f"seed {seed}: {found_done} of 40 were done though nobody heard it")  # noqa: T201
    assert sorted(book.steps()) == sorted((f"k{number}", "posted") for number in range(40))
    assert book.balance("a") == 40 * 5


def hang_up(book: Book, key: str, *, after_seconds: float) -> None:
    """Send the order, and close the connection without reading the answer."""
    client = psycopg.connect(**parameters(), autocommit=True)
    client.pgconn.send_query_params(
        b"SELECT * FROM ledger_transfer($1, $2, $3, $4, $5, '', 'bank', 'a', 5)",
        [text.encode() for text in (book.code, key, KIND, REASON, DAY.isoformat())],
    )
    client.pgconn.flush()
    time.sleep(after_seconds)
    client.close()


def test_a_refused_order_does_not_use_its_key_up(book):
    with pytest.raises(LedgerRefusedError, match="below_minimum"):
        book.post("k", Leg("a", "b", 1))
    book.fund("a", 1)
    assert not book.post("k", Leg("a", "b", 1)).is_repeat


@pytest.mark.parametrize("way", [one_leg, several_legs])
def test_control_without_the_constraint_every_call_moves_money(damaged_database, way):
    book = Book()
    execute("ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_key")
    alter("ledger_transfer", CLAIM, "")
    alter("ledger_write", CLAIM, "")
    at_once([lambda: way(book, "k")] * CLIENTS)
    assert len(sent(book, way, "k")) > 1


def test_books_reasons_and_accounts_are_opened_once_by_twenty_at_once(book):
    answers = at_once([lambda: book.open("x", "y", "z")] * CLIENTS)
    assert sum(answers) == 3
    code = f"{book.code[:38]}_n"

    def open_all():
        services.open_book(code=code, title="新的")
        services.register_reason(kind=KIND, reason=code, title="新的")

    assert at_once([open_all] * CLIENTS) == [None] * CLIENTS
    assert len(fetch("SELECT 1 FROM ledger_book WHERE code = %s", code)) == 1
    assert len(fetch("SELECT 1 FROM ledger_reason WHERE code = %s", code)) == 1
