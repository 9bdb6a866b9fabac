"""标题: what the sheet's name and the lines above the table say about class, grade and days."""

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from shuangjian.areas.homework.workbook.class_name import find_class, find_grade, parse_class
from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.day import (
    DayFrame,
    DayStatement,
    find_day,
    find_weekday,
    resolve_day,
)
from shuangjian.areas.homework.workbook.fault import (
    CellFault,
    CellValue,
    MisreadError,
    cell_fault,
    written,
)
from shuangjian.areas.homework.workbook.numeral import arabic
from shuangjian.areas.homework.workbook.plan_row import ClassRef
from shuangjian.areas.homework.workbook.sheet import Grid, Position

_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天1-7]\)?)?"
_RANGE = re.compile(
    rf"(?<!\d)(?:(?P<year>20\d\d)[年./-])?(?P<month>\d{{1,2}})[月./-](?P<day>\d{{1,2}})[日号]?{_WEEKDAY}"
    r"(?:-+|—+|\u2013|~+|至|到)"
    rf"(?:(?:(?P<last_year>20\d\d)[年./-])?(?P<last_month>\d{{1,2}})[月./-](?P<last_day>\d{{1,2}})[日号]?"
    r"|(?P<last_day_only>\d{1,2})(?:[日号]|(?=\)|$)))(?![\d班年级周])"
)
_SINGLE = re.compile(
    r"(?<!\d)(?:(?:20\d\d)[年./-]\d{1,2}[月./-]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号])(?!\d)"
    r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
)
# why: the day on which the form was filled in is no homework day.
_FILLED_IN = re.compile(r"(?:制表|填表|打印|上报|审核|报送|填报)(?:日期|时间)?:?$")
_SCHOOL_YEAR = re.compile(r"(20\d\d)(?:(?:-+|—+|\u2013|~|至)20\d\d)?学年")
_SEASON = re.compile(r"(20\d\d)年?(春|秋)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_LABELS = {"班级": "class", "班别": "class", "日期": "day", "作业日期": "day"}


@dataclass(frozen=True)
class Heading:
    """标题内容: what one table takes from above it.

    Attributes:
        class_ref: The class, where the title names one.
        grade: The grade, 1 to 9, where title or sheet name names one.
        on: The day, where the title names one single day.
        frame: What settles the days in the table.
        class_cell: Where the class stands, for the layout's description.
        day_cell: Where the day or range stands.
        faults: What is wrong in the title itself.
    """

    frame: DayFrame
    class_ref: ClassRef | None = None
    grade: int | None = None
    on: dt.date | None = None
    class_cell: str | None = None
    day_cell: str | None = None
    faults: tuple[CellFault, ...] = field(default=())


def read_heading(
    grid: Grid,
    rows: list[int],
    *,
    outer: Heading,
) -> Heading:
    """标题: what the lines `rows` add to the heading that is in force above them.

    Args:
        grid: The sheet.
        rows: Rows from 0, from top to bottom.
        outer: What is known so far: the sheet's name, or the heading of the whole sheet.

    Returns:
        The heading with what the lines say put over what was known; only their own faults.
    """
    heading = replace(outer, faults=())
    for row in rows:
        filled = grid.filled(row)
        for index, position in enumerate(filled):
            caption = normalised(grid.text(filled[index - 1])) if index else ""
            for read in _readers(grid.value(position), caption=caption):
                heading = _attempt(heading, read, grid=grid, position=position)
    return heading


_Reader = Callable[[Heading, CellValue, str], Heading]


def _readers(value: CellValue, *, caption: str) -> tuple[_Reader, ...]:
    """What a cell is asked for; class and day apart, so that one mistake doesn't hide the other."""
    if _FILLED_IN.search(caption):
        return ()
    label = _LABELS.get(caption.strip(":"))
    if label == "class":
        return (_with_class_cell,)
    if label == "day" or not isinstance(value, str):
        return (_with_day_cell,)
    return _with_class, _with_days


def _attempt(heading: Heading, read: _Reader, *, grid: Grid, position: Position) -> Heading:
    value, cell = grid.value(position), grid.cell(position)
    try:
        return read(heading, value, cell)
    except MisreadError as misread:
        fault = cell_fault(sheet=grid.name, cell=cell, misread=misread, value=value)
        return replace(heading, faults=(*heading.faults, fault))


def _with_class_cell(heading: Heading, value: CellValue, cell: str) -> Heading:
    found = parse_class(value, grade=heading.grade)
    return replace(heading, class_ref=found, grade=found.grade or heading.grade, class_cell=cell)


def _with_day_cell(heading: Heading, value: CellValue, cell: str) -> Heading:
    statement = find_day(value)
    if statement is None or not statement.days:
        return _with_days(heading, value, cell) if isinstance(value, str) else heading
    return _with_single(heading, statement, cell=cell)


def _with_class(heading: Heading, value: CellValue, cell: str) -> Heading:
    text = written(value)
    found, grade = find_class(text), find_grade(text)
    if found is not None:
        return replace(heading, class_ref=found, grade=found.grade or grade, class_cell=cell)
    return heading if grade is None else replace(heading, grade=grade)


def _with_days(heading: Heading, value: CellValue, cell: str) -> Heading:
    compact = arabic_days(written(value))
    frame = _with_year(heading.frame, compact)
    heading = replace(heading, frame=frame)
    if match := _RANGE.search(compact):
        starts_on, last_on = _range_days(match, frame)
        frame = replace(frame, starts_on=starts_on, last_on=last_on)
        return replace(heading, frame=frame, on=None, day_cell=cell)
    singles = [m for m in _SINGLE.finditer(compact) if not _FILLED_IN.search(compact[: m.start()])]
    statements = [found for m in singles if (found := find_day(m.group()))]
    if len({statement.days for statement in statements}) == 1:
        return _with_single(heading, statements[0], cell=cell)
    return heading


def arabic_days(text: str) -> str:
    """日期文字统一: a title's text with plain digits, weekdays left in words.

    Weekdays are shielded, or 周三 would turn into a number.
    """
    pieces = re.split(r"((?:星期|周)[一二三四五六日天])", normalised(text))
    return "".join(piece if index % 2 else arabic(piece) for index, piece in enumerate(pieces))


def _with_single(heading: Heading, statement: DayStatement, *, cell: str) -> Heading:
    on = resolve_day(statement, frame=replace(heading.frame, starts_on=None, last_on=None))
    frame = replace(heading.frame, reference_day=on, year=None)
    return replace(heading, on=on, frame=frame, day_cell=cell)


def _with_year(frame: DayFrame, compact: str) -> DayFrame:
    if match := _SCHOOL_YEAR.search(compact):
        return replace(frame, school_year=int(match[1]))
    if match := _SEASON.search(compact):
        return replace(frame, school_year=int(match[1]) - (match[2] == "春"))
    match = _YEAR.search(compact)
    return replace(frame, year=int(match[1])) if match else frame


def _range_days(match: re.Match[str], frame: DayFrame) -> tuple[dt.date, dt.date]:
    month, day = int(match["month"]), int(match["day"])
    last_month = int(match["last_month"] or month)
    last_day = int(match["last_day"] or match["last_day_only"])
    bare = replace(frame, starts_on=None, last_on=None)
    try:
        year = int(match["year"]) if match["year"] else bare.year_of(month, day)
        last_year = int(match["last_year"] or year + (last_month < month))
        starts_on, last_on = dt.date(year, month, day), dt.date(last_year, last_month, last_day)
    except ValueError as error:
        raise MisreadError(
            "day_impossible",
            f"标题里的日期范围“{match.group()}”在日历上不存在。请核对月份和日子。",
        ) from error
    if starts_on > last_on:
        raise MisreadError("range_reversed", f"标题里的日期范围“{match.group()}”前后颠倒。请改正。")
    return starts_on, last_on


@dataclass(frozen=True)
class SheetName:
    """工作表名称: what a sheet's name may say; 5.1 may be a class or a day.

    Attributes:
        heading: Grade and range, which leave no doubt.
        class_ref: The class that it may name.
        day: The day that it may name.
    """

    heading: Heading
    class_ref: ClassRef | None
    day: DayStatement | None


def read_sheet_name(name: str, *, reference_day: dt.date) -> SheetName:
    """工作表名称: what the name says, with nothing settled that the table may settle better."""
    heading = Heading(frame=DayFrame(reference_day))
    compact = arabic_days(name)
    grade = find_grade(name)
    class_ref = _class_in_name(name, grade=grade)
    day = find_day(name)
    if day is not None and (not day.days or find_weekday(name) is not None):
        day = None
    if day is None and (match := _RANGE.search(compact)):
        try:
            starts_on, last_on = _range_days(match, heading.frame)
        except MisreadError:
            # why: a name such as 3-45-6 is a number of the school's, not a day that went wrong.
            return SheetName(replace(heading, grade=grade), class_ref, day)
        frame = replace(heading.frame, starts_on=starts_on, last_on=last_on)
        heading = replace(heading, frame=frame, day_cell="工作表名称")
    return SheetName(replace(heading, grade=grade), class_ref, day)


def _class_in_name(name: str, *, grade: int | None) -> ClassRef | None:
    # why: most names of sheets name no class (Sheet1, 11.9); the table says it then.
    with suppress(MisreadError):
        return parse_class(name, grade=grade)
    with suppress(MisreadError):
        return find_class(name)
    return None


def settle_name(
    heading: Heading, name: SheetName, *, needs_class: bool, needs_day: bool, sheet: str
) -> Heading:
    """名称补缺: put the sheet's name in where the table and its title leave class or day open.

    Args:
        heading: From the title, over `name.heading`.
        name: What the sheet's name may say.
        needs_class: The table itself has no classes.
        needs_day: The table itself has no days.
        sheet: The worksheet's name.

    Returns:
        The heading; with a fault where name and title contradict each other, as they do where
        a sheet was copied and only one of both was changed.
    """
    class_ref, day = name.class_ref, name.day
    if class_ref and day:
        is_class = (
            needs_class
            and (heading.class_ref in {None, class_ref})
            and (not needs_day or heading.on is not None)
        )
        class_ref, day = (class_ref, None) if is_class else (None, day)
    if needs_class and class_ref:
        heading = _settle_class(heading, class_ref, sheet=sheet)
    if needs_day and day:
        heading = _settle_day(heading, day, sheet=sheet)
    return heading


def _settle_class(heading: Heading, class_ref: ClassRef, *, sheet: str) -> Heading:
    if heading.class_ref is None:
        grade = heading.grade or class_ref.grade
        return replace(heading, class_ref=class_ref, grade=grade, class_cell="工作表名称")
    title = heading.class_ref
    same_form = (title.grade is None) == (class_ref.grade is None)
    if title.number == class_ref.number and (not same_form or title.grade == class_ref.grade):
        return heading
    misread = MisreadError(
        "sheet_name_contradicts",
        f"标题里的班级与工作表名称“{sheet}”不是同一个班，多半是复制工作表后漏改了一处。请改正。",
    )
    return _with_fault(heading, misread, sheet=sheet, cell=heading.class_cell)


def _settle_day(heading: Heading, day: DayStatement, *, sheet: str) -> Heading:
    try:
        on = resolve_day(day, frame=heading.frame)
    except MisreadError as misread:
        return _with_fault(heading, misread, sheet=sheet, cell=heading.day_cell)
    if heading.on not in {None, on}:
        contradiction = MisreadError(
            "sheet_name_contradicts",
            f"标题里的日期 {heading.on:%Y-%m-%d} 与工作表名称“{sheet}”不是同一天，"
            "多半是复制工作表后漏改了一处。请改正。",
        )
        return _with_fault(heading, contradiction, sheet=sheet, cell=heading.day_cell)
    return replace(heading, on=on, day_cell=heading.day_cell or "工作表名称")


def _with_fault(
    heading: Heading, misread: MisreadError, *, sheet: str, cell: str | None
) -> Heading:
    place = cell if cell and cell.isascii() else "A1"
    fault = cell_fault(sheet=sheet, cell=place, misread=misread, value=sheet)
    return replace(heading, faults=(*heading.faults, fault))
