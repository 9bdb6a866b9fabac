"""半月报的页面: the rounds, a report, what stands behind a signed figure, and the PDF."""

from datetime import date
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shuangjian.engines.half_month_round import NotDueDayError
from shuangjian.foundation.accounts.role import REGION_ROLES
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of
from shuangjian.foundation.documents.layout import render_official_document
from shuangjian.foundation.lake.postgres_engine import open_postgres
from shuangjian.oversight.indicators.period import DueDaysUnknownError
from shuangjian.oversight.reports import page
from shuangjian.oversight.reports.content import (
    FigureContent,
    IndicatorContent,
    ReportContent,
    figures_of,
    indicator_of,
    unexplained,
)
from shuangjian.oversight.reports.document import file_name, report_document
from shuangjian.oversight.reports.models import HalfMonthReport
from shuangjian.oversight.reports.queries import (
    ReportView,
    counted_plans,
    get_report,
    get_revision,
    list_rounds,
)
from shuangjian.oversight.reports.services import one_moment
from shuangjian.oversight.reports.wording import left_text, per_mille_text

READERS = tuple(sorted(REGION_ROLES))
SCHOOLS_A_PAGE = 50
ALL = "all"


@allow(*READERS)
def report_list(request: HttpRequest) -> HttpResponse:
    """The rounds of every region that the actor reports for or watches."""
    regions = [
        {
            "name": found.region.name,
            "problem": found.problem,
            "rounds": [
                page.round_line(line, region_code=found.region.code) for line in found.lines
            ],
        }
        for found in list_rounds(actor_in(request), today=moment_of(request).date())
    ]
    return render(request, "reports/list.html", {"regions": regions})


@allow(*READERS)
def report(request: HttpRequest, region_code: str, due_on: date) -> HttpResponse:
    """A report: live while it is a draft, frozen once signed."""
    view = read_report(request, region_code=region_code, due_on=due_on)
    may_write = view.may_edit and not view.is_signed
    context = {
        **_shown(view.content, report=view.report, may_edit=may_write),
        "may_sign": may_write,
        "may_correct": view.may_edit and view.is_signed,
        "is_signed": view.is_signed,
        "is_overdue": view.is_overdue,
        "left": left_text(view.days_left),
        "differences": view.differences,
        "unexplained": unexplained(view.content) if not view.is_signed else (),
        "revisions": _revision_links(view),
        "pdf_url": _pdf_url(view.content, report=view.report),
    }
    return render(request, "reports/report.html", context)


@allow(*READERS)
def revision(request: HttpRequest, region_code: str, due_on: date, revision: int) -> HttpResponse:
    """One signed revision, whatever came after it."""
    found = _revision(request, region_code, due_on, revision)
    context = {
        **_shown(found.frozen, report=found, may_edit=False),
        "is_signed": True,
        "pdf_url": _pdf_url(found.frozen, report=found),
    }
    return render(request, "reports/report.html", context)


@allow(*READERS)
def figure(
    request: HttpRequest, region_code: str, due_on: date, revision: int, name: str
) -> HttpResponse:
    """The schools behind a signed figure, as they were counted."""
    found = _revision(request, region_code, due_on, revision)
    indicator, chosen = _figure(found, name)
    key = name.partition(":")[2]
    concerned = [each for each in indicator["schools"] if key in each["concerns"]]
    shows_all = request.GET.get("show") == ALL
    listed = indicator["schools"] if shows_all else concerned
    base = reverse("report-figure", args=[region_code, due_on, revision, name])
    shown = page.schools(indicator, listed, figure=key, base=base)
    context = {
        "report": found,
        "indicator": indicator,
        "figure": chosen,
        "columns": [component["title"] for component in indicator["components"]],
        "columns_count": len(indicator["components"]) + 2,
        "tabs": [
            _tab(chosen["concern"], "?", current=not shows_all, count=len(concerned)),
            _tab("全部学校", f"?show={ALL}", current=shows_all, count=len(indicator["schools"])),
        ],
        "page": Paginator(shown, SCHOOLS_A_PAGE).get_page(request.GET.get("page")),
        "back_url": reverse("report-revision", args=[region_code, due_on, revision]),
    }
    return render(request, "reports/figure.html", context)


@allow(*READERS)
def figure_school(
    request: HttpRequest,
    region_code: str,
    due_on: date,
    revision: int,
    name: str,
    school: UUID,
) -> HttpResponse:
    """The rows that a signed figure held against a school."""
    found = _revision(request, region_code, due_on, revision)
    indicator, chosen = _figure(found, name)
    subject = f"{page.SCHOOL_PREFIX}{school}"
    line = next((each for each in indicator["schools"] if each["school"] == subject), None)
    if line is None:
        raise Http404
    context = {
        "report": found,
        "indicator": indicator,
        "figure": chosen,
        "school": line,
        "components": page.cells(indicator, line),
        "rows": page.rows(indicator, school=subject, report=found),
        "report_url": reverse("report-revision", args=[region_code, due_on, revision]),
        "figure_url": reverse("report-figure", args=[region_code, due_on, revision, name]),
    }
    return render(request, "reports/figure_school.html", context)


@allow(*READERS)
def class_day(
    request: HttpRequest,
    region_code: str,
    due_on: date,
    revision: int,
    school_class: UUID,
    on: date,
) -> HttpResponse:
    """The homework of a class day as a signed report counted it."""
    found = _revision(request, region_code, due_on, revision)
    context = {
        "report": found,
        "on": on,
        "lines": counted_plans(found, school_class=school_class, on=on),
        "today_url": reverse("homework-day", args=[school_class, on]),
        "report_url": reverse("report-revision", args=[region_code, due_on, revision]),
    }
    return render(request, "reports/class_day.html", context)


@allow(*READERS)
def draft_pdf(request: HttpRequest, region_code: str, due_on: date) -> HttpResponse:
    """The draft as a PDF, marked 草稿."""
    view = read_report(request, region_code=region_code, due_on=due_on)
    if view.is_signed:
        raise Http404
    return _pdf(request, view.content, sha256="")


@allow(*READERS)
def revision_pdf(
    request: HttpRequest, region_code: str, due_on: date, revision: int
) -> HttpResponse:
    """A signed revision as a PDF."""
    found = _revision(request, region_code, due_on, revision)
    return _pdf(request, found.frozen, sha256=found.sha256)


def read_report(request: HttpRequest, *, region_code: str, due_on: date) -> ReportView:
    """The report that an address names; a day on which nothing is due is no page.

    Raises:
        Http404: nothing is due that day.
        NotAccessibleError: another's region.
    """
    try:
        with one_moment(), open_postgres() as engine:
            return get_report(
                actor_in(request),
                region_code=region_code,
                due_on=due_on,
                today=moment_of(request).date(),
                engine=engine,
            )
    except (NotDueDayError, DueDaysUnknownError) as error:
        raise Http404(str(error)) from error


def _revision(
    request: HttpRequest, region_code: str, due_on: date, revision: int
) -> HalfMonthReport:
    return get_revision(
        actor_in(request), region_code=region_code, due_on=due_on, revision=revision
    )


def _figure(found: HalfMonthReport, name: str) -> tuple[IndicatorContent, FigureContent]:
    content = found.frozen
    indicator = indicator_of(content, name.partition(":")[0])
    chosen = figures_of(content).get(name)
    if indicator is None or chosen is None:
        raise Http404
    return indicator, chosen


def _shown(
    content: ReportContent, *, report: HalfMonthReport | None, may_edit: bool
) -> dict[str, object]:
    """What every page of a report shows, draft or signed."""
    return {
        "content": content,
        "report": report,
        "first_on": date.fromisoformat(content["first_on"]),
        "due_on": date.fromisoformat(content["due_on"]),
        "previous_due_on": date.fromisoformat(content["previous_due_on"])
        if content["previous_due_on"]
        else None,
        "items": page.item_figures(content, report=report, may_edit=may_edit),
        "others": page.other_figures(content, report=report),
        "tallies": page.tallies(content),
        "changes": page.changes(content, may_edit=may_edit),
        "explain_share": per_mille_text(content["explain_per_mille"]),
    }


def _tab(title: str, url: str, *, current: bool, count: int) -> dict[str, object]:
    return {"title": title, "url": url, "current": current, "count": count}


def _revision_links(view: ReportView) -> list[dict[str, object]]:
    """The signed revisions, newest first, where there is more than the one shown."""
    signed = [each for each in view.revisions if each.is_signed]
    if len(signed) < 2 and view.is_signed:
        return []
    return [
        {
            "title": f"第 {each.revision} 版",
            "url": reverse("report-revision", args=[view.region.code, each.due_on, each.revision]),
            "at": each.signed_at,
            "by": each.signed_by,
            "reason": each.reason,
        }
        for each in reversed(signed)
    ]


def _pdf_url(content: ReportContent, *, report: HalfMonthReport | None) -> str:
    place = [content["region_code"], content["due_on"]]
    if report is not None and report.is_signed:
        return reverse("report-pdf", args=[*place, report.revision])
    return reverse("report-draft-pdf", args=place)


def _pdf(request: HttpRequest, content: ReportContent, *, sha256: str) -> HttpResponse:
    document = report_document(
        content, sha256=sha256, on=moment_of(request).date(), is_demo=settings.DEMO_MODE
    )
    response = HttpResponse(render_official_document(document), content_type="application/pdf")
    name = quote(file_name(content))
    response["Content-Disposition"] = f"inline; filename=\"report.pdf\"; filename*=UTF-8''{name}"
    return response
