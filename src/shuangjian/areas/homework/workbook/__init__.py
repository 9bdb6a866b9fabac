"""作业工作簿: reads the workbooks that schools keep; pure Python, it knows no database."""

from shuangjian.areas.homework.workbook.fault import CellFault, UnreadableWorkbookError
from shuangjian.areas.homework.workbook.plan_row import (
    ClassRef,
    PlanRow,
    SheetReading,
    SkippedSheet,
    WorkbookReading,
)
from shuangjian.areas.homework.workbook.reader import read_workbook

__all__ = [
    "CellFault",
    "ClassRef",
    "PlanRow",
    "SheetReading",
    "SkippedSheet",
    "UnreadableWorkbookError",
    "WorkbookReading",
    "read_workbook",
]
