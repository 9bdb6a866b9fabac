"""A small scene for tests: an invented county, two schools, a few classes and everyone's account.

Built through the tables, not through services, so that a test exercises only what it names.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shuangjian.foundation.accounts.actor import Actor, actor_of
from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.policy.models import PolicyInForce
from shuangjian.foundation.registry.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Pupil,
    Region,
    School,
    SchoolClass,
    Teacher,
    TeachingAssignment,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = date(2020, 9, 1)
MONDAY = date(2026, 11, 9)
TUESDAY = date(2026, 11, 10)


def at(on: date, hour: int = 16, minute: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=SHANGHAI)


@dataclass
class Scene:
    county: Region
    other_county: Region
    school: School
    other_school: School
    fifth: SchoolClass  # 五年级（1）班 of school
    first: SchoolClass  # 一年级（1）班 of school
    other_class: SchoolClass  # of other_school
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str, *, on: date = MONDAY) -> Actor:
        return actor_of(self.users[name], on=on)


def limit(school: School, *, low: int, high: int, minutes: int) -> PolicyInForce:
    return PolicyInForce.objects.create(
        key="homework.written_minutes_max",
        school=f"school:{school.pseudonym}",
        region=school.region.code,
        city=school.region.city_code,
        band_low=low,
        band_high=high,
        starts_on=date(2021, 4, 1),
        ends_on=date(9999, 12, 31),
        value=minutes,
        unit="minute",
        severity="must",
        policy="homework.written_minutes_max@000000@2021-04-01",
    )


def _class(school: School, *, entry_year: int, number: int) -> SchoolClass:
    return SchoolClass.objects.create(
        school=school,
        stage="primary",
        entry_year=entry_year,
        number=number,
        starts_on=date(entry_year, 9, 1),
        ends_on=date(entry_year + 6, 7, 15),
    )


def _teach(teacher: Teacher, school_class: SchoolClass, course: str) -> None:
    TeachingAssignment.objects.create(
        teacher=teacher,
        school_class=school_class,
        course=course,
        is_class_teacher=course == "",
        starts_on=START,
    )


def build_scene() -> Scene:
    province = Region.objects.create(
        code="990000", name="演示省", level="province", path="000000.990000", city_code=""
    )
    assert province.pk
    county = Region.objects.create(
        code="990101",
        name="示范区",
        level="county",
        path="000000.990000.990100.990101",
        city_code="990100",
    )
    other_county = Region.objects.create(
        code="990102",
        name="邻区",
        level="county",
        path="000000.990000.990100.990102",
        city_code="990100",
    )
    school = School.objects.create(
        code="2199000001", name="示范市第一实验小学", kind="primary", region=county, starts_on=START
    )
    other = School.objects.create(
        code="2199000002", name="邻区小学", kind="primary", region=other_county, starts_on=START
    )
    scene = Scene(
        county,
        other_county,
        school,
        other,
        fifth=_class(school, entry_year=2022, number=1),
        first=_class(school, entry_year=2026, number=1),
        other_class=_class(other, entry_year=2022, number=1),
    )
    for each in (school, other):
        limit(each, low=1, high=2, minutes=0)
        limit(each, low=3, high=6, minutes=60)
    _people(scene)
    return scene


def _people(scene: Scene) -> None:
    for name, courses in (
        ("chinese", ["chinese"]),
        ("math", ["math"]),
        ("english", ["english"]),
        ("head", [""]),
    ):
        teacher = Teacher.objects.create(name=f"{name}老师", school=scene.school)
        for course in courses:
            _teach(teacher, scene.fifth, course)
            _teach(teacher, scene.first, course)
        scene.users[name] = User.objects.create(username=name, name=teacher.name, teacher=teacher)
    stranger = Teacher.objects.create(name="外校老师", school=scene.other_school)
    _teach(stranger, scene.other_class, "math")
    scene.users["stranger"] = User.objects.create(
        username="stranger", name="外校老师", teacher=stranger
    )
    pupil = Pupil.objects.create(name="小明")
    Enrolment.objects.create(pupil=pupil, school_class=scene.fifth, starts_on=START)
    guardian = Guardian.objects.create(name="奶奶")
    Guardianship.objects.create(guardian=guardian, pupil=pupil, relation="祖母")
    scene.users["guardian"] = User.objects.create(
        username="guardian", name="奶奶", guardian=guardian
    )
    for name, role, region, school in (
        ("officer", Role.OFFICER, scene.county, None),
        ("second_officer", Role.OFFICER, scene.county, None),
        ("inspector", Role.INSPECTOR, scene.county, None),
        ("auditor", Role.AUDITOR, scene.county, None),
        ("other_officer", Role.OFFICER, scene.other_county, None),
        ("principal", Role.PRINCIPAL, None, scene.school),
        ("school_admin", Role.SCHOOL_ADMIN, None, scene.school),
        ("other_principal", Role.PRINCIPAL, None, scene.other_school),
    ):
        user = User.objects.create(username=name, name=name)
        RoleGrant.objects.create(
            user=user, role=role, region=region, school=school, starts_on=START
        )
        scene.users[name] = user
