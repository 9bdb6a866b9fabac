"""一项作业: one piece of homework as its cells state it, before pieces of one subject are joined."""

import datetime as dt
from dataclasses import dataclass, field

from shuangjian.areas.homework.workbook.course import Course
from shuangjian.areas.homework.workbook.fault import CellFault, CellValue, MisreadError, written
from shuangjian.areas.homework.workbook.kind import (
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
from shuangjian.areas.homework.workbook.plan_row import ClassRef, Kind, Place
from shuangjian.areas.homework.workbook.sheet import Grid, Position

UNNAMED_CONTENT = "（未写明内容）"
"""The minutes count although the sheet doesn't say for what: the limit is on the minutes."""
NOTHING = Length(0, 0)


@dataclass(frozen=True)
class Entry:
    """一项作业: class, day, subject and what is to be done.

    Attributes:
        class_ref: The class as named.
        class_key: Equal for equal classes, however they are named.
        on: The day.
        course: The subject.
        content: As written; empty where there is none.
        kind: The kind of homework.
        place: Where it is done.
        length: Minutes, both ends; zero where there is none.
        teacher_name: As written, or None.
        sheet: The worksheet's name.
        cell: The cell of the minutes, or of the content where it holds them.
        anchor: That cell's position, to find minutes shared by merged cells.
        is_none: It says that there is no homework.
    """

    class_ref: ClassRef
    class_key: tuple[int | None, int | None, int]
    on: dt.date
    course: Course
    content: str
    kind: Kind
    place: Place
    length: Length
    teacher_name: str | None
    sheet: str
    cell: str
    anchor: Position
    is_none: bool


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


@dataclass
class Misreadings:
    """读错记录: faults with their positions, one a cell and code, in the order found."""

    grid: Grid
    faults: dict[tuple[str, str], CellFault] = field(default_factory=dict)

    def add(self, position: Position, misread: MisreadError) -> None:
        """记下: note a fault at a position; a merged cell is named once."""
        from shuangjian.areas.homework.workbook.fault import cell_fault

        cell = self.grid.cell(position)
        fault = cell_fault(
            sheet=self.grid.name, cell=cell, misread=misread, value=self.grid.value(position)
        )
        self.faults.setdefault((cell, misread.code), fault)
