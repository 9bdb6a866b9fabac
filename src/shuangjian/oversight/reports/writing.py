"""半月报的办理页面: typing remarks, checking and signing, opening a correction."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of
from shuangjian.oversight.reports.content import (
    FigureContent,
    ReportContent,
    TallyContent,
    digest,
    figures_of,
    unexplained,
)
from shuangjian.oversight.reports.errors import ReportRefusedError
from shuangjian.oversight.reports.forms import (
    CorrectionForm,
    ExplanationForm,
    RemarkForm,
    SignForm,
)
from shuangjian.oversight.reports.item import ITEMS
from shuangjian.oversight.reports.models import RemarkKind
from shuangjian.oversight.reports.queries import ReportView, current_remarks
from shuangjian.oversight.reports.services import (
    open_correction,
    sign_report,
    type_remark,
    withdraw_remark,
)
from shuangjian.oversight.reports.views import read_report
from shuangjian.oversight.reports.wording import (
    day_text,
    refusal_text,
    round_text,
    value_text,
    whole_text,
)

INVALID = 422


@allow(Role.OFFICER)
def remark(
    request: HttpRequest, region_code: str, due_on: date, kind: str, item: str
) -> HttpResponse:
    """Type a remark or an explanation to a draft."""
    view = read_report(request, region_code=region_code, due_on=due_on)
    remark_kind = _kind(kind)
    current = next(
        (
            each
            for each in current_remarks(view.report)
            if each.item == item and each.kind == remark_kind
        ),
        None,
    )
    form_class = RemarkForm if remark_kind == RemarkKind.REMARK else ExplanationForm
    initial = {"text": current.text, "evidence": current.evidence} if current else {}
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            type_remark(
                actor=actor_in(request),
                region_code=region_code,
                due_on=due_on,
                item=item,
                kind=remark_kind,
                text=form.cleaned_data["text"],
                evidence=form.cleaned_data.get("evidence", ""),
                at=moment_of(request),
            )
        except ReportRefusedError as error:
            form.add_error(None, refusal_text(error))
        else:
            messages.success(request, "已保存，并标明“人工填写”。")
            return redirect("report", region_code=region_code, due_on=due_on)
    context = {
        "form": form,
        "title": _item_title(view.content, kind=remark_kind, item=item),
        "kind_title": str(remark_kind.label),
        "place": _place(view),
        "report_url": reverse("report", args=[region_code, due_on]),
        "withdraw_url": reverse("report-remark-withdraw", args=[region_code, due_on, kind, item])
        if current
        else "",
    }
    return render(request, "reports/remark.html", context, status=_status(form))


@allow(Role.OFFICER)
@require_POST
def withdraw(
    request: HttpRequest, region_code: str, due_on: date, kind: str, item: str
) -> HttpResponse:
    """Take a remark off a draft."""
    try:
        withdraw_remark(
            actor=actor_in(request),
            region_code=region_code,
            due_on=due_on,
            item=item,
            kind=_kind(kind),
            at=moment_of(request),
        )
    except ReportRefusedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, "已撤下，原来的内容仍有记录。")
    return redirect("report", region_code=region_code, due_on=due_on)


@allow(Role.OFFICER)
def sign(request: HttpRequest, region_code: str, due_on: date) -> HttpResponse:
    """Check the figures once more and sign."""
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            signed = sign_report(
                actor=actor_in(request),
                region_code=region_code,
                due_on=due_on,
                today=moment_of(request).date(),
                at=moment_of(request),
                seen=form.cleaned_data["seen"],
            )
        except ReportRefusedError as error:
            # why: the page is made anew, so that what is signed next is what is then shown.
            messages.error(request, refusal_text(error))
            return redirect("report-sign", region_code=region_code, due_on=due_on)
        messages.success(request, f"已签发第 {signed.revision} 版，内容不再变动。")
        return redirect("report", region_code=region_code, due_on=due_on)
    view = read_report(request, region_code=region_code, due_on=due_on)
    if view.is_signed:
        return redirect("report", region_code=region_code, due_on=due_on)
    context = {
        "title": f"签发{view.region.name}半月报",
        "question": "请核对以下内容。签发后内容冻结，改动只能另出更正。",
        "facts": _checked(view),
        "warning": _sign_warning(view, today=moment_of(request).date()),
        "form": SignForm(initial={"seen": digest(view.content)}),
        "confirm_text": "核对无误，签发",
        "is_dangerous": False,
        "cancel_url": reverse("report", args=[region_code, due_on]),
    }
    return render(request, "confirm.html", context)


@allow(Role.OFFICER)
def correct(request: HttpRequest, region_code: str, due_on: date) -> HttpResponse:
    """Begin a correction of a signed report."""
    view = read_report(request, region_code=region_code, due_on=due_on)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_correction(
                actor=actor_in(request),
                region_code=region_code,
                due_on=due_on,
                reason=form.cleaned_data["reason"],
            )
        except ReportRefusedError as error:
            form.add_error(None, refusal_text(error))
        else:
            messages.success(request, "更正已开始拟稿，核对后再签发。")
            return redirect("report", region_code=region_code, due_on=due_on)
    context = {
        "title": f"更正{view.region.name}半月报",
        "question": "更正另出一版，写明理由；已签发的一版原样保留。",
        "facts": [
            ("报送期", round_text(view.round)),
            *(
                (each["term"], f"签发时 {each['frozen']}，现在 {each['live']}")
                for each in view.differences
            ),
        ],
        "warning": "" if view.differences else "现在的数字与签发时完全相同。",
        "form": form,
        "confirm_text": "写明理由，开始更正",
        "is_dangerous": False,
        "cancel_url": reverse("report", args=[region_code, due_on]),
    }
    return render(request, "confirm.html", context, status=_status(form))


def _kind(kind: str) -> RemarkKind:
    if kind not in RemarkKind.values:
        raise Http404
    return RemarkKind(kind)


def _status(form: forms.Form) -> int:
    return INVALID if form.is_bound and form.errors else 200


def _place(view: ReportView) -> str:
    return f"{view.region.name} · {day_text(view.round.due_on)}报送"


def _item_title(content: ReportContent, *, kind: RemarkKind, item: str) -> str:
    if kind == RemarkKind.REMARK:
        title = next((each.title for each in ITEMS if each.key == item), None)
    else:
        figure = figures_of(content).get(item)
        title = figure["term"] if figure else None
    if title is None:
        raise Http404
    return title


def _checked(view: ReportView) -> list[tuple[str, str]]:
    """What the signer checks: every figure, remark and explanation, in the order of the report."""
    content = view.content
    reason = [("更正理由", content["reason"])] if content["reason"] else []
    return [
        ("报送期", round_text(view.round)),
        ("版次", f"第 {content['revision']} 版"),
        *reason,
        *_checked_figures(content),
        *((tally["term"], _tally_text(tally)) for tally in content["tallies"]),
        *((f"{each['title']}（{each['mark']}）", each["text"]) for each in content["remarks"]),
        *(
            (f"{change['term']}的变动原因（人工填写）", change["explanation"])
            for change in content["changes"]
            if change["explanation"]
        ),
    ]


def _checked_figures(content: ReportContent) -> list[tuple[str, str]]:
    """The five items, then the figures that none of them shows."""
    headline = {item["figure"]["name"] for item in content["items"] if item["figure"]}
    rest = [figure for name, figure in figures_of(content).items() if name not in headline]
    return [
        *((item["title"], _figure_text(item["figure"])) for item in content["items"]),
        *((figure["term"], _figure_text(figure)) for figure in rest),
    ]


def _figure_text(figure: FigureContent | None) -> str:
    return f"{value_text(figure)}；{whole_text(figure)}"


def _tally_text(tally: TallyContent) -> str:
    return (
        f"新发现 {tally['opened']}，已整改 {tally['rectified']}，"
        f"已销号 {tally['cleared']}，未销号 {tally['outstanding']}"
    )


def _sign_warning(view: ReportView, *, today: date) -> str:
    waiting = unexplained(view.content)
    if waiting:
        terms = "、".join(change["term"] for change in waiting)
        return f"“{terms}”与上期相差较大，还没有写明原因，现在不能签发。"
    if today < view.round.due_on:
        return f"报送期到 {day_text(view.round.due_on)} 才结束，签发以后新增的记录要用更正补上。"
    return "内容、计入的记录和签发人、时间一并冻结，并算出内容摘要。"
