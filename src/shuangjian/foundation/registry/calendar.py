"""工作日历: which days are working days, from the editable table, else from the week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shuangjian.foundation.registry.models import CalendarDay

SATURDAY = 5


@dataclass(frozen=True)
class DayKind:
    """What the calendar says of a day; ``is_published`` is false where only the week speaks."""

    on: date
    is_working_day: bool
    is_published: bool
    note: str


def day_kinds(*, first: date, last: date) -> Mapping[date, DayKind]:
    """What each day from ``first`` to ``last`` inclusive is (工作日、休息日、节假日、调休)."""
    known = {
        row.on: DayKind(row.on, row.is_working_day, row.is_published, row.note)
        for row in CalendarDay.objects.filter(on__gte=first, on__lte=last)
    }
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return {on: known.get(on) or _by_week(on) for on in days}


def working_days(*, first: date, last: date) -> list[date]:
    """The working days from ``first`` to ``last`` inclusive, in order."""
    return [on for on, kind in day_kinds(first=first, last=last).items() if kind.is_working_day]


def next_working_day(*, after: date) -> date:
    """The first working day after a day."""
    on = after + timedelta(days=1)
    while not day_kinds(first=on, last=on)[on].is_working_day:
        on += timedelta(days=1)
    return on


def _by_week(on: date) -> DayKind:
    note = "该年放假安排尚未公布，按星期推定"
    return DayKind(on=on, is_working_day=on.weekday() < SATURDAY, is_published=False, note=note)
