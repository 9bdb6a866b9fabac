"""整列编码: the columns of one table as integers, piece by piece, side by side."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.market.column import Column
from shuangjian.engines.market.number import EMPTY, numbers_of
from shuangjian.engines.market.table import Piece, Table
from shuangjian.engines.market.text_kernel import MISSING
from shuangjian.engines.market.threads import run_side_by_side
from shuangjian.engines.market.vocabulary import Vocabulary, as_text

Integers = NDArray[Any]


class ColumnCoding:
    """整列编码: columns are asked for first, and filled together by ``run``."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._tasks: list[Callable[[], None]] = []

    def ids(self, column: Column, vocabulary: Vocabulary, *, dtype: type = np.int32) -> Integers:
        """Codes of a column of ids (编号列), ``(rows,)``; see ``Vocabulary.codes_of``."""
        return self._column(column, vocabulary.codes_of, empty=MISSING, dtype=dtype)

    def numbers(self, column: Column, *, dtype: type) -> Integers:
        """A column of whole numbers (整数列), ``(rows,)``; see ``numbers_of``."""
        return self._column(
            column, lambda cells: numbers_of(cells, column), empty=EMPTY, dtype=dtype
        )

    def run(self, *, threads: int) -> None:
        """Fill all columns (执行)."""
        run_side_by_side(self._tasks, threads=threads)

    def _column(
        self, column: Column, code: Callable[[pa.Array], Integers], *, empty: int, dtype: type
    ) -> Integers:
        pieces = self._table.columns.get(column.name)
        if pieces is None:
            return np.full(self._table.rows, empty, dtype)
        codes: Integers = np.empty(self._table.rows, dtype)
        self._tasks += [_task(piece, code, codes) for piece in pieces]
        return codes


def _task(
    piece: Piece, code: Callable[[pa.Array], Integers], codes: Integers
) -> Callable[[], None]:
    def fill() -> None:
        begin = piece.first
        for cells in piece.read():
            codes[begin : begin + len(cells)] = code(cells)
            begin += len(cells)

    return fill


def texts_of(table: Table, column: Column) -> pa.StringArray:
    """A whole column as text (整列文字), ``(rows,)``; empty where there is none."""
    pieces = table.columns.get(column.name)
    if pieces is None:
        return pa.repeat("", table.rows)
    arrays = [as_text(cells) for piece in pieces for cells in piece.read()]
    whole = pa.chunked_array(arrays, pa.string()).combine_chunks()
    return whole.fill_null("") if whole.null_count else whole
