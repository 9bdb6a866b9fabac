"""Sealing while others write: in every order nothing is left out, doubled, or sealed too early."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic, sleep

import psycopg
import pytest
from django.db import connections, transaction

from benchmarks.faults.moved_clock import moved_clock
from shuangjian.engines.posting.export import read_blocks
from shuangjian.engines.posting.order import Leg
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.verification import verify_export
from shuangjian.foundation.ledger.call import call
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger.altered import alter
from tests.foundation.ledger.book import Book, execute, fetch
from tests.foundation.ledger.crowd import at_once
from tests.foundation.ledger.own_database import parameters

PATIENCE_SECONDS = 600
"""For a long transaction of another test's, during which nothing becomes final."""
SEVERAL = (
    "SELECT * FROM ledger_transfers(%s, ARRAY['x'], ARRAY['posted'], ARRAY['tuition'], "
    "ARRAY['lesson'], ARRAY['2026-03-02'::date], ARRAY[''], ARRAY[NULL], "
    "ARRAY[NULL]::timestamptz[], ARRAY[1], ARRAY['outside'], ARRAY['a'], ARRAY[1]::bigint[])"
)
POST = "SELECT ledger_transfer(%s, %s, 'tuition', 'lesson', '2026-03-02', '', 'outside', 'a', 1)"


def in_blocks(key: str) -> int:
    """In how many blocks a transfer stands."""
    return fetch(
        "SELECT count(*) FROM ledger_block WHERE (SELECT id FROM ledger_transfer WHERE key = %s) "
        "= ANY (transfer_ids)",
        key,
    )[0][0]


def export() -> list[bytes]:
    rows = fetch(
        "SELECT ledger_block_text(number, previous, sealed_at, account_ids, transfer_ids) "
        "FROM ledger_block ORDER BY number"
    )
    return "".join(row[0] for row in rows).encode().splitlines(keepends=True)


def assert_all_sealed_once() -> None:
    for column, table in (("transfer_ids", "transfer"), ("account_ids", "account")):
        assert not fetch(
            f"SELECT t.id FROM ledger_{table} t LEFT JOIN (SELECT unnest({column}) AS id "
            "FROM ledger_block) k ON k.id = t.id GROUP BY t.id HAVING count(k.id) <> 1"
        )


def test_who_commits_after_the_seal_is_in_the_next_block(damaged_database):
    """The one under way has the highest transaction number of all, and nobody comes after him."""
    book = Book()
    book.post("first", Leg("outside", "b", 1))
    with psycopg.connect(**parameters()) as late:
        late.execute(POST, [book.code, "late"])
        assert seal()
        assert (in_blocks("first"), in_blocks("late")) == (1, 0)
    assert seal()
    assert in_blocks("late") == 1
    assert seal() == []
    assert_all_sealed_once()


def test_who_commits_while_the_sealer_looks_is_sealed_once(damaged_database):
    """Between reading how far numbers have come and looking at what is there."""
    book = Book()
    book.post("first", Leg("outside", "b", 1))
    alter("ledger_seal", r"(\n +SELECT pg_snapshot_xmin)", r"\n PERFORM pg_sleep(0.5);\1")

    def sealing() -> None:
        try:
            seal()
        finally:
            connections.close_all()

    sealer = Thread(target=sealing)
    sealer.start()
    while not fetch("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
        sleep(0.01)
    book.post("meanwhile", Leg("outside", "a", 1))
    book.open("new")
    sealer.join()
    seal()
    assert in_blocks("meanwhile") == 1
    assert_all_sealed_once()


def test_sealers_take_turns_while_many_write(damaged_database):
    book = Book()

    def write(client: int) -> int:
        for number in range(60):
            book.post(f"{client}/{number}", Leg("outside", "a", 1))
            if number % 20 == 0:
                book.open(f"account-{client}-{number}")
        return 60

    def sealing() -> list[int]:
        return [number for _ in range(25) for number in seal()]

    answers = at_once(
        [*(lambda client=client: write(client) for client in range(4)), sealing, sealing, sealing]
    )
    blocks = [number for answer in answers[4:] for number in answer] + seal()
    assert sorted(blocks) == list(range(1, len(blocks) + 1))
    assert_all_sealed_once()
    report = verify_export(export())
    assert report.holds, report.faults
    assert report.transfers == 240
    book.check_sums()


def test_a_thousand_to_a_block(damaged_database):
    book = Book()
    for part in range(3):
        orders = [book.order(f"{part}/{n}", Leg("outside", "a", 1)) for n in range(800)]
        book.batch(*orders)
    book.open(*(f"many-{number}" for number in range(2_100)))
    assert seal() == [1, 2, 3, 4, 5]
    found = [(len(b.accounts), len(b.transfers)) for b in read_blocks(export())]
    assert sum(accounts for accounts, _ in found) == 2_106
    assert sum(transfers for _, transfers in found) == 2_400
    assert max(map(max, found)) == 1_000
    assert verify_export(export()).holds
    assert_all_sealed_once()


def test_the_clock_goes_back_and_what_was_final_stays_so(damaged_database):
    """A block's moment never falls, and no transfer slips in under a moment called final."""
    with moved_clock() as clock:
        ten = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
        clock.move(ten)
        book = Book()
        book.post("k1", Leg("outside", "a", 1))
        clock.move(ten + timedelta(minutes=5))
        seal()
        moment = ten + timedelta(minutes=4)
        ask = "SELECT t.* FROM ledger_account a, ledger_balance_at(a.id, %s) t WHERE a.code = %s"
        deadline = monotonic() + PATIENCE_SECONDS
        while fetch(ask, moment, "b")[0][2]:
            assert monotonic() < deadline
            sleep(0.05)
        assert fetch(ask, moment, "b") == [(0, 0, False)]
        clock.move(ten - timedelta(hours=1))
        receipt = book.post("k2", Leg("outside", "b", 1))
        assert receipt.recorded_at == ten + timedelta(minutes=5)
        seal()
        book.post("k3", Leg("outside", "c", 1))
        assert fetch(ask, moment, "b") == fetch(ask, moment, "c") == [(0, 0, False)]
        moments = [row[0] for row in fetch("SELECT sealed_at FROM ledger_block ORDER BY number")]
        assert moments == sorted(moments)
        seal()
    assert verify_export(export()).holds


def alone(book: Book) -> None:
    book.post("k2", Leg("outside", "a", 1))


def in_a_batch(book: Book) -> None:
    book.batch(book.order("k2", Leg("outside", "a", 1)), book.order("k3", Leg("a", "b", 1)))


@pytest.mark.parametrize("way", [alone, in_a_batch])
def test_too_long_a_tail_is_sealed_by_whoever_comes(damaged_database, way):
    """Numbers are used up by refused orders, too, and so the tail is counted by them."""
    book = Book()
    book.post("k1", Leg("outside", "a", 1))
    execute("SELECT setval('ledger_transfer_id_seq', 200000)")
    with pytest.raises(LedgerRefusedError, match="tail_full"), transaction.atomic():
        call(SEVERAL, [book.code])
    assert in_blocks("k1") == 0
    way(book)
    assert in_blocks("k1") == 1
    assert in_blocks("k2") == 0
    execute("SELECT setval('ledger_transfer_id_seq', 400000)")
    way(book)  # a repeat wants no room
    book.post("last", Leg("outside", "a", 1))
    assert in_blocks("k2") == 1
    seal()
    assert_all_sealed_once()
    assert verify_export(export()).holds


def test_in_the_callers_transaction_too_long_a_tail_is_told_and_not_sealed(damaged_database):
    """Sealed there, nobody else could seal until the caller has committed."""
    book = Book()
    book.post("k1", Leg("outside", "a", 1))
    execute("SELECT setval('ledger_transfer_id_seq', 200000)")
    with transaction.atomic():
        book.open("new")
        with pytest.raises(LedgerRefusedError, match="tail_full"):
            book.post("k2", Leg("outside", "a", 1))
    assert in_blocks("k1") == 0
    seal()
    book.post("k2", Leg("outside", "new", 1))
    assert verify_export(export()).holds
