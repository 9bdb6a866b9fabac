"""编号的写法: what may be an id."""

import unicodedata
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.column import Column
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.market import Int32
from shuangjian.engines.market.table import Table
from shuangjian.engines.market.text_kernel import Bytes, buffers_of

HIGHEST_BYTES: Final = 1_000

_SPACE: Final = 0x20
_DELETE: Final = 0x7F
_TWO_BYTES: Final = 0xC2
_TWO_BYTES_LAST: Final = 0xA0
_THREE_BYTES: Final = (0xE1, 0xE3)


def fault_of_id(text: str) -> str | None:
    """What is wrong with the way an id is written (编号哪里不对), ``None`` if nothing is."""
    if not text:
        return "是空的"
    if len(text.encode("utf-8", errors="replace")) > HIGHEST_BYTES:
        return f"长于 {HIGHEST_BYTES} 字节"
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "含有看不见的控制字符"
    if text != text.strip():
        return "首尾有空白"
    return None


def add_id_faults(
    faults: FaultList, table: Table, column: Column, ids: pa.StringArray, *, is_needed: bool = True
) -> None:
    """Note the ids that may not be written so (记编号的错).

    Args:
        faults: is added to.
        table: where they stand.
        column: which ids.
        ids: the whole column, ``(rows,)``.
        is_needed: an empty cell is a fault, too.
    """
    data, starts = buffers_of(ids)
    is_suspect = np.zeros(len(ids), np.bool_)
    mark_suspects(data, starts, is_suspect)
    if not _is_utf8(ids):
        is_suspect[:] = True
    suspects = np.flatnonzero(is_suspect)
    is_missing = starts[suspects] == starts[suspects + 1]
    if is_needed:
        faults.add_rows(table, suspects[is_missing], lambda: f"缺少{column.shown}。请补上。")
    wrong = []
    for row in suspects[~is_missing].tolist():
        reason = _fault_of_bytes(bytes(data[starts[row] : starts[row + 1]]))
        if reason:
            wrong.append((row, reason))
    reasons = iter([reason for _, reason in wrong])
    faults.add_rows(
        table,
        np.array([row for row, _ in wrong], np.intp),
        lambda cell: f"{column.shown}{shown(cell)}{next(reasons)}。请改正。",
        columns=[column.name],
    )


def _fault_of_bytes(cell: bytes) -> str | None:
    try:
        return fault_of_id(cell.decode("utf-8"))
    except UnicodeDecodeError:
        return "不是 UTF-8 文字"


@compiled
def mark_suspects(data: Bytes, starts: Int32, is_suspect: NDArray[np.bool_]) -> None:
    """Mark the ids that need a closer look (初筛): all that are wrong, and few others."""
    for row in range(starts.size - 1):
        begin, end = starts[row], starts[row + 1]
        if begin == end or end - begin > HIGHEST_BYTES:
            is_suspect[row] = True
            continue
        for position in range(begin, end):
            byte = data[position]
            if byte < _SPACE or byte == _DELETE:
                is_suspect[row] = True
            elif byte == _TWO_BYTES and position + 1 < end:
                is_suspect[row] |= data[position + 1] <= _TWO_BYTES_LAST
        first, last = data[begin], data[max(begin, end - 3)]
        is_suspect[row] |= first == _SPACE or data[end - 1] == _SPACE
        # why: white space of three bytes begins so, 汉字 do not.
        is_suspect[row] |= _THREE_BYTES[0] <= first <= _THREE_BYTES[1]
        is_suspect[row] |= _THREE_BYTES[0] <= last <= _THREE_BYTES[1]


def _is_utf8(ids: pa.StringArray) -> bool:
    try:
        ids.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
