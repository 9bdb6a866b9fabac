import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.areas.homework.workbook.day import (
    DayFrame,
    find_day,
    find_weekday,
    resolve_day,
)
from shuangjian.areas.homework.workbook.fault import MisreadError
from tests.areas.homework.workbook.book import REFERENCE_DAY

NOV_4 = dt.date(2026, 11, 4)
NEAR = DayFrame(REFERENCE_DAY)
WEEK = DayFrame(REFERENCE_DAY, starts_on=dt.date(2026, 11, 2), last_on=dt.date(2026, 11, 6))
NEW_YEAR = DayFrame(REFERENCE_DAY, starts_on=dt.date(2026, 12, 28), last_on=dt.date(2027, 1, 1))


@pytest.mark.parametrize(
    "value",
    [
        NOV_4, dt.datetime(2026, 11, 4, 8, 0, tzinfo=dt.UTC), 46330, 46330.0, "46330", "2026/11/4", "2026.11.4",
        "2026-11-04", "2026-11-04 00:00:00", "2026年11月4日", "２０２６年１１月４日", "11月4日", "11.4",
        "11/4", 11.4, "20261104", 20261104, 20261104.0, "11月4号", "十一月四日", "二〇二六年十一月四日",
        "11月4日 星期三", "11月4日（周三）", "周三 11.4", "星期三\n11月4日", "26.11.4",
    ],
)  # fmt: skip
def test_spellings_of_a_day(value):
    assert resolve_day(find_day(value), frame=NEAR) == NOV_4


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_any_day_survives_every_full_spelling(on):
    serial = (on - dt.date(1899, 12, 30)).days
    for value in (
        on,
        serial,
        f"{on:%Y%m%d}",
        f"{on:%Y/%m/%d}",
        f"{on.year}年{on.month}月{on.day}日",
    ):
        assert resolve_day(find_day(value), frame=NEAR) == on


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_none_or_refused(text):
    statement = find_day(text)
    if statement is not None:
        with suppress(MisreadError):
            assert WEEK.holds(resolve_day(statement, frame=WEEK))


@pytest.mark.parametrize(
    ("frame", "text", "on"),
    [
        (NEW_YEAR, "12月31日", dt.date(2026, 12, 31)),
        (NEW_YEAR, "1月1日", dt.date(2027, 1, 1)),
        (DayFrame(REFERENCE_DAY, year=2025), "11月4日", dt.date(2025, 11, 4)),
        (DayFrame(REFERENCE_DAY, school_year=2026), "3月1日", dt.date(2027, 3, 1)),
        (DayFrame(REFERENCE_DAY, school_year=2026), "9月1日", dt.date(2026, 9, 1)),
        (DayFrame(dt.date(2026, 1, 5)), "12月31日", dt.date(2025, 12, 31)),
        (DayFrame(dt.date(2026, 12, 28)), "1月4日", dt.date(2027, 1, 4)),
        (WEEK, "4日", NOV_4),
        (WEEK, 11.4, NOV_4),
        (WEEK, "周三", NOV_4),
    ],
)
def test_the_year_comes_from_the_title_else_from_the_nearest(frame, text, on):
    assert resolve_day(find_day(text), frame=frame) == on


@pytest.mark.parametrize(
    ("value", "frame", "code"),
    [
        ("11月31日", NEAR, "day_impossible"), ("13月1日", NEAR, "day_impossible"),
        ("2026年2月29日", NEAR, "day_impossible"), ("11月4日 星期四", NEAR, "weekday_contradicts"),
        ("11月13日", WEEK, "day_outside_title"), (11.1, NEAR, "day_ambiguous"),
        ("4日", NEAR, "day_without_month"), ("周三", NEAR, "day_missing"),
        ("周六", WEEK, "weekday_contradicts"),
        ("周一", DayFrame(REFERENCE_DAY, starts_on=dt.date(2026, 11, 2), last_on=dt.date(2026, 11, 13)),
         "day_ambiguous"),
    ],
)  # fmt: skip
def test_days_that_are_refused(value, frame, code):
    with pytest.raises(MisreadError) as caught:
        resolve_day(find_day(value), frame=frame)
    assert caught.value.code == code


def test_a_number_that_lost_its_zero_is_settled_by_weekday_or_title():
    assert resolve_day(find_day(11.1), frame=NEAR, weekday=1) == dt.date(2026, 11, 10)
    assert resolve_day(find_day(11.1), frame=NEAR, weekday=6) == dt.date(2026, 11, 1)
    second_week = DayFrame(
        REFERENCE_DAY, starts_on=dt.date(2026, 11, 9), last_on=dt.date(2026, 11, 13)
    )
    assert resolve_day(find_day(11.1), frame=second_week) == dt.date(2026, 11, 10)


def test_a_weekday_beside_the_date_is_checked():
    with pytest.raises(MisreadError, match=r"星期三.*星期四"):
        resolve_day(find_day(NOV_4), frame=NEAR, weekday=3)


@pytest.mark.parametrize(
    "value", ["", "语文", "第9周", "11月2日—11月6日", True, 20, 12.345, "周末", dt.time(8)]
)
def test_what_is_no_day(value):
    assert find_day(value) is None


@pytest.mark.parametrize(
    ("value", "weekday"),
    [
        ("星期一", 0),
        ("周日", 6),
        ("星期天", 6),
        ("礼拜五", 4),
        ("三", 2),
        ("周3", 2),
        ("11月4日", None),
        (3, None),
    ],
)
def test_weekdays(value, weekday):
    assert find_weekday(value) == weekday
