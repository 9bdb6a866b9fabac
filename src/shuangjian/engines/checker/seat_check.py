"""名额核对: what any lawful answer must keep, whatever the mechanism."""

from collections.abc import Callable

import numpy as np

from shuangjian.engines.checker.answer import Shown, wish_shown
from shuangjian.engines.checker.given import Given
from shuangjian.engines.checker.loop import NOBODY, Flags, Int64
from shuangjian.engines.checker.record import SHOWN, Record


def check_seats(
    given: Given, granted: Int64, may_join: Flags, is_open: Flags, record: Record, file: str
) -> None:
    """Seats, grades and closed courses (名额、年级、开班)."""
    courses = given.courses
    placed = granted[granted != NOBODY]
    taken = np.bincount(given.wishes.course[placed], minlength=courses.seats.size)
    record.looked("课程名额", taken.size)
    for code, wrong, sentence in (
        ("over_seats", taken > courses.seats, "录取了 {0} 人，名额只有 {1} 个"),
        ("closed_has_pupils", ~is_open & (taken > 0), "没有开班，却录取了 {0} 人"),
        ("below_least", is_open & (taken < courses.least), "录取 {0} 人，不到开班人数 {2}，却照开"),
    ):
        found = np.flatnonzero(wrong)
        told = []
        for course in found[:SHOWN].tolist():
            name = courses.names[course].decode()
            counts = (taken[course], courses.seats[course], courses.least[course])
            told.append((f"course={name}", f"课程 {name} {sentence.format(*counts)}。"))
        record.note_all(code, file, found.size, told)
    record.looked("录取学生的年级", placed.size)
    wrong = granted != NOBODY
    wrong[wrong] = ~may_join[placed]
    _tell(given, granted, wrong, record, file, "not_eligible", _not_for_grade)


def check_days(given: Given, granted: Int64, is_occupied: Flags, record: Record, file: str) -> None:
    """No pupil in two courses on one day (时间不冲突)."""
    record.looked("学生的上课时间", len(given.pupils.names))
    _tell(given, granted, (granted != NOBODY) & is_occupied, record, file, "days_clash", _clash)


def _not_for_grade(row: Shown) -> str:
    return f"课程 {row.course} 不对学生 {row.pupil} 的年级开放，却录取了。"


def _clash(row: Shown) -> str:
    return f"学生 {row.pupil} 在时段 {row.slot} 与另一已录取的时段有同一天，时间冲突。"


def _tell(
    given: Given,
    granted: Int64,
    wrong: Flags,
    record: Record,
    file: str,
    code: str,
    sentence: Callable[[Shown], str],
) -> None:
    found = np.flatnonzero(wrong)
    rows = (wish_shown(given, one, given.wishes.course[granted[one]]) for one in found.tolist())
    record.note_all(code, file, found.size, ((row.key, sentence(row)) for row in rows))
