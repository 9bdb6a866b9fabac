"""核对账本: what is looked at, by whom, in which order; two connections work at a time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Final

import numpy as np

from shuangjian.engines.posting.published_head import PublishedHead
from shuangjian.foundation.ledger.check.account_table import (
    check_accounts,
    read_accounts,
)
from shuangjian.foundation.ledger.check.block_chain import check_heads, check_links, check_texts
from shuangjian.foundation.ledger.check.block_text import BLOCKS_AT_ONCE, BlockText, block_texts
from shuangjian.foundation.ledger.check.column import Integers, fetch_columns
from shuangjian.foundation.ledger.check.day_total import DayTotals
from shuangjian.foundation.ledger.check.entry import entries_of
from shuangjian.foundation.ledger.check.entry_chain import EntryChain
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.guards import check_guards
from shuangjian.foundation.ledger.check.key_marks import KeyMarks
from shuangjian.foundation.ledger.check.originals import (
    check_ends,
    check_names,
    check_reversals,
)
from shuangjian.foundation.ledger.check.page import read_pages
from shuangjian.foundation.ledger.check.place import in_words
from shuangjian.foundation.ledger.check.report import CheckReport
from shuangjian.foundation.ledger.check.seal_table import read_seals
from shuangjian.foundation.ledger.check.snapshot import CONNECTIONS, Connection, Snapshot
from shuangjian.foundation.ledger.check.transfer_rules import check_legs, check_transfers

_REASONS: Final = "SELECT array_agg(id) FROM ledger_reason"


def check_ledger(*, heads: Sequence[PublishedHead] = ()) -> CheckReport:
    """Prove every invariant of the ledger as it is at one moment (核对账本); nothing is written.

    Others may write meanwhile; what they commit afterwards is not looked at. Connections of its own
    are used, so what the caller has not committed is not seen either.

    Args:
        heads: as published, from somewhere that the ledger's keeper cannot write. Without them
            a superuser who changed rows and rebuilt the whole chain is not found.
    """
    began = perf_counter()
    with Snapshot() as snapshot:
        check = _LedgerCheck(snapshot, heads)
        check.run()
        return check.report(began)


class _LedgerCheck:
    """One check under way."""

    def __init__(self, snapshot: Snapshot, heads: Sequence[PublishedHead]) -> None:
        self._snapshot = snapshot
        self._heads = heads
        self._findings = FindingList()
        self._texts: dict[int, BlockText] = {}
        self._transfers = 0
        self._unsealed = 0
        self._proved_until = 0
        with snapshot.whole() as connection:
            check_guards(connection, self._findings)
            self._accounts = read_accounts(connection)
            self._seals = read_seals(connection, self._findings)
            check_accounts(connection, self._accounts, self._findings)

    def run(self) -> None:
        """Look at everything (逐项核对)."""
        check_links(self._seals.blocks, self._findings)
        self._check_sealed("account", self._accounts.id)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            # why: the longest first, and blocks in small parts, so that all are busy to the end.
            tasks = [pool.submit(self._check_entries)]
            tasks += [
                pool.submit(self._check_whole, check)
                for check in (check_ends, check_names, check_reversals)
            ]
            tasks += [
                pool.submit(self._rebuild, blocks[0].number, blocks[-1].number)
                for first in range(0, len(self._seals.blocks), BLOCKS_AT_ONCE)
                if (blocks := self._seals.blocks[first : first + BLOCKS_AT_ONCE])
            ]
            try:
                for task in tasks:
                    task.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        check_texts(self._seals.blocks, self._texts, self._findings)
        self._proved_until = check_heads(
            self._seals.blocks, self._texts, heads=self._heads, findings=self._findings
        )

    def _check_whole(self, check: Callable[[Connection, FindingList], None]) -> None:
        with self._snapshot.whole() as connection:
            check(connection, self._findings)

    def _rebuild(self, first: int, last: int) -> None:
        with self._snapshot.by_block() as connection:
            for text in block_texts(connection, first=first, last=last):
                self._texts[text.number] = text

    def _check_entries(self) -> None:
        """All transfers, legs and entries, page by page in order."""
        findings, accounts = self._findings, self._accounts
        totals, keys = DayTotals(accounts, findings), KeyMarks()
        chain = EntryChain(accounts, totals=totals, findings=findings)
        with self._snapshot.by_index() as connection:
            totals.read(connection)
            reasons = np.sort(fetch_columns(connection, _REASONS)[0])
            for page in read_pages(connection, findings):
                check_transfers(page, reasons=reasons, findings=findings)
                check_legs(page, accounts=accounts, findings=findings)
                chain.take(entries_of(page, accounts))
                keys.add(page.transfers.key_mark)
                self._transfers += page.transfers.id.size
                self._unsealed += self._check_sealed("transfer", page.transfers.id)
            chain.finish()
            totals.compare(connection)
            keys.check(connection, findings)

    def _check_sealed(self, what: str, ids: Integers) -> int:
        """Everything up to the floor is in a block; the number of those that are in none."""
        is_account = what == "account"
        sealed = self._seals.accounts if is_account else self._seals.transfers
        floor = self._seals.floor_account_id if is_account else self._seals.floor_id
        is_open = ~sealed.contains(ids)
        floors = np.full(ids.size, floor)
        self._findings.add_where(
            is_open & (ids <= floor), "never_sealed", floor=floors, **{what: ids}
        )
        return int(is_open.sum())

    def report(self, began: float) -> CheckReport:
        """What was found (核对报告)."""
        with self._snapshot.by_index() as connection:
            violations = in_words(connection, self._findings.findings, self._seals)
        shown = [violation.code for violation in violations]
        left_out = {
            code: count - shown.count(code)
            for code, count in self._findings.counts.items()
            if count > shown.count(code)
        }
        blocks = self._seals.blocks
        return CheckReport(
            violations=violations,
            left_out=left_out,
            transfers=self._transfers,
            accounts=self._accounts.id.size,
            blocks=len(blocks),
            unsealed=self._unsealed,
            head=self._texts[blocks[-1].number].head if blocks else "",
            heads=len(self._heads),
            proved_until_block=self._proved_until,
            seconds=round(perf_counter() - began, 3),
        )
