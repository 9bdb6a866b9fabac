"""一条指令: through the service that is made for it, whatever its step and however wrong it is."""

from shuangjian.engines.posting.order import Order, Receipt, Step
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger import services


def send(book: str, order: Order) -> Receipt:
    """One order through the service that is made for it (发送指令), else as a batch of one."""
    if not _is_fit(order):
        return _alone(book, order)
    common = {
        "book": book,
        "key": order.key,
        "kind": order.kind,
        "reason": order.reason,
        "booked_on": order.booked_on,
        "reference": order.reference,
    }
    if order.step is Step.POSTED:
        return services.post_transfer(**common, legs=order.legs, corrects=order.original)
    if order.step is Step.HELD:
        return services.hold(**common, legs=order.legs, expires_at=order.expires_at)
    if order.step is Step.SETTLED:
        return services.settle_hold(**common, hold=order.original, amounts_fen=order.amounts_fen)
    if order.step is Step.VOIDED:
        return services.void_hold(**common, hold=order.original)
    return services.reverse_transfer(**common, transfer=order.original)


def _is_fit(order: Order) -> bool:
    """Whether a service of its own can be given all that the order says."""
    is_ending = order.step in {Step.SETTLED, Step.VOIDED, Step.REVERSAL}
    return (
        (order.amounts_fen is None or order.step is Step.SETTLED)
        and (order.expires_at is None or order.step is Step.HELD)
        and (order.original is None if order.step is Step.HELD else True)
        and order.step is not Step.EXPIRED
        and (not order.legs and order.original is not None if is_ending else True)
    )


def _alone(book: str, order: Order) -> Receipt:
    try:
        (receipt,) = services.post_batch(book=book, orders=[order])
    except LedgerRefusedError as error:
        # why: alone it has no place, so a wrong place would show as a wrong answer.
        place = None if error.index == 0 else error.index
        raise LedgerRefusedError(error.code, index=place, **error.details) from error
    return receipt
