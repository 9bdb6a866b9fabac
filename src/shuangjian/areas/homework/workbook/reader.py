"""读工作簿: the homework plan out of the workbook that schools keep (课后书面作业布置计划表)."""

import datetime as dt
import io
import re

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from shuangjian.areas.homework.workbook.archive import MAX_COLUMNS, MAX_ROWS, checked_archive
from shuangjian.areas.homework.workbook.entry import Entry
from shuangjian.areas.homework.workbook.fault import CellFault, UnreadableWorkbookError
from shuangjian.areas.homework.workbook.joining import join_entries
from shuangjian.areas.homework.workbook.plan_row import (
    SheetReading,
    SkippedSheet,
    WorkbookReading,
)
from shuangjian.areas.homework.workbook.sheet import Grid, build_grid
from shuangjian.areas.homework.workbook.sheet_reader import SheetContent, has_table, read_sheet

_SAMPLE_NAME = re.compile(r"示例|样例|样表|范例|模板|模版")
_EXPLAINING_NAME = re.compile(r"说明|须知|封面|目录|要求")


def read_workbook(content: bytes, *, reference_day: dt.date) -> WorkbookReading:
    """读工作簿: every plan row of a workbook, or every fault that stops it from being imported.

    Minutes are those of an average pupil; of a range the upper end counts. Where the sheet says
    that there is none (无), the row says so too (`is_none`), so that an earlier plan is withdrawn.

    Args:
        content: The .xlsx file.
        reference_day: The day nearest to which a date without a year is taken; usually today.

    Returns:
        Rows, faults, how each sheet was read, and which sheets weren't. With any fault the
        caller imports nothing.

    Raises:
        UnreadableWorkbookError: The file is no .xlsx workbook, is damaged, is protected by a
            password, or exceeds a limit of `archive`.
    """
    checked = checked_archive(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(checked)) as workbook:
            return _read_sheets(workbook, reference_day=reference_day)
    except CalamineError as error:
        raise UnreadableWorkbookError(
            "file_damaged",
            "文件里有一部分读不懂，可能已损坏。请用 Excel 或 WPS 打开它，"
            "另存为“Excel 工作簿（.xlsx）”，再上传。",
        ) from error


def _read_sheets(workbook: CalamineWorkbook, *, reference_day: dt.date) -> WorkbookReading:
    contents: dict[str, SheetContent] = {}
    skipped: list[SkippedSheet] = []
    for metadata in workbook.sheets_metadata:
        reason = _reason_to_skip(metadata)
        if reason is None:
            grid = _grid(workbook.get_sheet_by_name(metadata.name))
            reason = _reason_in_grid(grid)
            if reason is None:
                contents[metadata.name] = read_sheet(grid, reference_day=reference_day)
                continue
        skipped.append(SkippedSheet(metadata.name, reason))
    return _joined(contents, skipped)


def _reason_to_skip(metadata: SheetMetadata) -> str | None:
    if metadata.typ != SheetTypeEnum.WorkSheet:
        return "不是表格（图表或宏），没有读取。"
    if metadata.visible != SheetVisibleEnum.Visible:
        return "是隐藏的工作表，没有读取。若要导入，请先取消隐藏。"
    if _SAMPLE_NAME.search(metadata.name):
        return "名称说明它是示例或模板，没有读取。若要导入，请改一个名称。"
    return None


def _reason_in_grid(grid: Grid) -> str | None:
    if not any(grid.filled(row) for row in range(grid.height)):
        return "是空白的工作表。"
    if _EXPLAINING_NAME.search(grid.name) and not has_table(grid):
        return "名称说明它是文字说明，里面也没有作业表，没有读取。"
    return None


def _grid(sheet: CalamineSheet) -> Grid:
    return build_grid(
        name=sheet.name,
        rows=sheet.to_python(skip_empty_area=False),
        merged=sheet.merged_cell_ranges or [],
        limit=(MAX_ROWS, MAX_COLUMNS),
    )


def _joined(contents: dict[str, SheetContent], skipped: list[SkippedSheet]) -> WorkbookReading:
    entries: list[Entry] = [entry for each in contents.values() for entry in each.entries]
    rows, repeated = join_entries(entries)
    faults: list[CellFault] = []
    for name, each in contents.items():
        faults += each.faults
        faults += [fault for fault in repeated if fault.sheet == name]
    if not rows and not faults:
        faults.append(_no_rows([*contents, *(each.sheet for each in skipped)]))
    layouts = tuple(
        SheetReading(name, each.layout, sum(row.sheet == name for row in rows), each.left_out)
        for name, each in contents.items()
    )
    return WorkbookReading(tuple(rows), tuple(faults), layouts, tuple(skipped))


def _no_rows(names: list[str]) -> CellFault:
    first = names[0] if names else "（没有工作表）"
    return CellFault(
        first,
        "A1",
        "no_rows",
        f"工作表“{first}”的 A1 单元格起，整个文件里没有读到一项作业。"
        "请确认作业写在没有隐藏的工作表里，并且已经填写。",
        "",
    )
