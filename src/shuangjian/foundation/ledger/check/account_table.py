"""账户表: all accounts of the ledger as columns, in order of their numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shuangjian.engines.posting.order import BALANCE_MAXIMUM_FEN
from shuangjian.foundation.ledger.check.column import Bools, Integers, fetch_columns, fetch_rows
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.snapshot import Connection

_ACCOUNTS: Final = """
SELECT array_agg(id), array_agg(book_id),
    array_agg(CASE side WHEN 'debit' THEN 1 WHEN 'credit' THEN -1 ELSE 0 END),
    array_agg(minimum_fen), array_agg(maximum_fen), array_agg(balance_fen),
    array_agg(held_out_fen), array_agg(held_in_fen), array_agg(version), array_agg(recorded_at),
    array_agg(opened_at)
FROM (SELECT * FROM ledger_account ORDER BY id) a
"""

# why: in numeric, since the sum of many large balances need not fit into 64 bits.
_BOOKS: Final = """
SELECT b.code, coalesce(sum(a.balance_fen) FILTER (WHERE a.side = 'debit'), 0)::text,
    coalesce(sum(a.balance_fen) FILTER (WHERE a.side = 'credit'), 0)::text
FROM ledger_book b LEFT JOIN ledger_account a ON a.book_id = b.id
GROUP BY b.id HAVING sum(CASE a.side WHEN 'debit' THEN a.balance_fen ELSE -a.balance_fen END) <> 0
ORDER BY b.id
"""


@dataclass(frozen=True, slots=True)
class AccountTable:
    """账户表: one element an account in every column, rising by ``id``.

    Attributes:
        id: its number.
        book: number of its book.
        side: 1 for one that grows in debit, -1 in credit, 0 for a side there is not.
        minimum: in fen.
        maximum: in fen.
        balance: as it stands, in fen; so are ``held_out`` and ``held_in``.
        held_out: held, and will lower it.
        held_in: held, and will raise it.
        version: how many entries it says it has.
        recorded_at: moment of the last of them, in microseconds since 2000.
        opened_at: when it was opened.
    """

    id: Integers
    book: Integers
    side: Integers
    minimum: Integers
    maximum: Integers
    balance: Integers
    held_out: Integers
    held_in: Integers
    version: Integers
    recorded_at: Integers
    opened_at: Integers

    def places(self, ids: Integers) -> tuple[Integers, Bools]:
        """Where accounts stand in the columns (位置), and whether they are there at all."""
        if not self.id.size:
            return np.zeros(ids.size, np.int64), np.zeros(ids.size, np.bool_)
        # why: numbers are given out with few gaps, so most stand near where they would without.
        places = (ids - self.id[0]).clip(0, self.id.size - 1)
        is_there = self.id[places] == ids
        if not is_there.all():
            others = ~is_there
            places[others] = np.searchsorted(self.id, ids[others]).clip(max=self.id.size - 1)
            is_there = self.id[places] == ids
        return places, is_there


def read_accounts(connection: Connection) -> AccountTable:
    """All accounts (读账户)."""
    return AccountTable(*fetch_columns(connection, _ACCOUNTS))


def check_accounts(connection: Connection, accounts: AccountTable, findings: FindingList) -> None:
    """Each account by itself, and the balances of each book together (核对账户)."""
    most = BALANCE_MAXIMUM_FEN
    is_wrong = (
        (accounts.side == 0)
        | (accounts.minimum > accounts.maximum)
        | (accounts.minimum < -most)
        | (accounts.maximum > most)
        | (accounts.held_out < 0)
        | (accounts.held_in < 0)
    )
    findings.add_where(is_wrong, "account_form", account=accounts.id)
    for book, debit, credit in fetch_rows(connection, _BOOKS):
        findings.add("book_unbalanced", book=book, debit=debit, credit=credit)
