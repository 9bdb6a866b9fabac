"""日发生额: what is kept by account and business day comes to the same as the entries it counts.

There may be more of them than fit into memory, so both sides are added up under random weights, one
for each account and day, twice over, modulo 2^64. What is right agrees for certain; what is wrong
by less than 2^40 fen everywhere agrees once in 2^48 runs. Where an account does not agree, its days
are compared one by one.
"""

import secrets
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shuangjian.foundation.ledger.check.account_table import AccountTable
from shuangjian.foundation.ledger.check.column import Integers, fetch_columns, fetch_rows
from shuangjian.foundation.ledger.check.entry import Entries
from shuangjian.foundation.ledger.check.finding import SHOWN_MOST, FindingList
from shuangjian.foundation.ledger.check.snapshot import Connection

Words = NDArray[np.uint64]
"""64-bit words, added and multiplied modulo 2^64."""

_PAGES: Final = 20_000  # of the table's own, 8 KiB each
_SIZE: Final = "SELECT pg_relation_size('ledger_daytotal') / current_setting('block_size')::int"
_PART: Final = """
SELECT array_agg(account_id), array_agg(booked_on), array_agg(change_fen), array_agg(entries)
FROM ledger_daytotal WHERE ctid >= format('(%%s,0)', %s::bigint)::tid
    AND ctid < format('(%%s,0)', %s::bigint)::tid
"""
_DAYS: Final = """
SELECT booked_on::text, coalesce(kept.change_fen, 0), coalesce(kept.entries, 0),
    coalesce(found.change_fen, 0)::bigint, coalesce(found.entries, 0)
FROM (SELECT * FROM ledger_daytotal WHERE account_id = {account}) kept
FULL JOIN (
    SELECT t.booked_on, count(*) AS entries,
        sum(CASE WHEN e.is_debit = (a.side = 'debit') THEN e.amount_fen ELSE -e.amount_fen END)
            AS change_fen
    FROM (
        SELECT transfer_id, true AS is_debit, amount_fen FROM ledger_leg
            WHERE debit_account_id = {account} AND debit_version <= {counted}
        UNION ALL SELECT transfer_id, false, amount_fen FROM ledger_leg
            WHERE credit_account_id = {account} AND credit_version <= {counted}) e
    JOIN ledger_transfer t ON t.id = e.transfer_id
    JOIN ledger_account a ON a.id = {account}
    GROUP BY t.booked_on) found USING (booked_on)
WHERE (kept.change_fen, kept.entries) IS DISTINCT FROM (found.change_fen, found.entries)
ORDER BY booked_on LIMIT 3
"""


class DayTotals:
    """日发生额 under way: what is kept on one side, the entries on the other."""

    def __init__(self, accounts: AccountTable, findings: FindingList) -> None:
        """Start before the first.

        Args:
            accounts: all of them.
            findings: takes what is wrong.
        """
        self._accounts = accounts
        self._findings = findings
        # why: drawn anew for each run, so that nobody can prepare what is not seen.
        self._seeds = np.frombuffer(secrets.token_bytes(24), np.uint64) | np.uint64(1)
        self._counted = np.zeros(accounts.id.size, np.int64)
        self._kept = np.zeros((3, accounts.id.size), np.uint64)
        self._found = np.zeros((3, accounts.id.size), np.uint64)

    def read(self, connection: Connection) -> None:
        """Add up what is kept (读日发生额); before the first entry is counted."""
        for ids, *columns in _parts(connection):
            places, is_known = self._accounts.places(ids)
            self._findings.add_where(~is_known, "day_total_of_none", id=ids)
            places = places[is_known]
            days, changes, entries = (column[is_known] for column in columns)
            np.add.at(self._counted, places, entries)
            self._add(self._kept, places, days, changes, entries)

    def count(self, entries: Entries) -> None:
        """Add up entries (计入明细) of those that the totals count: an account's first ones."""
        is_counted = entries.version <= self._counted[entries.place]
        if not is_counted.all():
            entries = entries.taken(is_counted)
        ones = np.ones(len(entries), np.int64)
        self._add(self._found, entries.place, entries.booked_on, entries.change, ones)

    def compare(self, connection: Connection) -> None:
        """Tell the accounts, and of the first the days, whose totals are wrong (核对日发生额)."""
        table = self._accounts
        self._findings.add_where(
            self._counted > table.version,
            "day_total_ahead",
            account=table.id,
            counted=self._counted,
            version=table.version,
        )
        is_wrong = (self._kept != self._found).any(axis=0) & (self._counted <= table.version)
        places = is_wrong.nonzero()[0]
        for place in places[:SHOWN_MOST].tolist():
            account = int(table.id[place])
            statement = _DAYS.format(account=account, counted=int(self._counted[place]))
            rows = fetch_rows(connection, statement)
            for day, kept, kept_entries, found, found_entries in rows:
                self._findings.add(
                    "day_total_wrong",
                    account=account,
                    day=day,
                    kept=kept,
                    kept_entries=kept_entries,
                    found=found,
                    found_entries=found_entries,
                )

    def _add(
        self, sums: Words, places: Integers, days: Integers, changes: Integers, entries: Integers
    ) -> None:
        account = self._seeds[0] + places.astype(np.uint64) * self._seeds[1]
        first = _mixed(account + days.astype(np.uint64) * self._seeds[2])
        second = _mixed(first + self._seeds[0])
        change = changes.astype(np.uint64)
        np.add.at(sums[0], places, first * change)
        np.add.at(sums[1], places, second * change)
        np.add.at(sums[2], places, first * entries.astype(np.uint64))


def _parts(connection: Connection) -> Iterator[list[Integers]]:
    """The table, part by part as it lies on disk: no index brings it faster."""
    ((size,),) = fetch_rows(connection, _SIZE)
    for first in range(0, size, _PAGES):
        yield fetch_columns(connection, _PART, [first, first + _PAGES])


def _mixed(words: Words) -> Words:
    """Words from which nothing of the first can be seen: the finaliser of SplitMix64.

    https://prng.di.unimi.it/splitmix64.c
    """
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
