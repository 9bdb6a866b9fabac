"""送往数据库: orders as one call of a server function, tried again where that helps."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar, cast

from django.db import IntegrityError, connection
from psycopg.errors import CheckViolation

from shuangjian.engines.posting.order import Leg, Order, Receipt, Step
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import check_batch, check_book, check_order
from shuangjian.foundation.ledger.call import Row, call
from shuangjian.foundation.ledger.sealing import seal

Result = TypeVar("Result")

_TRIES: Final = 3
# why: how far ahead a business day may lie is judged by the database's clock.
_ANY_DAY: Final = datetime(9000, 1, 1, tzinfo=UTC)

_ONE: Final = "SELECT * FROM ledger_transfer(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_SEVERAL: Final = (
    "SELECT * FROM ledger_transfers(%s, %s::text[], %s::text[], %s::text[], %s::text[], "
    "%s::date[], %s::text[], %s::text[], %s::timestamptz[], %s::int[], %s::text[], %s::text[], "
    "%s::bigint[])"
)


def send(book: str, order: Order) -> Receipt:
    """Carry out one order (送一条指令); the usual one by the short way first.

    Raises:
        LedgerRefusedError: without an index.
    """
    check_order(order, at=_ANY_DAY)
    check_book(book)

    def once() -> Receipt:
        is_usual = order.step is Step.POSTED and order.original is None and len(order.legs) == 1
        usual = _short_way(book, order) if is_usual else None
        return usual or _several(book, [order])[0]

    try:
        return tried(once)
    except LedgerRefusedError as error:
        error.index = None
        raise


def _short_way(book: str, order: Order) -> Receipt | None:
    (leg,) = order.legs
    parameters = (
        book,
        order.key,
        order.kind,
        order.reason,
        order.booked_on,
        order.reference,
        leg.debit,
        leg.credit,
        leg.amount_fen,
    )
    try:
        ((transfer_id, recorded_at),) = call(_ONE, parameters)
    except IntegrityError as error:
        if isinstance(error.__cause__, CheckViolation):
            return None
        raise
    return None if transfer_id is None else _receipt((transfer_id, recorded_at, False), order.key)


def _several(book: str, orders: Sequence[Order]) -> list[Receipt]:
    legs = [
        (place, leg.debit, leg.credit, leg.amount_fen)
        for place, order in enumerate(orders, start=1)
        for leg in _legs_of(order)
    ]
    rows = call(
        _SEVERAL,
        (
            book,
            [order.key for order in orders],
            [order.step.value for order in orders],
            [order.kind for order in orders],
            [order.reason for order in orders],
            [order.booked_on for order in orders],
            [order.reference for order in orders],
            [order.original for order in orders],
            [order.expires_at for order in orders],
            *([leg[column] for leg in legs] for column in range(4)),
        ),
    )
    return [_receipt(row, order.key) for row, order in zip(rows, orders, strict=True)]


def _legs_of(order: Order) -> Sequence[Leg]:
    if order.amounts_fen is None:
        return order.legs
    # why: a settlement names no accounts; the hold's are taken.
    return [Leg(debit="", credit="", amount_fen=amount) for amount in order.amounts_fen]


def send_batch(book: str, orders: Sequence[Order]) -> list[Receipt]:
    """Carry out orders in turn (送一批指令), all or none.

    Raises:
        LedgerRefusedError: with the index of the first wrong order.
    """
    check_batch(orders, at=_ANY_DAY)
    check_book(book)
    return tried(lambda: _several(book, orders))


def tried(once: Callable[[], Result]) -> Result:
    """Do again what failed by no fault of its own (重试)."""
    for left in reversed(range(_TRIES)):
        try:
            return once()
        except LedgerRefusedError as error:
            # why: in the caller's transaction a seal would wait for it, and a lost lock is its end.
            if left == 0 or connection.in_atomic_block:
                raise
            if error.code == "tail_full":
                seal()
            elif error.code != "try_again":
                raise
    raise AssertionError  # pragma: no cover -- the last try returned or raised


def _receipt(row: Row, key: str) -> Receipt:
    transfer_id, recorded_at, is_repeat = row
    return Receipt(
        transfer_id=cast("int", transfer_id),
        key=key,
        recorded_at=cast("datetime", recorded_at),
        is_repeat=cast("bool", is_repeat),
    )
