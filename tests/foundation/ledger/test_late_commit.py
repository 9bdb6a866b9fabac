"""Transactions that commit late: nothing is missed, doubled, or called final too early."""

from random import SystemRandom

import pytest
from psycopg.conninfo import make_conninfo

from benchmarks.faults.late_commit import LateCommitReport, run_interleavings
from tests.foundation.ledger.book import execute
from tests.foundation.ledger.own_database import parameters

INTERLEAVINGS = 200
FEW = 40


def run(interleavings: int, seed: int) -> LateCommitReport:
    address = make_conninfo(**parameters())
    return run_interleavings(address=address, interleavings=interleavings, seed=seed)


def test_late_committers_are_counted_everywhere_once(ledger_database):
    seed = SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    report = run(INTERLEAVINGS, seed)
    print(report)  # noqa: T201
    assert report.interleavings == INTERLEAVINGS
    assert report.late
    # why: a long transaction of another test's keeps all of the past from being final.
    assert report.final or not report.quiet
    # The control: what is done naively elsewhere goes wrong in the very same interleavings.
    assert report.naive_totals_wrong
    assert report.naive_finals_wrong


def test_control_a_sealer_that_does_not_ask_who_is_under_way(damaged_database):
    """Every block is taken for final at once."""
    execute(
        "CREATE OR REPLACE FUNCTION ledger_final_block(p_xmin bigint, p_xmax bigint) "
        "RETURNS ledger_block LANGUAGE sql STABLE SECURITY DEFINER "
        "SET search_path = pg_catalog, public, pg_temp AS "
        "$$ SELECT b FROM ledger_block b ORDER BY b.number DESC LIMIT 1 $$"
    )
    with pytest.raises(AssertionError, match="final"):
        run(FEW, 7)


def test_control_totals_of_days_that_go_by_numbers(damaged_database):
    """A balance of a day that adds only what has a higher number than the last block."""
    execute(
        "CREATE OR REPLACE FUNCTION ledger_balance_on(p_account bigint, p_day date) "
        "RETURNS bigint LANGUAGE sql STABLE AS $$ "
        "SELECT (coalesce((SELECT sum(change_fen) FROM ledger_daytotal "
        "WHERE account_id = p_account AND booked_on <= p_day), 0) "
        "+ coalesce((SELECT sum(CASE WHEN e.is_debit THEN e.amount_fen ELSE -e.amount_fen END) "
        "FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id "
        "WHERE e.account_id = p_account AND t.booked_on <= p_day AND t.id > coalesce("
        "(SELECT max(id) FROM ledger_block, unnest(transfer_ids) id), 0)), 0))::bigint $$"
    )
    with pytest.raises(AssertionError):
        run(FEW, 7)
