"""The two workbooks that lie beside the repository, in the layouts of real schools."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from shuangjian.areas.homework.workbook import ClassRef, WorkbookReading, read_workbook
from tests.areas.homework.workbook.book import REFERENCE_DAY

FOLDER = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "workbooks"
FIFTH_1 = ClassRef(5, None, "primary", 1)


def reading_of(name: str) -> WorkbookReading:
    return read_workbook((FOLDER / name).read_bytes(), reference_day=REFERENCE_DAY)


@pytest.fixture(scope="module")
def primary() -> WorkbookReading:
    return reading_of("plan-primary-by-class.xlsx")


@pytest.fixture(scope="module")
def junior() -> WorkbookReading:
    return reading_of("posted-junior-by-grade.xlsx")


def test_the_plan_of_two_classes_is_read_whole(primary):
    assert primary.faults == ()
    assert primary.skipped == ()
    assert Counter(row.class_ref.number for row in primary.rows) == {1: 15, 2: 16}
    assert {row.on for row in primary.rows} == {dt.date(2026, 11, day) for day in range(2, 7)}


def test_values_of_the_plan(primary):
    row_by_key = {(row.class_ref.number, row.on.day, row.course_code): row for row in primary.rows}
    first = row_by_key[1, 2, "chinese"]
    assert first.class_ref == FIFTH_1
    assert (first.minutes, first.kind, first.place) == (20, "written", "home")
    assert (first.teacher_name, first.content) == ("甲老师", "生字抄写两遍,预习第18课")
    assert (first.sheet, first.cell) == ("五年级（1）班", "F4")
    oral = row_by_key[1, 3, "english"]
    assert (oral.kind, oral.minutes) == ("oral", 10)
    assert row_by_key[1, 4, "math"].minutes == 20
    assert row_by_key[1, 4, "english"].is_none
    assert row_by_key[1, 5, "english"].minutes == 20
    assert row_by_key[1, 6, "math"].minutes == 15
    assert row_by_key[1, 6, "english"].is_none
    practice = row_by_key[2, 4, "science"]
    assert (practice.kind, practice.minutes, practice.teacher_name) == ("practice", 30, "丁老师")


def test_the_posted_table_of_a_grade_is_read_whole(junior):
    assert junior.faults == ()
    assert len(junior.rows) == 3 * 6 * 6
    assert [reading.row_count for reading in junior.layouts] == [36, 36, 36]
    assert {row.on for row in junior.rows} == {dt.date(2026, 11, day) for day in (9, 10, 11)}
    assert {row.class_ref.key_on(row.on) for row in junior.rows} == {
        (8, None, number) for number in range(1, 7)
    }
    assert {row.class_ref for row in junior.rows if row.class_ref.number == 3} == {
        ClassRef(None, 2025, "junior", 3)
    }


def test_minutes_of_the_posted_table(junior):
    totals: Counter[tuple[int, int]] = Counter()
    for row in junior.rows:
        totals[row.class_ref.number, row.on.day] += row.minutes
    assert {totals[4, day] for day in (9, 10, 11)} == {115}
    assert {totals[number, day] for number in (1, 2, 3, 5, 6) for day in (9, 10, 11)} == {75}
    none = {row.course_code for row in junior.rows if row.is_none}
    assert none == {"morality_law", "history"}
