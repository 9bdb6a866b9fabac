"""账本模型: the rules of the ledger on dictionaries; what PostgreSQL answers is held against it.

It is written to be read beside ``docs/algorithms/ledger.md``, not to be fast. Refusals come in the
order of ``refusal.CODES``. Whoever calls it says the moment, so that it reads no clock.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from shuangjian.engines.posting.entry import (
    Entry,
    check_limits,
    entry_of,
    opening_balance,
    total_of,
)
from shuangjian.engines.posting.order import AccountOrder, Balance, Order, Receipt, Side, Step
from shuangjian.engines.posting.record import AccountRecord, LegRecord, TransferRecord
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import (
    check_account,
    check_batch,
    check_order,
    check_titled,
)
from shuangjian.engines.posting.step import ENDED_BY, legs_after


@dataclass
class _Book:
    """One book: everything by the name that its callers give it, in the order of recording."""

    title: str
    currency: str
    accounts: dict[str, AccountRecord] = field(default_factory=dict)
    transfers: dict[str, TransferRecord] = field(default_factory=dict)


class ModelLedger:
    """账本模型: books, accounts, transfers, and what follows from them.

    Every method that changes something either does all of it or raises ``LedgerRefusedError`` and
    changes nothing.
    """

    def __init__(self) -> None:
        """Start without any book."""
        self._books: dict[str, _Book] = {}
        self._reasons: dict[tuple[str, str], str] = {}
        self._accounts: dict[int, AccountRecord] = {}
        self._transfers: dict[int, TransferRecord] = {}
        self._entries: dict[int, list[Entry]] = {}
        self._ended_by: dict[int, str] = {}

    def open_book(self, code: str, *, title: str, currency: str = "CNY") -> None:
        """Open a book (开账簿); the same book again is no other book.

        Raises:
            LedgerRefusedError: ``bad_text``, ``identity_in_text``, ``book_differs``.
        """
        check_titled(title=title, book=code)
        book = self._books.setdefault(code, _Book(title, currency))
        if (book.title, book.currency) != (title, currency):
            raise LedgerRefusedError("book_differs", book=code)

    def register_reason(self, kind: str, code: str, *, title: str) -> None:
        """Register a pair of kind and reason (登记事由); the same again changes nothing.

        Raises:
            LedgerRefusedError: ``bad_text``, ``identity_in_text``, ``reason_differs``.
        """
        check_titled(title=title, kind=kind, reason=code)
        if self._reasons.setdefault((kind, code), title) != title:
            raise LedgerRefusedError("reason_differs", kind=kind, reason=code)

    def open_account(self, order: AccountOrder, *, book: str, at: datetime) -> AccountRecord:
        """Open an account (开户), or find the one that is open under its code.

        Raises:
            LedgerRefusedError: as ``shape.check_account``; ``unknown_book``, ``account_differs``.
        """
        check_account(order)
        accounts = self._book(book).accounts
        wanted = AccountRecord(
            id=len(self._accounts) + 1,
            book=book,
            code=order.code,
            owner=order.owner,
            purpose=order.purpose,
            side=order.side,
            minimum_fen=order.minimum_fen,
            maximum_fen=order.maximum_fen,
            opened_at=at,
        )
        known = accounts.get(order.code)
        if known is None:
            accounts[order.code] = self._accounts[wanted.id] = wanted
            self._entries[wanted.id] = []
            return wanted
        if replace(wanted, id=known.id, opened_at=known.opened_at) != known:
            raise LedgerRefusedError("account_differs", account=order.code)
        return known

    def post(self, order: Order, *, book: str, at: datetime) -> Receipt:
        """Do one transfer (记账), or answer as the first time.

        Args:
            order: what is asked.
            book: code of the book.
            at: what the ledger's clock says, aware.

        Raises:
            LedgerRefusedError: any code of an order.
        """
        check_order(order, at=at)
        return self._post(order, book=book, at=at)

    def post_batch(
        self, orders: Sequence[Order], *, book: str, at: datetime
    ) -> tuple[Receipt, ...]:
        """Do orders one after another, all or none of them (批量记账).

        Raises:
            LedgerRefusedError: any code of an order or a batch, with the index of the first wrong
                order.
        """
        check_batch(orders, at=at)
        recorded = len(self._transfers)
        at = self._shared_moment(orders, book=book, at=at)
        receipts = []
        for index, order in enumerate(orders):
            try:
                receipts.append(self._post(order, book=book, at=at))
            except LedgerRefusedError as error:
                self._forget_after(recorded)
                raise LedgerRefusedError(error.code, index=index, **error.details) from None
        return tuple(receipts)

    def balance(self, account: str, *, book: str) -> Balance:
        """How an account stands (余额).

        Raises:
            LedgerRefusedError: ``unknown_book``, ``unknown_account``.
        """
        return self._balance(self._account(account, book=book))

    def balance_on(self, account: str, *, book: str, day: date) -> Balance:
        """What was booked on the day or before (某业务日余额), as known now, whenever recorded.

        Raises:
            LedgerRefusedError: ``unknown_book``, ``unknown_account``.
        """
        found = self._account(account, book=book)
        return total_of(
            found, (entry for entry in self._entries[found.id] if entry.booked_on <= day)
        )

    def balance_at(self, account: str, *, book: str, moment: datetime) -> Balance:
        """What was recorded at the moment or before (某时刻余额), for whatever business day.

        Raises:
            LedgerRefusedError: ``unknown_book``, ``unknown_account``.
        """
        found = self._account(account, book=book)
        return total_of(
            found, (entry for entry in self._entries[found.id] if entry.recorded_at <= moment)
        )

    def entries(self, account: str, *, book: str) -> tuple[Entry, ...]:
        """Every entry of an account (账户明细), by version.

        Raises:
            LedgerRefusedError: ``unknown_book``, ``unknown_account``.
        """
        return tuple(self._entries[self._account(account, book=book).id])

    def accounts(self) -> tuple[AccountRecord, ...]:
        """Every account of every book (全部账户), by id."""
        return tuple(self._accounts.values())

    def transfers(self) -> tuple[TransferRecord, ...]:
        """Every transfer of every book (全部转账), by id."""
        return tuple(self._transfers.values())

    def _post(self, order: Order, *, book: str, at: datetime) -> Receipt:
        wanted = self._transfer_of(order, book=book, at=at)
        known = self._books[book].transfers.get(order.key)
        if known is not None:
            if not wanted.has_content_of(known):
                raise LedgerRefusedError("key_reused", key=order.key)
            return Receipt(known.id, known.key, known.recorded_at, is_repeat=True)
        self._check_timing(wanted)
        entries = list(self._entries_of(wanted))
        after = {entry.account_id: entry.balance for entry in entries}
        for account_id in sorted(after):
            check_limits(self._accounts[account_id], after[account_id])
        self._keep(wanted, entries)
        return Receipt(wanted.id, wanted.key, wanted.recorded_at, is_repeat=False)

    def _shared_moment(self, orders: Sequence[Order], *, book: str, at: datetime) -> datetime:
        """Orders that only bring new legs are recorded together; others each at its own moment."""
        accounts = self._books[book].accounts if book in self._books else {}
        codes = {code for order in orders for leg in order.legs for code in (leg.debit, leg.credit)}
        is_together = codes <= accounts.keys() and all(
            order.original is None
            and order.step not in ENDED_BY
            and (order.kind, order.reason) in self._reasons
            for order in orders
        )
        touched = {accounts[code].id for code in codes} if is_together else set()
        return self._latest(touched, at=at)

    def _transfer_of(self, order: Order, *, book: str, at: datetime) -> TransferRecord:
        """What an order asks for, were it done now; ``unknown_book`` to ``unknown_account``."""
        kept = self._book(book)
        if (order.kind, order.reason) not in self._reasons:
            raise LedgerRefusedError("unknown_reason", kind=order.kind, reason=order.reason)
        original = self._original(order, kept)
        if order.step in ENDED_BY and original is not None:
            legs = legs_after(original, order)
        else:
            legs = self._own_legs(order, book=book)
        return TransferRecord(
            id=len(self._transfers) + 1,
            book=book,
            key=order.key,
            step=order.step,
            kind=order.kind,
            reason=order.reason,
            booked_on=order.booked_on,
            recorded_at=self._recorded_at(legs, at=at),
            original_id=original.id if original else None,
            expires_at=order.expires_at,
            reference=order.reference,
            legs=legs,
        )

    def _original(self, order: Order, book: _Book) -> TransferRecord | None:
        ends = ENDED_BY.get(order.step)
        if order.original is None and ends is None:
            return None
        original = book.transfers.get(order.original or "")
        if original is None:
            raise LedgerRefusedError("unknown_original", original=order.original)
        if ends is None and self._reversal_of(original) is None:
            raise LedgerRefusedError("not_reversed", original=original.key)
        if ends is not None and original.step not in ends:
            code = "not_reversible" if order.step is Step.REVERSAL else "not_a_hold"
            raise LedgerRefusedError(code, original=original.key)
        return original

    def _reversal_of(self, transfer: TransferRecord) -> str | None:
        """Key of the transfer that reversed it; what ends a hold is no reversal."""
        return None if transfer.step is Step.HELD else self._ended_by.get(transfer.id)

    def _own_legs(self, order: Order, *, book: str) -> tuple[LegRecord, ...]:
        is_hold = order.step is Step.HELD
        return tuple(
            LegRecord(
                debit_id=self._account(leg.debit, book=book).id,
                credit_id=self._account(leg.credit, book=book).id,
                moved_fen=0 if is_hold else leg.amount_fen,
                held_fen=leg.amount_fen if is_hold else 0,
            )
            for leg in order.legs
        )

    def _recorded_at(self, legs: tuple[LegRecord, ...], *, at: datetime) -> datetime:
        touched = {account for leg in legs for account in (leg.debit_id, leg.credit_id)}
        return self._latest(touched, at=at)

    def _latest(self, touched: Set[int], *, at: datetime) -> datetime:
        """The clock's moment, unless it stepped back behind an entry of one of the accounts."""
        latest = [self._entries[each][-1].recorded_at for each in touched if self._entries[each]]
        return max([at, *latest])

    def _check_timing(self, wanted: TransferRecord) -> None:
        """What hangs on when a transfer comes: ``expiry_in_past`` to ``already_reversed``."""
        now = wanted.recorded_at
        if wanted.expires_at is not None and wanted.expires_at <= now:
            raise LedgerRefusedError("expiry_in_past", key=wanted.key)
        if wanted.step not in ENDED_BY or wanted.original_id is None:
            return
        original = self._transfers[wanted.original_id]
        ended_by = self._ended_by.get(original.id)
        if wanted.step is Step.REVERSAL:
            if ended_by is not None:
                raise LedgerRefusedError("already_reversed", original=original.key, by=ended_by)
            return
        if ended_by is not None:
            raise LedgerRefusedError("hold_resolved", original=original.key, by=ended_by)
        is_due = original.expires_at is not None and original.expires_at <= now
        if wanted.step is Step.SETTLED and is_due:
            raise LedgerRefusedError("hold_expired", original=original.key)
        if wanted.step is Step.EXPIRED and not is_due:
            raise LedgerRefusedError("hold_not_due", original=original.key)
        for leg in wanted.legs:
            if leg.moved_fen > -leg.held_fen:
                raise LedgerRefusedError(
                    "amount_above_hold", amount_fen=leg.moved_fen, limit_fen=-leg.held_fen
                )

    def _entries_of(self, transfer: TransferRecord) -> Iterator[Entry]:
        """Two entries a leg, debit first; each stands on what is before it."""
        standing: dict[int, Balance] = {}
        for number, leg in enumerate(transfer.legs, start=1):
            for account_id, side in ((leg.debit_id, Side.DEBIT), (leg.credit_id, Side.CREDIT)):
                account = self._accounts[account_id]
                before = standing.get(account_id) or self._balance(account)
                entry = entry_of(account, before, transfer=transfer, number=number, side=side)
                standing[account_id] = entry.balance
                yield entry

    def _keep(self, transfer: TransferRecord, entries: Sequence[Entry]) -> None:
        self._transfers[transfer.id] = transfer
        self._books[transfer.book].transfers[transfer.key] = transfer
        for entry in entries:
            self._entries[entry.account_id].append(entry)
        if transfer.step in ENDED_BY and transfer.original_id is not None:
            self._ended_by[transfer.original_id] = transfer.key

    def _forget_after(self, last_id: int) -> None:
        """Take back the transfers of a batch that came to nothing."""
        for transfer in [each for each in self._transfers.values() if each.id > last_id]:
            del self._transfers[transfer.id]
            del self._books[transfer.book].transfers[transfer.key]
            for leg in transfer.legs:
                for account_id in (leg.debit_id, leg.credit_id):
                    self._entries[account_id].pop()
            if transfer.step in ENDED_BY and transfer.original_id is not None:
                del self._ended_by[transfer.original_id]

    def _book(self, code: str) -> _Book:
        if code not in self._books:
            raise LedgerRefusedError("unknown_book", book=code)
        return self._books[code]

    def _account(self, code: str, *, book: str) -> AccountRecord:
        accounts = self._book(book).accounts
        if code not in accounts:
            raise LedgerRefusedError("unknown_account", account=code)
        return accounts[code]

    def _balance(self, account: AccountRecord) -> Balance:
        entries = self._entries[account.id]
        return entries[-1].balance if entries else opening_balance(account)
