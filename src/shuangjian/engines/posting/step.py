"""转账步骤的分录: which steps bring legs, which take those of their original, and how."""

from typing import Final

from shuangjian.engines.posting.order import Order, Step
from shuangjian.engines.posting.record import LegRecord, TransferRecord
from shuangjian.engines.posting.refusal import LedgerRefusedError

STEPS_WITH_LEGS: Final = frozenset({Step.POSTED, Step.HELD})
"""自带分录的步骤: the others take the legs of their original."""

ENDED_BY: Final = {
    Step.SETTLED: frozenset({Step.HELD}),
    Step.VOIDED: frozenset({Step.HELD}),
    Step.EXPIRED: frozenset({Step.HELD}),
    Step.REVERSAL: frozenset({Step.POSTED, Step.SETTLED}),
}
"""了结: which steps of an original each step ends; an original is ended at most once."""


def legs_after(original: TransferRecord, order: Order) -> tuple[LegRecord, ...]:
    """The legs of a step that takes those of its original (沿用的分录).

    A reversal swaps debit and credit of what moved; the others give back all that was held, and a
    settled hold moves what is taken of it.

    Raises:
        LedgerRefusedError: ``legs_differ`` where amounts are not as many as the hold's legs.
    """
    if order.step is Step.REVERSAL:
        return tuple(
            LegRecord(leg.credit_id, leg.debit_id, leg.moved_fen, 0)
            for leg in original.legs
            if leg.moved_fen
        )
    amounts = tuple(leg.held_fen for leg in original.legs)
    if order.step is not Step.SETTLED:
        amounts = (0,) * len(amounts)
    elif order.amounts_fen is not None:
        if len(order.amounts_fen) != len(amounts):
            raise LedgerRefusedError(
                "legs_differ", amounts=len(order.amounts_fen), legs=len(amounts)
            )
        amounts = order.amounts_fen
    return tuple(
        LegRecord(leg.debit_id, leg.credit_id, amount, -leg.held_fen)
        for leg, amount in zip(original.legs, amounts, strict=True)
    )
