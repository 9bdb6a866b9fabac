from datetime import date, timedelta

import pytest

from shuangjian.edges.demo.window import round_starts, school_days
from shuangjian.engines.half_month_round import DueDays, previous_due_on
from shuangjian.foundation.registry.models import CalendarDay


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 11, 15), date(2026, 10, 30)),
        (date(2026, 11, 16), date(2026, 11, 15)),
        (date(2026, 10, 31), date(2026, 10, 30)),
        (date(2026, 3, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 15)),
        (date(2028, 3, 15), date(2028, 2, 29)),
        (date(2027, 1, 2), date(2026, 12, 30)),
    ],
)
def test_the_due_day_before_a_day(on, due):
    assert previous_due_on(on, due_days=DueDays(first=15, second=30)) == due


def test_today_lies_in_the_last_of_three_rounds():
    assert round_starts(date(2026, 11, 15)) == [
        date(2026, 10, 1),
        date(2026, 10, 16),
        date(2026, 10, 31),
    ]


@pytest.mark.django_db
def test_days_follow_the_calendar_and_end_with_the_next_school_day():
    CalendarDay.objects.create(
        on=date(2026, 11, 14), is_working_day=True, is_published=True, source="测试"
    )
    CalendarDay.objects.create(
        on=date(2026, 11, 16), is_working_day=False, is_published=True, source="测试"
    )
    days = school_days(date(2026, 11, 15))
    assert date(2026, 11, 14) in [day.on for day in days]
    assert days[-1].on == date(2026, 11, 17)
    assert [day.is_future for day in days[-2:]] == [False, True]
    assert [day.round_index for day in days] == sorted(day.round_index for day in days)


@pytest.mark.django_db
@pytest.mark.parametrize("today", [date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 18)])
def test_what_is_planned_ahead_was_planned_before_today(today):
    days = school_days(today)
    assert all(day.ahead + timedelta(hours=8) < days[-1].midnight for day in days)
    assert all(day.ahead.date() < today for day in days)
    assert all(day.ahead.date() < day.on for day in days)
