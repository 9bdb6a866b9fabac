"""日期: days in the forms that sheets use, with the year and the doubt that they leave open."""

import datetime as dt
import re
from dataclasses import dataclass

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.fault import CellValue, MisreadError, written
from shuangjian.areas.homework.workbook.numeral import arabic
from shuangjian.foundation.registry.school_year import FIRST_MONTH

SERIAL_EPOCH = dt.date(1899, 12, 30)
"""Day 0 of spreadsheet serial numbers, as they count from March 1900."""
SERIALS = range(36526, 73051)
"""Serial numbers of the years 2000 to 2099; other numbers aren't taken for days."""
WEEKDAY_NAMES = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_WEEKDAY_BY_SIGN = {sign: n for n, sign in enumerate("一二三四五六日")} | {
    sign: n for n, sign in enumerate("1234567")
} | {"天": 6}  # fmt: skip

_MARK = r"[年./-]"
_FULL = re.compile(
    rf"(?P<year>\d{{4}}|\d{{2}}){_MARK}(?P<month>\d{{1,2}})[月./-](?P<day>\d{{1,2}})[日号]?"
)
_PACKED = re.compile(r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_MONTH_DAY = re.compile(r"(?P<month>\d{1,2})[月./-](?P<day>\d{1,2})[日号]?")
_DAY_ONLY = re.compile(r"(?P<day>\d{1,2})[日号]")
_WEEKDAY = re.compile(r"\(?(?:星期|礼拜|周)(?P<weekday>[一二三四五六日天末1-7])\)?")
_MIDNIGHT = re.compile(r"t?00:00(?::00)?$")
EXAMPLES = "“2026年11月4日”“2026/11/4”“11月4日”"


@dataclass(frozen=True)
class DayStatement:
    """写法: what a cell says about a day, before the year and any doubt are settled.

    Attributes:
        days: Pairs of month and day that it may mean; several for a number such as 11.1, which
            is also how 11.10 is stored; empty where only the weekday is written.
        year: The year, None if not written.
        weekday: 0 (Monday) to 6, None if not written.
        text: As written.
    """

    days: tuple[tuple[int | None, int], ...]
    year: int | None
    weekday: int | None
    text: str


@dataclass(frozen=True)
class DayFrame:
    """日期范围: what title and sheet name say about days, to settle what a cell leaves open.

    Attributes:
        starts_on: First day that the title names, or None.
        last_on: Last day that the title names (included), or None.
        year: The year that the title names, or None.
        school_year: The year in which the school year that the title names began, or None.
        reference_day: The day nearest to which an unnamed year is taken.
    """

    reference_day: dt.date
    starts_on: dt.date | None = None
    last_on: dt.date | None = None
    year: int | None = None
    school_year: int | None = None

    def year_of(self, month: int, day: int) -> int:
        """年份: the year of a month and day written without one."""
        if self.starts_on and self.last_on:
            years = {self.starts_on.year, self.last_on.year}
            if len(years) == 1:
                return years.pop()
            return self.last_on.year if month <= self.last_on.month else self.starts_on.year
        if self.year is not None:
            return self.year
        if self.school_year is not None:
            return self.school_year + (month < FIRST_MONTH)
        around = (self.reference_day.year + step for step in (-1, 0, 1))
        return min(around, key=lambda year: self._distance(year, month, day))

    def _distance(self, year: int, month: int, day: int) -> int:
        # why: 28 stands in for a day the month may lack, which `_date` refuses with its own words.
        near = dt.date(year, month, min(day, 28)) if 1 <= month <= 12 else self.reference_day
        return abs((near - self.reference_day).days)

    def holds(self, on: dt.date) -> bool:
        """在范围内: whether the title's range allows the day; it does where it names none."""
        return not (self.starts_on and self.last_on) or self.starts_on <= on <= self.last_on


def find_day(value: CellValue) -> DayStatement | None:
    """认日期: what a cell says about a day, or None if it speaks of none.

    Args:
        value: The cell's value; a number is a serial number, 20261104, or 11.9 for 11月9日.
    """
    if isinstance(value, dt.date):
        return DayStatement(((value.month, value.day),), value.year, None, f"{value:%Y-%m-%d}")
    if isinstance(value, bool | dt.time | dt.timedelta):
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    return _from_text(value)


def _from_number(value: float) -> DayStatement | None:
    text = written(value)
    if "." not in text:
        return _from_digits(text)
    month, _, day = text.partition(".")
    if not re.fullmatch(r"\d{1,2}", month) or not re.fullmatch(r"\d{1,2}", day):
        return None
    # why: 11.10 typed as a number is stored as 11.1; 11.40 is no day, so 11.4 leaves no doubt.
    days = [int(day)] + ([int(day) * 10] if len(day) == 1 and int(day) <= 3 else [])
    return DayStatement(tuple((int(month), each) for each in days), None, None, text)


def _from_digits(text: str) -> DayStatement | None:
    if match := _PACKED.fullmatch(text):
        return _stated(match, weekday=None, text=text)
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in SERIALS:
        on = SERIAL_EPOCH + dt.timedelta(days=int(text))
        return DayStatement(((on.month, on.day),), on.year, None, f"{on:%Y-%m-%d}")
    return None


def _from_text(text: str) -> DayStatement | None:
    # why: the weekday goes first, or its numeral would join the day's (三日周四).
    compact = _MIDNIGHT.sub("", normalised(text).lower())
    match = _WEEKDAY.search(compact)
    weekday = None
    if match and match["weekday"] != "末":
        weekday = _WEEKDAY_BY_SIGN[match["weekday"]]
        compact = compact[: match.start()] + compact[match.end() :]
    compact = arabic(compact).strip("()|/,、")
    if not compact:
        return DayStatement((), None, weekday, text.strip()) if weekday is not None else None
    for pattern in (_FULL, _MONTH_DAY, _DAY_ONLY):
        if found := pattern.fullmatch(compact):
            return _stated(found, weekday=weekday, text=text.strip())
    digits = _from_digits(compact)
    if digits is None:
        return None
    return DayStatement(digits.days, digits.year, weekday, text.strip())


def _stated(match: re.Match[str], *, weekday: int | None, text: str) -> DayStatement:
    groups = match.groupdict()
    month = int(groups["month"]) if groups.get("month") else None
    year = int(groups["year"]) if groups.get("year") else None
    if year is not None and year < 100:
        year += 2000
    return DayStatement(((month, int(match["day"])),), year, weekday, text)


def find_weekday(value: CellValue) -> int | None:
    """认星期: 0 (Monday) to 6 for a cell that holds nothing but a weekday, else None."""
    if not isinstance(value, str):
        return None
    statement = _from_text(value)
    if statement and not statement.days:
        return statement.weekday
    bare = re.fullmatch(r"[一二三四五六日天]", normalised(value))
    return _WEEKDAY_BY_SIGN[bare.group()] if bare else None


def resolve_day(statement: DayStatement, *, frame: DayFrame, weekday: int | None = None) -> dt.date:
    """日期: the one day that a statement means.

    Args:
        statement: What the cell says.
        frame: What title and sheet name say.
        weekday: 0 to 6 from a weekday column beside it, None if there is none.

    Raises:
        MisreadError: `day_impossible`, `weekday_contradicts`, `day_outside_title`,
            `day_ambiguous`, `day_without_month`.
    """
    weekdays = {day for day in (statement.weekday, weekday) if day is not None}
    if not statement.days:
        return _by_weekday(statement, frame=frame)
    possible = [_date(statement, month, day, frame) for month, day in statement.days]
    days = [day for day in possible if day is not None]
    if not days:
        raise MisreadError(
            "day_impossible",
            f"日期“{statement.text}”在日历上不存在。请核对月份和日子。",
        )
    fitting = [day for day in days if all(day.weekday() == each for each in weekdays)]
    if not fitting:
        actual = "，或 ".join(f"{day:%Y-%m-%d} 是{WEEKDAY_NAMES[day.weekday()]}" for day in days)
        stated = "、".join(WEEKDAY_NAMES[each] for each in sorted(weekdays))
        raise MisreadError(
            "weekday_contradicts",
            f"日期与星期对不上：{actual}，表里写的是{stated}。请核对后改正其中一处。",
        )
    held = [day for day in fitting if frame.holds(day)]
    if not held:
        raise MisreadError(
            "day_outside_title",
            f"日期 {fitting[0]:%Y-%m-%d} 不在标题所写的 {frame.starts_on:%Y-%m-%d} 至 "
            f"{frame.last_on:%Y-%m-%d} 之内。请核对后改正其中一处。",
        )
    if len(held) > 1:
        raise _ambiguous(statement, held)
    return held[0]


def _ambiguous(statement: DayStatement, days: list[dt.date]) -> MisreadError:
    choices = " 或 ".join(f"{day:%Y-%m-%d}" for day in days)
    return MisreadError(
        "day_ambiguous",
        f"日期“{statement.text}”可以是 {choices}，不知道是哪一天。请写成{EXAMPLES}这样的完整日期。",
    )


def _date(statement: DayStatement, month: int | None, day: int, frame: DayFrame) -> dt.date | None:
    if month is None:
        if not (frame.starts_on and frame.last_on):
            raise MisreadError(
                "day_without_month",
                f"日期“{statement.text}”没有月份，标题里也没有写日期范围。"
                f"请写成{EXAMPLES}这样的日期。",
            )
        # why: a range may cross into the next month, where the day number tells which month it is.
        month = (
            frame.last_on.month
            if day < frame.starts_on.day and frame.last_on.month != frame.starts_on.month
            else frame.starts_on.month
        )
    year = statement.year if statement.year is not None else frame.year_of(month, day)
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _by_weekday(statement: DayStatement, *, frame: DayFrame) -> dt.date:
    if not (frame.starts_on and frame.last_on):
        raise MisreadError(
            "day_missing",
            f"只写了“{statement.text}”，没有日期，标题里也没有写起止日期，不知道是哪一周。"
            "请在标题里写明，如“2026年11月2日—11月6日”，或在表里写上日期。",
        )
    span = (frame.last_on - frame.starts_on).days
    days = [frame.starts_on + dt.timedelta(days=step) for step in range(min(span, 366) + 1)]
    found = [day for day in days if day.weekday() == statement.weekday]
    if not found:
        raise MisreadError(
            "weekday_contradicts",
            f"标题所写的 {frame.starts_on:%Y-%m-%d} 至 {frame.last_on:%Y-%m-%d} 里没有"
            f"“{statement.text}”。请核对标题里的日期。",
        )
    if len(found) > 1:
        raise _ambiguous(statement, found)
    return found[0]
