"""区块正文: the canonical text of blocks rebuilt from the rows as they are now, and its hash.

Built here anew, by the server's own functions only: those that sealed the blocks might have been
changed together with the rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shuangjian.foundation.ledger.check.column import fetch_rows
from shuangjian.foundation.ledger.check.snapshot import Connection

BLOCKS_AT_ONCE: Final = 100


def _moment(column: str) -> str:
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


# why: legs are gathered for the whole block at once, not transfer by transfer, to save time.
_TEXTS: Final = rf"""
SELECT b.number, accounts.found, transfers.found, encode(sha256(convert_to(
    concat_ws(E'\t', 'block', b.number, encode(b.previous, 'hex'), {_moment("b.sealed_at")},
        cardinality(b.account_ids), cardinality(b.transfer_ids)) || E'\n'
    || accounts.lines || transfers.lines, 'UTF8')), 'hex')
FROM ledger_block b
CROSS JOIN LATERAL (
    SELECT count(*) AS found, coalesce(string_agg(concat_ws(E'\t', 'account', a.id, book.code,
        a.code, a.owner, a.purpose, a.side,
        CASE a.minimum_fen WHEN -9007199254740991 THEN '' ELSE a.minimum_fen::text END,
        CASE a.maximum_fen WHEN 9007199254740991 THEN '' ELSE a.maximum_fen::text END,
        {_moment("a.opened_at")}) || E'\n', '' ORDER BY a.id), '') AS lines
    FROM ledger_account a JOIN ledger_book book ON book.id = a.book_id
    WHERE a.id = ANY (b.account_ids)
) accounts
CROSS JOIN LATERAL (
    SELECT count(*) AS found, coalesce(string_agg(concat_ws(E'\t', 'transfer', t.id, book.code,
        t.key, t.step, r.kind, r.code, t.booked_on::text, {_moment("t.recorded_at")},
        coalesce(t.original_id::text, ''),
        CASE WHEN t.expires_at IS NULL THEN '' ELSE {_moment("t.expires_at")} END,
        t.reference, l.legs) || E'\n', '' ORDER BY t.id), '') AS lines
    FROM ledger_transfer t
    JOIN ledger_book book ON book.id = t.book_id
    JOIN ledger_reason r ON r.id = t.reason_id
    JOIN (
        SELECT transfer_id, string_agg(debit_account_id || '>' || credit_account_id || ':'
            || amount_fen || ':' || held_fen, ',' ORDER BY number) AS legs
        FROM ledger_leg WHERE transfer_id = ANY (b.transfer_ids) GROUP BY transfer_id
    ) l ON l.transfer_id = t.id
    WHERE t.id = ANY (b.transfer_ids)
) transfers
WHERE b.number BETWEEN %s AND %s
ORDER BY b.number
"""  # noqa: S608 -- made of constants alone


@dataclass(frozen=True, slots=True)
class BlockText:
    """区块正文, hashed.

    Attributes:
        number: of the block.
        accounts: how many of its accounts there are.
        transfers: how many of its transfers there are, with book, reason and legs.
        head: SHA-256 of the text, hexadecimal.
    """

    number: int
    accounts: int
    transfers: int
    head: str


def block_texts(connection: Connection, *, first: int, last: int) -> Iterator[BlockText]:
    """The blocks from ``first`` to ``last`` that there are (重算区块), by number."""
    for row in fetch_rows(connection, _TEXTS, [first, last]):
        yield BlockText(*row)
