"""记账服务: all that may be done to the ledger. Each call is one transaction, all or nothing.

A call that returns is durable, unless it was made inside a transaction of the caller's: then it is
durable with that. What is not done raises ``LedgerRefusedError`` with a code, and wrote nothing.
Every call may be sent again with the same key: it is answered as the first time. Examples of all
calls are in docs/algorithms/ledger.md.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, cast

from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Receipt, Step
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import EXPIRY_KEY, check_account, check_book, check_titled
from shuangjian.foundation.ledger.call import call
from shuangjian.foundation.ledger.sending import send, send_batch, tried

_OPEN: Final = (
    "SELECT ledger_open_accounts(%s, %s::text[], %s::text[], %s::text[], %s::text[], "
    "%s::bigint[], %s::bigint[])"
)


def open_book(*, code: str, title: str) -> None:
    """Open a book (开立账簿); again with the same title changes nothing.

    Raises:
        LedgerRefusedError: ``bad_text``, ``identity_in_text``, ``book_differs``.
    """
    check_titled(title=title, book=code)
    call("SELECT ledger_open_book(%s, %s)", (code, title))


def register_reason(*, kind: str, reason: str, title: str) -> None:
    """Register a reason of a kind of transfer (登记事由); again changes nothing.

    Raises:
        LedgerRefusedError: ``bad_text``, ``identity_in_text``, ``reason_differs``.
    """
    check_titled(title=title, kind=kind, reason=reason)
    call("SELECT ledger_register_reason(%s, %s, %s)", (kind, reason, title))


def open_accounts(*, book: str, accounts: Sequence[AccountOrder]) -> int:
    """Open accounts (开户), all or none; those that are open already stay as they are.

    Returns:
        How many were newly opened.

    Raises:
        LedgerRefusedError: with ``index``: ``bad_text``, ``identity_in_text``,
            ``amount_not_whole``, ``amount_too_large``, ``below_minimum``, ``above_maximum``,
            ``unknown_book``, ``account_differs``.
    """
    for index, account in enumerate(accounts):
        try:
            check_account(account)
        except LedgerRefusedError as error:
            raise LedgerRefusedError(error.code, index=index, **error.details) from None
    check_book(book)
    parameters = (
        book,
        [account.code for account in accounts],
        [account.owner for account in accounts],
        [account.purpose for account in accounts],
        [account.side.value for account in accounts],
        [account.minimum_fen for account in accounts],
        [account.maximum_fen for account in accounts],
    )
    return cast("int", tried(lambda: call(_OPEN, parameters))[0][0])


def post_transfer(
    *,
    book: str,
    key: str,
    kind: str,
    reason: str,
    booked_on: date,
    legs: Sequence[Leg],
    reference: str = "",
    corrects: str | None = None,
) -> Receipt:
    """Move money (记账).

    Args:
        book: code of the book.
        key: the caller's own name of this transfer, for ever.
        kind: what kind of movement it is, registered with ``reason``.
        reason: why.
        booked_on: the business day it belongs to.
        legs: one or more amounts out of a debit into a credit.
        reference: a pseudonymous reference to the outside.
        corrects: key of a reversed transfer which this one puts right.

    Raises:
        LedgerRefusedError: any code of a posted transfer.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        legs=tuple(legs),
        reference=reference,
        original=corrects,
    )
    return send(book, order)


def hold(
    *,
    book: str,
    key: str,
    kind: str,
    reason: str,
    booked_on: date,
    legs: Sequence[Leg],
    reference: str = "",
    expires_at: datetime | None = None,
) -> Receipt:
    """Set money aside (冻结) until it is settled, voided or expires; once, whatever the race.

    Args:
        book: code of the book.
        key: the caller's own name of this hold, for ever.
        kind: what kind of movement it will be.
        reason: why.
        booked_on: the business day it belongs to.
        legs: what is to move.
        reference: a pseudonymous reference to the outside.
        expires_at: from then on, by the database's clock, it can no longer be settled.

    Raises:
        LedgerRefusedError: any code of a held transfer.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.HELD,
        legs=tuple(legs),
        reference=reference,
        expires_at=expires_at,
    )
    return send(book, order)


def settle_hold(
    *,
    book: str,
    key: str,
    hold: str,
    kind: str,
    reason: str,
    booked_on: date,
    amounts_fen: Sequence[int] | None = None,
    reference: str = "",
) -> Receipt:
    """Move what a hold set aside (冻结转记账), all or a part; the rest is set free.

    Args:
        book: code of the book.
        key: the caller's own name of this step.
        hold: key of the hold.
        kind: what kind of movement it is.
        reason: why.
        booked_on: the business day it belongs to.
        amounts_fen: what moves of each leg, in their order; ``None`` moves all.
        reference: a pseudonymous reference to the outside.

    Raises:
        LedgerRefusedError: ``hold_resolved``, ``hold_expired``, ``amount_above_hold`` and others.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.SETTLED,
        reference=reference,
        original=hold,
        amounts_fen=None if amounts_fen is None else tuple(amounts_fen),
    )
    return send(book, order)


def void_hold(
    *, book: str, key: str, hold: str, kind: str, reason: str, booked_on: date, reference: str = ""
) -> Receipt:
    """Set free what a hold set aside (解冻).

    Raises:
        LedgerRefusedError: ``hold_resolved`` and others.
    """
    order = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.VOIDED,
        reference=reference,
        original=hold,
    )
    return send(book, order)


def expire_holds(*, book: str, booked_on: date, limit: int = 1_000) -> list[Receipt]:
    """Set free what holds past their time set aside (到期解冻); the oldest first.

    Each is a transfer of its own, with the hold's kind and reason; its key is ``expired/`` and the
    hold's number.

    Returns:
        One receipt a hold, none that another call has resolved meanwhile.

    Raises:
        LedgerRefusedError: ``unknown_book``, ``bad_day`` and others of an ended hold.
    """
    check_book(book)
    if not call("SELECT id FROM ledger_book WHERE code = %s", (book,)):
        raise LedgerRefusedError("unknown_book", book=book)
    due = call("SELECT * FROM ledger_due_holds(%s, %s)", (book, limit))
    receipts = []
    for number, key, kind, reason in cast("list[tuple[int, str, str, str]]", due):
        order = Order(
            key=f"{EXPIRY_KEY}{number}",
            kind=kind,
            reason=reason,
            booked_on=booked_on,
            step=Step.EXPIRED,
            original=key,
        )
        try:
            receipt = send(book, order)
        except LedgerRefusedError as error:
            # why: another timer was first, perhaps with another day; or the clock stepped back.
            if error.code not in {"hold_resolved", "key_reused", "hold_not_due"}:
                raise
        else:
            receipts += [] if receipt.is_repeat else [receipt]
    return receipts


def reverse_transfer(
    *,
    book: str,
    key: str,
    transfer: str,
    kind: str,
    reason: str,
    booked_on: date,
    reference: str = "",
) -> Receipt:
    """Undo a transfer by its mirror image (冲正), once for ever; both stay in the book.

    Raises:
        LedgerRefusedError: ``not_reversible``, ``already_reversed``, ``below_minimum`` where the
            money is no longer there, and others.
    """
    return send(book, _reversal(key, transfer, kind, reason, booked_on, reference))


def correct_transfer(
    *,
    book: str,
    key: str,
    transfer: str,
    kind: str,
    reason: str,
    booked_on: date,
    legs: Sequence[Leg],
    reference: str = "",
) -> tuple[Receipt, Receipt]:
    """Undo a transfer and put the right one in its place (更正), both or neither.

    The reversal's key is ``key`` and ``/reversal``.

    Returns:
        The receipts of the reversal and of the right transfer, which names the wrong one.
    """
    right = Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        legs=tuple(legs),
        reference=reference,
        original=transfer,
    )
    wrong = _reversal(f"{key}/reversal", transfer, kind, reason, booked_on, reference)
    try:
        reversal, posted = post_batch(book=book, orders=[wrong, right])
    except LedgerRefusedError as error:
        error.index = None  # why: the caller gave one order, not two.
        raise
    return reversal, posted


def post_batch(*, book: str, orders: Sequence[Order]) -> list[Receipt]:
    """Carry out orders in turn (批量记账), all or none.

    Returns:
        One receipt an order, in their order; repeats of earlier transfers are answered as such.

    Raises:
        LedgerRefusedError: with the ``index`` of the first wrong order; nothing was written.
    """
    return send_batch(book, orders)


def _reversal(
    key: str, transfer: str, kind: str, reason: str, booked_on: date, reference: str
) -> Order:
    return Order(
        key=key,
        kind=kind,
        reason=reason,
        booked_on=booked_on,
        step=Step.REVERSAL,
        reference=reference,
        original=transfer,
    )
