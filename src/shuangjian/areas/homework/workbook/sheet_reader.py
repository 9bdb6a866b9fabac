"""读一张工作表: its tables one after the other, each under the title above it."""

import datetime as dt
import re
from dataclasses import dataclass, replace

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.entry import Entry
from shuangjian.areas.homework.workbook.fault import CellFault, MisreadError, cell_fault, written
from shuangjian.areas.homework.workbook.header import Header, find_headers
from shuangjian.areas.homework.workbook.heading import (
    Heading,
    SheetName,
    read_heading,
    read_sheet_name,
    settle_name,
)
from shuangjian.areas.homework.workbook.layout import LOOKED_FOR, Table, read_table
from shuangjian.areas.homework.workbook.misreadings import Misreadings
from shuangjian.areas.homework.workbook.sheet import Grid, Position, cell_name
from shuangjian.areas.homework.workbook.table_rows import NOTE, read_rows
from shuangjian.areas.homework.workbook.total import check_totals

_TITLE_LABEL = re.compile(r"(?:班级|班别|年级|日期|周次|第.{1,3}周):?")
_AXIS_NAMES = {"course": "学科", "day": "日期", "weekday": "星期", "class": "班级"}
_SEEN_CELLS = 12
"""Cells quoted where a layout isn't known: enough to recognise the sheet's heading."""


@dataclass(frozen=True)
class SheetContent:
    """工作表内容: what one sheet holds before pieces of one subject are joined.

    Attributes:
        entries: Pieces of homework in the order of the rows.
        faults: Every fault of the sheet.
        layout: Chinese sentence on how it was read.
        left_out: Chinese notes on what was seen and not read.
    """

    entries: tuple[Entry, ...]
    faults: tuple[CellFault, ...]
    layout: str
    left_out: tuple[str, ...]


def has_table(grid: Grid) -> bool:
    """有表格: whether the sheet holds a table in a layout that is known."""
    return bool(find_headers(grid))


def read_sheet(grid: Grid, *, reference_day: dt.date) -> SheetContent:
    """读一张工作表: every table of it.

    Args:
        grid: The sheet; not blank.
        reference_day: The day nearest to which an unnamed year is taken.

    Returns:
        What it holds; a layout that isn't known is one fault.
    """
    headers = find_headers(grid)
    if not headers:
        return SheetContent((), (_unknown_layout(grid),), "没有认出表格", ())
    name = read_sheet_name(grid.name, reference_day=reference_day)
    misreadings = Misreadings(grid)
    top: Heading = name.heading
    entries: list[Entry] = []
    left_out: list[str] = []
    layouts: list[str] = []
    for index, header in enumerate(headers):
        title = _title_rows(grid, headers, index)
        following = _title_rows(grid, headers, index + 1)
        table = read_table(grid, header, rows=(header.last + 1, following[0]))
        heading = read_heading(grid, list(range(*title)), outer=top)
        top = replace(heading, faults=()) if index == 0 else top
        found, sentence, notes = _read_one(table, heading, name, misreadings)
        entries += found
        left_out += notes
        layouts.append(sentence)
    return SheetContent(
        tuple(entries),
        tuple(misreadings.found.values()),
        "；".join(dict.fromkeys(layouts)),
        tuple(left_out),
    )


def _read_one(
    table: Table, heading: Heading, name: SheetName, misreadings: Misreadings
) -> tuple[list[Entry], str, list[str]]:
    heading = settle_name(
        heading,
        name,
        needs_class=not table.has_classes,
        needs_day=not table.has_days,
        sheet=misreadings.grid.name,
    )
    before = len(misreadings.found)
    for fault in (*heading.faults, *table.faults):
        misreadings.take(fault)
    sentence = _sentence(table, heading)
    if table.faults:
        return [], sentence, list(table.left_out)
    reading = read_rows(table, heading, misreadings=misreadings)
    if heading.faults:
        # why: what the title says wrongly isn't missing; one mistake is told once.
        corner = misreadings.grid.cell((table.header.first, 0))
        for code in ("day_missing", "class_missing"):
            misreadings.found.pop((corner, code), None)
    _check_shared_minutes(reading.entries, misreadings)
    if len(misreadings.found) == before:
        # why: with a minute unread every total would look wrong too, and hide the one real fault.
        check_totals(reading.totals, reading.entries, misreadings=misreadings)
    return reading.entries, sentence, [*table.left_out, *reading.left_out]


def _title_rows(grid: Grid, headers: list[Header], index: int) -> tuple[int, int]:
    """The lines that belong to a table's title: the first one and the one after the last."""
    if index == len(headers):
        return grid.height, grid.height
    end = headers[index].first
    if index == 0:
        return 0, end
    first = end
    while first - 1 > headers[index - 1].last and _is_title(grid, first - 1):
        first -= 1
    return first, end


def _is_title(grid: Grid, row: int) -> bool:
    filled = grid.filled(row)
    if not filled:
        return True
    texts = [normalised(grid.text(position)) for position in filled]
    if NOTE.match(texts[0]):
        return False
    return grid.is_banner(row) or any(_TITLE_LABEL.match(text) for text in texts)


def _check_shared_minutes(entries: list[Entry], misreadings: Misreadings) -> None:
    """Minutes merged over several subjects would be counted once for each of them."""
    courses_by_cell: dict[tuple[Position, object, dt.date], set[str]] = {}
    for entry in entries:
        if entry.homework.length.high:
            key = (entry.anchor, entry.class_key, entry.on)
            courses_by_cell.setdefault(key, set()).add(entry.course.name)
    for (anchor, _, _), courses in courses_by_cell.items():
        if len(courses) > 1:
            misreadings.add(
                anchor,
                MisreadError(
                    "minutes_shared",
                    f"这个合并单元格里的时长横跨{'、'.join(sorted(courses))}几科，不知道各科是多少。"
                    "请取消合并，每科分别填写。",
                ),
            )


def _sentence(table: Table, heading: Heading) -> str:
    across = table.header.axis
    downs = [key for key in ("class", "day", "weekday", "course") if key in table.key_columns]
    down = "、".join(_AXIS_NAMES[key] for key in downs) or "每行一项"
    form = f"竖排{down}，横排{_AXIS_NAMES[across]}" if across else f"竖排{down}，每项一行"
    where = []
    if not table.has_classes and heading.class_ref:
        where.append(f"班级取自{_place(heading.class_cell)}")
    if not table.has_days and heading.day_cell:
        where.append(f"日期取自{_place(heading.day_cell)}")
    return "，".join([form, *where])


def _place(cell: str | None) -> str:
    return f"标题 {cell}" if cell and cell.isascii() else "工作表名称"


def _unknown_layout(grid: Grid) -> CellFault:
    positions = [p for row in range(grid.height) for p in grid.filled(row)][:_SEEN_CELLS]
    seen = "、".join(f"{grid.cell(p)}“{written(grid.value(p))[:12]}”" for p in positions)
    reason = (
        f"这张工作表的排法不认识，没有读取。{LOOKED_FOR}。看到的开头是：{seen}。"
        "请改成其中一种排法再上传。"
    )
    return cell_fault(
        sheet=grid.name,
        cell=cell_name(positions[0]),
        misread=MisreadError("unknown_layout", reason),
        value=grid.value(positions[0]),
    )
