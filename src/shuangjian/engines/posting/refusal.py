"""记账的拒绝: why an order is not carried out, as codes; nothing was written."""

from typing import Final

from shuangjian.engines.posting.order import Details

CODES: Final = (
    "bad_text",
    "identity_in_text",
    "no_legs",
    "too_many_legs",
    "amount_not_whole",
    "amount_not_positive",
    "amount_too_large",
    "same_account",
    "bad_day",
    "batch_empty",
    "key_twice",
    "unknown_book",
    "unknown_reason",
    "unknown_original",
    "not_a_hold",
    "not_reversible",
    "not_reversed",
    "legs_differ",
    "unknown_account",
    "key_reused",
    "expiry_in_past",
    "hold_resolved",
    "hold_expired",
    "hold_not_due",
    "amount_above_hold",
    "already_reversed",
    "below_minimum",
    "above_maximum",
    "balance_too_large",
    "tail_full",
    "try_again",
    "book_differs",
    "account_differs",
    "reason_differs",
)
"""Every code, in the order in which they are looked for."""


class LedgerRefusedError(ValueError):
    """An order was refused (不予记账); nothing of it, or of its batch, was written.

    Attributes:
        code: one of ``CODES``.
        index: which order of a batch, from 0; ``None`` outside a batch.
        details: what the words need.
    """

    def __init__(self, code: str, *, index: int | None = None, **details: str | int | None) -> None:
        """Keep the code, the place in the batch and the details."""
        super().__init__(code)
        self.code = code
        self.index = index
        self.details: Details = details
