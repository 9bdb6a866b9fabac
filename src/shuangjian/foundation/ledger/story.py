"""一笔转账的来龙去脉: what it moved, what it names, what names it, and in which block it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger.reading import rows

_SUCCESSORS_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class TransferHeading:
    """转账概况.

    Attributes:
        id: its number.
        key: the caller's name of it.
        step: what it did.
        kind: with ``reason`` a registered pair.
        reason: why.
        title: the reason's name.
        booked_on: the business day.
        recorded_at: when it was recorded.
    """

    id: int
    key: str
    step: str
    kind: str
    reason: str
    title: str
    booked_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StoryLeg:
    """一条分录.

    Attributes:
        number: from 1.
        debit_id: number of the account debited.
        debit: its code.
        debit_balance_fen: its balance afterwards.
        credit_id: number of the account credited.
        credit: its code.
        credit_balance_fen: its balance afterwards.
        moved_fen: what went from one to the other.
        held_fen: by what that which is held between them changed.
    """

    number: int
    debit_id: int
    debit: str
    debit_balance_fen: int
    credit_id: int
    credit: str
    credit_balance_fen: int
    moved_fen: int
    held_fen: int


@dataclass(frozen=True, slots=True)
class SealedIn:
    """封存于.

    Attributes:
        block: the block's number.
        head: its head, 64 hexadecimal digits.
        sealed_at: when it was sealed.
    """

    block: int
    head: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class TransferStory:
    """转账的来龙去脉.

    Attributes:
        book: code of its book.
        transfer: the transfer.
        reference: a pseudonymous reference to the outside, or empty.
        expires_at: until when a hold can be settled; ``None`` for ever, or no hold.
        is_due: whether that moment has come, by the database's clock.
        legs: by number.
        original: what it ends, reverses or corrects.
        successors: what ends, reverses or corrects it, the first hundred in order.
        sealed_in: its block; ``None`` while it is not sealed.
    """

    book: str
    transfer: TransferHeading
    reference: str
    expires_at: datetime | None
    is_due: bool
    legs: tuple[StoryLeg, ...]
    original: TransferHeading | None
    successors: tuple[TransferHeading, ...]
    sealed_in: SealedIn | None

    @property
    def ended_by(self) -> TransferHeading | None:
        """What ended it (了结它的转账): the one that settled, voided, expired or reversed it."""
        return next((each for each in self.successors if each.step != "posted"), None)


_HEADING: Final = """
SELECT t.id, t.key, t.step, r.kind, r.code, r.title, t.booked_on, t.recorded_at
FROM ledger_transfer t JOIN ledger_reason r ON r.id = t.reason_id
"""
_TRANSFER: Final = """
SELECT t.id, t.original_id, t.reference, t.expires_at,
    coalesce(t.expires_at <= clock_timestamp(), false)
FROM ledger_transfer t
WHERE t.book_id = (SELECT id FROM ledger_book WHERE code = %s) AND t.key = %s
"""
_LEGS: Final = """
SELECT l.number, d.id, d.code, l.debit_balance_fen, c.id, c.code, l.credit_balance_fen,
    l.amount_fen, l.held_fen
FROM ledger_leg l JOIN ledger_account d ON d.id = l.debit_account_id
JOIN ledger_account c ON c.id = l.credit_account_id
WHERE l.transfer_id = %s ORDER BY l.number
"""
# why: each block notes up to which number nothing was left unsealed, and after which block higher
# numbers come; so the blocks between two such notes are looked into, not all. The blocks of one run
# have one moment and the same notes.
_BLOCK: Final = """
WITH bound AS (
    SELECT coalesce(max(floor_number) FILTER (WHERE floor_id < %(transfer)s), 0) AS after,
        coalesce(min(sealed_at) FILTER (WHERE floor_id >= %(transfer)s), 'infinity') AS until
    FROM ledger_block
)
SELECT b.number, encode(b.head, 'hex'), b.sealed_at FROM bound JOIN ledger_block b
    ON b.number > bound.after AND b.sealed_at <= bound.until
WHERE b.transfer_ids @> ARRAY[%(transfer)s]::bigint[] ORDER BY b.number LIMIT 1
"""


def transfer_story(*, book: str, key: str) -> TransferStory:
    """A transfer with all that belongs to it (来龙去脉).

    Args:
        book: code of the book.
        key: the transfer's key.

    Raises:
        LedgerRefusedError: ``unknown_book``, ``unknown_original``.
    """
    found = rows(_TRANSFER, [book, key])
    if not found:
        if not rows("SELECT 1 FROM ledger_book WHERE code = %s", [book]):
            raise LedgerRefusedError("unknown_book", book=book)
        raise LedgerRefusedError("unknown_original", original=key)
    ((number, original_id, reference, expires_at, is_due),) = found
    return TransferStory(
        book=book,
        transfer=_headings("WHERE t.id = %s", number)[0],
        reference=reference,
        expires_at=expires_at,
        is_due=is_due,
        legs=tuple(StoryLeg(*each) for each in rows(_LEGS, [number])),
        original=_headings("WHERE t.id = %s", original_id)[0] if original_id else None,
        successors=_headings(
            f"WHERE t.original_id = %s ORDER BY t.step = 'posted', t.id LIMIT {_SUCCESSORS_MOST}",
            number,
        ),
        sealed_in=_sealed_in(number),
    )


def _headings(condition: str, number: int) -> tuple[TransferHeading, ...]:
    return tuple(TransferHeading(*each) for each in rows(_HEADING + condition, [number]))


def _sealed_in(number: int) -> SealedIn | None:
    found = rows(_BLOCK, {"transfer": number})
    return SealedIn(*found[0]) if found else None
