"""课程编码: the table of courses as integers, with their slots and rounds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.market.column import (
    CLOSE_ORDER,
    COURSE,
    GRADES,
    INT16_HIGHEST,
    LEAST,
    RESERVED,
    SEATS,
    SLOTS,
    Column,
)
from shuangjian.engines.market.column_coding import ColumnCoding, texts_of
from shuangjian.engines.market.course_text import grades_of, reserved_of, slot_fault
from shuangjian.engines.market.fault import refused, shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.market import EVERY_GRADE, Courses, Int16, Int32
from shuangjian.engines.market.number import EMPTY, add_number_faults
from shuangjian.engines.market.pupil_coding import different_ids
from shuangjian.engines.market.round_coding import rounds_of
from shuangjian.engines.market.table import Table

NUMBERS = (SEATS, LEAST, CLOSE_ORDER)


@dataclass(frozen=True)
class CodedCourses:
    """课程编码.

    Attributes:
        slots: sorted by bytes.
        courses: all but their reserved seats.
        reserved: for each course the seats of each group by name, ``(c,)``.
    """

    slots: tuple[str, ...]
    courses: Courses
    reserved: list[dict[str, int]]


def code_courses(table: Table, faults: FaultList) -> CodedCourses:
    """Read all courses (课程编码); with a fault the result is not to be used.

    Args:
        table: of courses.
        faults: is added to.
    """
    coding = ColumnCoding(table)
    numbers = {column.name: coding.numbers(column, dtype=np.int32) for column in NUMBERS}
    coding.run(threads=1)
    for column in NUMBERS:
        add_number_faults(faults, table, column, numbers[column.name], is_needed=column.is_needed)
    ids, order = different_ids(table, COURSE, faults)
    slots, slot = _slots(table, faults)
    rounds = rounds_of(table, slots, slot, faults)
    grades = _each_text(table, GRADES, grades_of, EVERY_GRADE, faults)
    reserved = _reserved(table, numbers[SEATS.name], faults)
    rows = np.arange(table.rows) if order is None else order
    filled = {name: np.where(values == EMPTY, 0, values)[rows] for name, values in numbers.items()}
    courses = Courses(
        ids=ids,
        slot=slot[rows],
        seats=filled[SEATS.name].astype(np.int32),
        least=filled[LEAST.name].astype(np.int32),
        close_order=filled[CLOSE_ORDER.name].astype(np.int32),
        round=rounds[rows],
        grades=np.array(grades, np.int64)[rows],
        reserved=np.zeros((table.rows, 0), np.int32),
    )
    return CodedCourses(slots, courses, [reserved[row] for row in rows.tolist()])


def reserved_seats(reserved: list[dict[str, int]], groups: tuple[str, ...]) -> Int32:
    """Reserved seats by course and group (预留名额), ``(c, k)``."""
    seats = np.zeros((len(reserved), len(groups)), np.int32)
    place = {group: code for code, group in enumerate(groups)}
    for course, by_group in enumerate(reserved):
        for group, count in by_group.items():
            seats[course, place[group]] = count
    return seats


def _slots(table: Table, faults: FaultList) -> tuple[tuple[str, ...], Int16]:
    """All slots by bytes and the slot of each row, -1 where it is wrong."""
    texts = _distinct(table, SLOTS)
    reasons = [slot_fault(text) for text in texts.dictionary.to_pylist()]
    _add_text_faults(faults, table, SLOTS, texts, reasons)
    given = texts.dictionary.to_pylist()
    slots = sorted(
        (text for text, reason in zip(given, reasons, strict=True) if not reason), key=str.encode
    )
    if len(slots) > INT16_HIGHEST:
        raise refused(
            table.file, None, f"{SLOTS.shown}多于 {INT16_HIGHEST} 种。请核对这一列是否填错。"
        )
    code = {slot: place for place, slot in enumerate(slots)}
    codes = [code.get(text, -1) for text in given]
    return tuple(slots), np.array(codes, np.int16)[texts.indices.to_numpy()]


def _reserved(table: Table, seats: NDArray[Any], faults: FaultList) -> list[dict[str, int]]:
    reserved: list[dict[str, int]] = _each_text(table, RESERVED, reserved_of, {}, faults)
    sums = np.array([sum(by_group.values()) for by_group in reserved], np.int64)
    faults.add_rows(
        table,
        np.flatnonzero((sums > seats) & (seats >= 0)),
        lambda cell, count: (
            f"{RESERVED.shown}{shown(cell)}合起来多于名额 {count}。请减少预留，或增加名额。"
        ),
        columns=[RESERVED.name, SEATS.name],
    )
    return reserved


def _each_text(
    table: Table,
    column: Column,
    read: Callable[[str], Any],
    absent: object,
    faults: FaultList,
) -> list[Any]:
    """What each row's text says, read once for each different text; ``absent`` where empty."""
    texts = _distinct(table, column)
    values: list[Any] = []
    reasons: list[str | None] = []
    for text in texts.dictionary.to_pylist():
        try:
            values.append(read(text.strip()) if text.strip() else absent)
            reasons.append(None)
        except ValueError as error:
            values.append(absent)
            reasons.append(str(error))
    _add_text_faults(faults, table, column, texts, reasons)
    return [values[code] for code in texts.indices.to_pylist()]


def _distinct(table: Table, column: Column) -> pa.DictionaryArray:
    return pa.array(
        [
            text.as_buffer().to_pybytes().decode("utf-8", errors="replace")
            for text in texts_of(table, column)
        ],
        pa.string(),
    ).dictionary_encode()


def _add_text_faults(
    faults: FaultList,
    table: Table,
    column: Column,
    texts: pa.DictionaryArray,
    reasons: list[str | None],
) -> None:
    is_wrong = np.array([reason is not None for reason in reasons], np.bool_)
    indices = texts.indices.to_numpy()
    rows = np.flatnonzero(is_wrong[indices])
    told = iter([reasons[code] for code in indices[rows].tolist()])
    faults.add_rows(
        table,
        rows,
        lambda cell: f"{column.shown}{shown(cell)}{next(told)}",
        columns=[column.name],
    )
