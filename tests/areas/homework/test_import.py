"""The workbooks that schools keep become versions: all or nothing; twice changes nothing."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.models import PlannedHomework
from shuangjian.areas.homework.services.import_plans import import_workbook
from shuangjian.areas.homework.services.settle import override_limit, trim_homework
from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.registry.models import School, SchoolClass
from shuangjian.foundation.registry.services import load_calendar
from tests.areas.homework.test_plan import plan
from tests.scene import MONDAY, START, TUESDAY, at, limit

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "workbooks"
AFTER = at(date(2026, 11, 22), 9)


def workbook(
    rows,
    *,
    title="五年级（1）班",
    header=("日期", "学科", "作业内容", "作业类型", "预计时长", "任课教师"),
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append([f"示范市第一实验小学{title}课后书面作业布置计划表（2026年11月9日—11月13日）"])
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def bring_in(scene, content, *, when=AFTER, is_dry_run=False, who=None):
    return import_workbook(
        actor=who or scene.actor("school_admin"),
        school=scene.school,
        content=content,
        at=when,
        is_dry_run=is_dry_run,
    )


def current() -> dict[tuple[str, str], tuple[int, str]]:
    rows = PlannedHomework.objects.filter(superseded_at=None).select_related("class_day")
    return {(row.class_day.on.isoformat(), row.course): (row.minutes, row.state) for row in rows}


WEEK = [
    (date(2026, 11, 9), "语文", "生字两遍", "书面", "约20分钟", "chinese老师"),
    (date(2026, 11, 9), "数学", "练习册", "书面", "二十分钟", "math老师"),
    (date(2026, 11, 9), "英语", "听写", "书面", "15-20分钟", "不认识的老师"),
    (date(2026, 11, 10), "语文", "作文", "书面", 50, None),
    (date(2026, 11, 10), "数学", "卷子", "书面", 30, None),
    (date(2026, 11, 10), "英语", "朗读", "口头", "10分", None),
]


def test_past_days_are_recorded_as_published_with_the_time_unknown(scene):
    outcome = bring_in(scene, workbook(WEEK))
    assert outcome.faults == ()
    assert (outcome.tally.added, outcome.tally.over_limit_days) == (6, 1)
    assert current()[("2026-11-09", "english")] == (20, "published")  # a range counts its upper end
    assert current()[("2026-11-10", "math")] == (30, "published")  # over the limit, but it was
    rows = PlannedHomework.objects.all()
    assert {row.published_at for row in rows} == {None}
    assert rows.get(class_day__on=MONDAY, course="chinese").teacher.name == "chinese老师"
    assert rows.get(class_day__on=MONDAY, course="english").teacher is None


def test_twice_changes_nothing(scene):
    bring_in(scene, workbook(WEEK))
    again = bring_in(scene, workbook(WEEK), when=at(date(2026, 11, 22), 10))
    assert (again.tally.added, again.tally.changed, again.tally.unchanged) == (0, 0, 6)
    assert PlannedHomework.objects.count() == 6


def test_a_changed_cell_makes_a_version(scene):
    bring_in(scene, workbook(WEEK))
    changed = [*WEEK[:4], (date(2026, 11, 10), "数学", "卷子", "书面", 10, None), WEEK[5]]
    outcome = bring_in(scene, workbook(changed), when=at(date(2026, 11, 22), 10))
    assert (outcome.tally.changed, outcome.tally.unchanged) == (1, 5)
    assert current()[("2026-11-10", "math")] == (10, "published")
    assert PlannedHomework.objects.filter(course="math", class_day__on=TUESDAY).count() == 2


def test_none_withdraws_what_stood(scene):
    bring_in(scene, workbook(WEEK))
    none = [*WEEK[:4], (date(2026, 11, 10), "数学", "无", "", "", None), WEEK[5]]
    outcome = bring_in(scene, workbook(none), when=at(date(2026, 11, 22), 10))
    assert outcome.tally.withdrawn == 1
    assert current()[("2026-11-10", "math")] == (30, "withdrawn")
    again = bring_in(scene, workbook(none), when=at(date(2026, 11, 22), 11))
    assert (again.tally.withdrawn, again.tally.changed) == (0, 0)


def test_future_days_over_the_limit_are_held(scene):
    outcome = bring_in(scene, workbook(WEEK), when=at(MONDAY, 9))
    assert outcome.tally.held == 1
    assert current()[("2026-11-10", "chinese")] == (50, "published")
    assert current()[("2026-11-10", "math")] == (30, "held")
    assert current()[("2026-11-10", "english")] == (10, "published")


def test_a_dry_run_tells_the_same_and_writes_nothing(scene):
    tried = bring_in(scene, workbook(WEEK), is_dry_run=True)
    assert tried.tally.added == 6
    assert PlannedHomework.objects.count() == 0
    assert bring_in(scene, workbook(WEEK)).tally == tried.tally


def test_one_fault_and_nothing_is_written(scene):
    broken = [*WEEK, (date(2026, 11, 11), "语文", "生字", "书面", "看情况", None)]
    outcome = bring_in(scene, workbook(broken))
    assert PlannedHomework.objects.count() == 0
    (fault,) = outcome.faults
    assert (fault.sheet, fault.cell) == ("五年级（1）班", "E9")
    assert "E9" in fault.message
    assert "五年级（1）班" in fault.message


def test_a_class_that_the_school_does_not_have_is_named(scene):
    outcome = bring_in(scene, workbook(WEEK, title="五年级（7）班"))
    assert PlannedHomework.objects.count() == 0
    assert {fault.code for fault in outcome.faults} == {"unknown_class"}
    assert "现有：一年级（1）班、五年级（1）班" in outcome.faults[0].message


def test_one_class_under_two_names_is_found_out(scene):
    book = openpyxl.Workbook()
    for title in ("五年级（1）班", "2022级1班"):
        sheet = book.create_sheet(title)
        sheet.append([f"{title}课后书面作业布置计划表（2026年11月9日—11月13日）"])
        sheet.append(("日期", "学科", "作业内容", "作业类型", "预计时长"))
        sheet.append((date(2026, 11, 9), "语文", "生字两遍", "书面", 20))
    del book["Sheet"]
    content = io.BytesIO()
    book.save(content)
    outcome = bring_in(scene, content.getvalue())
    assert [fault.code for fault in outcome.faults] == ["doubled_row"]
    assert "五年级（1）班" in outcome.faults[0].message
    assert PlannedHomework.objects.count() == 0


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 11, 29), "not_working_day"),  # a Sunday
        (date(2026, 10, 1), "not_working_day"),  # National Day
        (date(2026, 12, 31), "too_early"),
    ],
)
def test_days_that_the_page_refuses_are_faults_with_sheet_and_cell(scene, on, code):
    load_calendar()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "五年级（1）班"
    sheet.append(("日期", "学科", "作业内容", "作业类型", "预计时长"))
    sheet.append((on, "语文", "生字两遍", "书面", 20))
    content = io.BytesIO()
    book.save(content)
    outcome = bring_in(scene, content.getvalue())
    (fault,) = outcome.faults
    assert (fault.code, fault.cell) == (code, "E2")
    assert "E2" in fault.message
    assert PlannedHomework.objects.count() == 0


def test_a_teachers_step_on_the_page_is_not_undone_by_the_same_sheet(scene):
    bring_in(scene, workbook(WEEK), when=at(MONDAY, 9))
    trim_homework(
        actor=scene.actor("head"),
        school_class=scene.fifth,
        on=TUESDAY,
        course="chinese",
        minutes=30,
        at=at(MONDAY, 10),
    )
    assert current()[("2026-11-10", "math")] == (30, "published")  # it fits now
    again = bring_in(scene, workbook(WEEK), when=at(MONDAY, 11))
    assert (again.tally.kept, again.tally.changed) == (1, 0)
    assert current()[("2026-11-10", "chinese")] == (30, "published")
    later = bring_in(scene, workbook(WEEK))  # a past day is corrected through the sheet
    assert current()[("2026-11-10", "chinese")] == (50, "published")
    assert later.tally.kept == 0


def test_a_reason_given_for_less_does_not_cover_more(scene):
    plan(scene, "chinese", 40)
    plan(scene, "math", 30)
    override_limit(
        actor=scene.actor("head"),
        school_class=scene.fifth,
        on=TUESDAY,
        reason="期中复习已协商",
        at=at(MONDAY),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT written_minutes, overridden_minutes FROM class_homework_day")
        assert cursor.fetchall() == [(70, 70)]
    more = [(date(2026, 11, 10), "语文", "作文", "书面", 170, None)]
    bring_in(scene, workbook(more))
    with connection.cursor() as cursor:
        cursor.execute("SELECT written_minutes, overridden_minutes FROM class_homework_day")
        assert cursor.fetchall() == [(200, 70)]


def test_oral_homework_needs_no_minutes(scene):
    outcome = bring_in(
        scene, workbook([(date(2026, 11, 9), "语文", "朗读课文", "口头", None, None)])
    )
    assert outcome.faults == ()
    assert current() == {("2026-11-09", "chinese"): (0, "published")}


@pytest.mark.parametrize("who", ["chinese", "guardian", "other_principal", "officer"])
def test_only_the_school_itself_imports(scene, who):
    with pytest.raises(HomeworkRefusedError) as refused:
        bring_in(scene, workbook(WEEK), who=scene.actor(who))
    assert refused.value.code == "not_importer"


def _school_of_the_example(scene) -> School:
    school = School.objects.create(
        code="3199000001",
        name="示范市第二中学",
        kind="junior",
        region=scene.county,
        starts_on=START,
    )
    for number in range(1, 7):
        SchoolClass.objects.create(
            school=school,
            stage="junior",
            entry_year=2025,
            number=number,
            starts_on=date(2025, 9, 1),
        )
    limit(school, low=7, high=9, minutes=90)
    return school


@pytest.mark.skipif(not SHARED.exists(), reason="the example workbooks lie beside the project")
def test_the_example_workbooks(scene):
    SchoolClass.objects.create(
        school=scene.school, stage="primary", entry_year=2022, number=2, starts_on=date(2022, 9, 1)
    )
    content = (SHARED / "plan-primary-by-class.xlsx").read_bytes()
    outcome = import_workbook(
        actor=OPERATOR, school=scene.school, content=content, at=AFTER, is_dry_run=False
    )
    assert outcome.faults == ()
    first = current()
    assert first[("2026-11-05", "english")] == (20, "published")
    assert outcome.tally.over_limit_days == 0
    junior = _school_of_the_example(scene)
    content = (SHARED / "posted-junior-by-grade.xlsx").read_bytes()
    outcome = import_workbook(
        actor=OPERATOR, school=junior, content=content, at=AFTER, is_dry_run=False
    )
    assert outcome.faults == ()
    assert outcome.tally.over_limit_days == 3  # class 4, on three days


@pytest.mark.skipif(not SHARED.exists(), reason="the example workbooks lie beside the project")
def test_a_total_that_cannot_be_true_is_a_fault(scene):
    junior = _school_of_the_example(scene)
    book = openpyxl.load_workbook(SHARED / "posted-junior-by-grade.xlsx")
    book.worksheets[0]["N5"] = 999
    content = io.BytesIO()
    book.save(content)
    outcome = import_workbook(
        actor=OPERATOR, school=junior, content=content.getvalue(), at=AFTER, is_dry_run=True
    )
    assert [(fault.cell, fault.code) for fault in outcome.faults] == [("N5", "total_contradicts")]
