"""时钟: the only place that reads the clock; floors below take the day and moment as parameters."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai; in a trial its day may be set.

    ``SHUANGJIAN_TODAY`` moves the day and keeps the hour; production refuses it at start.
    """
    moment = timezone.localtime()
    pretended = settings.SHUANGJIAN_TODAY
    if not pretended:
        return moment
    return datetime.combine(date.fromisoformat(pretended), moment.timetz())


def today() -> date:
    """Today in Asia/Shanghai."""
    return now().date()


def end_of(on: date) -> datetime:
    """The first moment after a day, aware."""
    return datetime.combine(
        on + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone()
    )
