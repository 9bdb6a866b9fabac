"""账户明细: what each leg did to one account, version by version, and the account's limits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shuangjian.engines.posting.order import BALANCE_MAXIMUM_FEN, Balance, Side
from shuangjian.engines.posting.record import AccountRecord, LegRecord, TransferRecord
from shuangjian.engines.posting.refusal import LedgerRefusedError


@dataclass(frozen=True, slots=True)
class Entry:
    """账户明细的一行: one leg as one of its two accounts sees it, and how the account stands then.

    Attributes:
        account_id: the account.
        version: 1 for the account's first entry, then one more each, in the order of commits.
        transfer_id: of which transfer.
        number: of which leg of it, from 1.
        booked_on: the transfer's business day.
        recorded_at: when it was recorded, never before an earlier version's.
        moved_fen: the change of the balance, on the account's own side.
        held_out_fen: the change of what is held and will lower the balance.
        held_in_fen: the change of what is held and will raise it.
        balance: the account after this leg.
    """

    account_id: int
    version: int
    transfer_id: int
    number: int
    booked_on: date
    recorded_at: datetime
    moved_fen: int
    held_out_fen: int
    held_in_fen: int
    balance: Balance


def opening_balance(account: AccountRecord) -> Balance:
    """An account that has no entry yet (期初): nothing, version 0."""
    return Balance(account.code, 0, 0, 0, 0)


def entry_of(
    account: AccountRecord,
    before: Balance,
    *,
    transfer: TransferRecord,
    number: int,
    side: Side,
) -> Entry:
    """What a leg does to the account on one of its sides (记一笔明细).

    Args:
        account: the account.
        before: how it stands before the leg.
        transfer: the transfer.
        number: which leg of it, from 1.
        side: whether the leg debits or credits the account.
    """
    leg: LegRecord = transfer.legs[number - 1]
    raises = side is account.side
    moved = leg.moved_fen if raises else -leg.moved_fen
    held_out = 0 if raises else leg.held_fen
    held_in = leg.held_fen if raises else 0
    after = Balance(
        account=account.code,
        balance_fen=before.balance_fen + moved,
        held_out_fen=before.held_out_fen + held_out,
        held_in_fen=before.held_in_fen + held_in,
        version=before.version + 1,
    )
    return Entry(
        account_id=account.id,
        version=after.version,
        transfer_id=transfer.id,
        number=number,
        booked_on=transfer.booked_on,
        recorded_at=transfer.recorded_at,
        moved_fen=moved,
        held_out_fen=held_out,
        held_in_fen=held_in,
        balance=after,
    )


def total_of(account: AccountRecord, entries: Iterable[Entry]) -> Balance:
    """What some of an account's entries come to (合计); its version says how many they are."""
    total = opening_balance(account)
    for entry in entries:
        total = Balance(
            account=account.code,
            balance_fen=total.balance_fen + entry.moved_fen,
            held_out_fen=total.held_out_fen + entry.held_out_fen,
            held_in_fen=total.held_in_fen + entry.held_in_fen,
            version=total.version + 1,
        )
    return total


def check_limits(account: AccountRecord, after: Balance) -> None:
    """Refuse how an account would stand after a transfer (检查限额).

    Raises:
        LedgerRefusedError: ``below_minimum``, ``above_maximum``, ``balance_too_large``.
    """
    least, most = after.available_fen, after.balance_fen + after.held_in_fen
    if account.minimum_fen is not None and least < account.minimum_fen:
        raise LedgerRefusedError(
            "below_minimum",
            account=account.code,
            would_be_fen=least,
            limit_fen=account.minimum_fen,
        )
    if account.maximum_fen is not None and most > account.maximum_fen:
        raise LedgerRefusedError(
            "above_maximum",
            account=account.code,
            would_be_fen=most,
            limit_fen=account.maximum_fen,
        )
    for figure in (after.balance_fen, after.held_out_fen, after.held_in_fen, least, most):
        if abs(figure) > BALANCE_MAXIMUM_FEN:
            raise LedgerRefusedError(
                "balance_too_large",
                account=account.code,
                would_be_fen=figure,
                limit_fen=BALANCE_MAXIMUM_FEN,
            )
