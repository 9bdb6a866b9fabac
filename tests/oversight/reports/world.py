"""A county with homework, large classes and findings in its half month, built through the tables."""

from datetime import date, timedelta

from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.foundation.findings.models import Finding, FindingEvent
from shuangjian.foundation.policy.models import PolicyInForce
from shuangjian.foundation.registry.models import Enrolment, Pupil, Region, School, SchoolClass
from tests.scene import MONDAY, START, Scene, at, build_scene, limit

DUE = date(2026, 11, 15)
NEXT_DUE = date(2026, 11, 30)
FIRST = date(2026, 10, 31)
EVER = date(9999, 12, 31)
SIGNED_AT = at(DUE, 17, 30)


def policy(key, value, *, school=None, region=None):
    place = region or school.region
    return PolicyInForce.objects.create(
        key=key,
        school=f"school:{school.pseudonym}" if school else "",
        region=place.code,
        city=place.city_code,
        band_low=0,
        band_high=9999,
        starts_on=START,
        ends_on=EVER,
        value=value,
        unit="count",
        severity="must",
        policy=f"{key}@000000@2020-09-01",
    )


def school_policies(school):
    policy("indicator.homework_time.school_counts", 1, school=school)
    policy("class_size.large_class_min", 3, school=school)
    policy("class_size.super_large_class_min", 5, school=school)
    policy("class_size.gate_max", 4, school=school)


def build_world() -> Scene:
    """The scene with a city above, two more schools, and the policies that indicators read."""
    scene = build_scene()
    Region.objects.create(
        code="990100",
        name="示范市",
        level="city",
        path="000000.990000.990100",
        city_code="990100",
    )
    for region in (scene.county, scene.other_county):
        policy("report.half_month.first_due_day", 15, region=region)
        policy("report.half_month.second_due_day", 30, region=region)
    for school in (scene.school, scene.other_school):
        school_policies(school)
    for code, name in (("2199000003", "静水小学"), ("2199000004", "青山小学")):
        school = School.objects.create(
            code=code, name=name, kind="primary", region=scene.county, starts_on=START
        )
        school_policies(school)
        limit(school, low=1, high=2, minutes=0)
        limit(school, low=3, high=6, minutes=60)
    return scene


def school_class(school, *, entry_year=2022, number=1) -> SchoolClass:
    return SchoolClass.objects.create(
        school=school, stage="primary", entry_year=entry_year, number=number, starts_on=START
    )


def publish(school_class, *, minutes, on=MONDAY, course="math") -> PlannedHomework:
    """Homework of a course, published; what the course asked before is superseded."""
    day, _ = ClassDay.objects.get_or_create(school_class=school_class, on=on)
    day.plans.filter(course=course, superseded_at__isnull=True).update(
        superseded_at=at(DUE + timedelta(days=60))
    )
    return PlannedHomework.objects.create(
        class_day=day,
        course=course,
        content=f"练习 {minutes} 分钟",
        kind="written",
        place="home",
        minutes=minutes,
        state="published",
        origin="page",
        recorded_by="测试",
        published_at=at(on),
    )


def enrol(school_class, pupils: int) -> None:
    for number in range(pupils):
        pupil = Pupil.objects.create(name=f"学生{number}")
        Enrolment.objects.create(pupil=pupil, school_class=school_class, starts_on=START)


def open_finding(scene, *, rule="homework.total_over_limit", on=MONDAY, number=0) -> Finding:
    finding = Finding.objects.create(
        rule=rule,
        kind="event",
        area="homework",
        severity="must",
        subject=f"class:{scene.fifth.pseudonym}",
        period=f"{on.isoformat()}/{number}" if number else on.isoformat(),
        effective_on=on,
        region=scene.county,
        school=scene.school,
    )
    event(finding, "opened", on, measured=70, limit_value=60)
    return finding


def event(finding, kind, on, **fields) -> None:
    FindingEvent.objects.create(finding=finding, kind=kind, actor="测试", effective_on=on, **fields)


def clear(finding, on) -> None:
    event(finding, "assigned", on, due_on=on)
    event(finding, "rectified", on, user_id=1)
    event(finding, "verified", on, user_id=2, passed=True)
    event(finding, "cleared", on, user_id=2, evidence="照片")
