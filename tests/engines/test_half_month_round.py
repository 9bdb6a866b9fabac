from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.half_month_round import (
    DueDays,
    NotDueDayError,
    next_due_on,
    round_due,
    round_of,
    rounds_back,
)
from tests.engines.worked_table import worked_table

DUE_DAYS = DueDays(first=15, second=30)
PAGE = "half_month_round.md"
DAYS = st.dates(min_value=date(2021, 8, 30), max_value=date(2060, 12, 31))
ANY_DUE_DAYS = st.tuples(st.integers(1, 31), st.integers(1, 31)).filter(
    # why: with both days past a short month's end they would fall on one day.
    lambda pair: pair[0] < pair[1] and pair[0] < 28
)


@pytest.mark.parametrize("row", worked_table(PAGE, "rounds"), ids=lambda row: row["due on"])
def test_worked_rounds(row):
    found = round_due(date.fromisoformat(row["due on"]), due_days=DUE_DAYS)
    assert found.first_on == date.fromisoformat(row["first day"])
    assert (found.due_on - found.first_on).days + 1 == int(row["days"])


@pytest.mark.parametrize("row", worked_table(PAGE, "days"), ids=lambda row: row["day"])
def test_worked_days(row):
    day, due_on = date.fromisoformat(row["day"]), date.fromisoformat(row["due on"])
    assert round_of(day, due_days=DUE_DAYS).due_on == due_on
    with pytest.raises(NotDueDayError, match=f"{day} 不是半月报的报送日.*{due_on}"):
        round_due(day, due_days=DUE_DAYS)


@given(DAYS, ANY_DUE_DAYS)
def test_rounds_cover_every_day_once(day, pair):
    due_days = DueDays(*pair)
    here = round_of(day, due_days=due_days)
    assert here.first_on <= day <= here.due_on
    following = round_of(here.due_on + timedelta(days=1), due_days=due_days)
    assert following.first_on == here.due_on + timedelta(days=1)
    assert next_due_on(here.due_on, due_days=due_days) == here.due_on


def test_the_last_rounds_are_newest_first_and_without_a_gap():
    rounds = rounds_back(date(2027, 3, 1), due_days=DUE_DAYS, count=4)
    assert [each.due_on.isoformat() for each in rounds] == [
        "2027-03-15",
        "2027-02-28",
        "2027-02-15",
        "2027-01-30",
    ]
    assert [each.days_left(date(2027, 3, 1)) for each in rounds] == [14, -1, -14, -30]


@pytest.mark.parametrize("pair", [(15, 15), (30, 15), (0, 15), (15, 32)])
def test_due_days_that_cannot_be_are_refused_in_words(pair):
    with pytest.raises(ValueError, match=r"应当一先一后.*report\.half_month"):
        DueDays(*pair)
