"""故障后的查验: what the database holds, beside what the clients asked and were answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from benchmarks.faults.client import Client
from benchmarks.faults.script import Orders
from shuangjian.engines.posting.verification import verify_export

# why: added up from the legs alone, in words of its own, so that a fault of the ledger's own
# functions and views cannot hide in it.
_UNBALANCED = """
WITH entry AS (
    SELECT l.debit_account_id AS account_id, l.debit_version AS version, 'debit' AS side,
        l.amount_fen, l.held_fen, l.debit_balance_fen AS balance_fen, t.recorded_at
    FROM ledger_leg l JOIN ledger_transfer t ON t.id = l.transfer_id
    UNION ALL
    SELECT l.credit_account_id, l.credit_version, 'credit', l.amount_fen, l.held_fen,
        l.credit_balance_fen, t.recorded_at
    FROM ledger_leg l JOIN ledger_transfer t ON t.id = l.transfer_id
), grown AS (
    SELECT e.*, CASE WHEN e.side = a.side THEN 1 ELSE -1 END AS growth
    FROM entry e JOIN ledger_account a ON a.id = e.account_id
), turn AS (
    SELECT account_id, version, amount_fen, held_fen, growth, balance_fen, recorded_at,
        sum(growth * amount_fen) OVER walk AS counted_fen, row_number() OVER walk AS place,
        lag(recorded_at) OVER walk > recorded_at AS is_falling
    FROM grown WINDOW walk AS (PARTITION BY account_id ORDER BY version)
), account AS (
    SELECT account_id, count(*) AS entries, sum(growth * amount_fen) AS balance_fen,
        coalesce(sum(held_fen) FILTER (WHERE growth < 0), 0) AS held_out_fen,
        coalesce(sum(held_fen) FILTER (WHERE growth > 0), 0) AS held_in_fen,
        bool_or(balance_fen <> counted_fen OR version <> place) AS is_torn,
        bool_or(is_falling) AS is_falling
    FROM turn GROUP BY account_id
)
SELECT count(*) FILTER (WHERE (a.version, a.balance_fen, a.held_out_fen, a.held_in_fen)
        IS DISTINCT FROM (coalesce(s.entries, 0), coalesce(s.balance_fen, 0),
            coalesce(s.held_out_fen, 0), coalesce(s.held_in_fen, 0)) OR s.is_torn)
    + (CASE WHEN sum(CASE a.side WHEN 'debit' THEN a.balance_fen ELSE -a.balance_fen END) <> 0
        THEN 1 ELSE 0 END)
    + (SELECT count(*) FROM ledger_transfer t WHERE t.leg_count <>
        (SELECT count(*) FROM ledger_leg l WHERE l.transfer_id = t.id))
    + (SELECT count(*) FROM ledger_leg l WHERE NOT EXISTS
        (SELECT 1 FROM ledger_transfer t WHERE t.id = l.transfer_id)),
    count(*) FILTER (WHERE s.is_falling)
FROM ledger_account a LEFT JOIN account s ON s.account_id = a.id
"""
_FOUND = """
SELECT reference, id, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
FROM ledger_transfer
"""
_BLOCKS = """
SELECT ledger_block_text(number, previous, sealed_at, account_ids, transfer_ids),
    encode(head, 'hex') FROM ledger_block ORDER BY number
"""
_SEALED_ONCE = """
SELECT count(*) FROM (
    SELECT t.id FROM ledger_transfer t FULL JOIN
        (SELECT unnest(transfer_ids) AS id FROM ledger_block) s ON s.id = t.id
    GROUP BY t.id, s.id HAVING t.id IS NULL OR s.id IS NULL OR count(*) > 1) wrong
"""


@dataclass(frozen=True)
class Books:
    """账本的查验: every number is of what is wrong, but the transfers, which are all there are.

    Attributes:
        transfers: how many there are.
        unbalanced: accounts whose figures are not their legs', sums that are not zero, transfers
            without all of their legs.
        falling: accounts along whose versions the time of recording falls.
        chain: what the chain's own verification finds, blocks whose head is not that of their text,
            and transfers that are in no block or in two.
    """

    transfers: int
    unbalanced: int
    falling: int
    chain: int


def examine_books(connection: psycopg.Connection) -> Books:
    """Look at all of the ledger (查验账本); everything committed must be sealed already."""
    transfers = _number(connection, "SELECT count(*) FROM ledger_transfer")
    unbalanced, falling = connection.execute(_UNBALANCED).fetchone() or (1, 0)
    blocks = connection.execute(_BLOCKS).fetchall()
    lines = "".join(text for text, _ in blocks).encode().splitlines(keepends=True)
    report = verify_export(lines)
    wrong = len(report.faults) + report.faults_left_out if blocks else 0
    wrong += int(bool(blocks) and report.head != blocks[-1][1])
    wrong += _number(connection, _SEALED_ONCE)
    return Books(transfers, unbalanced, falling, wrong)


@dataclass
class Answers:
    """回执的查验: what clients were told, beside what is there.

    Attributes:
        acknowledged: transfers whose answer a client wrote down.
        lost: acknowledged ones that are not there just as they were acknowledged.
        doubled: orders that are there more than once.
        torn: steps, answered or not, of which a part is there and a part is not.
        strangers: transfers that nobody ordered.
        unanswered: steps that are there, and whose sender has no answer yet.
    """

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    strangers: int = 0
    unanswered: int = 0


def examine_answers(connection: psycopg.Connection, clients: Sequence[Client]) -> Answers:
    """Look for every order of every client (查验回执)."""
    found: dict[str, list[tuple[int, str]]] = {}
    for reference, number, recorded_at in connection.execute(_FOUND):
        found.setdefault(reference, []).append((number, recorded_at))
    answers = Answers(doubled=sum(len(ids) > 1 for ids in found.values()))
    known = 0
    for client in clients:
        steps = client.script.steps()
        known += sum(order.reference in found for orders in steps for order in orders)
        log = client.acknowledgements.read()
        for place, orders in enumerate(steps):
            there = sum(order.reference in found for order in orders)
            answers.torn += 0 < there < len(orders)
            answers.unanswered += place >= len(log) and there == len(orders)
        for said in log:
            answers.acknowledged += len(said.transfer_ids)
            answers.lost += _lost(steps[said.place], said.transfer_ids, said.recorded_at, found)
    answers.strangers = len(found) - known
    return answers


def _lost(
    orders: Orders,
    transfer_ids: Sequence[int],
    recorded_at: Sequence[str],
    found: Mapping[str, Sequence[tuple[int, str]]],
) -> int:
    return sum(
        (number, moment) not in found.get(order.reference, ())
        for order, number, moment in zip(
            orders, transfer_ids, map(_in_full, recorded_at), strict=True
        )
    )


def _in_full(moment: str) -> str:
    """A moment in UTC, always with the digits of its second that ``isoformat`` leaves out."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="microseconds")


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
