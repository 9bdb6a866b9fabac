"""Fifty processes settle or void one hold: one does, whatever the race; with controls."""

from random import SystemRandom

import pytest

from benchmarks.faults.one_hold import PROCESSES, run_one_hold
from tests.foundation.ledger.altered import dawdle, without_locks
from tests.foundation.ledger.book import execute

# why: fifty connections are half of what the server takes, so these tests come one after another.
pytestmark = pytest.mark.xdist_group("ledger_crowd")

HOLDS = 6


def fight(holds=HOLDS):
    seed = SystemRandom().randrange(10**6)
    report = run_one_hold(holds=holds, seed=seed)
    print(report)  # noqa: T201
    return report


def test_one_of_fifty_processes_resolves_the_hold(damaged_database):
    report = fight()
    assert report.resolutions == [1] * HOLDS
    assert report.sums_wrong == 0
    assert report.answers["hold_resolved"] == HOLDS * (PROCESSES - 1)


def test_a_wider_window_lets_nobody_else_in(damaged_database):
    dawdle()
    report = fight()
    assert report.resolutions == [1] * HOLDS
    assert report.sums_wrong == 0


def test_without_the_locks_the_index_still_lets_one_through(damaged_database):
    dawdle()
    without_locks()
    report = fight(holds=2)
    assert report.resolutions == [1, 1]
    assert report.sums_wrong == 0


def test_control_without_locks_and_indexes_several_resolve_it(damaged_database):
    dawdle()
    without_locks()
    execute(
        "DROP INDEX ledger_transfer_once",
        "ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_debit",
        "ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_credit",
        # why: it stops the second where it reads what the first has written.
        "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_limits",
    )
    report = fight(holds=2)
    assert max(report.resolutions) > 1
