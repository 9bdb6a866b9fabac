"""归属: which class, day and subject the cells of a row are about."""

import datetime as dt
from dataclasses import dataclass

from shuangjian.areas.homework.workbook.class_name import (
    check_entry_year,
    parse_class,
    parse_grade,
)
from shuangjian.areas.homework.workbook.column import Column
from shuangjian.areas.homework.workbook.course import Course, parse_course
from shuangjian.areas.homework.workbook.day import (
    EXAMPLES,
    WEEKDAY_NAMES,
    DayStatement,
    find_day,
    find_weekday,
    resolve_day,
)
from shuangjian.areas.homework.workbook.fault import MisreadError, written
from shuangjian.areas.homework.workbook.heading import Heading
from shuangjian.areas.homework.workbook.misreadings import Misreadings
from shuangjian.areas.homework.workbook.plan_row import ClassRef
from shuangjian.areas.homework.workbook.sheet import Position


@dataclass(frozen=True)
class Standing:
    """所在: where a row says what it is about.

    Attributes:
        keys: The cells of class, grade, day, weekday and subject that hold for the row.
        course_cell: The row's own subject cell, to point at where it is blank.
        under: The heading that the cells stand under.
        heading: Title and sheet name.
        corner: The table's first heading cell, to point at what the whole table lacks.
    """

    keys: dict[str, Position]
    course_cell: Position
    under: Column
    heading: Heading
    corner: Position


def read_class_and_day(
    standing: Standing, *, misreadings: Misreadings
) -> tuple[ClassRef, dt.date] | None:
    """班级与日期: the class and the day, or None where a fault was noted.

    Args:
        standing: Where the row says it.
        misreadings: Takes every fault.
    """
    on = _read_day(standing, misreadings)
    position = standing.under.class_cell or standing.keys.get("class")
    grade_cell = standing.keys.get("grade")
    try:
        grade = standing.heading.grade
        if grade_cell is not None:
            grade = parse_grade(misreadings.grid.value(grade_cell))
    except MisreadError as misread:
        misreadings.add(grade_cell or standing.corner, misread)
        return None
    try:
        class_ref = _class(standing, position, grade=grade, misreadings=misreadings)
        if on is not None:
            check_entry_year(class_ref, grade=grade, on=on)
            return class_ref, on
    except MisreadError as misread:
        misreadings.add(position or standing.corner, misread)
    return None


def _class(
    standing: Standing, position: Position | None, *, grade: int | None, misreadings: Misreadings
) -> ClassRef:
    if position is not None:
        return parse_class(misreadings.grid.value(position), grade=grade)
    if standing.heading.class_ref is not None:
        return standing.heading.class_ref
    raise MisreadError(
        "class_missing",
        "没有找到班级：标题、工作表名称和表里都没有写是哪个班。请在标题里写明，如“班级：五年级（1）班”，"
        "或加上“班级”一列，一行写一个班。",
    )


def read_course(standing: Standing, *, misreadings: Misreadings) -> Course | None:
    """学科: the subject, or None where a fault was noted."""
    if standing.under.course is not None:
        return standing.under.course
    position = standing.keys.get("course")
    if position is None:
        reason = "这一行有作业而没有写学科，不知道归哪一科。请补上学科。"
        misreadings.add(standing.course_cell, MisreadError("course_missing", reason))
        return None
    try:
        return parse_course(written(misreadings.grid.value(position)))
    except MisreadError as misread:
        misreadings.add(position, misread)
        return None


def _read_day(standing: Standing, misreadings: Misreadings) -> dt.date | None:
    keys = [standing.keys[key] for key in ("day", "weekday") if key in standing.keys]
    # why: the axis says the day where there is one; a column then can only repeat it.
    positions = [*standing.under.days] or keys
    try:
        return _day(standing, positions, misreadings)
    except MisreadError as misread:
        misreadings.add(positions[0] if positions else standing.corner, misread)
        return None


def _day(standing: Standing, positions: list[Position], misreadings: Misreadings) -> dt.date:
    heading = standing.heading
    statement: DayStatement | None = None
    weekday: int | None = None
    for position in positions:
        value = misreadings.grid.value(position)
        bare = find_weekday(value)
        found = None if bare is not None else find_day(value)
        if bare is not None:
            weekday = bare
        elif found is None:
            raise MisreadError(
                "day_unreadable",
                f"日期“{written(value)}”看不懂，不知道是哪一天。请写成{EXAMPLES}这样的日期，一格只写一天。",
            )
        else:
            statement = found
    if statement is not None:
        return resolve_day(statement, frame=heading.frame, weekday=weekday)
    if weekday is not None and (heading.frame.starts_on or heading.on is None):
        bare_statement = DayStatement((), None, weekday, WEEKDAY_NAMES[weekday])
        return resolve_day(bare_statement, frame=heading.frame)
    if heading.on is None:
        raise MisreadError(
            "day_missing",
            "没有找到日期：标题、工作表名称和表里都没有写是哪一天。请在标题里写明，如“2026年11月9日”，"
            "或加上“日期”一列。",
        )
    if weekday is not None and heading.on.weekday() != weekday:
        raise MisreadError(
            "weekday_contradicts",
            f"标题写的是 {heading.on:%Y-%m-%d}，是{WEEKDAY_NAMES[heading.on.weekday()]}，"
            f"这里写的是{WEEKDAY_NAMES[weekday]}。请核对；若是一周的表，请在标题里写明起止日期。",
        )
    return heading.on
