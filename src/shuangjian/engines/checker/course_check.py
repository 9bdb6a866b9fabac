"""课程结果核对: reads courses_result, first which courses closed, later every figure in it."""

from pathlib import Path
from typing import Final

import numpy as np

from shuangjian.engines.checker.given import Given
from shuangjian.engines.checker.loop import NOBODY, Flags, Int64
from shuangjian.engines.checker.outcome import PLACED, Expected, last_of
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.sheet import open_needed
from shuangjian.engines.checker.stability import NOBODY_BEHIND
from shuangjian.engines.checker.table import Piece
from shuangjian.engines.checker.text import as_bytes, codes_of

_NUMBERS: Final = ("seats", "least", "wished", "placed", "waiting", "last_tier", "last_standing")
_COLUMNS: Final = {name: (name,) for name in ("course", "slot", "state", *_NUMBERS)}
_STATES: Final = {b"open": True, b"closed": False}


def read_open(folder: Path, given: Given, record: Record) -> tuple[Flags, Piece]:
    """Which courses the answer holds (开班), ``(c,)``, and the rows for ``check_courses``.

    Raises:
        UnreadableError: the file cannot be read.
    """
    piece = open_needed(folder, "courses_result", _COLUMNS, " ".join(_COLUMNS)).whole()
    record.looked("课程结果的行", piece.rows)
    is_open = np.ones(given.courses.seats.size, np.bool_)
    code = codes_of(given.courses.ids, piece.text("course"))
    if code.tolist() != list(range(is_open.size)):
        record.note(
            "courses_rows", piece.file, "", f"{piece.file} 应每门课程一行，按编号的字节排序。"
        )
    states = as_bytes(piece.text("state"))
    for row, (course, state) in enumerate(zip(code.tolist(), states, strict=True)):
        if state not in _STATES:
            record.note(
                "malformed",
                piece.file,
                f"row {row + 1}",
                f"{piece.file} 第 {row + 1} 行数据：state 只能是 open 或 closed。",
            )
        elif course != NOBODY:
            is_open[course] = _STATES[state]
    return is_open, piece


def check_courses(piece: Piece, given: Given, expected: Expected, record: Record) -> None:
    """Every figure of every course (课程结果)."""
    code = codes_of(given.courses.ids, piece.text("course"))
    rows = np.flatnonzero(code != NOBODY)
    code = code[rows]
    slots = as_bytes(piece.text("slot"))
    right = [given.courses.slots[slot] for slot in given.courses.slot[code]]
    wrong = np.array([slots[row] != slot for row, slot in zip(rows, right, strict=True)], np.bool_)
    _tell(record, piece, "slot", rows[wrong])
    for column, values in _figures(given, expected).items():
        found = piece.numbers(column, empty=NOBODY)
        is_right = ~found.is_wrong[rows] & (found.values[rows] == values[code])
        _tell(record, piece, column, rows[~is_right])


def _figures(given: Given, expected: Expected) -> dict[str, Int64]:
    courses, wished = given.courses, given.wishes.course
    count = courses.seats.size
    tier, standing = last_of(expected.last)
    has_last = expected.last != NOBODY_BEHIND
    return {
        "seats": courses.seats.astype(np.int64),
        "least": courses.least.astype(np.int64),
        "wished": np.bincount(wished, minlength=count),
        "placed": np.bincount(wished[expected.reason == PLACED], minlength=count),
        "waiting": np.bincount(wished[expected.place > 0], minlength=count),
        "last_tier": np.where(has_last, tier, NOBODY),
        "last_standing": np.where(has_last, standing, NOBODY),
    }


def _tell(record: Record, piece: Piece, column: str, rows: Int64) -> None:
    courses = as_bytes(piece.text("course")) if rows.size else []
    told = (
        (f"course={name}", f"{piece.file}：课程 {name} 的 {column} 与重算的不符。")
        for row in rows.tolist()
        if (name := courses[row].decode())
    )
    record.note_all("course_figure", piece.file, rows.size, told)
