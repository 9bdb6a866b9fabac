import datetime as dt

import pytest

from shuangjian.areas.homework.workbook.class_name import (
    check_entry_year,
    find_class,
    find_grade,
    parse_class,
)
from shuangjian.areas.homework.workbook.fault import MisreadError
from shuangjian.areas.homework.workbook.plan_row import ClassRef


@pytest.mark.parametrize(
    ("value", "grade", "number"),
    [
        ("五年级（1）班", 5, 1), ("五(2)班", 5, 2), ("5.1", 5, 1), ("5\uff0e1", 5, 1), ("501", 5, 1),
        (501.0, 5, 1), (812, 8, 12), ("八年级1班", 8, 1), ("初二(2)班", 8, 2), ("8.4", 8, 4),
        (8.4, 8, 4), ("8.10", 8, 10), (8.12, 8, 12), ("八（5）", 8, 5), ("初二6班", 8, 6),
        ("五年级一班", 5, 1), ("七年级12班", 7, 12), ("七年级十二班", 7, 12), ("小学三年级2班", 3, 2),
        ("小五（1）班", 5, 1), ("初中二年级3班", 8, 3), ("8-1", 8, 1), ("8年1班", 8, 1), ("五一班", 5, 1),
        ("初三十班", 9, 10), (" 八 年级 1 班 ", 8, 1),
    ],
)  # fmt: skip
def test_spellings_of_a_class(value, grade, number):
    found = parse_class(value)
    assert (found.grade, found.entry_year, found.number) == (grade, None, number)


@pytest.mark.parametrize(
    ("value", "stage"),
    [
        ("五年级1班", "primary"), ("七年级1班", "junior"), ("六年级1班", None),
        ("小学六年级1班", "primary"), ("初中六年级1班", "junior"),
    ],
)  # fmt: skip
def test_the_stage_is_told_only_where_it_follows(value, stage):
    assert parse_class(value).stage == stage


def test_a_class_named_by_its_year_takes_the_stage_from_the_title():
    assert parse_class("2025级3班") == ClassRef(None, 2025, None, 3)
    assert parse_class("2025级（3）班", grade=8) == ClassRef(None, 2025, "junior", 3)
    assert parse_class("初2025级3班") == ClassRef(None, 2025, "junior", 3)
    assert parse_class("25级3班", grade=2).stage == "primary"


def test_two_names_of_one_class_have_one_key():
    on = dt.date(2026, 11, 9)
    assert parse_class("2025级3班", grade=8).key_on(on) == parse_class("初二3班").key_on(on)
    assert parse_class("2025级3班").key_on(on) == (None, 2025, 3)


def test_a_bare_number_takes_the_grade_from_the_title():
    for value in ("3班", "（3）班", "第3班", "三班", 3.0, "3"):
        assert parse_class(value, grade=8) == ClassRef(8, None, "junior", 3)
    assert parse_class("12班", grade=8).number == 12


@pytest.mark.parametrize(
    ("value", "grade", "code"),
    [
        ("高一(2)班", None, "class_beyond"), ("大班", None, "class_beyond"),
        ("职高3班", None, "class_beyond"), ("2025届3班", None, "class_ambiguous"),
        ("初四1班", None, "class_ambiguous"), (8.1, None, "class_ambiguous"),
        ("51班", None, "class_ambiguous"), ("五十班", None, "class_ambiguous"),
        ("51班", 5, "class_ambiguous"), ("3班", None, "class_without_grade"),
        (5.0, None, "class_without_grade"), ("八年级", None, "class_unreadable"),
        ("八年级1-3班", None, "class_unreadable"), ("火箭班", None, "class_unreadable"),
        ("八年级0班", None, "class_unreadable"), ("", None, "class_unreadable"),
        ("七年级1班", 8, "class_contradicts_title"), (dt.date(2026, 8, 1), None, "class_became_date"),
    ],
)  # fmt: skip
def test_classes_that_are_refused(value, grade, code):
    with pytest.raises(MisreadError) as caught:
        parse_class(value, grade=grade)
    assert caught.value.code == code
    assert "请" in caught.value.reason


def test_a_year_of_leaving_is_found_out_by_the_grade():
    on = dt.date(2026, 11, 9)
    check_entry_year(ClassRef(None, 2025, "junior", 3), grade=8, on=on)
    with pytest.raises(MisreadError) as caught:
        check_entry_year(ClassRef(None, 2028, "junior", 3), grade=8, on=on)
    assert caught.value.code == "class_contradicts_title"
    assert "毕业年份" in caught.value.reason


@pytest.mark.parametrize(
    ("title", "grade", "number"),
    [
        ("班级:五年级（1）班    第9周(2026年11月2日—11月6日)    班主任:  ", 5, 1),
        ("第八小学 五（1）班", 5, 1),
        ("第9周 五(1)班", 5, 1),
        ("2026.11.5五(1)班作业", 5, 1),
    ],
)
def test_a_class_in_a_title(title, grade, number):
    found = find_class(title)
    assert (found.grade, found.number) == (grade, number)


@pytest.mark.parametrize(
    "title", ["初二年级  2026年11月9日", "第十一中学", "2026.11.5班级", "班级：", "11.5班主任"]
)
def test_titles_without_a_class(title):
    assert find_class(title) is None


@pytest.mark.parametrize(
    ("title", "grade"),
    [
        ("初二年级  2026年11月9日", 8), ("五年级（1）班", 5), ("三至六年级", None), ("七、八年级", None),
        ("第九中学初二 作业", None), ("1-2年级", None), ("小学六年级", 6),
    ],
)  # fmt: skip
def test_a_grade_in_a_title(title, grade):
    assert find_grade(title) == grade
