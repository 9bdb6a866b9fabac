"""A setting has an owner, a reason, a date, a default and a history; a school is never looser."""

from datetime import date

import pytest

from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.foundation.registry.setting import (
    PUBLISH_BY,
    Choice,
    SettingRefusedError,
    choose_value,
    history_of,
    value_of,
)
from tests.scene import MONDAY, TUESDAY, at, build_scene

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def scene(db):
    return build_scene()


def choose(scene, value, *, school=None, starts_on=DECEMBER, reason="放学时间调整"):
    choice = Choice(value=value, starts_on=starts_on, owner="专班", reason=reason)
    return choose_value(PUBLISH_BY, choice=choice, region=scene.county, school=school, today=MONDAY)


def test_the_default_then_the_bureaus_then_the_schools_own(scene):
    assert value_of(PUBLISH_BY, school=scene.school, on=DECEMBER) == 18 * 60
    choose(scene, 17 * 60)
    choose(scene, 16 * 60 + 30, school=scene.school, starts_on=date(2026, 12, 8))
    assert value_of(PUBLISH_BY, school=scene.school, on=date(2026, 11, 30)) == 18 * 60
    assert value_of(PUBLISH_BY, school=scene.school, on=DECEMBER) == 17 * 60
    assert value_of(PUBLISH_BY, school=scene.school, on=date(2026, 12, 8)) == 16 * 60 + 30
    assert value_of(PUBLISH_BY, school=scene.other_school, on=date(2026, 12, 8)) == 18 * 60
    assert [each.value for each in history_of(PUBLISH_BY)] == [16 * 60 + 30, 17 * 60]


@pytest.mark.parametrize(
    ("wish", "word"),
    [
        ({"value": 24 * 60}, "之间"),
        ({"value": 17 * 60, "reason": " "}, "理由"),
        ({"value": 17 * 60, "starts_on": MONDAY}, "最早从明天起"),
    ],
)
def test_what_is_refused(scene, wish, word):
    with pytest.raises(SettingRefusedError, match=word):
        choose(scene, **wish)


def test_a_school_is_never_looser_than_its_bureau(scene):
    choose(scene, 17 * 60)
    with pytest.raises(SettingRefusedError, match="不能比教育局定的 1020 更宽"):
        choose(scene, 17 * 60 + 1, school=scene.school)


def test_the_fact_shows_the_same_deadline_as_the_setting(scene):
    from django.db import connection

    choose(scene, 17 * 60, starts_on=TUESDAY)
    for on in (MONDAY, TUESDAY):
        day = ClassDay.objects.create(school_class=scene.fifth, on=on)
        PlannedHomework.objects.create(
            class_day=day,
            course="math",
            kind="written",
            minutes=10,
            state="published",
            origin="page",
            published_at=at(on, 17, 30),
            recorded_at=at(on, 17, 30),
            recorded_by="t",
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT effective_on, published_minute, deadline_minute FROM homework_published_day ORDER BY 1"
        )
        assert cursor.fetchall() == [(MONDAY, 1050, 1080), (TUESDAY, 1050, 1020)]
    for on, deadline in ((MONDAY, 1080), (TUESDAY, 1020)):
        assert value_of(PUBLISH_BY, school=scene.school, on=on) == deadline
