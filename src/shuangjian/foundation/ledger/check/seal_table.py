"""封存表: the blocks as they stand, and in which of them each transfer and account is."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shuangjian.foundation.ledger.check.column import Bools, Integers, fetch_rows
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.snapshot import Connection

_BLOCKS: Final = """
SELECT number, encode(previous, 'hex'), encode(head, 'hex'), sealed_at::text,
    account_ids, transfer_ids, transfers_total, floor_id,
    floor_account_id, floor_number
FROM ledger_block ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class SealedIds:
    """已封存的号: the numbers that stand in blocks, rising, and the block of each."""

    ids: Integers
    blocks: Integers

    def contains(self, ids: Integers) -> Bools:
        """Which of ``ids`` are in a block (是否已封存)."""
        return np.asarray(self.blocks_of(ids) > 0)

    def blocks_of(self, ids: Integers) -> Integers:
        """The block of each of ``ids`` (所在区块), 0 for none."""
        if not self.ids.size:
            return np.zeros(ids.size, np.int64)
        places = np.searchsorted(self.ids, ids).clip(max=self.ids.size - 1)
        return np.where(self.ids[places] == ids, self.blocks[places], 0)


@dataclass(frozen=True, slots=True)
class Block:
    """一块, as its row says.

    Attributes:
        number: its number.
        previous: the head before it, hexadecimal.
        head: its own.
        sealed_at: when it was sealed, in UTC; so written, moments compare as texts do.
        accounts: how many it names.
        transfers: the same.
        total: how many transfers it says there are in it and all before it.
    """

    number: int
    previous: str
    head: str
    sealed_at: str
    accounts: int
    transfers: int
    total: int


@dataclass(frozen=True, slots=True)
class SealTable:
    """封存表.

    Attributes:
        blocks: all blocks, by number.
        transfers: what stands in them.
        accounts: the same of accounts.
        floor_id: every transfer up to it is said to be sealed.
        floor_account_id: the same of accounts.
    """

    blocks: tuple[Block, ...]
    transfers: SealedIds
    accounts: SealedIds
    floor_id: int
    floor_account_id: int


def read_seals(connection: Connection, findings: FindingList) -> SealTable:
    """All blocks (读区块); what stands in two of them, or above a floor, is a finding."""
    rows = fetch_rows(connection, _BLOCKS)
    numbers = np.array([row[0] for row in rows], np.int64)
    # why: chosen as the sealer chooses it.
    last = max(rows, key=lambda row: (row[9], row[7]), default=None)
    floor_id, floor_account_id, floor_number = last[7:] if last else (0, 0, 0)
    accounts = _sealed(numbers, [row[4] for row in rows])
    transfers = _sealed(numbers, [row[5] for row in rows])
    for name, sealed, floor in (
        ("account", accounts, floor_account_id),
        ("transfer", transfers, floor_id),
    ):
        again = np.concatenate([[False], np.diff(sealed.ids) == 0])[: sealed.ids.size]
        above = (sealed.blocks <= floor_number) & (sealed.ids > floor)
        for is_wrong, code in ((again, "sealed_twice"), (above, "above_floor")):
            findings.add_where(is_wrong, code, number=sealed.blocks, **{name: sealed.ids})
    return SealTable(
        blocks=tuple(
            Block(row[0], row[1], row[2], row[3], row[4].size, row[5].size, row[6]) for row in rows
        ),
        transfers=transfers,
        accounts=accounts,
        floor_id=floor_id,
        floor_account_id=floor_account_id,
    )


def _sealed(numbers: Integers, columns: list[Integers]) -> SealedIds:
    ids = np.concatenate([np.zeros(0, np.int64), *columns])
    blocks = np.repeat(numbers, [column.size for column in columns])
    order = np.argsort(ids, kind="stable")
    return SealedIds(ids[order], blocks[order])
