"""表头行: where a table's heading lines stand, told by what their cells say together."""

from dataclasses import dataclass

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.day import find_day, find_weekday
from shuangjian.areas.homework.workbook.fault import written
from shuangjian.areas.homework.workbook.label import Dimension, Label, read_label
from shuangjian.areas.homework.workbook.sheet import Grid, Position

MAX_HEADER_ROWS = 3
"""Heading lines of one table: days, subjects, 内容 and 时长 stand in three at the most."""


@dataclass(frozen=True)
class Header:
    """表头: the heading lines of one table.

    Attributes:
        first: First heading row, from 0.
        last: Last heading row, included.
        axis: What stands across in the first line; None for a list with a column for each thing.
    """

    first: int
    last: int
    axis: Dimension | None


def find_headers(grid: Grid) -> list[Header]:
    """表头: every table's heading lines, from top to bottom; a sheet may hold a table a class."""
    headers: list[Header] = []
    row = 0
    while row < grid.height:
        found, axis = _axis(grid, row)
        if not found:
            row += 1
            continue
        last = row
        while last + 1 < grid.height and last + 1 - row < MAX_HEADER_ROWS:
            if not _continues(grid, last + 1, first=row):
                break
            last += 1
        headers.append(Header(row, last, axis))
        row = last + 1
    return headers


def _labels(grid: Grid, row: int) -> list[tuple[Position, Label]]:
    return [(position, read_label(grid.value(position))) for position in grid.filled(row)]


def _axis(grid: Grid, row: int) -> tuple[bool, Dimension | None]:
    labels = _labels(grid, row)
    keys = {label.key for _, label in labels}
    parts = {label.part for _, label in labels if label.course is None}
    if "course" in keys and parts & {"content", "minutes"}:
        return True, None
    courses = {label.course.code for _, label in labels if label.course}
    if len(courses) > 1 or (courses and "course" not in keys and _heads_rows(labels)):
        return True, "course"
    if courses:
        return False, None
    return _days_or_classes(grid, labels)


def _heads_rows(labels: list[tuple[Position, Label]]) -> bool:
    return any(label.key in {"class", "grade", "day", "weekday"} for _, label in labels)


def _days_or_classes(
    grid: Grid, labels: list[tuple[Position, Label]]
) -> tuple[bool, Dimension | None]:
    captions = {label.key for _, label in labels if label.key}
    # why: 12.5 in a row of minutes looks like a day; below a caption such as 学科 it is one.
    trusted = [
        (position, label)
        for position, label in labels
        if captions or not isinstance(grid.value(position), int | float)
    ]
    days = [position for position, label in trusted if label.is_day]
    classes = [position for position, label in trusted if label.is_class]
    if len(classes) > 1 and ("class" in captions or len(classes) > len(days)):
        return len({normalised(written(grid.value(each))) for each in classes}) > 1, "class"
    if len(classes) > len([each for each in classes if each in days]):
        return False, None
    return _distinct_days(grid, days) > 1, "day"


def _distinct_days(grid: Grid, positions: list[Position]) -> int:
    """A row of a list holds one date and one weekday, so both kinds are counted apart."""
    weekdays = {find_weekday(grid.value(each)) for each in positions} - {None}
    stated = [find_day(grid.value(each)) for each in positions]
    dates = {found.days for found in stated if found and found.days}
    return max(len(weekdays), len(dates))


def _continues(grid: Grid, row: int, *, first: int) -> bool:
    """Whether a row belongs to the heading above it: it holds headings only, and not of rows."""
    own = [(p, label) for p, label in _labels(grid, row) if grid.anchor(p)[0] == row]
    if not own:
        return any(grid.anchor(position)[0] >= first for position in grid.filled(row)) and all(
            grid.anchor(position)[0] < row for position in grid.filled(row)
        )
    courses = {label.course.code for _, label in own if label.course}
    days = [position for position, label in own if label.is_day]
    if all(_is_plain_heading(label) for _, label in own):
        return True
    if len(courses) > 1:
        return all(label.course or _is_plain_heading(label) for _, label in own)
    if _distinct_days(grid, days) > 1:
        return all(label.is_day or label.key or _is_plain_heading(label) for _, label in own)
    return False


def _is_plain_heading(label: Label) -> bool:
    if label.course is not None:
        return False
    says_what = label.key or label.part or label.kind or label.place
    return bool(says_what) or label.is_ignored
