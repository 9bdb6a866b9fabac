"""基础数据的装入: regions and calendar from the seeds that come with the platform; repeatable."""

from collections.abc import Iterable
from datetime import date, timedelta

import chinese_calendar
from django.db import transaction

from shuangjian.foundation.registry.models import CalendarDay, Region, RegionSuccession
from shuangjian.foundation.registry.region_seed import read_regions, read_successions

CALENDAR_FIRST = date(2018, 1, 1)
CALENDAR_SOURCE = "国务院办公厅放假通知（chinesecalendar）"


@transaction.atomic
def load_regions() -> int:
    """Load the region tree (行政区划) with its succession; rows already there stay as they are.

    Returns:
        How many region rows the table holds afterwards.
    """
    regions = read_regions()
    Region.objects.bulk_create(
        [
            Region(
                code=seed.code,
                name=seed.name,
                level=seed.level,
                path=seed.path,
                city_code=seed.city_code,
                starts_on=seed.starts_on,
                ends_on=seed.ends_on,
                date_precision=seed.date_precision,
                source=seed.source,
            )
            for seed in regions
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )
    RegionSuccession.objects.bulk_create(
        [
            RegionSuccession(
                code=seed.code,
                successor_code=seed.successor_code,
                changed_on=seed.on,
                source=seed.source,
                status=seed.status,
            )
            for seed in read_successions(regions=regions)
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )
    return Region.objects.count()


@transaction.atomic
def load_calendar() -> date:
    """Load every published day (工作日历); days that an officer edited stay as they are.

    Returns:
        The last day that the State Council's notices cover; after it the week speaks.
    """
    last = _last_published()
    CalendarDay.objects.bulk_create(
        [_calendar_day(on) for on in _days(CALENDAR_FIRST, last)],
        ignore_conflicts=True,
        batch_size=2000,
    )
    return last


def _last_published() -> date:
    """The end of the last year that the library knows; it raises for the next one."""
    year = CALENDAR_FIRST.year
    while True:
        try:
            chinese_calendar.is_workday(date(year + 1, 1, 1))
        except NotImplementedError:
            return date(year, 12, 31)
        year += 1


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _calendar_day(on: date) -> CalendarDay:
    is_working_day = bool(chinese_calendar.is_workday(on))
    return CalendarDay(
        on=on,
        is_working_day=is_working_day,
        note=_note(on, is_working_day=is_working_day),
        is_published=True,
        source=CALENDAR_SOURCE,
    )


def _note(on: date, *, is_working_day: bool) -> str:
    is_weekend = on.weekday() >= 5
    if is_working_day:
        return "调休上班" if is_weekend else ""
    _, holiday = chinese_calendar.get_holiday_detail(on)
    if holiday is not None:
        return HOLIDAYS.get(holiday, "节假日")
    return "周末"


HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
