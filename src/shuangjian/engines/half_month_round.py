"""半月报的报送期: pure; which days a half-month report covers and when it is due.

The due days of a month are policy (``report.half_month.first_due_day`` and
``report.half_month.second_due_day``); a month without such a day is due on its last. A round runs
from the day after the previous due day up to and including its own. Worked months stand in
``docs/algorithms/half_month_round.md``.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


class NotDueDayError(ValueError):
    """That day is no due day; ``next_due_on`` is the first one from it on."""

    def __init__(self, on: date, *, next_due_on: date) -> None:
        self.on = on
        self.next_due_on = next_due_on
        super().__init__(
            f"{on} 不是半月报的报送日。离它最近的下一个报送日是 {next_due_on}，请改用那一天。"
        )


@dataclass(frozen=True)
class DueDays:
    """每月的报送日: days of the month, 1 to 31, the first before the second."""

    first: int
    second: int

    def __post_init__(self) -> None:
        if not 1 <= self.first < self.second <= 31:
            raise ValueError(
                f"半月报每月的两个报送日应当一先一后，现在是 {self.first} 日和 {self.second} 日。"
                "请核对 policies 中的 report.half_month。"
            )

    def of_month(self, year: int, month: int) -> tuple[date, date]:
        """The month's two due days; a month too short for the second is due on its last day."""
        last = monthrange(year, month)[1]
        return date(year, month, min(self.first, last)), date(year, month, min(self.second, last))


@dataclass(frozen=True)
class Round:
    """报送期: both days counted."""

    first_on: date
    due_on: date

    def days_left(self, today: date) -> int:
        """How many days are left until the due day; below 0 it is past."""
        return (self.due_on - today).days


def next_due_on(on: date, *, due_days: DueDays) -> date:
    """The first due day (报送日) from a day on, itself included.

    >>> next_due_on(date(2026, 1, 31), due_days=DueDays(15, 30))
    datetime.date(2026, 2, 15)
    """
    first, second = due_days.of_month(on.year, on.month)
    if on <= first:
        return first
    if on <= second:
        return second
    following = date(on.year, on.month, 28) + 4 * ONE_DAY  # why: always within the next month.
    return due_days.of_month(following.year, following.month)[0]


def previous_due_on(on: date, *, due_days: DueDays) -> date:
    """The last due day before a day, itself not included.

    >>> previous_due_on(date(2026, 3, 15), due_days=DueDays(15, 30))
    datetime.date(2026, 2, 28)
    """
    first, second = due_days.of_month(on.year, on.month)
    if on > second:
        return second
    if on > first:
        return first
    before = date(on.year, on.month, 1) - ONE_DAY
    return due_days.of_month(before.year, before.month)[1]


def round_of(on: date, *, due_days: DueDays) -> Round:
    """The round (报送期) that a day belongs to."""
    due_on = next_due_on(on, due_days=due_days)
    return Round(previous_due_on(due_on, due_days=due_days) + ONE_DAY, due_on)


def round_due(due_on: date, *, due_days: DueDays) -> Round:
    """The round that is due on a day.

    Raises:
        NotDueDayError: nothing is due that day.
    """
    found = round_of(due_on, due_days=due_days)
    if found.due_on != due_on:
        raise NotDueDayError(due_on, next_due_on=found.due_on)
    return found


def rounds_back(on: date, *, due_days: DueDays, count: int) -> list[Round]:
    """The round of a day and those before it (最近各期), newest first; ``count`` at least 1."""
    rounds = [round_of(on, due_days=due_days)]
    while len(rounds) < count:
        rounds.append(round_of(rounds[-1].first_on - ONE_DAY, due_days=due_days))
    return rounds
