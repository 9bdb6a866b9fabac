from datetime import date

import pytest

from shuangjian.edges.demo.district import Scale, plan_schools
from shuangjian.edges.demo.school_name import FIRST_PRIMARY, SECOND_MIDDLE
from shuangjian.edges.demo.staff import staff_of
from shuangjian.foundation.registry.models import Course, SchoolKind

TODAY = date(2026, 11, 22)


def sizes_of(schools):
    return [found.pupils for school in schools for found in school.classes]


@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_the_district_has_the_published_size_and_a_tail_of_large_classes(seed):
    schools = plan_schools(Scale.DISTRICT, seed=seed, today=TODAY)
    sizes = sizes_of(schools)
    assert len(schools) == len({school.code for school in schools}) == 90
    assert len({school.name for school in schools}) == 90
    assert 76_000 <= sum(sizes) <= 84_000
    assert 1_720 <= len(sizes) <= 1_880
    assert 43 <= sum(sizes) / len(sizes) <= 46
    large = sum(56 <= size <= 65 for size in sizes) / len(sizes)
    assert 0.015 <= large <= 0.045
    assert 3 <= sum(size >= 66 for size in sizes) <= 8
    assert sum(size <= 20 for size in sizes) >= 20


def test_large_classes_gather_in_few_schools():
    schools = plan_schools(Scale.DISTRICT, seed=2026, today=TODAY)
    with_large = [school for school in schools if max(sizes_of([school])) > 55]
    assert 3 <= len(with_large) <= 12


def test_kinds_and_codes_are_as_planned():
    schools = plan_schools(Scale.DISTRICT, seed=2026, today=TODAY)
    primary_kinds = {SchoolKind.PRIMARY, SchoolKind.VILLAGE_PRIMARY, SchoolKind.TEACHING_POINT}
    primary = [school for school in schools if school.kind in primary_kinds]
    assert len(primary) == 58
    assert sum(school.kind is SchoolKind.JUNIOR for school in schools) == 22
    assert sum(school.kind is SchoolKind.NINE_YEAR for school in schools) == 10
    assert all(school.code.startswith("2199") and len(school.code) == 10 for school in primary)
    name_by_code = {school.code: school.name for school in schools}
    assert name_by_code["2199000001"] == FIRST_PRIMARY
    assert name_by_code["3199000001"] == SECOND_MIDDLE


def test_the_small_scale_is_a_part_of_the_large_one():
    district = plan_schools(Scale.DISTRICT, seed=5, today=TODAY)
    small = plan_schools(Scale.SCHOOL, seed=5, today=TODAY)
    assert [school.name for school in small] == [FIRST_PRIMARY, SECOND_MIDDLE]
    assert all(school in district for school in small)


def test_the_classes_of_the_example_workbooks_exist():
    first, second = plan_schools(Scale.SCHOOL, seed=3, today=TODAY)
    assert {(5, 1), (5, 2)} <= {(found.grade, found.number) for found in first.classes}
    eighth = {(found.entry_year, found.number) for found in second.classes if found.grade == 8}
    assert {(2025, number) for number in range(1, 7)} <= eighth


def test_another_seed_gives_another_district():
    assert sizes_of(plan_schools(Scale.DISTRICT, seed=1, today=TODAY)) != sizes_of(
        plan_schools(Scale.DISTRICT, seed=2, today=TODAY)
    )


def test_every_class_is_staffed_and_nobody_heads_two():
    for school in plan_schools(Scale.DISTRICT, seed=2026, today=TODAY):
        staff = staff_of(school, seed=2026)
        heads = list(staff.head_by_class.values())
        assert len(heads) == len(set(heads)) == len(school.classes)
        for place in range(len(school.classes)):
            assert (place, Course.CHINESE) in staff.teacher_by_lesson
            assert (place, Course.MATH) in staff.teacher_by_lesson
            taught = {t for (at, _), t in staff.teacher_by_lesson.items() if at == place}
            assert staff.head_by_class[place] in taught


def test_there_are_about_five_thousand_teachers():
    schools = plan_schools(Scale.DISTRICT, seed=2026, today=TODAY)
    teachers = sum(len(staff_of(school, seed=2026).names) for school in schools)
    assert 4_500 <= teachers <= 5_500


def test_schools_differ_in_their_habits():
    schools = plan_schools(Scale.DISTRICT, seed=2026, today=TODAY)
    over = [school.habit.over_shares for school in schools]
    assert 0.35 < sum(shares == (0, 0, 0) for shares in over) / len(over) < 0.55
    assert sum(first > middle > last for first, middle, last in over) >= 8
    assert 2 <= sum(first < middle < last and last > 0.15 for first, middle, last in over) <= 6
    assert sorted({school.habit.silent_round for school in schools}) == [-1, 0, 1, 2]
    late = [school.habit.late_share for school in schools if school.habit.late_share >= 0.1]
    assert 8 <= len(late) <= 15
