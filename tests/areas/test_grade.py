"""The grade in the facts is the grade that people say, on the days around a school year's change."""

from datetime import date

import pytest
from django.db import connection

from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.foundation.registry.models import School, SchoolClass
from shuangjian.foundation.registry.school_year import grade_of
from tests.scene import START, at, build_scene

DAYS = [date(2026, 8, 31), date(2026, 9, 1), date(2027, 1, 1), date(2027, 8, 31), date(2027, 9, 1)]


@pytest.mark.django_db
def test_facts_and_people_agree_on_the_grade():
    scene = build_scene()
    junior = School.objects.create(
        code="3199000009", name="初中", kind="junior", region=scene.county, starts_on=START
    )
    eighth = SchoolClass.objects.create(
        school=junior, stage="junior", entry_year=2025, number=1, starts_on=date(2025, 9, 1)
    )
    for school_class in (scene.fifth, eighth):
        for on in DAYS:
            day = ClassDay.objects.create(school_class=school_class, on=on)
            PlannedHomework.objects.create(
                class_day=day,
                course="math",
                kind="written",
                minutes=10,
                state="published",
                origin="page",
                recorded_at=at(on),
                recorded_by="t",
            )
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject, effective_on, grade FROM class_homework_day")
        grades = {(subject, on): grade for subject, on, grade in cursor.fetchall()}
    for school_class in (scene.fifth, eighth):
        for on in DAYS:
            said = grade_of(stage=school_class.stage, entry_year=school_class.entry_year, on=on)
            assert grades[f"class:{school_class.pseudonym}", on] == said
    assert len(grades) == 2 * len(DAYS)


@pytest.mark.django_db
def test_a_roster_changes_grade_with_the_school_year():
    scene = build_scene()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT starts_on, ends_on, grade, pupils FROM class_roster WHERE subject = %s AND pupils > 0 "
            "ORDER BY starts_on",
            [f"class:{scene.fifth.pseudonym}"],
        )
        rows = cursor.fetchall()
    assert (date(2026, 9, 1), date(2027, 9, 1), 5, 1) in rows
    assert rows[-1][1] == scene.fifth.ends_on
