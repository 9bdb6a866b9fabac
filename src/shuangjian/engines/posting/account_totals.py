"""账户合计: the accounts of an export and what its transfers come to on each."""

from collections.abc import Iterator
from dataclasses import dataclass

from shuangjian.engines.posting.entry import check_limits
from shuangjian.engines.posting.export_report import BookTotal
from shuangjian.engines.posting.order import Balance, Side
from shuangjian.engines.posting.record import AccountRecord, LegRecord
from shuangjian.engines.posting.refusal import LedgerRefusedError


@dataclass(slots=True)
class _Total:
    account: AccountRecord
    balance_fen: int = 0
    held_out_fen: int = 0
    held_in_fen: int = 0
    entries: int = 0

    def add(self, leg: LegRecord, side: Side) -> None:
        self.entries += 1
        if side is self.account.side:
            self.balance_fen += leg.moved_fen
            self.held_in_fen += leg.held_fen
        else:
            self.balance_fen -= leg.moved_fen
            self.held_out_fen += leg.held_fen

    def balance(self) -> Balance:
        return Balance(
            account=self.account.code,
            balance_fen=self.balance_fen,
            held_out_fen=self.held_out_fen,
            held_in_fen=self.held_in_fen,
            version=self.entries,
        )


class AccountTotals:
    """账户合计, by id; about 850 bytes an account."""

    def __init__(self) -> None:
        """Start with none."""
        self._totals: dict[int, _Total] = {}
        self._codes: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        """How many accounts there are."""
        return len(self._totals)

    def open(self, account: AccountRecord) -> str | None:
        """Take up an account (开户); the code of what is wrong, if it is there already."""
        if account.id in self._totals:
            return "account_twice"
        self._totals[account.id] = _Total(account)
        name = (account.book, account.code)
        if name in self._codes:
            return "code_twice"
        self._codes.add(name)
        return None

    def get(self, account_id: int) -> AccountRecord | None:
        """An account by its id (查账户)."""
        total = self._totals.get(account_id)
        return total.account if total else None

    def add(self, leg: LegRecord) -> None:
        """Add a leg to those of its accounts that there are (过账)."""
        for account_id, side in ((leg.debit_id, Side.DEBIT), (leg.credit_id, Side.CREDIT)):
            total = self._totals.get(account_id)
            if total is not None:
                total.add(leg, side)

    def refusals(self) -> Iterator[LedgerRefusedError]:
        """What the last balances break (越限), account by account in order of id."""
        for account_id in sorted(self._totals):
            total = self._totals[account_id]
            try:
                check_limits(total.account, total.balance())
            except LedgerRefusedError as error:
                yield error

    def books(self, transfers: dict[str, int]) -> tuple[BookTotal, ...]:
        """The totals of each book (账簿合计), by code.

        Args:
            transfers: how many transfers each book has.
        """
        sums: dict[str, dict[Side, int]] = {}
        counts: dict[str, int] = {}
        for total in self._totals.values():
            account = total.account
            sides = sums.setdefault(account.book, dict.fromkeys(Side, 0))
            sides[account.side] += total.balance_fen
            counts[account.book] = counts.get(account.book, 0) + 1
        return tuple(
            BookTotal(
                book=book,
                accounts=counts.get(book, 0),
                transfers=transfers.get(book, 0),
                debit_fen=sums.get(book, {}).get(Side.DEBIT, 0),
                credit_fen=sums.get(book, {}).get(Side.CREDIT, 0),
            )
            for book in sorted(counts.keys() | transfers.keys())
        )
