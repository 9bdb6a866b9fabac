"""所指转账: what ends a hold, reverses or corrects fits the transfer that it names, and is one."""

from typing import Final

from shuangjian.foundation.ledger.check.column import fetch_rows
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.snapshot import Connection

# why: in order; of each transfer the first that is wrong is told.
_NAMES: Final = """
WITH named AS (
    SELECT s.id, s.step, s.recorded_at, s.original_id, o.id AS found, o.step AS original_step,
        o.expires_at AS ends_at, o.leg_count = s.leg_count AS is_as_long,
        s.step IN ('settled', 'voided', 'expired') AS is_end
    FROM ledger_transfer s
    LEFT JOIN ledger_transfer o ON o.id = s.original_id AND o.book_id = s.book_id AND o.id < s.id
    WHERE s.original_id IS NOT NULL OR s.step NOT IN ('posted', 'held')
), told AS (
    SELECT n.id, n.original_id, CASE
        WHEN original_id IS NULL THEN 'original_missing'
        WHEN step = 'held' THEN 'original_surplus'
        WHEN found IS NULL THEN 'original_absent'
        WHEN is_end AND original_step <> 'held' THEN 'not_a_hold'
        WHEN step = 'reversal' AND original_step NOT IN ('posted', 'settled')
            THEN 'not_reversible'
        WHEN step = 'posted' AND NOT EXISTS (SELECT 1 FROM ledger_transfer r
            WHERE r.original_id = n.original_id AND r.step = 'reversal') THEN 'not_reversed'
        WHEN step = 'settled' AND ends_at <= recorded_at THEN 'hold_expired'
        WHEN step = 'expired' AND (ends_at <= recorded_at) IS NOT TRUE THEN 'hold_not_due'
        WHEN is_end AND NOT is_as_long THEN 'not_mirrored'
        END AS code
    FROM named n
)
SELECT code, id, coalesce(original_id, 0) FROM told WHERE code IS NOT NULL ORDER BY id
"""
_TWICE: Final = """
SELECT CASE WHEN step = 'reversal' THEN 'reversed_twice' ELSE 'hold_resolved_twice' END, id,
    original_id
FROM (
    SELECT id, step, original_id, row_number() OVER (PARTITION BY original_id ORDER BY id) AS turn
    FROM ledger_transfer WHERE step <> 'posted' AND original_id IS NOT NULL) t
WHERE turn > 1 ORDER BY id
"""
_ENDS: Final = """
SELECT DISTINCT s.id, s.original_id
FROM ledger_transfer s
JOIN ledger_leg ended ON ended.transfer_id = s.id
LEFT JOIN ledger_leg held ON held.transfer_id = s.original_id AND held.number = ended.number
    AND held.held_fen > 0
WHERE s.step IN ('settled', 'voided', 'expired') AND s.original_id IS NOT NULL
    AND (ended.debit_account_id = held.debit_account_id
    AND ended.credit_account_id = held.credit_account_id
    AND ended.held_fen = -held.held_fen AND ended.amount_fen <= held.held_fen) IS NOT TRUE
ORDER BY s.id
"""
_REVERSALS: Final = """
SELECT s.id, s.original_id FROM ledger_transfer s
WHERE s.step = 'reversal' AND s.original_id IS NOT NULL AND (
    SELECT array_agg(ARRAY[credit_account_id, debit_account_id, amount_fen] ORDER BY number)
    FROM ledger_leg WHERE transfer_id = s.id
) IS DISTINCT FROM (
    SELECT array_agg(ARRAY[debit_account_id, credit_account_id, amount_fen] ORDER BY number)
    FROM ledger_leg WHERE transfer_id = s.original_id AND amount_fen > 0)
ORDER BY s.id
"""


def check_names(connection: Connection, findings: FindingList) -> None:
    """Whatever names a transfer may name it, once and in time (核对所指转账)."""
    for statement in (_NAMES, _TWICE):
        for code, number, original in fetch_rows(connection, statement):
            findings.add(code, transfer=number, original=original)


def check_ends(connection: Connection, findings: FindingList) -> None:
    """Whatever ends a hold has its legs, and moves no more than was held (核对冻结的了结)."""
    for number, original in fetch_rows(connection, _ENDS):
        findings.add("not_mirrored", transfer=number, original=original)


def check_reversals(connection: Connection, findings: FindingList) -> None:
    """Whatever reverses has the legs that moved, debit and credit swapped (核对冲正)."""
    for number, original in fetch_rows(connection, _REVERSALS):
        findings.add("not_mirrored", transfer=number, original=original)
