"""账簿记录: accounts and transfers as they are kept and chained, by the ledger's ids."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from shuangjian.engines.posting.order import Side, Step


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """账户记录: an account as opened; fields as in ``order.AccountOrder``.

    Attributes:
        id: the ledger's own number, in the order of opening.
        book: code of its book.
        code: its name in the book.
        owner: a pseudonym.
        purpose: a slug.
        side: the side on which it grows.
        minimum_fen: fen; ``None``: no limit.
        maximum_fen: fen; ``None``: no limit.
        opened_at: when it was opened, aware.
    """

    id: int
    book: str
    code: str
    owner: str
    purpose: str
    side: Side
    minimum_fen: int | None
    maximum_fen: int | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class LegRecord:
    """分录记录: what one leg did.

    Attributes:
        debit_id: id of the account debited.
        credit_id: id of the account credited.
        moved_fen: what went from one to the other, 0 or more fen.
        held_fen: by how much that which is held between them changed, in fen.
    """

    debit_id: int
    credit_id: int
    moved_fen: int
    held_fen: int


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """转账记录: a transfer as recorded.

    Attributes:
        id: the ledger's own number.
        book: code of its book.
        key: the caller's name of it.
        step: what it did.
        kind: with ``reason`` a registered pair.
        reason: why.
        booked_on: the business day.
        recorded_at: when, by the ledger's clock, aware.
        original_id: the transfer that it resolves, reverses or corrects.
        expires_at: of a hold that expires, aware.
        reference: a pseudonymous reference to the outside, or empty.
        legs: in order of their numbers, which start at 1.
    """

    id: int
    book: str
    key: str
    step: Step
    kind: str
    reason: str
    booked_on: date
    recorded_at: datetime
    original_id: int | None
    expires_at: datetime | None
    reference: str
    legs: tuple[LegRecord, ...]

    def has_content_of(self, other: "TransferRecord") -> bool:
        """Whether both say the same (内容相同), whenever and as whatever number recorded."""
        return replace(self, id=other.id, recorded_at=other.recorded_at) == other
