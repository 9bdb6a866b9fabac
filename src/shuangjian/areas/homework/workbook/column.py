"""列: what the heading above one column says."""

from dataclasses import dataclass, replace

from shuangjian.areas.homework.workbook.course import Course
from shuangjian.areas.homework.workbook.header import Header
from shuangjian.areas.homework.workbook.label import Key, Label, Part, read_label
from shuangjian.areas.homework.workbook.plan_row import Kind, Place
from shuangjian.areas.homework.workbook.sheet import Grid, Position


@dataclass(frozen=True)
class Column:
    """列: what the heading above one column says, all of its lines together.

    Attributes:
        index: Column from 0.
        cell: A heading cell that isn't blank, else the lowest one.
        key: Class, day or subject of each row.
        part: The part of the homework.
        course: The subject that it stands under.
        days: The heading cells with the day that it stands under: date, weekday or both.
        class_cell: The heading cell with the class that it stands under.
        kind: The kind of homework that it stands under.
        place: The place that it stands under.
        in_hours: Bare numbers are hours.
        is_ignored: Seen and not read.
    """

    index: int
    cell: Position
    key: Key | None = None
    part: Part | None = None
    course: Course | None = None
    days: tuple[Position, ...] = ()
    class_cell: Position | None = None
    kind: Kind | None = None
    place: Place | None = None
    in_hours: bool = False
    is_ignored: bool = False

    @property
    def stands_under(self) -> tuple[object, ...]:
        """所属: subject, day, class, kind and place together; equal ones make one group."""
        course = self.course.code if self.course else None
        return course, self.days, self.class_cell, self.kind, self.place

    @property
    def has_axis(self) -> bool:
        """在横排之下: whether it stands under a subject, a day or a class."""
        return self.course is not None or bool(self.days) or self.class_cell is not None


def read_column(grid: Grid, header: Header, *, index: int) -> Column:
    """列: what the heading lines above one column say together.

    Args:
        grid: The sheet.
        header: Where the heading stands.
        index: Column from 0.
    """
    positions = [(row, index) for row in range(header.first, header.last + 1)]
    known = [grid.anchor(each) for each in positions if not grid.is_blank(each)]
    column = Column(index, known[-1] if known else positions[-1])
    for position in dict.fromkeys(known):
        column = _with_label(column, read_label(grid.value(position)), position, header)
    return column


def _with_label(column: Column, label: Label, position: Position, header: Header) -> Column:
    is_class = label.is_class and (not label.is_day or header.axis == "class")
    return replace(
        column,
        key=label.key or column.key,
        part=label.part or column.part,
        course=label.course or column.course,
        days=(*column.days, position) if label.is_day and not is_class else column.days,
        class_cell=position if is_class else column.class_cell,
        kind=label.kind or column.kind,
        place=label.place or column.place,
        in_hours=label.in_hours or column.in_hours,
        is_ignored=label.is_ignored or column.is_ignored,
    )
