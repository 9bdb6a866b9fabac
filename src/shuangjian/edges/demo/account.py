"""演示账号: one account for each card, without a password, with its grants or its work."""

from datetime import date

from shuangjian.edges.demo.cast import (
    AUDITOR,
    CAST,
    CAST_CLASS,
    CAST_GRADE,
    CITY_CODE,
    CLASS_TEACHER,
    COUNTY_CODE,
    GUARDIAN,
    INSPECTOR,
    OFFICER,
    OTHER_PRINCIPAL,
    PRINCIPAL,
    SCHOOL_ADMIN,
    SUBJECT_TEACHER,
    DemoCard,
)
from shuangjian.edges.demo.school_name import FIRST_PRIMARY, SECOND_MIDDLE
from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.registry.models import (
    Course,
    Guardian,
    Region,
    School,
    SchoolClass,
    Teacher,
)
from shuangjian.foundation.registry.school_year import (
    FIRST_MONTH,
    entry_year_of,
    school_year_of,
    stage_of,
)


def make_accounts(*, today: date) -> None:
    """The accounts of the cards (演示账号); a password is never set, so only a card signs in."""
    starts_on = date(school_year_of(today) - 1, FIRST_MONTH, 1)
    user_by_card = {
        card.username: User.objects.create_user(card.username, name=card.person) for card in CAST
    }

    def grant(
        card: DemoCard, *, region: Region | None = None, school: School | None = None
    ) -> None:
        RoleGrant.objects.create(
            user=user_by_card[card.username],
            role=card.role,
            region=region,
            school=school,
            starts_on=starts_on,
        )

    county = Region.objects.get(code=COUNTY_CODE)
    first = School.objects.get(name=FIRST_PRIMARY, region=county)
    second = School.objects.get(name=SECOND_MIDDLE, region=county)
    grant(OFFICER, region=county)
    grant(INSPECTOR, region=county)
    grant(AUDITOR, region=Region.objects.get(code=CITY_CODE))
    grant(PRINCIPAL, school=first)
    grant(SCHOOL_ADMIN, school=first)
    grant(OTHER_PRINCIPAL, school=second)
    school_class = _cast_class(first, today=today)
    _become_teacher(user_by_card[CLASS_TEACHER.username], school_class, is_class_teacher=True)
    _become_teacher(user_by_card[SUBJECT_TEACHER.username], school_class, course=Course.MATH)
    guardian_user = user_by_card[GUARDIAN.username]
    guardian_user.guardian = Guardian.objects.get(
        name=GUARDIAN.person,
        guardianship__relation="祖母",
        pupils__enrolments__school_class=school_class,
    )
    guardian_user.save()


def _cast_class(school: School, *, today: date) -> SchoolClass:
    stage = stage_of(CAST_GRADE)
    return SchoolClass.objects.get(
        school=school,
        stage=stage,
        entry_year=entry_year_of(stage=stage, grade=CAST_GRADE, on=today),
        number=CAST_CLASS,
    )


def _become_teacher(
    user: User, school_class: SchoolClass, *, is_class_teacher: bool = False, course: str = ""
) -> None:
    user.teacher = Teacher.objects.get(
        assignments__school_class=school_class,
        assignments__is_class_teacher=is_class_teacher,
        assignments__course=course,
    )
    user.save()
