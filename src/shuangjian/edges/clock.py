"""时钟: the only place that reads the clock; floors below take the day and moment as parameters."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

_DAY_CHARACTERS = len("2026-11-15")


class PretendedClockError(RuntimeError):
    """正式运行设了假定的时刻: nothing may be dated by it; the text says what to do."""


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai; in a trial it may be set.

    ``SHUANGJIAN_TODAY`` moves the day and keeps the hour, or sets both (``2026-11-15T20:30``);
    production refuses it.

    Raises:
        PretendedClockError: it is set in production, where a draw's steps could be backdated by it.
    """
    moment = timezone.localtime()
    pretended = settings.SHUANGJIAN_TODAY
    if not pretended:
        return moment
    if settings.MODE == "production":
        raise PretendedClockError(
            "正式运行不得设置 SHUANGJIAN_TODAY（假定的“今天”）。请去掉它再运行。"
        )
    if len(pretended) > _DAY_CHARACTERS:
        return datetime.fromisoformat(pretended).replace(tzinfo=moment.tzinfo)
    return datetime.combine(date.fromisoformat(pretended), moment.timetz())


def today() -> date:
    """Today in Asia/Shanghai."""
    return now().date()


def end_of(on: date) -> datetime:
    """The first moment after a day, aware."""
    return datetime.combine(
        on + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone()
    )
