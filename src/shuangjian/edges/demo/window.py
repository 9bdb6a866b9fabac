"""演示时段: the school days that the demonstration fills, with their half-month rounds."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shuangjian.edges.demo.habit import ROUNDS
from shuangjian.engines.half_month_round import DueDays, rounds_back
from shuangjian.foundation.registry import calendar
from shuangjian.foundation.registry.school_year import FIRST_MONTH, school_year_of

BEIJING = ZoneInfo("Asia/Shanghai")
_DUE_DAYS = DueDays(first=15, second=30)


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """演示日: a day with its round (0 the oldest), and the moments that its records may bear.

    ``midnight`` is its first moment. ``ahead`` is the afternoon before, for what is planned ahead;
    for ``today`` and later it always lies before today, so that nothing is recorded in the future.
    ``lesson`` counts the school days of the term, from 1.
    """

    on: date
    round_index: int
    midnight: datetime
    ahead: datetime
    lesson: int
    is_past: bool
    is_future: bool


def round_starts(today: date) -> list[date]:
    """The first days of the last rounds (半月期首日), oldest first; today is in the last one."""
    rounds = rounds_back(today, due_days=_DUE_DAYS, count=ROUNDS)
    return [each.first_on for each in reversed(rounds)]


def school_days(today: date) -> list[SchoolDay]:
    """The working days (上课日) from the first round's start to the next one after today."""
    starts = round_starts(today)
    past = calendar.working_days(first=starts[0], last=today)
    days = [*past, calendar.next_working_day(after=today)]
    before_today = [on for on in past if on < today]
    latest = before_today[-1] if before_today else today - timedelta(days=1)
    lesson = _lessons_before(days[0])
    return [
        SchoolDay(
            on=on,
            round_index=max(index for index, start in enumerate(starts) if start <= on),
            midnight=datetime.combine(on, time.min, tzinfo=BEIJING),
            ahead=datetime.combine(min(on - timedelta(days=1), latest), time(15), tzinfo=BEIJING),
            lesson=lesson + place,
            is_past=on < today,
            is_future=on > today,
        )
        for place, on in enumerate(days, start=1)
    ]


def _lessons_before(first: date) -> int:
    """About how many school days of the school year have passed (weeks of five days)."""
    began = date(school_year_of(first), FIRST_MONTH, 1)
    return (first - began).days * 5 // 7 % 90
