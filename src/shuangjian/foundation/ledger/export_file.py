"""账本的导出: the canonical text of the blocks, in a file that appears whole or not at all."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shuangjian.engines.posting.verifier import NAME, stranger_verifier
from shuangjian.foundation.ledger.reading import rows

_BLOCKS_A_READ: Final = 20


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """导出概况.

    Attributes:
        first: number of the first block exported.
        blocks: how many were.
        transfers: how many transfers they hold.
        size: bytes.
        head: of the last block, as it comes out of the text; empty without blocks.
        differing: numbers of blocks whose text does not give the head that was sealed; the first
            twenty.
    """

    first: int
    blocks: int
    transfers: int
    size: int
    head: str
    differing: tuple[int, ...]


class ExportRefusedError(RuntimeError):
    """不能导出: the text says why and what to do."""


_BLOCKS: Final = """
SELECT number, encode(head, 'hex'), cardinality(transfer_ids),
    ledger_block_text(number, previous, sealed_at, account_ids, transfer_ids)
FROM ledger_block WHERE number >= %s ORDER BY number LIMIT %s
"""
_DIFFERING_MOST: Final = 20


def export_ledger(file: Path, *, first: int = 1) -> ExportSummary:
    """Write the blocks from ``first`` on (导出账本), and the stranger's verifier beside them.

    A few blocks at a time are in memory, however many there are. What is sealed while it runs comes
    along; nothing else changes.

    Args:
        file: where to; it must not be there yet.
        first: number of the first block; with 1 the file can be verified by itself.

    Raises:
        ExportRefusedError: the file is there, or cannot be written, or there is no such block.
    """
    if file.exists():
        raise ExportRefusedError(f"没有导出：{file} 已经存在，不覆盖。请换一个文件名。")
    if not rows("SELECT 1 FROM ledger_block WHERE number = %s", [first]):
        raise ExportRefusedError(
            f"没有导出：账本里没有第 {first} 块。请先运行 bin/shuangjian ledger seal 封存，"
            "或核对 --from-block。"
        )
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        summary = _write(part, first=first)
        _leave_verifier(file.parent)
        part.rename(file)
    except OSError as error:
        raise ExportRefusedError(
            f"没有导出：{file} 写不进去（{error.strerror}）。请核对路径、权限和剩余空间。"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return summary


def _write(part: Path, *, first: int) -> ExportSummary:
    blocks = transfers = size = 0
    head = ""
    differing: list[int] = []
    with part.open("xb") as stream:
        for number, sealed_head, held, text in _blocks(first):
            content = text.encode()
            head = hashlib.sha256(content).hexdigest()
            if head != sealed_head and len(differing) < _DIFFERING_MOST:
                differing.append(number)
            blocks, transfers, size = blocks + 1, transfers + held, size + len(content)
            stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return ExportSummary(first, blocks, transfers, size, head, tuple(differing))


def _blocks(first: int) -> Iterator[tuple[Any, ...]]:
    """Number, sealed head, number of transfers and text of each block (逐块读出)."""
    while found := rows(_BLOCKS, [first, _BLOCKS_A_READ]):
        yield from found
        first = found[-1][0] + 1


def _leave_verifier(folder: Path) -> None:
    """Put ``verify_ledger.py`` there (附上核对程序), unless something of that name is."""
    place = folder / NAME
    if not place.exists():
        place.write_bytes(stranger_verifier())
