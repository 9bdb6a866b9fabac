"""错误: what can be wrong with a workbook, said so that a school's 教务 can mend it alone."""

import datetime as dt
from dataclasses import dataclass

CellValue = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What the spreadsheet reader gives for one cell; the empty string stands for a blank cell."""


@dataclass(frozen=True)
class CellFault:
    """单元格错误: one fault with the place where it stands.

    Attributes:
        sheet: The worksheet's name (工作表).
        cell: The A1 reference of the cell; the top left one of merged cells.
        code: Stable English code.
        message: Chinese: where, what, why, and what to do next.
        value: What the cell holds, as written.
    """

    sheet: str
    cell: str
    code: str
    message: str
    value: str


class MisreadError(Exception):
    """读不懂: one value that can't be read; whoever knows the cell makes a `CellFault` of it.

    Attributes:
        code: Stable English code.
        reason: Chinese, without the place: what is wrong, why, and what to do next.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class UnreadableWorkbookError(Exception):
    """文件无法读取: the file as a whole can't be read, so that there is no cell to point at.

    Attributes:
        code: Stable English code.
        message: Chinese: what the file is, why it isn't read, and what to do next.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def written(value: CellValue) -> str:
    """原文: a cell's value as people saw it in the sheet.

    Examples:
        >>> written(20.0)
        '20'
    """
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def cell_fault(*, sheet: str, cell: str, misread: MisreadError, value: CellValue) -> CellFault:
    """单元格错误: put the place before the reason, so that every message names sheet and cell."""
    message = f"工作表“{sheet}”的 {cell} 单元格：{misread.reason}"
    return CellFault(sheet, cell, misread.code, message, written(value))
