"""Calls inside the caller's transaction: they stand and fall with it, and a refusal spoils nothing."""

import psycopg
import pytest
from django.db import IntegrityError, transaction

from shuangjian.engines.posting.order import Leg
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger.book import everything, execute, fetch
from tests.foundation.ledger.own_database import parameters


def test_a_refusal_leaves_the_callers_transaction_usable(book):
    book.fund("a", 100)
    with transaction.atomic():
        book.post("k1", Leg("a", "b", 60))
        for _ in range(3):
            with pytest.raises(LedgerRefusedError, match="below_minimum"):
                book.post("k2", Leg("a", "b", 60))
            with pytest.raises(LedgerRefusedError, match="unknown_original"):
                book.void("k3", "nothing")
        book.hold("k4", Leg("a", "c", 40))
        book.settle("k5", "k4")
    assert [key for key, _ in book.steps()][1:] == ["k1", "k4", "k5"]
    assert (book.balance("a"), book.balance("b"), book.balance("c")) == (0, 60, 40)
    book.check_sums()


def test_what_the_caller_takes_back_is_gone_with_all_it_did(book):
    book.fund("a", 100)
    book.hold("held", Leg("a", "b", 10))
    before = everything()

    @transaction.atomic
    def much():
        book.post("k1", Leg("a", "b", 60))
        book.settle("k2", "held")
        book.correct("k3", "k1", Leg("a", "c", 50))
        book.open("new")
        seal()
        raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError, match="own"):
        much()
    assert everything() == before
    assert not book.post("k1", Leg("a", "b", 1)).is_repeat
    assert not book.void("k2", "held").is_repeat
    seal()
    book.check_sums()


def test_an_inner_part_is_taken_back_alone(book):
    book.fund("a", 100)
    with transaction.atomic():
        book.post("k1", Leg("a", "b", 10))
        with transaction.atomic():
            book.post("k2", Leg("a", "b", 20))
            transaction.set_rollback(True)
        assert book.balance("b") == 10
        assert not book.post("k2", Leg("a", "b", 30)).is_repeat
    assert book.balance("b") == 40
    book.check_sums()


def test_two_calls_see_each_other_and_are_one_to_everybody_else(book):
    book.fund("a", 100)
    with psycopg.connect(**parameters(), autocommit=True) as other:
        ask = (
            "SELECT count(*) FROM ledger_transfer t JOIN ledger_book b ON b.id = t.book_id "
            "WHERE b.code = %s"
        )
        with transaction.atomic():
            book.hold("k1", Leg("a", "b", 70))
            with pytest.raises(LedgerRefusedError, match="below_minimum"):
                book.post("k2", Leg("a", "c", 31))
            book.settle("k3", "k1", amounts_fen=[50])
            book.post("k2", Leg("a", "c", 31))
            assert other.execute(ask, [book.code]).fetchone() == (1,)
        assert other.execute(ask, [book.code]).fetchone() == (4,)


def test_a_callers_transaction_that_fails_at_its_end_takes_the_money_back(book):
    """The commit itself fails, on something else that the caller wrote."""
    execute(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
    )
    book.fund("a", 100)
    before = everything()

    @transaction.atomic
    def both():
        book.post("k1", Leg("a", "b", 60))
        execute("INSERT INTO child VALUES (1)")

    with pytest.raises(IntegrityError):
        both()
    assert everything() == before
    assert fetch("SELECT * FROM child") == []


def test_sealing_inside_a_transaction_that_wrote_misses_nobody_later(book):
    """Whoever was under way meanwhile is sealed by a later run."""
    book.fund("a", 100)
    with psycopg.connect(**parameters()) as late:
        with transaction.atomic():
            book.post("k1", Leg("a", "b", 10))
            late.execute(
                "SELECT ledger_transfer(%s, 'late', 'tuition', 'lesson', '2026-03-02', '', "
                "'outside', 'c', 1)",
                [book.code],
            )
            assert seal()
        late.commit()
    book.post("k2", Leg("a", "b", 1))
    seal()
    rows = fetch(
        "SELECT t.key, count(k.number) FROM ledger_transfer t JOIN ledger_book b ON "
        "b.id = t.book_id LEFT JOIN (SELECT number, unnest(transfer_ids) id FROM ledger_block) k "
        "ON k.id = t.id WHERE b.code = %s GROUP BY t.key",
        book.code,
    )
    assert set(dict(rows).values()) == {1}
    assert {"k1", "late", "k2"} < set(dict(rows))


def test_a_call_is_planned_once_a_connection(book):
    """What Django turned off for its own statements is on for the ledger's."""
    for number in range(3):
        book.post(f"k{number}", Leg("bank", "a", 1))
    prepared = (
        "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE "
    )
    ((runs,),) = fetch(f"{prepared}'SELECT * FROM ledger\\_transfer(%'")
    assert runs >= 3
    assert fetch(f"{prepared}'%UPDATE%'") == []
