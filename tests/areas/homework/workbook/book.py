"""Workbooks made for the tests: rows of cells, merged ranges, hidden sheets."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any

import openpyxl

from shuangjian.areas.homework.workbook import WorkbookReading, read_workbook

REFERENCE_DAY = dt.date(2026, 11, 8)
TITLE = "示范市第一实验小学课后书面作业布置计划表"
WEEK = "班级：五年级（1）班  第9周（2026年11月2日—11月6日）"
LIST_HEADER = ["日期", "星期", "学科", "作业内容", "作业类型", "预计时长", "任课教师"]


def book(
    sheets: Mapping[str, Iterable[Iterable[Any]]],
    *,
    merged: Mapping[str, Iterable[str]] | None = None,
    hidden: Iterable[str] = (),
) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for reference in (merged or {}).get(name, ()):
            sheet.merge_cells(reference)
        if name in hidden:
            sheet.sheet_state = "hidden"
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def read(
    sheets: Mapping[str, Iterable[Iterable[Any]]],
    *,
    merged: Mapping[str, Iterable[str]] | None = None,
    hidden: Iterable[str] = (),
) -> WorkbookReading:
    return read_workbook(book(sheets, merged=merged, hidden=hidden), reference_day=REFERENCE_DAY)


def day_list(*rows: Iterable[Any], title: str = WEEK) -> dict[str, list[list[Any]]]:
    """A sheet of one class: a list of date, weekday, subject, content, kind, minutes, teacher."""
    return {"作业": [[TITLE], [title], LIST_HEADER, *[list(row) for row in rows]]}


def short(reading: WorkbookReading) -> list[tuple[Any, ...]]:
    """Grade or year, number, day of the month, subject, minutes of each row."""
    return [
        (
            row.class_ref.grade or row.class_ref.entry_year,
            row.class_ref.number,
            row.on.isoformat(),
            row.course_code,
            row.minutes,
        )
        for row in reading.rows
    ]


def codes(reading: WorkbookReading) -> list[tuple[str, str, str]]:
    return [(fault.sheet, fault.cell, fault.code) for fault in reading.faults]
