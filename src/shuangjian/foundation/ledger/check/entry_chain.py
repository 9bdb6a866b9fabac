"""明细链: each account's entries are 1 to n, and each balance follows from the one before.

Entries come page by page in order of transfers' numbers, and so nearly always in order of versions;
one that comes before its turn waits. What is remembered is per account, not per entry.
"""

from typing import Final

import numpy as np

from shuangjian.engines.posting.order import BALANCE_MAXIMUM_FEN
from shuangjian.foundation.ledger.check.account_table import AccountTable
from shuangjian.foundation.ledger.check.column import Bools, Integers
from shuangjian.foundation.ledger.check.day_total import DayTotals
from shuangjian.foundation.ledger.check.entry import Entries, no_entries
from shuangjian.foundation.ledger.check.finding import FindingList

WAITING_MOST: Final = 100_000
"""More entries than these do not wait: what they wait for is missing."""


class EntryChain:
    """明细链 under way: how far each account has come, entry by entry."""

    def __init__(self, accounts: AccountTable, *, totals: DayTotals, findings: FindingList) -> None:
        """Start before the first entry.

        Args:
            accounts: all of them.
            totals: takes every entry in its turn.
            findings: takes what is wrong.
        """
        self._accounts = accounts
        self._totals = totals
        self._findings = findings
        count = accounts.id.size
        self._version = np.zeros(count, np.int64)
        self._balance = np.zeros(count, np.int64)
        self._out = np.zeros(count, np.int64)
        self._into = np.zeros(count, np.int64)
        self._recorded_at = accounts.opened_at.copy()
        self._waiting = no_entries()

    def take(self, entries: Entries) -> None:
        """The entries of the next page (接下一页), in any order."""
        if len(self._waiting):
            entries = self._waiting.followed_by(entries)
        entries = self._sorted(entries)
        ahead = entries.version - self._version[entries.place]
        is_ready = ahead == np.arange(len(entries)) - _starts(entries.place) + 1
        if is_ready.all():
            ready, self._waiting = entries, no_entries()
        else:
            ready, self._waiting = entries.taken(is_ready), entries.taken(~is_ready)
        self._follow(ready)
        if len(self._waiting) > WAITING_MOST:
            self._give_up_waiting()

    def finish(self) -> None:
        """Hold the accounts as they stand against their last entries (核对账户现状)."""
        self._give_up_waiting()
        table = self._accounts
        for code, stated, found in (
            ("account_version", table.version, self._version),
            ("account_balance", table.balance, self._balance),
            ("account_held_out", table.held_out, self._out),
            ("account_held_in", table.held_in, self._into),
        ):
            self._findings.add_where(
                stated != found, code, account=table.id, stated=stated, found=found
            )
        moved = self._version > 0
        self._findings.add_where(
            moved & (table.recorded_at != self._recorded_at), "account_time", account=table.id
        )

    def _give_up_waiting(self) -> None:
        waiting, self._waiting = self._waiting, no_entries()
        self._follow(waiting)

    def _sorted(self, entries: Entries) -> Entries:
        """By account and version, each version once; others are told."""
        ahead = entries.version - self._version[entries.place]
        is_late = ahead < 1
        if is_late.any():
            self._tell_twice(entries.taken(is_late))
            entries = entries.taken(~is_late)
        order = np.lexsort((entries.version, entries.place))
        entries = entries.taken(order)
        is_same = (np.diff(entries.place) == 0) & (np.diff(entries.version) == 0)
        if is_same.any():
            is_again = np.concatenate([[False], is_same])
            self._tell_twice(entries.taken(is_again))
            entries = entries.taken(~is_again)
        return entries

    def _tell_twice(self, entries: Entries) -> None:
        self._findings.add_where(
            np.ones(len(entries), np.bool_),
            "version_twice",
            transfer=entries.transfer,
            account=self._accounts.id[entries.place],
            version=entries.version,
        )

    def _follow(self, entries: Entries) -> None:
        """Go on by entries in order of accounts and versions; what is missing there is told."""
        if not len(entries):
            return
        place = entries.place
        starts = _starts(place)
        is_first = starts == np.arange(place.size)
        version = np.where(is_first, self._version[place], np.roll(entries.version, 1))
        balance = np.where(is_first, self._balance[place], np.roll(entries.balance, 1))
        moment = np.where(is_first, self._recorded_at[place], np.roll(entries.recorded_at, 1))
        self._check_links(entries, version, balance, moment)
        out = _running(entries.out, starts) + self._out[place]
        into = _running(entries.into, starts) + self._into[place]
        self._check_limits(entries, out, into)
        self._totals.count(entries)
        is_last = np.concatenate([is_first[1:], [True]])
        last = place[is_last]
        self._version[last] = entries.version[is_last]
        self._balance[last] = entries.balance[is_last]
        self._out[last] = out[is_last]
        self._into[last] = into[is_last]
        self._recorded_at[last] = entries.recorded_at[is_last]

    def _check_links(
        self, entries: Entries, version: Integers, balance: Integers, moment: Integers
    ) -> None:
        """Each entry follows the one before it, whose version, balance and moment are given."""
        ids = self._accounts.id[entries.place]
        is_next = entries.version == version + 1
        self._findings.add_where(
            ~is_next, "version_gap", account=ids, missing=version + 1, following=entries.version
        )
        # why: what is missing may have moved anything.
        self._findings.add_where(
            is_next & (entries.balance != balance + entries.change),
            "balance_wrong",
            transfer=entries.transfer,
            account=ids,
            version=entries.version,
            before=balance,
            change=entries.change,
            balance=entries.balance,
        )
        self._findings.add_where(
            entries.recorded_at < moment,
            "time_falls",
            transfer=entries.transfer,
            account=ids,
            version=entries.version,
        )

    def _check_limits(self, entries: Entries, out: Integers, into: Integers) -> None:
        """Limits hold after every transfer, but not between the legs of one."""
        place = entries.place
        is_same = (np.diff(place) == 0) & (np.diff(entries.transfer) == 0)
        is_end = ~np.concatenate([is_same, [False]])
        lowest, highest = entries.balance - out, entries.balance + into
        most = BALANCE_MAXIMUM_FEN
        is_too_low = lowest < self._accounts.minimum[place]
        is_too_high = highest > self._accounts.maximum[place]
        is_too_large = np.abs(entries.balance) > most
        for held in (out, into):
            is_too_large |= (held < 0) | (held > most)
        for is_wrong, code, fen in (
            (is_too_low, "below_minimum", lowest),
            (is_too_high, "above_maximum", highest),
            (is_too_large, "balance_too_large", entries.balance),
        ):
            self._tell_limit(entries, is_end & is_wrong, code, fen)

    def _tell_limit(self, entries: Entries, wrong: Bools, code: str, fen: Integers) -> None:
        self._findings.add_where(
            wrong,
            code,
            transfer=entries.transfer,
            account=self._accounts.id[entries.place],
            version=entries.version,
            fen=fen,
        )


def _starts(places: Integers) -> Integers:
    """For each element of sorted ``places`` where the run of its like begins."""
    begins = np.concatenate([[True], np.diff(places) != 0]) if places.size else np.zeros(0, bool)
    return np.maximum.accumulate(np.where(begins, np.arange(places.size), 0))


def _running(amounts: Integers, starts: Integers) -> Integers:
    """Sums from the start of each run up to each element."""
    if not amounts.any():
        return amounts
    sums = np.cumsum(amounts)
    return np.asarray(sums - sums[starts] + amounts[starts])
