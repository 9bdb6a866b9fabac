"""账本导出文件: reading it back, block by block, strictly; a block is all that is held at once."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from shuangjian.engines.posting.order import Side, Step
from shuangjian.engines.posting.record import AccountRecord, LegRecord, TransferRecord
from shuangjian.engines.posting.text import KEY_PATTERN, OWNER_PATTERN, SLUG_PATTERN

_ID: Final = "[1-9][0-9]{0,18}"
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT: Final = rf"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}\.[0-9]{{6}}Z"
_FEN: Final = "(?:0|-?[1-9][0-9]{0,18})"
_LEG: Final = f"{_ID}>{_ID}:(?:0|[1-9][0-9]{{0,18}}):{_FEN}"
_COUNT: Final = "(?:0|[1-9][0-9]{0,18})"


def _line(*fields: str) -> re.Pattern[str]:
    return re.compile("\t".join(f"({each})" for each in fields) + "\n")


_BLOCK_LINE: Final = _line("block", _ID, "[0-9a-f]{64}", _MOMENT, _COUNT, _COUNT)
_ACCOUNT_LINE: Final = _line(
    "account",
    _ID,
    SLUG_PATTERN,
    KEY_PATTERN,
    OWNER_PATTERN,
    SLUG_PATTERN,
    "|".join(side.value for side in Side),
    f"{_FEN}|",
    f"{_FEN}|",
    _MOMENT,
)
_TRANSFER_LINE: Final = _line(
    "transfer",
    _ID,
    SLUG_PATTERN,
    KEY_PATTERN,
    "|".join(step.value for step in Step),
    SLUG_PATTERN,
    SLUG_PATTERN,
    _DAY,
    _MOMENT,
    f"{_ID}|",
    f"{_MOMENT}|",
    f"{KEY_PATTERN}|",
    f"{_LEG}(?:,{_LEG})*",
)


class WrongLineError(ValueError):
    """A line that is none of an export (导出文件的行有误)."""


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """区块首行: what a block says of itself; fields as in ``chain.Block``.

    Attributes:
        number: its number.
        previous_head: head of the block before.
        sealed_at: when it was sealed.
        accounts: how many account lines it has.
        transfers: how many transfer lines it has.
    """

    number: int
    previous_head: str
    sealed_at: datetime
    accounts: int
    transfers: int


@dataclass
class ExportBlock:
    """导出文件的一块, as it stands there, right or wrong.

    Attributes:
        line: number of its first line in the file, from 1.
        header: ``None`` where the first line is no block's header.
        head: SHA-256 of its bytes, hexadecimal.
        accounts: its account lines that can be read, each with the number of its line.
        transfers: the same of its transfer lines.
        wrong_lines: numbers of the lines that cannot be read, or stand in a wrong place.
    """

    line: int
    header: BlockHeader | None = None
    head: str = ""
    accounts: list[tuple[int, AccountRecord]] = field(default_factory=list)
    transfers: list[tuple[int, TransferRecord]] = field(default_factory=list)
    wrong_lines: list[int] = field(default_factory=list)


def read_blocks(lines: Iterable[bytes]) -> Iterator[ExportBlock]:
    """The blocks of an export (读导出文件), one after another.

    A line that starts with ``block`` and a TAB starts a block. Nothing is raised for what is wrong
    in the file: it stands in ``ExportBlock.wrong_lines``.

    Args:
        lines: the file, opened for reading bytes; each line with its LF.
    """
    block: ExportBlock | None = None
    digest = hashlib.sha256()
    for number, line in enumerate(lines, start=1):
        if block is None or line.startswith(b"block\t"):
            if block is not None:
                block.head = digest.hexdigest()
                yield block
            block, digest = ExportBlock(number), hashlib.sha256()
        digest.update(line)
        try:
            _take(line, number, block)
        except ValueError:
            block.wrong_lines.append(number)
    if block is not None:
        block.head = digest.hexdigest()
        yield block


def _take(line: bytes, number: int, block: ExportBlock) -> None:
    """Put a line where it belongs; raises ``ValueError`` for one that belongs nowhere."""
    text = line.decode("ascii")
    if number == block.line:
        block.header = read_header(text)
    elif text.startswith("transfer\t"):
        block.transfers.append((number, read_transfer(text)))
    elif block.transfers:
        raise WrongLineError("accounts stand before transfers")
    else:
        block.accounts.append((number, read_account(text)))


def read_header(line: str) -> BlockHeader:
    """The first line of a block (读区块首行), with its LF.

    Raises:
        ValueError: it is none.
    """
    _, number, previous_head, sealed_at, accounts, transfers = _fields(_BLOCK_LINE, line)
    return BlockHeader(
        number=int(number),
        previous_head=previous_head,
        sealed_at=datetime.fromisoformat(sealed_at),
        accounts=int(accounts),
        transfers=int(transfers),
    )


def read_account(line: str) -> AccountRecord:
    """The line of an account (读账户行), with its LF.

    Raises:
        ValueError: it is none.
    """
    _, id_, book, code, owner, purpose, side, minimum, maximum, opened_at = _fields(
        _ACCOUNT_LINE, line
    )
    return AccountRecord(
        id=int(id_),
        book=book,
        code=code,
        owner=owner,
        purpose=purpose,
        side=Side(side),
        minimum_fen=int(minimum) if minimum else None,
        maximum_fen=int(maximum) if maximum else None,
        opened_at=datetime.fromisoformat(opened_at),
    )


def read_transfer(line: str) -> TransferRecord:
    """The line of a transfer (读转账行), with its LF.

    Raises:
        ValueError: it is none.
    """
    (
        _,
        id_,
        book,
        key,
        step,
        kind,
        reason,
        day,
        recorded_at,
        original,
        expires_at,
        reference,
        legs,
    ) = _fields(_TRANSFER_LINE, line)
    return TransferRecord(
        id=int(id_),
        book=book,
        key=key,
        step=Step(step),
        kind=kind,
        reason=reason,
        booked_on=date.fromisoformat(day),
        recorded_at=datetime.fromisoformat(recorded_at),
        original_id=int(original) if original else None,
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
        reference=reference,
        legs=tuple(_leg(leg) for leg in legs.split(",")),
    )


def _leg(text: str) -> LegRecord:
    accounts, moved, held = text.split(":")
    debit, credit = accounts.split(">")
    return LegRecord(int(debit), int(credit), int(moved), int(held))


def _fields(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    found = pattern.fullmatch(line)
    if found is None:
        raise WrongLineError(line)
    return found.groups()
