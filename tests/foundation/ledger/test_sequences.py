"""Random sequences of orders: PostgreSQL and the model answer and stand alike after every one."""

from random import SystemRandom

import pytest
from django.db import DatabaseError

from benchmarks.faults.sequences import run_sequences
from shuangjian.engines.posting.order import Step
from tests.foundation.ledger.book import execute

SEQUENCES = 80
FEW = 15
CODES = {"below_minimum", "above_maximum", "key_reused", "hold_resolved", "hold_expired"}
"""Refusals that no run of this length goes without."""

WRONG = {
    "a fen too much on one leg in ten": (
        "BEFORE INSERT ON ledger_leg",
        "IF NEW.transfer_id % 10 = 0 AND NEW.amount_fen > 0",
        "NEW.amount_fen := NEW.amount_fen + 1",
    ),
    "a balance kept with a leg that is not the account's": (
        "BEFORE INSERT ON ledger_leg",
        "IF NEW.number > 1",
        "NEW.debit_balance_fen := NEW.debit_balance_fen + 1",
    ),
    "something held that is never set free": (
        "BEFORE UPDATE ON ledger_account",
        "IF NEW.held_out_fen < OLD.held_out_fen AND OLD.version % 3 = 0",
        "NEW.held_out_fen := OLD.held_out_fen",
    ),
    "a version left out": (
        "BEFORE UPDATE ON ledger_account",
        "IF NEW.version = 5",
        "NEW.version := 6",
    ),
    "a day's total too high": (
        "BEFORE INSERT ON ledger_daytotal",
        "IF NEW.entries > 1",
        "NEW.change_fen := NEW.change_fen + 1",
    ),
    "a reference changed before it is written": (
        "BEFORE INSERT ON ledger_transfer",
        "IF NEW.reference = 'slip-1'",
        "NEW.reference := 'slip-2'",
    ),
    "an order refused that was right": (
        "BEFORE INSERT ON ledger_transfer",
        "IF NEW.step = 'reversal'",
        "PERFORM ledger_refuse('below_minimum', 0)",
    ),
}


def test_postgresql_and_the_model_never_differ(ledger_database):
    seed = SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    report = run_sequences(sequences=SEQUENCES, seed=seed)
    print(report)  # noqa: T201
    assert report.sequences == SEQUENCES
    assert report.blocks
    assert set(report.answers) > {step.value for step in Step} | CODES | {"repeat", "done"}


@pytest.mark.parametrize("wrong", WRONG)
def test_control_a_database_that_is_a_little_wrong_is_found_out(damaged_database, wrong):
    event, condition, deed = WRONG[wrong]
    execute(
        "CREATE FUNCTION go_wrong() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {condition} THEN {deed}; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER zzz_go_wrong {event} FOR EACH ROW EXECUTE FUNCTION go_wrong()",
    )
    with pytest.raises((AssertionError, DatabaseError)) as caught:
        run_sequences(sequences=FEW, seed=4)
    assert caught.value.__notes__[0].startswith("seed 4, sequence ")
