"""逐笔核对: holds each transfer of an export to the rules of its step and to what it names."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from shuangjian.engines.posting.account_totals import AccountTotals
from shuangjian.engines.posting.export_report import FaultList
from shuangjian.engines.posting.order import LEG_MAXIMUM_FEN, LEGS_MAXIMUM, Step
from shuangjian.engines.posting.record import LegRecord, TransferRecord
from shuangjian.engines.posting.step import ENDED_BY
from shuangjian.engines.posting.transfer_index import KeyIndex, Known, Marker, TransferIndex

Numbered = tuple[int, TransferRecord]
"""A transfer with the number of its line."""


def _moves(leg: LegRecord) -> bool:
    return leg.held_fen == 0 < leg.moved_fen <= LEG_MAXIMUM_FEN


def _holds(leg: LegRecord) -> bool:
    return leg.moved_fen == 0 < leg.held_fen <= LEG_MAXIMUM_FEN


def _releases(leg: LegRecord) -> bool:
    return 0 < -leg.held_fen <= LEG_MAXIMUM_FEN and leg.moved_fen == 0


def _settles(leg: LegRecord) -> bool:
    return 0 < -leg.held_fen <= LEG_MAXIMUM_FEN and 0 <= leg.moved_fen <= -leg.held_fen


_LEG_RULES: Final[dict[Step, Callable[[LegRecord], bool]]] = {
    Step.POSTED: _moves,
    Step.HELD: _holds,
    Step.SETTLED: _settles,
    Step.VOIDED: _releases,
    Step.EXPIRED: _releases,
    Step.REVERSAL: _moves,
}


class TransferCheck:
    """逐笔核对 under way; what it must remember of each transfer is in ``transfer_index``.

    Attributes:
        counts: how many transfers each book has.
        keys: every key with its line.
    """

    def __init__(self, *, accounts: AccountTotals, faults: FaultList) -> None:
        """Start before the first transfer.

        Args:
            accounts: takes every leg; knows the accounts of every block before and of this one.
            faults: takes what is wrong.
        """
        self.counts: dict[str, int] = {}
        self.keys = KeyIndex()
        self._accounts = accounts
        self._faults = faults
        self._index = TransferIndex()
        self._marker = Marker()
        self._books: dict[str, int] = {}
        self._expiries: dict[int, datetime] = {}
        self._block = 0

    def take(self, block: int, transfers: Sequence[Numbered]) -> None:
        """Check the transfers of the next block (核对一块)."""
        self._block = block
        for line, transfer in transfers:
            self._check_itself(line, transfer)
            self._remember(line, transfer)
        # why: within a block an id does not say what came first; a correction wants the reversal
        # of its original, which wants the original.
        for line, transfer in transfers:
            if transfer.step in ENDED_BY:
                self._check_ending(line, transfer)
        for line, transfer in transfers:
            if transfer.step not in ENDED_BY and transfer.original_id is not None:
                self._check_correction(line, transfer, transfer.original_id)

    def _fault(self, code: str, line: int, **words: str | int) -> None:
        self._faults.add(code, self._block, line, **words)

    def _check_itself(self, line: int, transfer: TransferRecord) -> None:
        legs, number = transfer.legs, transfer.id
        rule = _LEG_RULES[transfer.step]
        is_nothing = transfer.step is Step.SETTLED and not any(leg.moved_fen for leg in legs)
        if is_nothing or not all(map(rule, legs)):
            self._fault("wrong_amount", line, id=number, step=transfer.step.value)
        if len(legs) > LEGS_MAXIMUM:
            self._fault("too_many_legs", line, id=number, found=len(legs), most=LEGS_MAXIMUM)
        expires_at = transfer.expires_at
        if expires_at is not None and (
            transfer.step is not Step.HELD or expires_at <= transfer.recorded_at
        ):
            self._fault("wrong_expiry", line, id=number)
        for leg in legs:
            self._check_accounts(line, transfer, leg)
            self._accounts.add(leg)

    def _check_accounts(self, line: int, transfer: TransferRecord, leg: LegRecord) -> None:
        if leg.debit_id == leg.credit_id:
            self._fault("same_account", line, id=transfer.id, account=leg.debit_id)
        for account_id in (leg.debit_id, leg.credit_id):
            account = self._accounts.get(account_id)
            if account is None:
                self._fault("unknown_account", line, id=transfer.id, account=account_id)
            elif account.book != transfer.book:
                self._fault(
                    "other_book", line, id=transfer.id, book=transfer.book, account=account.code
                )

    def _remember(self, line: int, transfer: TransferRecord) -> None:
        book = self._books.setdefault(transfer.book, len(self._books))
        self.counts[transfer.book] = self.counts.get(transfer.book, 0) + 1
        self.keys.add(self._marker.mark(f"{transfer.book}\t{transfer.key}"), line)
        known = Known(
            step=transfer.step,
            book=book,
            mark=self._marker.ending(transfer.legs),
            is_ended=False,
        )
        if not self._index.add(transfer.id, known):
            self._fault("transfer_twice", line, id=transfer.id)
        elif transfer.expires_at is not None:
            self._expiries[transfer.id] = transfer.expires_at

    def _known(self, line: int, transfer: TransferRecord, original_id: int) -> Known | None:
        known = self._index.get(original_id)
        if known is None or known.book != self._books[transfer.book]:
            self._fault(
                "original_absent",
                line,
                id=transfer.id,
                original=original_id,
                book=transfer.book,
            )
            return None
        return known

    def _check_correction(self, line: int, transfer: TransferRecord, original_id: int) -> None:
        if transfer.step is Step.HELD:
            self._fault("original_surplus", line, id=transfer.id)
            return
        known = self._known(line, transfer, original_id)
        if known is not None and (known.step is Step.HELD or not known.is_ended):
            self._fault("not_reversed", line, id=transfer.id, original=original_id)

    def _check_ending(self, line: int, transfer: TransferRecord) -> None:
        original_id = transfer.original_id
        if original_id is None:
            self._fault("original_missing", line, id=transfer.id)
            return
        known = self._known(line, transfer, original_id)
        if known is None:
            return
        is_reversal = transfer.step is Step.REVERSAL
        if known.step not in ENDED_BY[transfer.step]:
            code = "not_reversible" if is_reversal else "not_a_hold"
            self._fault(code, line, id=transfer.id, original=original_id)
            return
        if known.is_ended:
            code = "reversed_twice" if is_reversal else "hold_resolved_twice"
            self._fault(code, line, id=transfer.id, original=original_id)
        self._index.end(original_id)
        mark = self._marker.mark(
            ",".join(
                f"{leg.debit_id}>{leg.credit_id}:{leg.moved_fen if is_reversal else -leg.held_fen}"
                for leg in transfer.legs
            )
        )
        if mark != known.mark:
            self._fault("not_mirrored", line, id=transfer.id, original=original_id)
        self._check_expiry(line, transfer, original_id)

    def _check_expiry(self, line: int, transfer: TransferRecord, original_id: int) -> None:
        # why: taken out, so that only what is still open is remembered.
        expires_at = self._expiries.pop(original_id, None)
        is_due = expires_at is not None and expires_at <= transfer.recorded_at
        if transfer.step is Step.SETTLED and is_due:
            self._fault("hold_expired", line, id=transfer.id, original=original_id)
        if transfer.step is Step.EXPIRED and not is_due:
            self._fault("hold_not_due", line, id=transfer.id, original=original_id)
