"""记账指令: what a caller asks the ledger to do, and what it is answered; amounts are whole fen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

LEG_MAXIMUM_FEN: Final = 999_999_999_999
"""The largest amount of one leg: no sum of a bureau is that large, a slip may be."""

BALANCE_MAXIMUM_FEN: Final = 9_007_199_254_740_991
"""The largest balance: 2**53 - 1, the last integer that every JSON reader keeps whole."""

LEGS_MAXIMUM: Final = 1_000
"""The most legs of one transfer."""


class Side(Enum):
    """记账方向: the side on which an account grows."""

    DEBIT = "debit"
    CREDIT = "credit"


class Step(Enum):
    """转账步骤: what a transfer does with its legs."""

    POSTED = "posted"
    HELD = "held"
    SETTLED = "settled"
    VOIDED = "voided"
    EXPIRED = "expired"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Leg:
    """分录: one amount out of the debit of one account into the credit of another.

    Attributes:
        debit: code of the account debited (借方账户).
        credit: code of the account credited (贷方账户).
        amount_fen: whole fen, 1 to ``LEG_MAXIMUM_FEN``.
    """

    debit: str
    credit: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Order:
    """记账指令: one transfer as its caller wants it.

    Attributes:
        key: the caller's own name of it, in its book for ever (幂等键).
        kind: what kind of movement it is, with ``reason`` a registered pair (种类).
        reason: why (事由).
        booked_on: the business day it belongs to (业务日期).
        step: what it does.
        legs: for ``posted`` and ``held``; the other steps take the legs of their original.
        reference: a pseudonymous reference to the outside, or empty (外部参考号).
        original: key of the transfer it resolves, reverses or corrects (所指转账).
        expires_at: for ``held``: from then on it can no longer be settled (到期时间).
        amounts_fen: for ``settled``: what is taken of each leg held; ``None`` takes all.
    """

    key: str
    kind: str
    reason: str
    booked_on: date
    step: Step = Step.POSTED
    legs: tuple[Leg, ...] = ()
    reference: str = ""
    original: str | None = None
    expires_at: datetime | None = None
    amounts_fen: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """记账回执: the first answer to an order, however often it is sent.

    Attributes:
        transfer_id: the ledger's own number.
        key: the caller's.
        recorded_at: when it was recorded, by the ledger's one clock (记账时间).
        is_repeat: whether it had been recorded before this call.
    """

    transfer_id: int
    key: str
    recorded_at: datetime
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """余额: what an account holds, counted on its own side.

    Attributes:
        account: its code.
        balance_fen: posted (余额).
        held_out_fen: held, and will lower it when settled (冻结待出).
        held_in_fen: held, and will raise it when settled (冻结待入).
        version: how many entries it has (版本).
    """

    account: str
    balance_fen: int
    held_out_fen: int
    held_in_fen: int
    version: int

    @property
    def available_fen(self) -> int:
        """What may still go out (可用余额)."""
        return self.balance_fen - self.held_out_fen


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """开户指令: an account as it is to be opened; nothing of it is changed afterwards.

    Attributes:
        code: its name in the book, for ever (账户编号).
        owner: whose it is, a pseudonym like ``pupil:7f3a`` (户主).
        purpose: what it is for, a slug like ``prepaid`` (用途).
        side: the side on which it grows.
        minimum_fen: what its balance less what is held may not fall below; ``None``: no limit.
        maximum_fen: what its balance plus what is held for it may not exceed; ``None``: no limit.
    """

    code: str
    owner: str
    purpose: str
    side: Side
    minimum_fen: int | None = 0
    maximum_fen: int | None = None


Details = Mapping[str, str | int | None]
"""What a refusal tells besides its code: account codes, amounts in fen, keys."""
