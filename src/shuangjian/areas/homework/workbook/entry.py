"""一项作业: one piece of homework as its cells state it, not yet joined with others."""

import datetime as dt
from dataclasses import dataclass

from shuangjian.areas.homework.workbook.course import Course
from shuangjian.areas.homework.workbook.fault import CellValue, MisreadError, written
from shuangjian.areas.homework.workbook.kind import (
    find_place,
    kind_in_content,
    parse_kind,
    parse_place,
    place_in_content,
)
from shuangjian.areas.homework.workbook.minutes import (
    Length,
    is_none_word,
    minutes_in_content,
    parse_minutes,
)
from shuangjian.areas.homework.workbook.misreadings import Misreadings
from shuangjian.areas.homework.workbook.plan_row import ClassKey, ClassRef, Kind, Place
from shuangjian.areas.homework.workbook.sheet import Grid, Position

UNNAMED_CONTENT = "（未写明内容）"
"""The minutes count although the sheet doesn't say for what: the limit is on the minutes."""
NOTHING = Length(0, 0)


@dataclass(frozen=True)
class Pieces:
    """单元格组合: the cells that together say one piece of homework.

    Attributes:
        contents: Cells with content.
        minutes: Cell with the minutes, or None where there is no such column.
        single: Cells that hold content and minutes together.
        kind: Cell with the kind.
        place: Cell with the place.
        teacher: Cell with the teacher.
        heading_kind: The kind that the heading names.
        heading_place: The place that the heading names.
        in_hours: Bare numbers are hours.
    """

    contents: tuple[Position, ...] = ()
    minutes: Position | None = None
    single: tuple[Position, ...] = ()
    kind: Position | None = None
    place: Position | None = None
    teacher: Position | None = None
    heading_kind: Kind | None = None
    heading_place: Place | None = None
    in_hours: bool = False


@dataclass(frozen=True)
class Homework:
    """作业: what the cells say is to be done.

    Attributes:
        content: As written.
        length: Minutes, both ends.
        kind: The kind of homework.
        place: Where it is done.
        teacher_name: As written, or None.
        position: The cell of the minutes, or of the content where it holds them.
        is_none: It says that there is no homework.
    """

    content: str
    length: Length
    kind: Kind
    place: Place
    teacher_name: str | None
    position: Position
    is_none: bool = False


@dataclass(frozen=True)
class Entry:
    """一项作业: class, day, subject and what is to be done.

    Attributes:
        class_ref: The class as named.
        class_key: Equal for equal classes, however they are named.
        on: The day.
        course: The subject.
        homework: What is to be done.
        sheet: The worksheet's name.
        cell: The cell of the minutes, or of the content where it holds them.
        anchor: That cell's position, to find minutes shared by merged cells.
    """

    class_ref: ClassRef
    class_key: ClassKey
    on: dt.date
    course: Course
    homework: Homework
    sheet: str
    cell: str
    anchor: Position


def read_homework(pieces: Pieces, *, grid: Grid, misreadings: Misreadings) -> Homework | None:
    """作业: what the cells of one class, day and subject say together.

    Args:
        pieces: Where content, minutes and the rest stand.
        grid: The sheet.
        misreadings: Takes every fault.

    Returns:
        The homework; None where all is blank, and where a fault was noted.
    """
    contents = tuple(each for each in pieces.contents + pieces.single if not grid.is_blank(each))
    minutes = pieces.minutes
    if minutes is not None and grid.is_blank(minutes) and not contents:
        return None
    if minutes is None and not contents:
        return None
    content = "；".join(dict.fromkeys(written(grid.value(each)) for each in contents))
    kind, place = _kind_and_place(pieces, content, grid=grid, misreadings=misreadings)
    is_single = minutes is None or any(
        grid.anchor(each) == grid.anchor(minutes) for each in contents
    )
    if is_single or minutes is None:
        position = contents[-1]
        stated = _read_single(pieces, contents, misreadings=misreadings)
    else:
        position = minutes
        stated = _read_pair(pieces, contents, minutes=minutes, kind=kind, misreadings=misreadings)
    if stated is None or kind is None or place is None:
        return None
    is_none, length = stated
    has_words = any(not _is_only_length(grid.value(each)) for each in contents)
    if not is_none and (not contents or (is_single and not has_words)):
        content = UNNAMED_CONTENT
    if grid.is_blank(position):
        position = contents[0]
    return Homework(
        content="" if is_none else content,
        length=length,
        kind=kind,
        place=place,
        teacher_name=_teacher(pieces.teacher, grid=grid),
        position=position,
        is_none=is_none,
    )


def _read_single(
    pieces: Pieces,
    contents: tuple[Position, ...],
    *,
    misreadings: Misreadings,
) -> tuple[bool, Length] | None:
    """Cells such as 练习册P3 约20分钟; several are added up, each has its own minutes."""
    grid = misreadings.grid
    told = [each for each in contents if not is_none_word(grid.value(each))]
    if not told:
        return True, NOTHING
    lengths: list[Length] = []
    for position in told:
        value = grid.value(position)
        try:
            if isinstance(value, str) and not _is_only_length(value):
                lengths.append(minutes_in_content(value))
            else:
                lengths.append(parse_minutes(value, in_hours=pieces.in_hours))
        except MisreadError as misread:
            misreadings.add(position, misread)
    if len(lengths) < len(told):
        return None
    return False, Length(sum(each.low for each in lengths), sum(each.high for each in lengths))


def _is_only_length(value: CellValue) -> bool:
    if not isinstance(value, str):
        return True
    try:
        parse_minutes(value)
    except MisreadError:
        return False
    return True


def _read_pair(
    pieces: Pieces,
    contents: tuple[Position, ...],
    *,
    minutes: Position,
    kind: Kind | None,
    misreadings: Misreadings,
) -> tuple[bool, Length] | None:
    """Content and minutes in cells of their own."""
    grid = misreadings.grid
    has_content = any(not is_none_word(grid.value(each)) for each in contents)
    says_none = bool(contents) and not has_content
    value = grid.value(minutes)
    try:
        if grid.is_blank(minutes):
            return _without_minutes(contents, grid=grid, says_none=says_none, kind=kind)
        if not is_none_word(value):
            return False, _stated(value, in_hours=pieces.in_hours, says_none=says_none)
    except MisreadError as misread:
        misreadings.add(minutes, misread)
        return None
    if has_content and kind == "written":
        misreadings.add(minutes, _none_contradicts(written(value)))
        return None
    return not has_content, NOTHING


def _without_minutes(
    contents: tuple[Position, ...], *, grid: Grid, says_none: bool, kind: Kind | None
) -> tuple[bool, Length]:
    """A blank in the minutes' column: nothing to do, or what is not written and so counts 0."""
    if says_none:
        return True, NOTHING
    if kind is not None and kind != "written":
        return False, NOTHING
    content = written(grid.value(contents[0]))
    raise MisreadError(
        "minutes_missing",
        f"写了作业“{content}”而没有预计时长，不知道该计多少分钟。请补上，如“20分钟”；没有作业请把内容"
        "改为“无”。若这里是公式，请先用 Excel 或 WPS 打开并保存一次。",
    )


def _stated(value: CellValue, *, in_hours: bool, says_none: bool) -> Length:
    length = parse_minutes(value, in_hours=in_hours)
    if says_none:
        raise MisreadError(
            "none_contradicts",
            f"作业内容写的是没有作业，时长却写了“{written(value)}”。请补上内容，或把时长改为“无”。",
        )
    return length


def _none_contradicts(value: str) -> MisreadError:
    return MisreadError(
        "none_contradicts",
        f"写了书面作业的内容，时长却是“{value}”。请补上时长；没有作业请把内容改为“无”。",
    )


def _kind_and_place(
    pieces: Pieces, content: str, *, grid: Grid, misreadings: Misreadings
) -> tuple[Kind | None, Place | None]:
    """The cell's own word goes before the content's mark, that before the heading."""
    kind: Kind | None = kind_in_content(content) or pieces.heading_kind or "written"
    place: Place | None = place_in_content(content) or pieces.heading_place or "home"
    if pieces.kind and not grid.is_blank(pieces.kind) and not is_none_word(grid.value(pieces.kind)):
        word = written(grid.value(pieces.kind))
        place = find_place(word) or place
        try:
            kind = parse_kind(word)
        except MisreadError as misread:
            misreadings.add(pieces.kind, misread)
            kind = None
    if (
        pieces.place
        and not grid.is_blank(pieces.place)
        and not is_none_word(grid.value(pieces.place))
    ):
        try:
            place = parse_place(written(grid.value(pieces.place)))
        except MisreadError as misread:
            misreadings.add(pieces.place, misread)
            place = None
    return kind, place


def _teacher(position: Position | None, *, grid: Grid) -> str | None:
    if position is None or grid.is_blank(position) or is_none_word(grid.value(position)):
        return None
    return written(grid.value(position))
