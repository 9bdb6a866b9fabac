"""What stands on the first page of each role on a Monday, and what leaves it when it is done."""

from datetime import date, timedelta

import pytest

from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.edges.web.home import HomeTask, tasks_of
from shuangjian.foundation.accounts.models import RoleGrant
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.findings.models import Finding
from shuangjian.foundation.findings.services import (
    assign_finding,
    rectify_finding,
    verify_finding,
)
from shuangjian.foundation.policy.models import PolicyInForce
from shuangjian.foundation.registry.models import CalendarDay, SchoolClass
from shuangjian.oversight.reports.models import HalfMonthReport
from shuangjian.oversight.supervision.services import inspect
from tests.scene import MONDAY, START, TUESDAY, Scene, at, build_scene

pytestmark = pytest.mark.django_db
SATURDAY = MONDAY - timedelta(days=2)


@pytest.fixture
def scene(db) -> Scene:
    return build_scene()


@pytest.fixture
def due_days(scene):
    """The half-month report of the scene's county is due on the 15th and the 30th."""
    for key, day in (("first_due_day", 15), ("second_due_day", 30)):
        PolicyInForce.objects.create(
            key=f"report.half_month.{key}",
            school="",
            region=scene.county.code,
            city=scene.county.city_code,
            band_low=0,
            band_high=9999,
            starts_on=START,
            ends_on=date(9999, 12, 31),
            value=day,
            unit="day_of_month",
            severity="must",
            policy=f"report.half_month.{key}@000000@2021-08-30",
        )


def tasks(scene: Scene, name: str, *, today: date = MONDAY) -> list[HomeTask]:
    return tasks_of(scene.actor(name, on=today), today=today)


def titles(scene: Scene, name: str, *, today: date = MONDAY) -> list[str]:
    return [task.title for task in tasks(scene, name, today=today)]


def plan(school_class: SchoolClass, on: date, minutes: int, *, course="math", state="published"):
    class_day, _ = ClassDay.objects.get_or_create(school_class=school_class, on=on)
    return PlannedHomework.objects.create(
        class_day=class_day,
        course=course,
        content="练习",
        minutes=minutes,
        kind="written",
        state=state,
        origin="page",
        recorded_by="测试",
        published_at=at(on) if state == "published" else None,
    )


def over(scene: Scene, *days: date) -> list[Finding]:
    """A finding for each day; 60 minutes are the limit."""
    for on in days:
        plan(scene.fifth, on, 95)
    inspect(
        first=min(days),
        last=max(days),
        region="990101",
        at=at(MONDAY),
        actor_label="测试",
        rules=["homework.total_over_limit"],
    )
    return list(Finding.objects.select_related("region", "state").order_by("effective_on"))


def named(scene: Scene, name: str, start: str, *, today: date = MONDAY) -> HomeTask:
    return next(task for task in tasks(scene, name, today=today) if task.title.startswith(start))


def test_the_officer_assigns_what_is_new(scene, due_days):
    over(scene, MONDAY, SATURDAY)
    task = named(scene, "officer", "交办")
    assert (task.status, task.tone) == ("待交办 2 项", "warning")
    assert task.url == "/findings/?tab=opened"


def test_the_officers_list_follows_a_findings_life(scene, due_days):
    first, second = over(scene, SATURDAY, MONDAY)
    officer, principal = scene.actor("officer"), scene.actor("principal")
    for each in (first, second):
        assign_finding(actor=officer, finding=each, due_on=TUESDAY, on=MONDAY)
    assert not [title for title in titles(scene, "officer") if "问题" in title]
    thursday = TUESDAY + timedelta(days=2)
    late = named(scene, "officer", "催办", today=thursday)
    assert (late.status, late.url) == ("逾期 2 项", "/findings/?tab=all&overdue=on")

    rectify_finding(actor=principal, finding=first, note="已改", evidence="公示表", on=TUESDAY)
    assert named(scene, "officer", "复核").status == "待复核 1 项"
    assert titles(scene, "inspector") == ["复核学校的整改和情形的变化"]
    inspector = scene.actor("inspector")
    verify_finding(actor=inspector, finding=first, passed=True, note="属实", on=TUESDAY)
    assert named(scene, "officer", "给复核通过").status == "待销号 1 项"
    assert titles(scene, "inspector") == []


def test_a_failed_check_returns_to_school_and_officer(scene, due_days):
    (finding,) = over(scene, MONDAY)
    assign_finding(actor=scene.actor("officer"), finding=finding, due_on=TUESDAY, on=MONDAY)
    rectify_finding(
        actor=scene.actor("head"), finding=finding, note="已改", evidence="表", on=MONDAY
    )
    verify_finding(
        actor=scene.actor("inspector"), finding=finding, passed=False, note="不实", on=MONDAY
    )
    assert named(scene, "officer", "重新打开").url == "/findings/?tab=reopened"
    for name in ("principal", "school_admin", "head"):
        assert named(scene, name, "重新整改").status == "重新打开 1 项"
    assert not [title for title in titles(scene, "other_principal") if "整改" in title]


def test_the_school_sees_when_the_first_finding_is_due(scene):
    first, second = over(scene, SATURDAY, MONDAY)
    officer = scene.actor("officer")
    assign_finding(actor=officer, finding=first, due_on=MONDAY + timedelta(days=7), on=MONDAY)
    assign_finding(actor=officer, finding=second, due_on=TUESDAY, on=MONDAY)
    task = named(scene, "principal", "整改")
    assert (task.status, task.tone) == ("待整改 2 项", "warning")
    assert task.hint == "最早的11月10日（星期二）到期。"
    late = named(scene, "principal", "整改", today=TUESDAY + timedelta(days=1))
    assert (late.hint, late.tone) == ("最早的11月10日（星期二）到期，其中 1 项已经逾期。", "bad")
    assert named(scene, "head", "整改").status == "待整改 2 项"


def test_held_homework_calls_the_class_teacher_and_tells_the_school(scene):
    plan(scene.fifth, TUESDAY, 40, state="held")
    plan(scene.other_class, TUESDAY, 40, state="held")
    task = named(scene, "head", "协调")
    assert task.title == "协调五年级（1）班11月10日（星期二）暂缓的作业"
    assert task.url == f"/homework/classes/{scene.fifth.pseudonym}/2026-11-10/"
    told = named(scene, "principal", "11月10日")
    assert (told.status, told.hint) == ("1 个班", "五年级（1）班，等班主任协调。")
    assert told.url == "/homework/?on=2026-11-10"
    assert not [title for title in titles(scene, "math") if "暂缓" in title]


def test_a_decided_or_withdrawn_plan_calls_nobody(scene):
    plan(scene.fifth, TUESDAY, 40, state="withdrawn")
    superseded = plan(scene.first, TUESDAY, 40, state="held")
    PlannedHomework.objects.filter(pk=superseded.pk).update(superseded_at=superseded.recorded_at)
    assert titles(scene, "head") == []
    assert titles(scene, "principal") == []


def test_the_teacher_sees_the_classes_without_own_homework(scene):
    assert titles(scene, "math") == ["布置五年级（1）班数学作业", "布置一年级（1）班数学作业"]
    task = tasks(scene, "math")[0]
    assert task.url == f"/homework/classes/{scene.fifth.pseudonym}/2026-11-10/?course=math"
    assert task.hint == "11月10日（星期二）。没有作业就不用填。"
    plan(scene.fifth, TUESDAY, 20)
    plan(scene.first, TUESDAY, 20, course="chinese")
    plan(scene.first, MONDAY, 20)
    assert titles(scene, "math") == ["布置一年级（1）班数学作业"]
    plan(scene.first, TUESDAY, 20, state="held")  # held is planned, too
    assert titles(scene, "math") == []


def test_on_friday_the_teacher_plans_for_monday(scene):
    friday = MONDAY - timedelta(days=3)
    assert "11月9日（星期一）" in tasks(scene, "math", today=friday)[0].hint
    CalendarDay.objects.create(on=SATURDAY, is_working_day=True, is_published=True, note="调休上课")
    assert "11月7日（星期六）" in tasks(scene, "math", today=friday)[0].hint


def test_the_guardian_sees_todays_table_or_the_next_one(scene):
    plan(scene.fifth, MONDAY, 25)
    plan(scene.fifth, MONDAY, 15, course="chinese")
    plan(scene.fifth, MONDAY, 30, course="english", state="held")
    (task,) = tasks(scene, "guardian")
    assert task.title == "看五年级（1）班今天的作业公示表"
    assert task.url == f"/homework/public/{scene.fifth.pseudonym}/2026-11-09/"
    assert (task.status, task.hint) == ("已公示", "11月9日（星期一），在家书面作业合计 40 分钟")
    (weekend,) = tasks(scene, "guardian", today=SATURDAY)
    assert weekend.title == "看五年级（1）班的作业公示表"
    assert weekend.hint.startswith("11月9日（星期一）")
    (empty,) = tasks(scene, "guardian", today=TUESDAY)
    assert (empty.status, empty.tone) == ("还没有布置", "neutral")


def test_the_auditor_reads(scene):
    over(scene, MONDAY)
    assert [(task.status, task.url) for task in tasks(scene, "auditor")] == [
        ("1 项", "/findings/?tab=all"),
        ("", "/reports/"),
    ]


def test_the_report_is_due_until_it_is_signed(scene, due_days):
    HalfMonthReport.objects.create(
        region=scene.county, first_on=date(2026, 10, 16), due_on=date(2026, 10, 30),
        revision=1, state="signed", content={}, sha256="0" * 64, signed_by="局长",
        signed_by_id=1, signed_at=at(date(2026, 10, 30)), drafted_by="officer",
    )  # fmt: skip
    (task,) = tasks(scene, "officer")
    assert task.title == "报送示范区半月报"
    assert task.url == "/reports/990101/2026-11-15/"
    assert (task.status, task.hint) == ("未开始", "11月15日（星期日）到期，还有 6 天。")
    on_the_day = tasks(scene, "officer", today=date(2026, 11, 15))
    assert [(each.status, each.tone) for each in on_the_day] == [("今天到期", "warning")]
    after = tasks(scene, "officer", today=date(2026, 11, 17))
    assert [(each.status, each.hint) for each in after] == [
        ("逾期", "11月15日（星期日）到期，逾期 2 天。"),
        ("未开始", "11月30日（星期一）到期，还有 13 天。"),
    ]


def test_only_the_regions_own_officer_owes_its_report(scene, due_days):
    assert titles(scene, "inspector") == []
    assert [title for title in titles(scene, "officer") if "半月报" in title]


def test_without_due_days_it_says_what_is_missing(scene):
    (task,) = tasks(scene, "officer")
    assert (task.status, task.tone) == ("不能报送", "bad")
    assert "政策库" in task.hint


def test_two_roles_bring_a_task_once(scene, due_days):
    RoleGrant.objects.create(
        user=scene.users["inspector"], role=Role.OFFICER, region=scene.county, starts_on=START
    )
    (finding,) = over(scene, MONDAY)
    assign_finding(actor=scene.actor("officer"), finding=finding, due_on=TUESDAY, on=MONDAY)
    rectify_finding(
        actor=scene.actor("principal"), finding=finding, note="已改", evidence="表", on=MONDAY
    )
    assert [title for title in titles(scene, "inspector") if "复核" in title] == [
        "复核学校的整改和情形的变化"
    ]


def test_the_page_shows_the_tasks(scene, client, settings):
    settings.SHUANGJIAN_TODAY = MONDAY.isoformat()
    client.force_login(scene.users["math"])
    page = client.get("/").content.decode()
    assert "布置五年级（1）班数学作业" in page
    assert "没有作业就不用填。" in page
