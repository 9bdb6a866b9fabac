"""读工作簿: our reader beside calamine, on which it stands, and openpyxl, which others use."""

import io
from datetime import date, timedelta

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from benchmarks.ratio import Case, Ratio, Role, interleave
from benchmarks.site import TODAY, Site
from shuangjian.areas.homework.workbook import read_workbook

COURSES = ("语文", "数学", "英语", "道法", "科学", "信息科技")
MINUTES = ("约20分钟", "20min", "10分钟", 15, "二十分钟", "10—15分钟")
DAYS = 20
SHEETS = {"district": 32, "school": 2}
FIRST_MONDAY = date(2026, 11, 2)


def measure(site: Site) -> list[Ratio]:
    """Read the same bytes three ways."""
    content = workbook_of(SHEETS[site.scale])
    reading = read_workbook(content, reference_day=TODAY)
    rows = SHEETS[site.scale] * DAYS * len(COURSES)
    assert not reading.faults, reading.faults[0].message
    assert len(reading.rows) == rows, f"{len(reading.rows)} of {rows} rows were read"
    timings = interleave(
        {
            "ours": Case(lambda: read_workbook(content, reference_day=TODAY)),
            "calamine": Case(lambda: _read_by_calamine(content)),
            "openpyxl": Case(lambda: _read_by_openpyxl(content)),
        },
        repetitions=site.repetitions,
    )
    note = f"{rows} 项作业，{SHEETS[site.scale]} 张表"
    words = "读出并核对每项作业"
    return [
        timings.ratio(
            "reader/calamine", "ours", "calamine",
            words=(words, "calamine 只取单元格"), role=Role.LIMIT, note=note,
        ),
        timings.ratio(
            "reader/openpyxl", "ours", "openpyxl",
            words=(words, "openpyxl 只取单元格（含合并信息）"), role=Role.PEER, note=note,
        ),
    ]  # fmt: skip


def workbook_of(sheets: int) -> bytes:
    """A workbook (布置计划表) of so many classes, a month each, in the layout that schools keep."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number in range(sheets):
        grade, place = "三四五六"[number % 4], number // 4 + 1
        _fill(workbook.create_sheet(f"{grade}年级（{place}）班"), f"{grade}年级（{place}）班")
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _fill(sheet: Worksheet, class_name: str) -> None:
    sheet.append(["示范市第一实验小学课后书面作业布置计划表"])
    sheet.append([f"班级:{class_name}    班主任:  "])
    sheet.append(["日期", "星期", "学科", "作业内容", "作业类型", "预计时长", "任课教师"])
    for day in range(DAYS):
        on = FIRST_MONDAY + timedelta(days=day // 5 * 7 + day % 5)
        weekday = f"星期{'一二三四五'[day % 5]}"
        for course, minutes in zip(COURSES, MINUTES, strict=True):
            is_first = course == COURSES[0]
            when = (on, weekday) if is_first else (None, None)
            sheet.append([*when, course, f"练习册第{day + 10}页", "书面", minutes, "甲老师"])
        end = sheet.max_row
        for column in (1, 2):
            start = end - len(COURSES) + 1
            sheet.merge_cells(start_row=start, end_row=end, start_column=column, end_column=column)
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=7)


def _read_by_calamine(content: bytes) -> int:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        sheets = (workbook.get_sheet_by_name(name) for name in workbook.sheet_names)
        return sum(len(sheet.to_python(skip_empty_area=False)) for sheet in sheets)


def _read_by_openpyxl(content: bytes) -> int:
    workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return sum(len(list(sheet.iter_rows(values_only=True))) for sheet in workbook)
