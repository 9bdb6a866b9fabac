"""表格结构: which column of a table says what, from its heading and the cells below it."""

from dataclasses import dataclass, field, replace
from itertools import groupby

from shuangjian.areas.homework.workbook.column import Column, read_column
from shuangjian.areas.homework.workbook.course import find_course
from shuangjian.areas.homework.workbook.day import find_day, find_weekday
from shuangjian.areas.homework.workbook.fault import CellFault, CellValue, MisreadError, cell_fault
from shuangjian.areas.homework.workbook.header import Header
from shuangjian.areas.homework.workbook.label import Key, Part, names_class, read_label
from shuangjian.areas.homework.workbook.sheet import Grid, cell_name

SAMPLE_ROWS = 30
"""Rows looked at to learn what a column without a heading holds."""
LOOKED_FOR = (
    "能读的表有四种：① 表头里有“学科”和“作业内容”（或“预计时长”）各一列；"
    "② 表头横排学科（语文、数学……），下面是班级或日期；"
    "③ 表头横排日期或星期，下面是学科；④ 表头横排班级，下面是学科"
)


@dataclass(frozen=True)
class Group:
    """一组列: the columns that together say one piece of homework.

    Attributes:
        under: The column whose subject, day, class, kind and place the group has.
        columns_by_part: The columns of each part; several only for the content.
    """

    under: Column
    columns_by_part: dict[Part, tuple[int, ...]]


@dataclass(frozen=True)
class Table:
    """一张表: heading, columns and data rows of one table.

    Attributes:
        header: Where the heading stands.
        rows: Data rows from 0: the first and the one after the last.
        key_columns: The column of each key.
        groups: The groups of columns.
        shared: Columns that speak of the whole row (teacher, kind, place, total).
        left_out: Chinese notes on columns that aren't read.
        faults: What stops the table from being read.
    """

    header: Header
    rows: tuple[int, int]
    key_columns: dict[Key, int] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    shared: dict[Part, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    faults: tuple[CellFault, ...] = ()

    @property
    def has_classes(self) -> bool:
        """有班级: whether the table itself names classes."""
        return "class" in self.key_columns or any(g.under.class_cell for g in self.groups)

    @property
    def has_days(self) -> bool:
        """有日期: whether the table itself names days; weekdays alone need a title beside them."""
        return "day" in self.key_columns or any(group.under.days for group in self.groups)


class _Draft:
    """What is known of a table while its columns are told apart."""

    def __init__(self, grid: Grid, header: Header, rows: tuple[int, int]) -> None:
        self.grid, self.header, self.rows = grid, header, rows
        self.keys: dict[Key, int] = {}
        self.shared: dict[Part, int] = {}
        self.left_out: list[str] = []
        self.faults: list[CellFault] = []

    def fault(self, column: Column, code: str, reason: str) -> None:
        self.faults.append(
            cell_fault(
                sheet=self.grid.name,
                cell=self.grid.cell(column.cell),
                misread=MisreadError(code, reason),
                value=self.grid.value(column.cell),
            )
        )

    def leave_out(self, column: Column) -> None:
        text = str(self.grid.value(column.cell)).strip()
        self.left_out.append(f"“{text}”列（{self.grid.cell(column.cell)}）没有读")

    def values(self, column: Column) -> list[CellValue]:
        """Values below the heading, one for each merged range."""
        positions = [(row, column.index) for row in range(*self.rows)]
        return [
            self.grid.value(position)
            for position in positions
            if self.grid.anchor(position) == position and not self.grid.is_blank(position)
        ]


def read_table(grid: Grid, header: Header, *, rows: tuple[int, int]) -> Table:
    """一张表: tell the columns of a table apart.

    Args:
        grid: The sheet.
        header: Where its heading stands.
        rows: Data rows: the first and the one after the last.
    """
    draft = _Draft(grid, header, rows)
    columns = [read_column(grid, header, index=index) for index in range(grid.width)]
    columns = [_infer_key(draft, column, columns) for column in columns]
    _take_keys(draft, columns)
    rest = [column for column in columns if column.key is None]
    groups = _list_groups(draft, rest) if header.axis is None else _axis_groups(draft, rest)
    if "course" not in draft.keys and not all(group.under.course for group in groups):
        _no_course(draft, columns[0])
    return Table(
        header=header,
        rows=rows,
        key_columns=draft.keys,
        groups=tuple(groups),
        shared=draft.shared,
        left_out=tuple(draft.left_out),
        faults=tuple(draft.faults),
    )


def _infer_key(draft: _Draft, column: Column, columns: list[Column]) -> Column:
    """A caption above the rows (学科 beside 周一) and a blank heading don't say what is below."""
    across = {
        "course": any(each.course for each in columns),
        "day": any(each.days for each in columns),
        "weekday": any(each.days for each in columns),
        "class": any(each.class_cell for each in columns),
    }
    if column.key == "time":
        return _time_column(draft, column, columns)
    is_caption = column.key is not None and across.get(column.key, False)
    is_unnamed = (
        column.key is None
        and not column.has_axis
        and (column.part is None and column.kind is None and not column.is_ignored)
    )
    if not (is_caption or is_unnamed):
        # why: a column such as 周一 under the caption 星期 has both, and the axis decides.
        return replace(column, key=None) if column.has_axis else column
    return replace(column, key=_key_of_values(draft, column, across))


def _time_column(draft: _Draft, column: Column, columns: list[Column]) -> Column:
    values = draft.values(column)[:SAMPLE_ROWS]
    has_day = any(each.key == "day" or each.days for each in columns)
    has_minutes = any(each.part == "minutes" for each in columns)
    looks_like_day = sum(find_day(value) is not None for value in values) * 2 > len(values)
    if not column.has_axis and (has_minutes or (looks_like_day and not has_day)):
        return replace(column, key="day")
    return replace(column, key=None, part="minutes")


def _key_of_values(draft: _Draft, column: Column, across: dict[str, bool]) -> Key | None:
    values = draft.values(column)[:SAMPLE_ROWS]
    claims: tuple[tuple[Key, list[bool]], ...] = (
        ("part", [_is_part(value) for value in values]),
        ("course", [isinstance(value, str) and find_course(value) is not None for value in values]),
        ("weekday", [find_weekday(value) is not None for value in values]),
        ("class", [names_class(value) for value in values]),
        ("day", [find_day(value) is not None for value in values]),
    )
    for key, claim in claims:
        if values and sum(claim) * 2 > len(values) and not across.get(key, False):
            return key
    return None


def _is_part(value: CellValue) -> bool:
    return read_label(value).part in {"content", "minutes", "kind", "teacher", "place"}


def _take_keys(draft: _Draft, columns: list[Column]) -> None:
    for column in columns:
        if column.key is None:
            continue
        if column.key in draft.keys:
            before = cell_name((column.cell[0], draft.keys[column.key]))
            draft.fault(
                column,
                "duplicate_column",
                f"表头里第二次出现这一类列（前一处在 {before}），"
                "不知道以哪一列为准。左右并排的两张表请上下排列，或分成两张工作表。",
            )
        else:
            draft.keys[column.key] = column.index


def _no_course(draft: _Draft, first: Column) -> None:
    draft.fault(
        first,
        "unknown_layout",
        f"表里没有找到学科：既没有“学科”一列，也没有横排的学科名称。{LOOKED_FOR}。"
        "请照其中一种排列。",
    )


def _list_groups(draft: _Draft, columns: list[Column]) -> list[Group]:
    """A column for each thing; 书面 and 口头 side by side make a group each."""
    runs: list[list[Column]] = []
    for column in columns:
        if column.part in {"teacher", "kind", "place", "total"}:
            _share(draft, column)
        elif column.part is None and (column.kind is None or column.is_ignored):
            _note_unread(draft, column)
        elif not runs or _starts_group(column, runs[-1]):
            runs.append([column])
        else:
            runs[-1].append(column)
    groups = [_group(draft, run, run[0]) for run in runs]
    groups = _lend_minutes(groups)
    return [group for group in groups if _can_count(draft, group)]


def _starts_group(column: Column, run: list[Column]) -> bool:
    if column.part == "minutes" and column.kind is None:
        return False
    kinds = [each.kind for each in run if each.part != "minutes" or each.kind]
    return bool(kinds) and column.kind != kinds[0]


def _lend_minutes(groups: list[Group]) -> list[Group]:
    """The only minutes column stands after all contents and means the written ones."""
    with_minutes = [group for group in groups if "minutes" in group.columns_by_part]
    if len(groups) < 2 or len(with_minutes) != 1 or with_minutes[0].under.kind in {None, "written"}:
        return groups
    lender = with_minutes[0]
    if lender.under.part == "minutes":
        return groups
    minutes = lender.columns_by_part["minutes"]
    for index, group in enumerate(groups):
        if group.under.kind in {None, "written"}:
            groups[index] = replace(
                group, columns_by_part=_with_minutes(group.columns_by_part, minutes)
            )
            rest: dict[Part, tuple[int, ...]] = {
                p: c for p, c in lender.columns_by_part.items() if p != "minutes"
            }
            groups[groups.index(lender)] = replace(lender, columns_by_part=rest)
            break
    return groups


def _with_minutes(
    columns_by_part: dict[Part, tuple[int, ...]], minutes: tuple[int, ...]
) -> dict[Part, tuple[int, ...]]:
    contents = columns_by_part.get("content", ()) + columns_by_part.get("single", ())
    return {"content": contents, "minutes": minutes}


def _can_count(draft: _Draft, group: Group) -> bool:
    """Columns of oral or practical homework without minutes don't matter to the limit."""
    if group.under.kind in {None, "written"} or "minutes" in group.columns_by_part:
        return True
    draft.leave_out(group.under)
    return False


def _share(draft: _Draft, column: Column) -> None:
    part = column.part
    assert part is not None  # invariant: only columns with a part are shared
    if part in draft.shared:
        draft.fault(
            column,
            "duplicate_column",
            "表头里第二次出现这一类列，不知道以哪一列为准。请删去其中一列，或在表头写明各是什么。",
        )
    else:
        draft.shared[part] = column.index


def _note_unread(draft: _Draft, column: Column) -> None:
    if draft.values(column) and not draft.grid.is_blank(column.cell):
        draft.leave_out(column)
    elif draft.values(column):
        draft.fault(
            column,
            "unknown_column",
            "这一列有内容而没有表头，不知道是什么。请在表头写明，如“作业内容”“预计时长”，或清空这一列。",
        )


def _axis_groups(draft: _Draft, columns: list[Column]) -> list[Group]:
    under_axis = [column for column in columns if _stands_under_axis(draft, column)]
    groups: list[Group] = []
    for _, run in groupby(under_axis, key=lambda column: column.stands_under):
        members = list(run)
        totals = [column for column in members if column.part == "total"]
        members = [column for column in members if column.part != "total"]
        if members:
            groups.append(_group(draft, members, members[0]))
        for column in totals:
            _share(draft, column)
    return [group for group in groups if _can_count(draft, group)]


def _stands_under_axis(draft: _Draft, column: Column) -> bool:
    if column.has_axis:
        return not column.is_ignored
    if column.part in {"teacher", "kind", "place", "total"}:
        _share(draft, column)
    elif column.is_ignored:
        _note_unread(draft, column)
    elif draft.values(column):
        what = {"course": "学科", "day": "日期或星期", "class": "班级"}[
            draft.header.axis or "course"
        ]
        text = str(draft.grid.value(column.cell)).strip()
        heading = f"这一列的表头“{text}”不是" if text else "这一列没有表头"
        draft.fault(
            column,
            "unknown_column",
            f"表头横排{what}，{heading}，而下面有内容，不读就会漏计。"
            f"请把表头改成规范的{what}名称，或删去这一列。",
        )
    return False


def _group(draft: _Draft, columns: list[Column], under: Column) -> Group:
    parts = _parts(draft, columns)
    columns_by_part: dict[Part, tuple[int, ...]] = {}
    for column, part in zip(columns, parts, strict=True):
        if part is not None:
            columns_by_part[part] = (*columns_by_part.get(part, ()), column.index)
    for part, indexes in columns_by_part.items():
        if len(indexes) > 1 and part != "content":
            draft.fault(
                columns[-1],
                "duplicate_column",
                f"同一处有 {len(indexes)} 列时长或教师等同类的列，不知道以哪一列为准。"
                "请只留一列；书面与口头作业请在表头写明。",
            )
    if "content" in columns_by_part and "minutes" not in columns_by_part:
        columns_by_part["single"] = columns_by_part.pop("content")
    # why: the minutes' heading may say hours where the content's doesn't.
    in_hours = any(column.in_hours for column in columns)
    return Group(replace(under, in_hours=in_hours), columns_by_part)


def _parts(draft: _Draft, columns: list[Column]) -> list[Part | None]:
    parts = [column.part for column in columns]
    if draft.header.axis is None:
        return [part or "content" for part in parts]
    unnamed = parts.count(None)
    if unnamed == len(parts) and unnamed <= 2:
        return ["single"] if unnamed == 1 else ["content", "minutes"]
    if unnamed == 1 and {"content", "minutes"} - set(parts):
        missing: Part = "minutes" if "content" in parts else "content"
        return [part or missing for part in parts]
    if unnamed:
        draft.fault(
            columns[parts.index(None)],
            "unknown_column",
            "同一表头下有几列没有写明各是什么。请在下一行写明“内容”“时长”。",
        )
    return parts
