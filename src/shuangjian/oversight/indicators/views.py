"""指标的页面: a figure opens to its schools, a school to its class days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shuangjian.engines.half_month_round import NotDueDayError, Round
from shuangjian.foundation.accounts.role import REGION_ROLES, SCHOOL_ROLES
from shuangjian.foundation.accounts.route import actor_in, allow
from shuangjian.foundation.lake.postgres_engine import open_postgres
from shuangjian.oversight.indicators.declaration import Indicator
from shuangjian.oversight.indicators.period import DueDaysUnknownError, round_of_region
from shuangjian.oversight.indicators.queries import (
    IndicatorView,
    RowLine,
    SchoolLine,
    SchoolView,
    get_indicator,
    get_school,
)
from shuangjian.oversight.indicators.reach import reach_of
from shuangjian.oversight.indicators.wording import (
    component_text,
    figure_text,
    limit_text,
    policy_text,
)

READERS = (*REGION_ROLES, *SCHOOL_ROLES)
SCHOOLS_A_PAGE = 50
ROWS_A_PAGE = 100
ALL = "all"
Line = TypeVar("Line")


@dataclass(frozen=True)
class Tab:
    """One way to look at a list (标签)."""

    title: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class ShownSchool:
    """A school's line with its link and the words of its components (学校行)."""

    title: str
    url: str
    cells: tuple[tuple[str, str], ...]
    is_concern: bool


@dataclass(frozen=True)
class ShownRow:
    """A row behind a figure with its links and words (明细行)."""

    title: str
    url: str
    on: date
    measured: str
    limit: str
    policy: str
    policy_url: str
    is_flagged: bool
    finding_url: str


@allow(*READERS)
def indicator(request: HttpRequest, key: str, region_code: str, due_on: date) -> HttpResponse:
    """The figures of an indicator and the schools behind the chosen one."""
    actor = actor_in(request)
    period = _period(request, region_code=region_code, due_on=due_on)
    with open_postgres() as engine:
        view = get_indicator(
            actor,
            key=key,
            region_code=region_code,
            first_on=period.first_on,
            last_on=period.due_on,
            engine=engine,
            figure_key=request.GET.get("figure", ""),
        )
    shows_all = request.GET.get("show") == ALL
    lines = [line for line in view.schools if shows_all or line.is_concern]
    page = _page(request, lines, size=SCHOOLS_A_PAGE)
    context = {
        "indicator": view.indicator,
        "place": view.reach.region.name if view.reach.is_whole_region else "本校",
        "period": period,
        "figures": [
            (each.declaration.term, figure_text(each.value, indicator=view.indicator))
            for each in view.figures
        ],
        "figure_tabs": _figure_tabs(view, shows_all=shows_all),
        "concern_tabs": _concern_tabs(view, shows_all=shows_all),
        "columns": view.indicator.components,
        "columns_count": len(view.indicator.components) + 2,
        "concern": view.chosen.concern,
        "page": page,
        "schools": [_shown_school(line, view) for line in page],
        "report_url": reverse("report", args=[region_code, due_on])
        if view.reach.is_whole_region
        else "",
    }
    return render(request, "indicators/indicator.html", context)


@allow(*READERS)
def school(
    request: HttpRequest, key: str, region_code: str, due_on: date, pseudonym: UUID
) -> HttpResponse:
    """The rows behind one school's part of an indicator."""
    shows_all = request.GET.get("show") == ALL
    period = _period(request, region_code=region_code, due_on=due_on)
    with open_postgres() as engine:
        view = get_school(
            actor_in(request),
            key=key,
            region_code=region_code,
            pseudonym=pseudonym,
            first_on=period.first_on,
            last_on=period.due_on,
            engine=engine,
            is_flagged_only=not shows_all,
        )
    page = _page(request, view.rows, size=ROWS_A_PAGE)
    context = {
        "indicator": view.indicator,
        "school": view.school,
        "period": period,
        "is_bureau": view.reach.is_whole_region or len(view.reach.schools or ()) > 1,
        "list_url": _url(view.indicator, region_code=region_code, due_on=due_on),
        "components": _components(view.indicator, view.line),
        "tabs": (
            Tab(f"只看{view.indicator.flag}", "?", current=not shows_all),
            Tab("全部记录", f"?show={ALL}", current=shows_all),
        ),
        "page": page,
        "rows": [_shown_row(line, view) for line in page],
    }
    return render(request, "indicators/school.html", context)


def _period(request: HttpRequest, *, region_code: str, due_on: date) -> Round:
    """The half month that is due on a day; a day without a report is no page."""
    reach = reach_of(actor_in(request), region_code=region_code, on=due_on)
    try:
        return round_of_region(reach.region, due_on=due_on)
    except (NotDueDayError, DueDaysUnknownError) as error:
        raise Http404(str(error)) from error


def _page(request: HttpRequest, lines: Sequence[Line], *, size: int) -> Page[Line]:
    return Paginator(lines, size).get_page(request.GET.get("page"))


def _url(indicator: Indicator, *, region_code: str, due_on: date, **query: str) -> str:
    path = reverse("indicator", args=[indicator.key, region_code, due_on])
    return f"{path}?{urlencode(query)}" if query else path


def _figure_tabs(view: IndicatorView, *, shows_all: bool) -> list[Tab]:
    query = {"show": ALL} if shows_all else {}
    return [
        Tab(
            each.declaration.term,
            f"?{urlencode({'figure': each.declaration.key, **query})}",
            current=each.declaration.key == view.chosen.key,
        )
        for each in view.figures
    ]


def _concern_tabs(view: IndicatorView, *, shows_all: bool) -> list[Tab]:
    figure = {"figure": view.chosen.key}
    concerned = sum(line.is_concern for line in view.schools)
    return [
        Tab(view.chosen.concern, f"?{urlencode(figure)}", current=not shows_all, count=concerned),
        Tab(
            "全部学校",
            f"?{urlencode({**figure, 'show': ALL})}",
            current=shows_all,
            count=len(view.schools),
        ),
    ]


def _components(indicator: Indicator, line: SchoolLine) -> tuple[tuple[str, str], ...]:
    return tuple(
        (component.title, component_text(value, unit=component.unit))
        for component, value in zip(indicator.components, line.components, strict=True)
    )


def _shown_school(line: SchoolLine, view: IndicatorView) -> ShownSchool:
    arguments = [view.indicator.key, view.reach.region.code, view.last_on, line.pseudonym]
    return ShownSchool(
        title=line.name or line.code or line.pseudonym,
        url=reverse("indicator-school", args=arguments),
        cells=_components(view.indicator, line),
        is_concern=line.is_concern,
    )


def _shown_row(line: RowLine, view: SchoolView) -> ShownRow:
    row = line.row
    day_url = ""
    if "class_homework_day" in view.indicator.opens and line.class_pseudonym is not None:
        day_url = reverse("homework-day", args=[line.class_pseudonym, row.effective_on])
    return ShownRow(
        title=line.class_name or row.subject,
        url=day_url,
        on=row.effective_on,
        measured=f"{row.measured} {view.indicator.measure_unit}",
        limit=limit_text(row.limit_value, unit=view.indicator.measure_unit),
        policy=policy_text(row.policy),
        policy_url=reverse("policy-key", args=[row.policy.partition("@")[0]]) if row.policy else "",
        is_flagged=bool(row.is_flagged),
        finding_url=reverse("finding", args=[line.finding]) if line.finding else "",
    )
