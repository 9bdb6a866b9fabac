"""整数单元格: cells of any form as whole numbers, with a mark for what is none."""

import re
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.market.column import GRADE, Column
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.market import Int64
from shuangjian.engines.market.table import Table

EMPTY: Final = -2
NOT_WHOLE: Final = -3
OUTSIDE: Final = -4
"""Marks; every number that is read is at least 0."""

_WHOLE: Final = re.compile(r"([+-]?[0-9]+)(\.0+)?")
_GRADE: Final = re.compile(r"([0-9]{1,2}|[一二三四五六七八九]) *年级")
_CHINESE: Final = {digit: str(place + 1) for place, digit in enumerate("一二三四五六七八九")}
_NO_GRADE: Final = "无"
_LONGEST: Final = 18

# why: not all of NFKC, which would make 102 of 10².
_FULL_WIDTH: Final = {ord(plain) + 0xFEE0: plain for plain in "0123456789.+-"}


def numbers_of(cells: pa.Array, column: Column) -> NDArray[Any]:
    """The cells as numbers (读整数): ``EMPTY``, ``NOT_WHOLE`` and ``OUTSIDE`` mark the others.

    Args:
        cells: text, integers, floats or a dictionary of them.
        column: says the range.
    """
    if isinstance(cells, pa.DictionaryArray):
        of_dictionary = np.append(numbers_of(cells.dictionary, column), EMPTY)
        return _taken(of_dictionary, cells.indices.cast(pa.int32()))
    if pa.types.is_integer(cells.type):
        return _of_integers(cells, column)
    if pa.types.is_floating(cells.type):
        return _of_floats(cells.cast(pa.float64()), column)
    if pa.types.is_null(cells.type):
        return np.full(len(cells), EMPTY, np.int64)
    texts = cells.cast(pa.string()).dictionary_encode()
    known = [_number(str(text.as_py() or ""), column) for text in texts.dictionary]
    return _taken(np.array([*known, EMPTY], np.int64), texts.indices)


def add_number_faults(
    faults: FaultList, table: Table, column: Column, numbers: NDArray[Any], *, is_needed: bool
) -> None:
    """Note the cells that are no number of the column's range (记整数的错)."""
    lowest = numbers.min(initial=0)
    if lowest >= 0:
        return
    if is_needed:
        rows = np.flatnonzero(numbers == EMPTY)
        faults.add_rows(table, rows, lambda: f"缺少{column.shown}。请补上。")
    faults.add_rows(
        table,
        np.flatnonzero(numbers == NOT_WHOLE),
        lambda cell: f"{column.shown}{shown(cell)}不是整数。{_forms(column)}",
        columns=[column.name],
    )
    bounds = f"{column.lowest}～{column.highest}"
    faults.add_rows(
        table,
        np.flatnonzero(numbers == OUTSIDE),
        lambda cell: f"{column.shown}{shown(cell)}不在 {bounds} 之内。{_forms(column)}",
        columns=[column.name],
    )


def _forms(column: Column) -> str:
    if column.name == GRADE.name:
        return "请写成 3、3年级 或 三年级（一到九）；没有年级的写 无，或空着。"
    return "请写成整数，如 3（全角数字也可以）。"


def _taken(values: NDArray[Any], indices: pa.Array) -> NDArray[Any]:
    """By index; a null takes the last."""
    taken: NDArray[Any] = values[indices.fill_null(-1).to_numpy()]
    return taken


def _of_integers(cells: pa.Array, column: Column) -> NDArray[Any]:
    empty = cells.is_null().to_numpy(zero_copy_only=False) if cells.null_count else None
    values: NDArray[Any] = (cells.fill_null(0) if empty is not None else cells).to_numpy()
    numbers = values
    if len(values) and (values.min() < column.lowest or values.max() > column.highest):
        is_inside = (values >= column.lowest) & (values <= column.highest)
        numbers = np.where(is_inside, values, 0).astype(np.int64)
        numbers[~is_inside] = OUTSIDE
    if empty is not None:
        numbers = numbers.astype(np.int64)
        numbers[empty] = EMPTY
    return numbers


def _of_floats(cells: pa.DoubleArray, column: Column) -> Int64:
    values = cells.to_numpy(zero_copy_only=False)
    is_inside = (values >= column.lowest) & (values <= column.highest)
    numbers = np.where(is_inside, values, 0).astype(np.int64)
    numbers[~is_inside] = OUTSIDE
    numbers[is_inside & (numbers != values)] = NOT_WHOLE
    numbers[np.isnan(values)] = EMPTY
    return numbers


def _number(text: str, column: Column) -> int:
    text = text.strip().translate(_FULL_WIDTH)
    if column.name == GRADE.name:
        text = _grade(text)
    if not text:
        return EMPTY
    whole = _WHOLE.fullmatch(text)
    if not whole:
        return NOT_WHOLE
    if len(whole[1]) > _LONGEST:
        return OUTSIDE
    number = int(whole[1])
    return number if column.lowest <= number <= column.highest else OUTSIDE


def _grade(text: str) -> str:
    """A grade as digits, empty for none; what is neither stays as it is."""
    if text == _NO_GRADE:
        return ""
    found = _GRADE.fullmatch(text)
    return _CHINESE.get(found[1], found[1]) if found else text
