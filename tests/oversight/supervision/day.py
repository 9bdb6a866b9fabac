"""Class days and rosters for the tests, written straight into the tables."""

from datetime import date, datetime

from django.db.models import F

from shuangjian.areas.homework.models import ClassDay, LimitOverride, PlannedHomework
from shuangjian.foundation.policy.models import PolicyInForce
from shuangjian.foundation.registry.models import Enrolment, Pupil, School, SchoolClass
from tests.scene import START, at


def plan(
    school_class: SchoolClass, on: date, minutes: int, *, course: str = "math", **fields
) -> PlannedHomework:
    """A published plan, shown at 16:00 of its day unless told otherwise; the former is superseded."""
    class_day, _ = ClassDay.objects.get_or_create(school_class=school_class, on=on)
    PlannedHomework.objects.filter(
        class_day=class_day, course=course, superseded_at__isnull=True
    ).update(superseded_at=F("recorded_at"))
    return PlannedHomework.objects.create(
        class_day=class_day,
        course=course,
        content="练习",
        minutes=minutes,
        **{
            "kind": "written",
            "state": "published",
            "origin": "page",
            "recorded_by": "测试",
            "published_at": at(on),
        }
        | fields,
    )


def override(school_class: SchoolClass, on: date, minutes: int) -> LimitOverride:
    return LimitOverride.objects.create(
        class_day=ClassDay.objects.get(school_class=school_class, on=on),
        reason="期中复习，已与家长沟通",
        minutes=minutes,
        limit_minutes=60,
        recorded_by="测试",
    )


def enrol(school_class: SchoolClass, count: int, *, starts_on: date = START) -> list[Enrolment]:
    pupils = Pupil.objects.bulk_create([Pupil(name=f"学生{number}") for number in range(count)])
    return Enrolment.objects.bulk_create(
        [Enrolment(pupil=pupil, school_class=school_class, starts_on=starts_on) for pupil in pupils]
    )


def class_size_limit(school: School, pupils: int) -> PolicyInForce:
    return PolicyInForce.objects.create(
        key="class_size.gate_max",
        school=f"school:{school.pseudonym}",
        region=school.region.code,
        city=school.region.city_code,
        band_low=1,
        band_high=9,
        starts_on=START,
        ends_on=date(9999, 12, 31),
        value=pupils,
        unit="person",
        severity="must",
        policy="class_size.gate_max@000000",
    )


def evening_before(on: date) -> datetime:
    return at(on.replace(day=on.day - 1), 20, 10)
