"""结果表: the rows of one result file, whatever its form, a batch at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from numpy.typing import NDArray


@dataclass(frozen=True)
class TextCells:
    """文字单元格: the texts that occur, and which one stands in each row.

    Attributes:
        values: different or not, in the order of their codes.
        codes: a place in ``values`` for each row.
    """

    values: pa.StringArray
    codes: NDArray[Any]


@dataclass(frozen=True)
class NumberCells:
    """整数单元格.

    Attributes:
        values: one a row.
        is_absent: rows without a number; ``None`` where all have one.
    """

    values: NDArray[Any]
    is_absent: NDArray[Any] | None = None


Cells = TextCells | NumberCells


@dataclass(frozen=True)
class ResultTable:
    """结果表.

    Attributes:
        name: of the file, without its ending.
        columns: titles in order.
        rows: how many.
        rows_at_once: size of a batch; in Parquet a row group.
        batch: the cells of each column in rows ``first`` to ``last``.
    """

    name: str
    columns: Sequence[str]
    rows: int
    rows_at_once: int
    batch: Callable[[int, int], Sequence[Cells]]

    def batches(self) -> list[tuple[int, int]]:
        """First and last row of each batch (分批)."""
        return [
            (first, min(first + self.rows_at_once, self.rows))
            for first in range(0, self.rows, self.rows_at_once)
        ]
