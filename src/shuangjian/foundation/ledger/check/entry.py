"""明细: what every leg does to each of its two accounts, as columns."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from shuangjian.foundation.ledger.check.account_table import AccountTable
from shuangjian.foundation.ledger.check.column import Bools, Integers
from shuangjian.foundation.ledger.check.page import Page


@dataclass(frozen=True, slots=True)
class Entries:
    """明细各列: one element an entry.

    Attributes:
        place: where its account stands in the ``AccountTable``.
        version: its number among the account's entries, from 1.
        change: of the balance, in fen, counted on the account's own side.
        balance: what the entry says was there afterwards, in fen.
        out: change of what is held and will lower the balance, in fen.
        into: change of what is held and will raise it, in fen.
        recorded_at: of its transfer, in microseconds since 2000.
        booked_on: of its transfer, in days since then.
        transfer: number of its transfer.
    """

    place: Integers
    version: Integers
    change: Integers
    balance: Integers
    out: Integers
    into: Integers
    recorded_at: Integers
    booked_on: Integers
    transfer: Integers

    def __len__(self) -> int:
        """How many they are."""
        return self.place.size

    def taken(self, which: Integers | Bools) -> Self:
        """Some of them (取出), by place or by truth."""
        return type(self)(*(column[which] for column in self._columns()))

    def followed_by(self, others: "Entries") -> "Entries":
        """These and others (合并)."""
        pairs = zip(self._columns(), others._columns(), strict=True)  # noqa: SLF001 -- its own kind
        return Entries(*(np.concatenate(pair) for pair in pairs))

    def _columns(self) -> list[Integers]:
        return [getattr(self, column.name) for column in fields(self)]


def no_entries() -> Entries:
    """None yet (没有明细)."""
    return Entries(*(np.zeros(0, np.int64) for _ in fields(Entries)))


def entries_of(page: Page, accounts: AccountTable) -> Entries:
    """The entries of a page (一页的明细), but for those of accounts that there are not."""
    legs, rows, owner = page.legs, page.transfers, page.owner
    halves = []
    for ids, versions, balances, is_debit in (
        (legs.debit, legs.debit_version, legs.debit_balance, 1),
        (legs.credit, legs.credit_version, legs.credit_balance, -1),
    ):
        places, is_known = accounts.places(ids)
        growth = accounts.side[places] * is_debit if accounts.id.size else places
        half = Entries(
            place=places,
            version=versions,
            change=legs.amount * growth,
            balance=balances,
            out=np.where(growth < 0, legs.held, 0),
            into=np.where(growth > 0, legs.held, 0),
            recorded_at=rows.recorded_at[owner],
            booked_on=rows.booked_on[owner],
            transfer=legs.transfer,
        )
        halves.append(half if is_known.all() else half.taken(is_known))
    return halves[0].followed_by(halves[1])
