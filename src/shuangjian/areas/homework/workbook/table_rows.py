"""数据行: the rows below a table's heading, read into pieces of homework and stated totals."""

import re
from dataclasses import dataclass, field, replace

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.entry import Entry, Pieces, read_homework
from shuangjian.areas.homework.workbook.fault import MisreadError, written
from shuangjian.areas.homework.workbook.heading import Heading, read_heading
from shuangjian.areas.homework.workbook.label import Part, read_label
from shuangjian.areas.homework.workbook.layout import Group, Table
from shuangjian.areas.homework.workbook.minutes import is_none_word
from shuangjian.areas.homework.workbook.misreadings import Misreadings
from shuangjian.areas.homework.workbook.sheet import Position
from shuangjian.areas.homework.workbook.subject import Standing, read_class_and_day, read_course
from shuangjian.areas.homework.workbook.total import StatedTotal

NOTE = re.compile(
    r"(?:备注|注:|注意|说明|填表|填写|审[核批阅]|制表|签[字名]|校长|教导|教务|年级组|班主任|"
    r"家长|联系|监督|温馨提示|要求:)"
)
"""How remarks and signatures below a table begin."""
_SUMMARY = re.compile(r"(?:合计|总计|小计|总时长|总时间|平均|最高|日均)")
_FILLED_DOWN = ("day", "weekday", "class", "grade")


@dataclass
class RowReading:
    """数据行的读取结果: what the rows of one table hold.

    Attributes:
        entries: Pieces of homework in the order of the rows.
        totals: Totals that the sheet itself states.
        left_out: Chinese notes on lines that weren't read.
    """

    entries: list[Entry] = field(default_factory=list)
    totals: list[StatedTotal] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass
class _Block:
    """One row, or the rows that together say one subject (内容 above 时长)."""

    row: int
    keys: dict[str, Position]
    heading: Heading
    pieces: list[Pieces]
    parts: set[Part] = field(default_factory=set)


def read_rows(table: Table, heading: Heading, *, misreadings: Misreadings) -> RowReading:
    """数据行: read every row below the heading.

    Args:
        table: Which column says what.
        heading: What title and sheet name say.
        misreadings: Takes every fault.
    """
    rows = _Rows(table, heading, misreadings)
    for block in rows.blocks():
        rows.read(block)
    return rows.reading


class _Rows:
    def __init__(self, table: Table, heading: Heading, misreadings: Misreadings) -> None:
        self.table, self.heading, self.misreadings = table, heading, misreadings
        self.grid = misreadings.grid
        self.keys: dict[str, Position] = {}
        self.reading = RowReading()

    def blocks(self) -> list[_Block]:
        """Rows with homework, those of one subject together."""
        blocks: list[_Block] = []
        for row in range(*self.table.rows):
            if not self.grid.filled(row) or self._is_aside(row):
                continue
            self._take_keys(row)
            if "part" in self.table.key_columns:
                self._add_part(row, blocks)
            else:
                pieces = [self._pieces(row, group) for group in self.table.groups]
                blocks.append(_Block(row, self.keys, self.heading, pieces))
        return blocks

    def _is_aside(self, row: int) -> bool:
        """Notes and signatures below the table, and headings between its rows."""
        first = self.grid.filled(row)[0]
        if first[1] == 0 and NOTE.match(normalised(self.grid.text(first))):
            self._leave_out(first)
            return True
        if not self.grid.is_banner(row) or self._is_bare_key(first):
            return False
        section = read_heading(self.grid, [row], outer=self.heading)
        for fault in section.faults:
            self.misreadings.take(fault)
        section = replace(section, faults=())
        if section != replace(self.heading, faults=()) and not (
            self.table.has_classes and self.table.has_days
        ):
            self.heading = section
        else:
            self._leave_out(first)
        return True

    def _is_bare_key(self, position: Position) -> bool:
        """A day or class whose homework was left blank is no heading and no remark."""
        row, column = position
        last = self.grid.anchor((row, self.grid.width - 1))
        is_key = column in self.table.key_columns.values()
        return is_key and last != self.grid.anchor(position)

    def _leave_out(self, position: Position) -> None:
        text = written(self.grid.value(position))
        self.reading.left_out.append(f"{self.grid.cell(position)} 的文字没有读：“{text[:40]}”")

    def _take_keys(self, row: int) -> None:
        """Blank keys below a filled one repeat it, as if they were merged."""
        own: dict[str, Position] = {
            key: (row, column)
            for key, column in self.table.key_columns.items()
            if not self.grid.is_blank((row, column))
        }
        kept = {key: self.keys[key] for key in _FILLED_DOWN if key in self.keys}
        if (
            "part" in self.table.key_columns
            and "course" in self.keys
            and not (own.keys() & {"course", "class", "day"})
        ):
            kept["course"] = self.keys["course"]
        if "weekday" in own and "day" not in own and self._is_other_weekday(own["weekday"]):
            # why: a new weekday without a date is another day, not the date above.
            kept.pop("day", None)
        if "day" in own:
            kept.pop("weekday", None)
        self.keys = kept | own

    def _is_other_weekday(self, position: Position) -> bool:
        before = self.keys.get("weekday")
        return before is not None and self.grid.value(before) != self.grid.value(position)

    def _pieces(self, row: int, group: Group) -> Pieces:
        parts, shared = group.columns_by_part, self.table.shared

        def one(part: Part) -> Position | None:
            column = parts[part][0] if part in parts else shared.get(part)
            return None if column is None else (row, column)

        return Pieces(
            contents=tuple((row, column) for column in parts.get("content", ())),
            minutes=one("minutes"),
            single=tuple((row, column) for column in parts.get("single", ())),
            kind=one("kind"),
            place=one("place"),
            teacher=one("teacher"),
            heading_kind=group.under.kind,
            heading_place=group.under.place,
            in_hours=group.under.in_hours,
        )

    def _add_part(self, row: int, blocks: list[_Block]) -> None:
        position = (row, self.table.key_columns["part"])
        part = read_label(self.grid.value(position)).part
        dimensions = {key: self.grid.anchor(place) for key, place in self.keys.items()}
        dimensions.pop("part", None)
        if part is None or part == "total":
            self.misreadings.add(
                position,
                MisreadError(
                    "unknown_part",
                    "不知道这一行写的是什么。请在这一格写明“内容”或“时长”。",
                ),
            )
            return
        last = blocks[-1] if blocks else None
        if last is None or part in last.parts or last.keys != dimensions:
            pieces = [Pieces(heading_kind=g.under.kind) for g in self.table.groups]
            last = _Block(row, dimensions, self.heading, pieces)
            blocks.append(last)
        last.parts.add(part)
        for index, group in enumerate(self.table.groups):
            cell = (row, group.under.index)
            last.pieces[index] = _with_part(last.pieces[index], part, cell)

    def read(self, block: _Block) -> None:
        """Read the homework and the totals of one block."""
        for key in ("class", "day"):
            place = block.keys.get(key)
            if place and _SUMMARY.match(normalised(self.grid.text(place))):
                return
        course = block.keys.get("course")
        text = normalised(self.grid.text(course)) if course else ""
        is_total = bool(_SUMMARY.match(text))
        for group, pieces in zip(self.table.groups, block.pieces, strict=True):
            filled = [each for each in _homework_cells(pieces) if not self.grid.is_blank(each)]
            if not filled:
                continue
            standing = self._standing(block, group)
            if is_total:
                self._add_total(standing, pieces.minutes or filled[-1])
            elif course and is_none_word(text) and self._says_none(filled):
                self._leave_out(course)
            else:
                self._add_entry(standing, pieces)
        self._add_row_total(block)

    def _standing(self, block: _Block, group: Group) -> Standing:
        column = self.table.key_columns.get("course", 0)
        return Standing(
            keys=block.keys,
            course_cell=(block.row, column),
            under=group.under,
            heading=block.heading,
            corner=(self.table.header.first, 0),
        )

    def _says_none(self, positions: list[Position]) -> bool:
        return all(is_none_word(self.grid.value(position)) for position in positions)

    def _add_entry(self, standing: Standing, pieces: Pieces) -> None:
        course = read_course(standing, misreadings=self.misreadings)
        about = read_class_and_day(standing, misreadings=self.misreadings)
        homework = read_homework(pieces, grid=self.grid, misreadings=self.misreadings)
        if course is None or about is None or homework is None:
            return
        class_ref, on = about
        self.reading.entries.append(
            Entry(
                class_ref=class_ref,
                class_key=class_ref.key_on(on),
                on=on,
                course=course,
                homework=homework,
                sheet=self.grid.name,
                cell=self.grid.cell(homework.position),
                anchor=self.grid.anchor(homework.position),
            )
        )

    def _add_total(self, standing: Standing, position: Position) -> None:
        about = read_class_and_day(standing, misreadings=self.misreadings)
        if about is not None:
            class_ref, on = about
            self.reading.totals.append(StatedTotal(class_ref.key_on(on), on, position))

    def _add_row_total(self, block: _Block) -> None:
        column = self.table.shared.get("total")
        under = [group.under for group in self.table.groups]
        if column is None or self.grid.is_blank((block.row, column)) or not under:
            return
        if any(each.days or each.class_cell for each in under):
            # why: beside several days or classes one total is that of a week or a grade.
            return
        self._add_total(self._standing(block, self.table.groups[0]), (block.row, column))


def _homework_cells(pieces: Pieces) -> list[Position]:
    minutes = [pieces.minutes] if pieces.minutes else []
    return [*pieces.contents, *pieces.single, *minutes]


def _with_part(pieces: Pieces, part: Part, cell: Position) -> Pieces:
    if part == "content":
        return replace(pieces, contents=(*pieces.contents, cell))
    if part == "minutes":
        return replace(pieces, minutes=cell)
    if part == "kind":
        return replace(pieces, kind=cell)
    if part == "place":
        return replace(pieces, place=cell)
    return replace(pieces, teacher=cell)
