"""封存链: the canonical text of a block of transfers, and its head, which hangs on all before it.

Every field is ASCII without TAB and LF, so nothing is escaped: a field ends at a TAB, a line at a
LF, an absent value is empty. PostgreSQL and a stranger build the same bytes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shuangjian.engines.posting.record import AccountRecord, TransferRecord

GENESIS: Final = "0" * 64
"""起始链头: what the first block names as the head before it."""

BLOCK_TRANSFERS_MAXIMUM: Final = 1_000
"""一块最多的转账数."""


@dataclass(frozen=True, slots=True)
class Block:
    """区块: sealed transfers, and the accounts opened since the block before.

    Attributes:
        number: 1 for the first, then one more each.
        previous_head: head of the block before, 64 hexadecimal digits; ``GENESIS`` in the first.
        sealed_at: when it was sealed, aware.
        accounts: by id.
        transfers: by id; a later block may bring lower ids, which were committed later.
    """

    number: int
    previous_head: str
    sealed_at: datetime
    accounts: tuple[AccountRecord, ...]
    transfers: tuple[TransferRecord, ...]

    def text(self) -> str:
        """The canonical text (规范文本): header, accounts, transfers, a LF behind every line."""
        header = (
            "block",
            str(self.number),
            self.previous_head,
            moment_text(self.sealed_at),
            str(len(self.accounts)),
            str(len(self.transfers)),
        )
        lines = ["\t".join(header)]
        lines += [account_line(account) for account in self.accounts]
        lines += [transfer_line(transfer) for transfer in self.transfers]
        return "".join(f"{line}\n" for line in lines)

    def head(self) -> str:
        """SHA-256 of the canonical text's bytes (链头), 64 hexadecimal digits."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def seal(
    previous: Block | None,
    *,
    accounts: Sequence[AccountRecord],
    transfers: Sequence[TransferRecord],
    sealed_at: datetime,
) -> Block:
    """The next block (封存), of what is visible and unsealed.

    Args:
        previous: the block before; ``None`` for the first.
        accounts: opened since, in any order.
        transfers: committed since, 1,000 at most, in any order.
        sealed_at: the moment, aware.

    Raises:
        ValueError: more transfers than a block takes.
    """
    if len(transfers) > BLOCK_TRANSFERS_MAXIMUM:
        raise ValueError(
            f"一块最多封存 {BLOCK_TRANSFERS_MAXIMUM} 笔转账，"
            f"这里有 {len(transfers)} 笔。请分块封存。"
        )
    return Block(
        number=previous.number + 1 if previous else 1,
        previous_head=previous.head() if previous else GENESIS,
        sealed_at=sealed_at,
        accounts=tuple(sorted(accounts, key=lambda account: account.id)),
        transfers=tuple(sorted(transfers, key=lambda transfer: transfer.id)),
    )


def account_line(account: AccountRecord) -> str:
    """The line of an account (账户行), without its LF."""
    fields = (
        "account",
        str(account.id),
        account.book,
        account.code,
        account.owner,
        account.purpose,
        account.side.value,
        _optional(account.minimum_fen),
        _optional(account.maximum_fen),
        moment_text(account.opened_at),
    )
    return "\t".join(fields)


def transfer_line(transfer: TransferRecord) -> str:
    """The line of a transfer (转账行), without its LF."""
    fields = (
        "transfer",
        str(transfer.id),
        transfer.book,
        transfer.key,
        transfer.step.value,
        transfer.kind,
        transfer.reason,
        transfer.booked_on.isoformat(),
        moment_text(transfer.recorded_at),
        _optional(transfer.original_id),
        moment_text(transfer.expires_at) if transfer.expires_at else "",
        transfer.reference,
        ",".join(
            f"{leg.debit_id}>{leg.credit_id}:{leg.moved_fen}:{leg.held_fen}"
            for leg in transfer.legs
        ),
    )
    return "\t".join(fields)


def moment_text(moment: datetime) -> str:
    """A moment in UTC with six digits of a second and a ``Z`` (时刻文本).

    Raises:
        ValueError: a moment without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"时刻 {moment} 没有时区，无法确定先后。请给出带时区的时刻。")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _optional(number: int | None) -> str:
    return "" if number is None else str(number)
