"""半月报页面的内容: what the templates show, as frozen values with words and links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from shuangjian.oversight.indicators.wording import component_text, policy_text
from shuangjian.oversight.reports.content import (
    ChangeContent,
    FigureContent,
    IndicatorContent,
    RemarkContent,
    ReportContent,
    RowContent,
    SchoolContent,
)
from shuangjian.oversight.reports.item import ITEMS
from shuangjian.oversight.reports.models import HalfMonthReport, RemarkKind
from shuangjian.oversight.reports.queries import RoundLine
from shuangjian.oversight.reports.wording import (
    change_text,
    left_text,
    round_text,
    value_text,
    whole_text,
)

SCHOOL_PREFIX = "school:"
CLASS_PREFIX = "class:"
HOMEWORK_INDICATOR_AREA = "homework."


@dataclass(frozen=True)
class Round:
    """One round in a list (一期), with its state in words."""

    title: str
    url: str
    status: str
    tone: str
    hint: str


@dataclass(frozen=True)
class Figure:
    """One figure (一项数字), with its words, its remark, and the links to rows and remark."""

    title: str
    value: str
    note: str
    url: str
    remark: RemarkContent | None
    remark_url: str


@dataclass(frozen=True)
class Tally:
    """One rule's tally (一类问题), with the link to its findings."""

    term: str
    url: str
    opened: int
    rectified: int
    cleared: int
    outstanding: int


@dataclass(frozen=True)
class Change:
    """One figure beside the previous report's (一项变动)."""

    term: str
    before: int
    after: int
    step: str
    must_explain: bool
    explanation: str
    explained_by: str
    url: str


@dataclass(frozen=True)
class School:
    """One school behind a frozen figure (一所学校)."""

    title: str
    url: str
    cells: tuple[tuple[str, str], ...]
    is_concern: bool


@dataclass(frozen=True)
class Row:
    """One frozen row behind a school (一条记录)."""

    title: str
    url: str
    on: date
    measured: str
    limit: str
    policy: str
    policy_url: str
    version: int


def round_line(line: RoundLine, *, region_code: str) -> Round:
    """A round as the list shows it."""
    if line.is_signed:
        status, tone = ("更正拟稿", "info") if line.state == "draft" else ("已签发", "good")
    elif line.is_overdue:
        status, tone = left_text(line.days_left), "bad"
    else:
        status, tone = ("草稿", "info") if line.state else ("未开始", "neutral")
    due = line.round.due_on
    hint = f"{due.month}月{due.day}日报送"
    if not line.is_signed:
        hint = f"{hint}，{left_text(line.days_left)}"
    elif line.revision > 1:
        hint = f"{hint}，第 {line.revision} 版"
    return Round(
        title=round_text(line.round),
        url=reverse("report", args=[region_code, due]),
        status=status,
        tone=tone,
        hint=hint,
    )


def item_figures(
    content: ReportContent, *, report: HalfMonthReport | None, may_edit: bool
) -> list[Figure]:
    """The five items (规定内容); a draft's remark can be typed by an officer."""
    remark_by_item = {remark["item"]: remark for remark in content["remarks"]}
    return [
        Figure(
            title=item["title"],
            value=value_text(item["figure"]),
            note=whole_text(item["figure"]),
            url=figure_url(item["figure"], content=content, report=report),
            remark=remark_by_item.get(item["key"]),
            remark_url=_remark_url(content, RemarkKind.REMARK, item["key"]) if may_edit else "",
        )
        for item in content["items"]
    ]


def other_figures(content: ReportContent, *, report: HalfMonthReport | None) -> list[Figure]:
    """The figures besides the five items (其他指标)."""
    headline = {item.indicator_key for item in ITEMS}
    return [
        Figure(
            title=each["term"],
            value=value_text(each),
            note=whole_text(each),
            url=figure_url(each, content=content, report=report),
            remark=None,
            remark_url="",
        )
        for indicator in content["indicators"]
        if indicator["key"] not in headline
        for each in indicator["figures"]
    ]


def figure_url(
    figure: FigureContent | None, *, content: ReportContent, report: HalfMonthReport | None
) -> str:
    """Where a figure opens (展开): frozen rows of a signed report, else today's."""
    if figure is None:
        return ""
    region, due_on = content["region_code"], content["due_on"]
    if report is not None and report.is_signed:
        return reverse("report-figure", args=[region, due_on, report.revision, figure["name"]])
    key, _, figure_key = figure["name"].partition(":")
    return f"{reverse('indicator', args=[key, region, due_on])}?{urlencode({'figure': figure_key})}"


def tallies(content: ReportContent) -> list[Tally]:
    """The findings by rule (问题台账), each with its list."""
    base = reverse("finding-list")
    return [
        Tally(
            term=tally["term"],
            url=f"{base}?{urlencode({'rule': tally['rule']})}",
            opened=tally["opened"],
            rectified=tally["rectified"],
            cleared=tally["cleared"],
            outstanding=tally["outstanding"],
        )
        for tally in content["tallies"]
    ]


def changes(content: ReportContent, *, may_edit: bool) -> list[Change]:
    """The figures beside the previous report's (与上期相比)."""
    return [_change(each, content=content, may_edit=may_edit) for each in content["changes"]]


def schools(
    indicator: IndicatorContent, chosen: Sequence[SchoolContent], *, figure: str, base: str
) -> list[School]:
    """The frozen schools behind a figure (学校), those that need a look first.

    Args:
        indicator: the frozen indicator.
        chosen: which of its schools.
        figure: the figure's key within the indicator.
        base: the address of the figure, ending with a slash.
    """
    ordered = sorted(chosen, key=lambda each: figure not in each["concerns"])
    return [
        School(
            title=each["name"] or each["school"],
            url=f"{base}schools/{each['school'].removeprefix(SCHOOL_PREFIX)}/",
            cells=cells(indicator, each),
            is_concern=figure in each["concerns"],
        )
        for each in ordered
    ]


def cells(indicator: IndicatorContent, school: SchoolContent) -> tuple[tuple[str, str], ...]:
    """A school's components with their titles, in words (分量)."""
    return tuple(
        (component["title"], component_text(value, unit=component["unit"]))
        for component, value in zip(indicator["components"], school["components"], strict=True)
    )


def rows(indicator: IndicatorContent, *, school: str, report: HalfMonthReport) -> list[Row]:
    """The frozen rows held against a school (计为问题的记录)."""
    unit = indicator["measure_unit"]
    return [
        Row(
            title=each["class_name"] or each["subject"],
            url=_class_day_url(each, indicator=indicator, report=report),
            on=date.fromisoformat(each["effective_on"]),
            measured=f"{each['measured']} {unit}",
            limit="没有规定上限"
            if each["limit_value"] is None
            else f"{each['limit_value']} {unit}",
            policy=policy_text(each["policy"]),
            policy_url=_policy_url(each["policy"]),
            version=each["version"],
        )
        for each in indicator["rows"]
        if each["school"] == school
    ]


def _policy_url(policy: str | None) -> str:
    """The page of the policy value that applied; empty where none did."""
    return reverse("policy-key", args=[policy.partition("@")[0]]) if policy else ""


def _class_day_url(row: RowContent, *, indicator: IndicatorContent, report: HalfMonthReport) -> str:
    if not indicator["key"].startswith(HOMEWORK_INDICATOR_AREA):
        return ""
    subject = row["subject"].removeprefix(CLASS_PREFIX)
    arguments = [report.region.code, report.due_on, report.revision, subject, row["effective_on"]]
    return reverse("report-class-day", args=arguments)


def _change(change: ChangeContent, *, content: ReportContent, may_edit: bool) -> Change:
    return Change(
        term=change["term"],
        before=change["before"],
        after=change["after"],
        step=change_text(change),
        must_explain=change["must_explain"],
        explanation=change["explanation"],
        explained_by=change["explained_by"],
        url=_remark_url(content, RemarkKind.EXPLANATION, change["name"])
        if may_edit and (change["must_explain"] or change["explanation"])
        else "",
    )


def _remark_url(content: ReportContent, kind: RemarkKind, item: str) -> str:
    return reverse(
        "report-remark", args=[content["region_code"], content["due_on"], kind.value, item]
    )
