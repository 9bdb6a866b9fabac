"""志愿编码: the table of choices as applications and wishes in order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.market.column import COURSE, PUPIL, RANK, SLOT
from shuangjian.engines.market.column_coding import ColumnCoding
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.market import Int16, Int32, Int64
from shuangjian.engines.market.number import add_number_faults
from shuangjian.engines.market.reference import add_repeats, add_unknown
from shuangjian.engines.market.roll import Roll
from shuangjian.engines.market.table import Table
from shuangjian.engines.market.threads import run_over
from shuangjian.engines.market.wish_kernel import (
    IN_ORDER,
    WRONG,
    ByPupil,
    count_applications,
    count_by_pupil,
    fill_applications,
    group_wishes,
    look_over,
    mark_wrong_slots,
    open_keys,
)


@dataclass(frozen=True)
class CodedChoices:
    """志愿编码: wishes and the applications that they make up.

    Attributes:
        wishes: of each pupil by (slot, rank, course).
        pupil: of each application, ``(a,)``.
        slot: of each application, ``(a,)``.
        start: of each application's wishes, ``(a + 1,)``.
    """

    wishes: ByPupil
    pupil: Int32
    slot: Int16
    start: Int64


@dataclass
class _Rows:
    """志愿行: the coded columns of the file, in its order."""

    pupil: Int32
    slot: Int16
    rank: Int16
    course: Int32


def code_choices(
    table: Table, roll: Roll, faults: FaultList, *, may_tie: bool, threads: int
) -> CodedChoices:
    """Read all choices (志愿编码); with a fault the result is not to be used.

    Args:
        table: of choices.
        roll: the pupils, slots and courses that there are.
        faults: is added to.
        may_tie: equal ranks in one application are right.
        threads: at least 1.
    """
    rows = _read(table, roll, threads=threads)
    state = _state(rows, roll, threads=threads)
    of_row = np.arange(0)
    if state == WRONG:
        of_row = _right_rows(table, rows, roll, faults)
        rows = _Rows(rows.pupil[of_row], rows.slot[of_row], rows.rank[of_row], rows.course[of_row])
    of_pupil = np.zeros(len(roll.pupils) + 1, np.int64)
    count_by_pupil(rows.pupil, of_pupil)
    if state == IN_ORDER:
        wishes = ByPupil(of_pupil, rows.course, rows.rank)
    else:
        wishes = _in_order(rows, of_pupil, threads=threads)
    applications = np.zeros(len(roll.pupils), np.int64)
    is_wrong = np.zeros(len(roll.pupils), np.bool_)
    run_over(
        len(roll.pupils),
        lambda first, last: count_applications(
            wishes, roll.course_slot, applications, is_wrong, may_tie, first, last
        ),
        threads=threads,
    )
    if is_wrong.any():
        _add_repeats(table, rows, of_row, is_wrong, faults, may_tie=may_tie)
    return _coded(wishes, applications, roll, threads=threads)


def _read(table: Table, roll: Roll, *, threads: int) -> _Rows:
    coding = ColumnCoding(table)
    rows = _Rows(
        pupil=coding.ids(PUPIL, roll.pupils),
        slot=coding.ids(SLOT, roll.slots, dtype=np.int16),
        rank=coding.numbers(RANK, dtype=np.int16),
        course=coding.ids(COURSE, roll.courses),
    )
    coding.run(threads=threads)
    return rows


def _state(rows: _Rows, roll: Roll, *, threads: int) -> int:
    found: list[int] = [IN_ORDER]
    run_over(
        rows.pupil.size,
        lambda first, last: found.append(
            look_over(rows.pupil, rows.slot, rows.rank, rows.course, roll.course_slot, first, last)
        ),
        threads=threads,
    )
    return max(found)


def _right_rows(table: Table, rows: _Rows, roll: Roll, faults: FaultList) -> NDArray[np.intp]:
    """Note what is wrong within single rows; the rows where nothing is."""
    add_unknown(faults, table, PUPIL, rows.pupil, roll.pupils)
    add_unknown(faults, table, SLOT, rows.slot, roll.slots)
    add_unknown(faults, table, COURSE, rows.course, roll.courses)
    add_number_faults(faults, table, RANK, rows.rank, is_needed=True)
    is_elsewhere = np.zeros(rows.pupil.size, np.bool_)
    mark_wrong_slots(rows.slot, rows.course, roll.course_slot, is_elsewhere)
    faults.add_rows(
        table,
        np.flatnonzero(is_elsewhere),
        lambda course, slot: (
            f"{COURSE.shown}{shown(course)}不在{SLOT.shown}{shown(slot)}。"
            "请按 courses 里这门课的时段改正。"
        ),
        columns=[COURSE.name, SLOT.name],
    )
    is_right = (rows.pupil >= 0) & (rows.slot >= 0) & (rows.course >= 0) & (rows.rank >= 0)
    return np.flatnonzero(is_right & ~is_elsewhere)


def _in_order(rows: _Rows, of_pupil: Int64, *, threads: int) -> ByPupil:
    """The wishes by (pupil, slot, rank, course)."""
    keys = np.empty(rows.pupil.size, np.int64)
    run_over(
        of_pupil.size - 1,
        lambda first, last: group_wishes(
            rows.pupil, rows.slot, rows.rank, rows.course, of_pupil, keys, first, last
        ),
        threads=threads,
    )
    rank, course = np.empty(keys.size, np.int16), np.empty(keys.size, np.int32)
    run_over(
        keys.size,
        lambda first, last: open_keys(keys, rank, course, first, last),
        threads=threads,
    )
    return ByPupil(of_pupil, course, rank)


def _add_repeats(
    table: Table,
    rows: _Rows,
    of_row: NDArray[np.intp],
    is_wrong: NDArray[np.bool_],
    faults: FaultList,
    *,
    may_tie: bool,
) -> None:
    concerned = np.flatnonzero(is_wrong[rows.pupil])
    of_concerned = of_row[concerned] if of_row.size else concerned
    pupil, course = rows.pupil[concerned], rows.course[concerned]
    if not may_tie:
        add_repeats(
            faults,
            table,
            of_concerned,
            (pupil, rows.slot[concerned], rows.rank[concerned]),
            lambda who, slot, rank, line: (
                f"学生{shown(who)}在时段{shown(slot)}已有第 {rank} 志愿（第 {line} 行）。"
                "一个志愿顺序只能写一门课，请改正。"
            ),
            columns=[PUPIL.name, SLOT.name, RANK.name],
        )
    add_repeats(
        faults,
        table,
        of_concerned,
        (pupil, course),
        lambda who, what, line: (
            f"学生{shown(who)}已报过课程{shown(what)}（第 {line} 行）。请删去一行。"
        ),
        columns=[PUPIL.name, COURSE.name],
    )


def _coded(wishes: ByPupil, applications: Int64, roll: Roll, *, threads: int) -> CodedChoices:
    ends = np.cumsum(applications)
    count = int(ends[-1]) if ends.size else 0
    pupil, slot = np.empty(count, np.int32), np.empty(count, np.int16)
    start = np.full(count + 1, wishes.course.size, np.int64)
    run_over(
        len(roll.pupils),
        lambda first, last: fill_applications(
            wishes,
            roll.course_slot,
            ends - applications,
            pupil,
            slot,
            start,
            first,
            last,
        ),
        threads=threads,
    )
    return CodedChoices(wishes, pupil, slot, start)
