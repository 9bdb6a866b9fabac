"""报送期: which days the figures of a region's half month cover; its due days are policy."""

from datetime import date

from shuangjian.engines.half_month_round import DueDays, Round, round_due
from shuangjian.foundation.policy.models import PolicyInForce
from shuangjian.foundation.registry.models import Region

FIRST_DUE_DAY = "report.half_month.first_due_day"
SECOND_DUE_DAY = "report.half_month.second_due_day"


class DueDaysUnknownError(LookupError):
    """No due days of the half-month report were in force for a region on a day (没有报送日规定)."""

    def __init__(self, region: Region, *, on: date) -> None:
        """Say where and what to do.

        Args:
            region: whose due days were looked up.
            on: the day asked about.
        """
        super().__init__(
            f"{region.name}在 {on} 还没有半月报的报送日规定。"
            "请检查政策库中的 report.half_month，或换一个日期。"
        )
        self.region = region
        self.on = on


def due_days_of(region: Region, *, on: date) -> DueDays:
    """The days of the month on which a region's report is due (每月报送日), by policy on a day.

    Raises:
        DueDaysUnknownError: none were in force that day.
    """
    rows = PolicyInForce.objects.filter(
        key__in=(FIRST_DUE_DAY, SECOND_DUE_DAY),
        school="",
        region=region.code,
        severity="must",
        starts_on__lte=on,
        ends_on__gt=on,
    )
    day_by_key = dict(rows.values_list("key", "value"))
    if FIRST_DUE_DAY not in day_by_key or SECOND_DUE_DAY not in day_by_key:
        raise DueDaysUnknownError(region, on=on)
    return DueDays(first=day_by_key[FIRST_DUE_DAY], second=day_by_key[SECOND_DUE_DAY])


def round_of_region(region: Region, *, due_on: date) -> Round:
    """The round of a region that is due on a day (报送期).

    Raises:
        NotDueDayError: nothing is due that day.
        DueDaysUnknownError: no due days were in force.
    """
    return round_due(due_on, due_days=due_days_of(region, on=due_on))
