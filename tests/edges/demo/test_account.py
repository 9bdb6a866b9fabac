import pytest

from shuangjian.areas.homework.models import PlannedHomework, PlanState
from shuangjian.edges.demo import cast
from shuangjian.edges.demo.cast import demo_cards
from shuangjian.foundation.accounts.access import (
    childrens_classes,
    courses_taught,
    is_class_teacher,
    visible_schools,
)
from shuangjian.foundation.accounts.actor import actor_of
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import SchoolClass
from tests.edges.demo.conftest import TODAY


def actor(card):
    return actor_of(User.objects.get(username=card.username), on=TODAY)


def cast_class(number):
    return SchoolClass.objects.get(
        school__name="示范市第一实验小学", stage="primary", entry_year=2022, number=number
    )


def plans_of_next_day(school_class):
    on = next_working_day(after=TODAY)
    return PlannedHomework.objects.filter(
        class_day__school_class=school_class, class_day__on=on, superseded_at__isnull=True
    )


def test_every_role_of_the_thread_has_a_card():
    roles = {card.role for card in demo_cards()}
    assert roles == set(Role) - {Role.OPERATOR}
    assert len({card.username for card in demo_cards()}) == len(demo_cards())


def test_every_card_opens_an_account_of_its_role_without_a_password(load):
    load()
    for card in demo_cards():
        user = User.objects.get(username=card.username)
        assert not user.has_usable_password()
        assert user.name == card.person
        assert actor(card).has(card.role), card.username


@pytest.mark.parametrize(
    ("card", "schools"),
    [
        (cast.OFFICER, 2), (cast.INSPECTOR, 2), (cast.AUDITOR, 2), (cast.PRINCIPAL, 1),
        (cast.SCHOOL_ADMIN, 1), (cast.OTHER_PRINCIPAL, 1), (cast.GUARDIAN, 0),
    ],
)  # fmt: skip
def test_each_sees_the_schools_of_the_card_and_no_other(load, card, schools):
    load()
    found = visible_schools(actor(card), on=TODAY)
    assert found.count() == schools
    if schools == 1:
        assert found.get().name == card.place


def test_the_guardian_is_a_grandmother_of_one_pupil_of_the_class(load):
    load()
    seen = childrens_classes(actor(cast.GUARDIAN), on=TODAY)
    assert list(seen) == [cast_class(1)]


def test_the_class_teacher_finds_a_plan_held_on_the_next_school_day(load):
    load()
    assert is_class_teacher(actor(cast.CLASS_TEACHER), school_class=cast_class(1), on=TODAY)
    states = plans_of_next_day(cast_class(1)).values_list("state", flat=True)
    assert sorted(states) == [PlanState.HELD, PlanState.PUBLISHED]


def test_the_subject_teacher_has_yet_to_plan_for_two_classes(load):
    load()
    teacher = actor(cast.SUBJECT_TEACHER)
    for number in (1, 2):
        assert courses_taught(teacher, school_class=cast_class(number), on=TODAY) == ["math"]
        assert not plans_of_next_day(cast_class(number)).filter(course="math").exists()
    neighbours = plans_of_next_day(cast_class(2))
    assert neighbours.count() == 2
    assert set(neighbours.values_list("state", flat=True)) == {PlanState.PUBLISHED}
