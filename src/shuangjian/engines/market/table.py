"""表: the rows of one input file, whatever its form, in pieces that threads read side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from shuangjian.engines.market.market import Int64

PUPILS: Final = "pupils"
COURSES: Final = "courses"
CHOICES: Final = "choices"
TIERS: Final = "tiers"
TICKETS: Final = "tickets"


@dataclass(frozen=True)
class Piece:
    """一段: consecutive cells of one column.

    Attributes:
        first: row of the first cell, from 0.
        rows: how many.
        read: gives the cells in order, as arrays of any text or number type.
    """

    first: int
    rows: int
    read: Callable[[], Iterable[pa.Array]]


@dataclass(frozen=True)
class Table:
    """一张表: columns by their English names; those that an input may leave out may be missing.

    Attributes:
        name: one of ``PUPILS``, ``COURSES``, ``CHOICES``, ``TIERS``, ``TICKETS``.
        file: as a fault names it.
        rows: how many.
        columns: the pieces of each column, in order.
        lines: the line of each row where it is not simply its number, ``(rows,)``.
    """

    name: str
    file: str
    rows: int
    columns: Mapping[str, Sequence[Piece]]
    lines: Int64 | None = None

    def line(self, row: int) -> int:
        """Where a row stands in its file, from 1 (行号)."""
        return row + 1 if self.lines is None else int(self.lines[row])

    def texts(self, column: str, rows: Sequence[int]) -> list[str]:
        """Cells as text for a message (单元格原文); empty where there is none.

        Args:
            column: its English name.
            rows: any rows, in any order.
        """
        found: dict[int, str] = {}
        wanted = np.unique(np.asarray(rows, np.int64))
        for piece in self.columns.get(column, ()):
            first, last = np.searchsorted(wanted, [piece.first, piece.first + piece.rows])
            if first < last:
                found |= _cells(piece, wanted[first:last])
        return [found.get(row, "") for row in rows]


def in_memory(
    name: str,
    file: str,
    columns: Mapping[str, pa.Array | pa.ChunkedArray],
    lines: Int64 | None = None,
) -> Table:
    """A table whose columns lie in memory already (内存中的表), all of one length."""
    rows = len(next(iter(columns.values()))) if columns else 0
    return Table(
        name=name,
        file=file,
        rows=rows,
        columns={title: [_piece_of(column)] for title, column in columns.items()},
        lines=lines,
    )


def _piece_of(column: pa.Array | pa.ChunkedArray) -> Piece:
    arrays = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return Piece(first=0, rows=len(column), read=lambda: arrays)


def _cells(piece: Piece, rows: Int64) -> dict[int, str]:
    """Cells of one piece by row; bytes that are no UTF-8 are shown as replacement characters."""
    found: dict[int, str] = {}
    begin = piece.first
    for array in piece.read():
        first, last = np.searchsorted(rows, [begin, begin + len(array)])
        for row in rows[first:last].tolist():
            found[row] = _text(array[row - begin])
        begin += len(array)
    return found


def _text(cell: pa.Scalar) -> str:
    if isinstance(cell, pa.DictionaryScalar):
        cell = cell.value
    if not cell.is_valid:
        return ""
    if isinstance(cell, pa.StringScalar | pa.LargeStringScalar | pa.StringViewScalar):
        return bytes(cell.as_buffer()).decode("utf-8", errors="replace")
    value = cell.as_py()
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
