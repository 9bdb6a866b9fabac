"""检查用语: a finding's sentence, and the values of facts as people read them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import TextChoices
from django.utils import timezone

from shuangjian.areas.homework.models import HomeworkKind, Place
from shuangjian.foundation.lake.fact import Column
from shuangjian.foundation.registry.models import Course
from shuangjian.oversight.supervision.rule import Rule

_MINUTES_A_DAY = 24 * 60
_OPEN_END = date(9999, 12, 31)
_CHOICES_BY_COLUMN: Mapping[str, type[TextChoices]] = {
    "course": Course,
    "kind": HomeworkKind,
    "place": Place,
}
_YES_NO_PREFIXES = ("is_", "has_")
UNIT_WORDS: Mapping[str, str] = {
    "minute": "分钟",
    "minute_of_day": "",
    "person": "人",
    "day": "天",
    "count": "个",
}


def sentence_of(
    rule: Rule, *, subject: str, period: str, measured: int | None, limit: int | None
) -> str:
    """What a finding says (问题描述), by its rule's own sentence.

    Args:
        rule: whose finding it is.
        subject: what people call the subject.
        period: ISO text.
        measured: in the rule's smallest unit.
        limit: as ``measured``.
    """
    return rule.sentence.format(
        subject=subject,
        period=period_text(period),
        measured=number_text(measured, unit=rule.unit),
        limit=number_text(limit, unit=rule.unit),
    )


def number_text(value: int | None, *, unit: str) -> str:
    """A measured value as it stands in a sentence (数值), which names the unit itself.

    >>> number_text(95, unit="minute"), number_text(-230, unit="minute_of_day")
    ('95', '前一日 20:10')
    """
    if value is None:
        return "（未知）"
    return clock_text(value) if unit == "minute_of_day" else str(value)


def value_text(value: int | None, *, unit: str) -> str:
    """A measured value with its unit (数值和单位), as it stands alone in a table.

    >>> value_text(95, unit="minute"), value_text(1090, unit="minute_of_day")
    ('95 分钟', '18:10')
    """
    word = UNIT_WORDS[unit]
    number = number_text(value, unit=unit)
    return f"{number} {word}" if word and value is not None else number


def clock_text(minute: int) -> str:
    """A minute counted from a day's midnight as a clock time (时刻); other days are named.

    >>> clock_text(1090), clock_text(-230), clock_text(1500), clock_text(-1500)
    ('18:10', '前一日 20:10', '次日 01:00', '前 2 日 23:00')
    """
    days, rest = divmod(minute, _MINUTES_A_DAY)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    if days == 0:
        return clock
    if abs(days) == 1:
        return f"{'前一日' if days < 0 else '次日'} {clock}"
    return f"{'前' if days < 0 else '后'} {abs(days)} 日 {clock}"


def period_text(period: str) -> str:
    """A period as people write it (期间); what is no day stays as it is.

    >>> period_text("2026-11-02"), period_text("2026-11")
    ('2026年11月2日', '2026-11')
    """
    try:
        on = date.fromisoformat(period) if len(period) == len("2026-11-02") else None
    except ValueError:
        on = None
    return period if on is None else f"{on.year}年{on.month}月{on.day}日"


def title_text(column: Column) -> str:
    """A column's Chinese title with its unit (列标题)."""
    return f"{column.title}（{column.unit}）" if column.unit else column.title


def cell_text(column: Column, value: object) -> str:
    """One value of a fact's row as people read it (单元格)."""
    if value is None:
        return "—"
    if isinstance(value, date):
        return _day_text(value)
    if isinstance(value, int):
        return _integer_text(column.name, value)
    choices = _CHOICES_BY_COLUMN.get(column.name)
    label_by_code = dict(choices.choices) if choices is not None else {}
    return str(label_by_code.get(str(value), value))


def _day_text(value: date) -> str:
    if isinstance(value, datetime):
        local = value.astimezone(timezone.get_current_timezone())
        return local.strftime("%Y-%m-%d %H:%M")
    return "至今" if value == _OPEN_END else value.isoformat()


def _integer_text(name: str, value: int) -> str:
    if name.startswith(_YES_NO_PREFIXES):
        return "是" if value else "否"
    return clock_text(value) if name.endswith("_minute") else str(value)
