"""写 CSV: every cell is a text chosen by its code, so rows are put together by copying bytes."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int32, Int64
from shuangjian.engines.market.result_table import Cells, ResultTable, TextCells
from shuangjian.engines.market.text_kernel import Bytes, as_plain, buffers_of

_ROWS_AT_ONCE: Final = 1 << 17
_MARK: Final = b"\xef\xbb\xbf"
_COMMA: Final = np.uint8(ord(","))
_LINE_FEED: Final = np.uint8(ord("\n"))
_FORMULA: Final = "^[=+\\-@\uff1d\uff0b\uff0d\uff20]"
"""What a spreadsheet may take for a formula, full-width forms among it."""
_SPECIAL: Final = r'[",\r\n]'


def write_csv(table: ResultTable, path: Path, *, for_excel: bool) -> None:
    """Write a result table (写 CSV): UTF-8, LF, quoted only where needed.

    Args:
        table: what to write.
        path: of the file.
        for_excel: a byte-order mark before all, and ``'`` before a text that a spreadsheet would
            take for a formula.
    """
    prepared: dict[int, tuple[pa.StringArray, pa.StringArray]] = {}
    with path.open("wb") as file:
        file.write(_MARK if for_excel else b"")
        file.write(",".join(table.columns).encode() + b"\n")
        for first, last in _batches(table):
            columns = [
                _texts(place, cells, prepared, for_excel=for_excel)
                for place, cells in enumerate(table.batch(first, last))
            ]
            file.write(_rows(columns, last - first).data)


def _batches(table: ResultTable) -> list[tuple[int, int]]:
    return [
        (first, min(first + _ROWS_AT_ONCE, table.rows))
        for first in range(0, table.rows, _ROWS_AT_ONCE)
    ]


def _texts(
    place: int,
    cells: Cells,
    prepared: dict[int, tuple[pa.StringArray, pa.StringArray]],
    *,
    for_excel: bool,
) -> tuple[pa.StringArray, NDArray[Any]]:
    """A column's different texts as they are written, and the code of each row."""
    if not isinstance(cells, TextCells):
        numbers = pa.array(cells.values, mask=cells.is_absent).cast(pa.string())
        return numbers.fill_null(""), np.arange(len(numbers), dtype=np.int32)
    # why: the ids of all pupils are prepared once, not for every batch.
    if place not in prepared or prepared[place][0] is not cells.values:
        prepared[place] = (cells.values, _written(cells.values, for_excel=for_excel))
    return prepared[place][1], cells.codes


def _written(texts: pa.StringArray, *, for_excel: bool) -> pa.StringArray:
    if for_excel:
        is_formula = pc.match_substring_regex(texts, _FORMULA)
        texts = pc.if_else(is_formula, pc.binary_join_element_wise("'", texts, ""), texts)
    is_special = pc.match_substring_regex(texts, _SPECIAL)
    if not pc.any(is_special).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(is_special, pc.binary_join_element_wise('"', doubled, '"', ""), texts)


def _rows(columns: list[tuple[pa.StringArray, NDArray[Any]]], rows: int) -> Bytes:
    """The bytes of all rows."""
    parts = [
        (*buffers_of(texts), as_plain(np.ascontiguousarray(codes, np.int32)))
        for texts, codes in columns
    ]
    ends = np.full(rows + 1, len(columns), np.int64)
    ends[0] = 0
    for _, starts, codes in parts:
        add_lengths(starts, codes, ends)
    np.cumsum(ends, out=ends)
    whole = np.empty(int(ends[-1]), np.uint8)
    cursor = ends[:-1].copy()
    for place, (data, starts, codes) in enumerate(parts):
        put_cells(data, starts, codes, cursor, whole, _end(place, len(parts)))
    return whole


def _end(place: int, columns: int) -> np.uint8:
    return _LINE_FEED if place == columns - 1 else _COMMA


@compiled
def add_lengths(starts: Int32, codes: Int32, ends: Int64) -> None:
    """Add the length of each row's cell to ``ends[row + 1]`` (加长度)."""
    for row in range(codes.size):
        ends[row + 1] += starts[codes[row] + 1] - starts[codes[row]]


@compiled
def put_cells(
    data: Bytes, starts: Int32, codes: Int32, cursor: Int64, whole: Bytes, end: np.uint8
) -> None:
    """Copy each row's cell and what ends it to where the row has come (抄写)."""
    for row in range(codes.size):
        place = cursor[row]
        for position in range(starts[codes[row]], starts[codes[row] + 1]):
            whole[place] = data[position]
            place += 1
        whole[place] = end
        cursor[row] = place + 1
