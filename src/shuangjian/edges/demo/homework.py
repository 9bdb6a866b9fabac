"""虚构作业日: the class days of one school over the window, as its habits have them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from shuangjian.areas.homework.models import HomeworkKind, Place
from shuangjian.edges.demo.cast import CAST_CLASS, CAST_GRADE, NEIGHBOUR_CLASS
from shuangjian.edges.demo.district import ClassPlan, SchoolPlan
from shuangjian.edges.demo.draft import DayFrame, Draft, SharedTexts, drafts_of_day
from shuangjian.edges.demo.school_name import FIRST_PRIMARY, SECOND_MIDDLE
from shuangjian.edges.demo.staff import Staff
from shuangjian.edges.demo.stream import stream_of
from shuangjian.edges.demo.version import Fate, Line, Override, Teachers, record_day
from shuangjian.edges.demo.window import BEIJING, SchoolDay
from shuangjian.foundation.registry.models import Course
from shuangjian.foundation.registry.school_year import FIRST_MONTH, grade_of, stage_of

_EMPTY_SHARE = 0.02
_RELEASED_SHARE = 0.85
_PLANNED_AHEAD_SHARE = 0.5
_CAST_CLASSES = {CAST_CLASS, NEIGHBOUR_CLASS}


class Workbook(NamedTuple):
    """示例工作簿: the school, grade, classes and days that an example workbook brings in."""

    school: str
    grade: int
    classes: range
    first: date
    last: date


# why: these class days stay empty, so that whoever imports the examples sees just their rows.
WORKBOOKS = (
    Workbook(FIRST_PRIMARY, 5, range(1, 3), date(2026, 11, 2), date(2026, 11, 6)),
    Workbook(SECOND_MIDDLE, 8, range(1, 7), date(2026, 11, 9), date(2026, 11, 11)),
)


class DayBook(NamedTuple):
    """班级作业日: the class's place in its school, the day, its versions and its override."""

    place: int
    on: date
    lines: list[Line]
    override: Override | None


@dataclass(frozen=True, slots=True)
class _SchoolFrame:
    """What one school's days have in common."""

    school: SchoolPlan
    limits: Mapping[int, int]
    shared: SharedTexts
    stream: random.Random
    latest_import: datetime


def class_starts_on(school_class: ClassPlan) -> date:
    """The first day of a class (建班日): 1 September of its year of entry."""
    return date(school_class.entry_year, FIRST_MONTH, 1)


def class_days(
    school: SchoolPlan,
    staff: Staff,
    *,
    days: Sequence[SchoolDay],
    limits: Mapping[int, int],
    seed: int,
) -> Iterator[DayBook]:
    """The class days of a school (班级作业日), class by class; days without homework are left out.

    Args:
        school: the school.
        staff: its teachers.
        days: the window, in order.
        limits: minutes by grade, for every grade of the school.
        seed: of every chance.
    """
    frame = _SchoolFrame(
        school=school,
        limits=limits,
        shared={},
        stream=stream_of(seed, "homework", school.code),
        latest_import=max(day.ahead for day in days) + timedelta(hours=3),
    )
    for place, school_class in enumerate(school.classes):
        teachers = _teachers(staff, place)
        load = school.habit.load + frame.stream.gauss(0, 0.04)
        for day in days:
            book = _class_day(frame, school_class, day, place=place, teachers=teachers, load=load)
            if book is not None:
                yield book


def _class_day(
    frame: _SchoolFrame,
    school_class: ClassPlan,
    day: SchoolDay,
    *,
    place: int,
    teachers: Teachers,
    load: float,
) -> DayBook | None:
    stream, habit = frame.stream, frame.school.habit
    grade = grade_of(stage=school_class.stage, entry_year=school_class.entry_year, on=day.on)
    has_begun = day.on >= class_starts_on(school_class)
    # why: the next school day may be 1 September, when the oldest classes have left.
    has_left = grade not in frame.limits or stage_of(grade) != school_class.stage
    if has_left or not has_begun:
        return None
    is_cast = _is_cast(frame.school, school_class)
    is_empty = stream.random() < _EMPTY_SHARE and not is_cast
    if is_empty or _is_left_out(frame.school, school_class, day, grade=grade):
        return None
    limit = frame.limits[grade]
    part = _part(frame, day, limit=limit, load=load, may_exceed=day.is_past or not is_cast)
    drafts = drafts_of_day(DayFrame(grade, limit, part, day.lesson, frame.shared), stream=stream)
    if day.is_future:
        drafts = _planned_ahead(frame, school_class, drafts, limit=limit, is_cast=is_cast)
    is_imported = day.round_index < habit.imported_rounds
    fate = Fate(
        is_late=day.is_past and stream.random() < habit.late_share,
        is_released=day.is_past and stream.random() < _RELEASED_SHARE,
        import_at=_import_moment(frame, day) if is_imported else None,
    )
    lines, override = record_day(
        drafts, day=day, limit=limit, fate=fate, teachers=teachers, stream=stream
    )
    return DayBook(place, day.on, lines, override) if lines else None


def _part(
    frame: _SchoolFrame, day: SchoolDay, *, limit: int, load: float, may_exceed: bool
) -> float:
    """The share of the limit that the day uses, above 1 for a day over it."""
    stream, habit = frame.stream, frame.school.habit
    chance = habit.young_share if limit == 0 else habit.over_shares[day.round_index]
    if stream.random() < chance and may_exceed:
        return stream.triangular(1.04, 1.45, 1.1)
    return 0.0 if limit == 0 else min(1.0, max(0.3, stream.gauss(load, 0.12)))


def _is_left_out(
    school: SchoolPlan, school_class: ClassPlan, day: SchoolDay, *, grade: int
) -> bool:
    """Rounds in which the school reported nothing, and days that an example workbook brings."""
    if day.round_index == school.habit.silent_round:
        return True
    return any(
        school.name == workbook.school
        and grade == workbook.grade
        and school_class.number in workbook.classes
        and workbook.first <= day.on <= workbook.last
        and day.is_past
        for workbook in WORKBOOKS
    )


def _is_cast(school: SchoolPlan, school_class: ClassPlan) -> bool:
    return (
        school.name == FIRST_PRIMARY
        and school_class.grade == CAST_GRADE
        and school_class.number in _CAST_CLASSES
    )


def _planned_ahead(
    frame: _SchoolFrame,
    school_class: ClassPlan,
    drafts: list[Draft],
    *,
    limit: int,
    is_cast: bool,
) -> list[Draft]:
    """What is already planned for the next school day: a part, and what the cards speak of."""
    if is_cast and limit > 0:
        return _cast_drafts(limit, is_full=school_class.number == CAST_CLASS)
    return [draft for draft in drafts if frame.stream.random() < _PLANNED_AHEAD_SHARE]


def _cast_drafts(limit: int, *, is_full: bool) -> list[Draft]:
    """Chinese and English are planned, mathematics is not; the full class is over the limit."""
    chinese, english = (limit * 2 // 3, limit // 2) if is_full else (limit // 3, limit // 6)
    return [
        Draft(Course.CHINESE, HomeworkKind.WRITTEN, Place.HOME, chinese, "修改本单元习作并誊写"),
        Draft(Course.ENGLISH, HomeworkKind.WRITTEN, Place.HOME, english, "练习册本单元复习页"),
    ]


def _import_moment(frame: _SchoolFrame, day: SchoolDay) -> datetime:
    """The Friday of the week, when the school brings in its workbook; never after today."""
    friday = day.on + timedelta(days=max(0, 4 - day.on.weekday()))
    moment = datetime.combine(friday, time(16, 40), tzinfo=BEIJING)
    return min(moment, frame.latest_import)


def _teachers(staff: Staff, place: int) -> Teachers:
    return Teachers(
        by_course={
            course: (teacher, staff.names[teacher])
            for (taught, course), teacher in staff.teacher_by_lesson.items()
            if taught == place
        },
        head=staff.names[staff.head_by_class[place]],
    )
