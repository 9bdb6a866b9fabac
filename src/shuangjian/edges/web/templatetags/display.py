"""What a page shows (内容展示): tables, lists, totals, histories and citations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shuangjian.edges.web.templatetags.layout import TONES, require_one_of, status_tag

register = Library()

TABLE_MODES = ("stack", "scroll", "plain")
SEVERITY_WORD_BY_CODE = {"must": "必须做到", "should": "原则上做到"}
_BOX_CLASS_BY_MODE = {"stack": "sj-table-stack", "plain": ""}
_TONE_BY_STATE = {"within": "good", "close": "warning", "over": "bad"}


@dataclass(frozen=True)
class TotalBar:
    """The bar of a running total (合计条): shares of its full width, 0 to 100."""

    fill: int
    limit: int
    is_over: bool

    @property
    def beyond(self) -> int:
        """The share beyond the limit (超出部分), 0 to 100."""
        return max(self.fill - self.limit, 0)


@register.simple_block_tag
def data_table(
    content: str, *, caption: str, mode: str = "stack", is_caption_hidden: bool = False
) -> SafeString:
    """A table (数据表): ``{% data_table caption="…" %}<thead>…<tbody>…{% enddata_table %}``.

    Args:
        content: ``thead`` and ``tbody``; each ``td`` carries ``data-label`` in mode ``stack``.
        caption: what the rows are.
        mode: on a phone, ``stack`` makes each row a card, ``scroll`` scrolls the table within its
            own box (many numbers), ``plain`` leaves it (two or three narrow columns).
        is_caption_hidden: only for screen readers, where the heading above says the same.
    """
    require_one_of(mode, TABLE_MODES, name="mode")
    table = format_html(
        '<table class="table sj-table"><caption class="{}">{}</caption>{}</table>',
        "visually-hidden" if is_caption_hidden else "",
        caption,
        content,
    )
    if mode == "scroll":
        return format_html(
            '<p class="sj-scroll-hint">左右滑动可看全表</p>'
            '<div class="sj-table-box sj-table-scroll" role="region" aria-label="{}" tabindex="0">'
            "{}</div>",
            caption,
            table,
        )
    return format_html('<div class="sj-table-box {}">{}</div>', _BOX_CLASS_BY_MODE[mode], table)


@register.simple_tag
def table_empty(columns_count: int, text: str) -> SafeString:
    """The row of a table without rows (空表行): why it is empty, over all columns."""
    return format_html(
        '<tr><td class="sj-table-empty" colspan="{}">{}</td></tr>', columns_count, text
    )


@register.simple_block_tag
def summary_list(content: str) -> SafeString:
    """Facts as name and value (信息清单); also 「核对您填的内容」 before sending."""
    return format_html('<dl class="sj-summary">{}</dl>', content)


@register.inclusion_tag("components/summary_row.html")
def summary_row(
    label: str, value: object, *, change_url: str = "", change_text: str = "修改"
) -> dict[str, object]:
    """One line of a summary list (信息行).

    Args:
        label: the name.
        value: text, or safe HTML such as a status tag; ``None`` or "" is shown as 「未填」.
        change_url: where it can be changed.
        change_text: the visible word of that link.
    """
    is_missing = value is None or value == ""
    return {
        "label": label,
        "value": value,
        "is_missing": is_missing,
        "change_url": change_url,
        "change_text": change_text,
    }


@register.simple_block_tag
def task_list(content: str) -> SafeString:
    """What is to be done, with its state (任务清单); holds ``task`` tags."""
    return format_html('<ul class="sj-tasks">{}</ul>', content)


@register.inclusion_tag("components/task.html")
def task(
    title: str, *, url: str = "", status: str = "", tone: str = "neutral", hint: str = ""
) -> dict[str, object]:
    """One task (任务): a link while it can be done, plain text while it cannot, and why."""
    mark = status_tag(status, tone) if status else ""
    return {"title": title, "url": url, "mark": mark, "hint": hint}


@register.inclusion_tag("components/running_total.html")
def running_total(
    value: int,
    limit: int | None,
    *,
    unit: str = "分钟",
    label: str = "合计",
    close_from: int | None = None,
    note: str = "",
    is_planning: bool = False,
) -> dict[str, object]:
    """A running total beside its limit (累计与上限), such as 45/60 分钟.

    Args:
        value: what has been counted, at least 0.
        limit: the policy value in force, in the same unit; ``None`` where there is none.
        unit: of both.
        label: what is counted.
        close_from: from this value on it is 「接近上限」; a setting, so the caller gives it.
        note: a sentence below, for instance what is not counted.
        is_planning: the reader can still add to it, so the words say how much is left.

    Raises:
        ValueError: a negative value or limit.
    """
    if value < 0 or (limit is not None and limit < 0):
        raise ValueError(f"running_total counts up from 0, not value={value}, limit={limit}")
    state = _total_state(value=value, limit=limit, close_from=close_from)
    return {
        "value": value,
        "limit": limit,
        "unit": unit,
        "label": label,
        "note": note,
        "tone": _TONE_BY_STATE[state] if limit is not None else "neutral",
        "words": _limit_words(value=value, limit=limit, unit=unit, state=state)
        + (_left_words(value=value, limit=limit, unit=unit) if is_planning else ""),
        "bar": _total_bar(value=value, limit=limit),
    }


def _total_state(*, value: int, limit: int | None, close_from: int | None) -> str:
    """Which of the three states a total is in (合计状态): within, close or over."""
    if limit is not None and value > limit:
        return "over"
    if limit and close_from is not None and value >= close_from:
        return "close"
    return "within"


def _limit_words(*, value: int, limit: int | None, unit: str, state: str) -> str:
    """The total against its limit in words (与上限相比), so that colour is never needed."""
    if limit is None:
        return "没有规定上限"
    if value > limit:
        return f"超出上限 {value - limit} {unit}"
    if value == limit:
        return "正好到上限"
    return "接近上限" if state == "close" else "没有超过上限"


def _left_words(*, value: int, limit: int | None, unit: str) -> str:
    """What may still be added (余量), as the end of a sentence; nothing without a limit."""
    if limit is None or value > limit:
        return ""
    return f"，还可以安排 {limit - value} {unit}" if value < limit else "，不能再加"


def _total_bar(*, value: int, limit: int | None) -> TotalBar | None:
    """The bar's shares (合计条的比例): the whole width is the greater of value and limit."""
    if limit is None:
        return None
    whole = max(value, limit, 1)
    return TotalBar(fill=value * 100 // whole, limit=limit * 100 // whole, is_over=value > limit)


@register.inclusion_tag("components/timeline.html")
def timeline(events: Sequence[object]) -> dict[str, object]:
    """What happened, oldest first (经过).

    Args:
        events: each with ``title`` and ``at`` (a datetime or ready text), and if known ``who``,
            ``note`` and ``tone`` (one of ``TONES``).
    """
    return {"events": events, "tones": TONES}


@register.inclusion_tag("components/policy_citation.html")
def policy_citation(
    *,
    title: str,
    document_number: str = "",
    clause: str = "",
    issued_on: date | None = None,
    url: str = "",
    is_verified: bool = False,
    severity: str = "",
    note: str = "",
) -> dict[str, object]:
    """The document behind a limit (政策依据): title, 文号, clause, weight, and whether checked.

    Args:
        title: with or without 《》.
        document_number: 文号.
        clause: which clause, and its words if short.
        issued_on: 成文日期.
        url: of the published text.
        is_verified: whether someone compared it with the published text.
        severity: a key of ``SEVERITY_WORD_BY_CODE``, or "" where it plays no part.
        note: for instance why the stricter of two values applies.
    """
    if severity:
        require_one_of(severity, tuple(SEVERITY_WORD_BY_CODE), name="severity")
    return {
        "title": title if title.startswith("《") else f"《{title}》",
        "document_number": document_number,
        "clause": clause,
        "issued_on": issued_on,
        "url": url,
        "is_verified": is_verified,
        "severity": SEVERITY_WORD_BY_CODE.get(severity, ""),
        "note": note,
    }
