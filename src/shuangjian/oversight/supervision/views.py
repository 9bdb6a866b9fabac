"""台账的页面: the list, one finding, and a page for each step of a finding's life."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of
from shuangjian.foundation.findings.errors import FindingRefusedError, MissingTextError
from shuangjian.foundation.findings.models import Finding
from shuangjian.foundation.findings.queries import access_finding, events_of
from shuangjian.foundation.findings.services import (
    assign_finding,
    assign_findings,
    clear_finding,
    rectify_finding,
    verify_finding,
)
from shuangjian.oversight.supervision.forms import (
    AssignForm,
    AssignManyForm,
    ClearForm,
    FilterForm,
    RectifyForm,
    VerifyForm,
)
from shuangjian.oversight.supervision.listing import (
    MANY_MOST,
    default_due_on,
    digest_of,
    listed_findings,
    new_findings,
)
from shuangjian.oversight.supervision.page import finding_page, step_facts

SCHOOL_SIDE = (Role.PRINCIPAL, Role.SCHOOL_ADMIN, Role.CLASS_TEACHER)
READERS = (Role.OFFICER, Role.INSPECTOR, Role.AUDITOR, *SCHOOL_SIDE)


@allow(*READERS)
def finding_list(request: HttpRequest) -> HttpResponse:
    """台账: what needs this person first, by status, narrowed as asked."""
    actor, today = actor_in(request), moment_of(request).date()
    form = FilterForm(request.GET, actor=actor, on=today)
    filters = form.filters(on=today)
    listed = listed_findings(actor, filters=filters, asked=request.GET.dict(), on=today)
    context = {
        "list": listed,
        "form": form,
        "is_narrowed": form.is_narrowing,
        "many_url": _many_url(request) if actor.has(Role.OFFICER) else "",
        "all_url": reverse("finding-list"),
        "today": today,
    }
    return render(request, "findings/list.html", context)


@allow(*READERS)
def finding(request: HttpRequest, pseudonym: UUID) -> HttpResponse:
    """一个问题: what, how far, by which policy, from which rows, and what has been done."""
    actor, today = actor_in(request), moment_of(request).date()
    found = access_finding(actor, pseudonym=pseudonym, on=today)
    context = {"view": finding_page(actor, finding=found, on=today)}
    return render(request, "findings/finding.html", context)


@allow(Role.OFFICER)
def assign(request: HttpRequest, pseudonym: UUID) -> HttpResponse:
    """交办: to the school, with a due day; again to move it."""

    def carry_out(found: Finding, form: forms.Form, on: date) -> str:
        assign_finding(actor=actor_in(request), finding=found, on=on, **form.cleaned_data)
        due_on = form.cleaned_data["due_on"]
        return f"已交办，请学校在 {due_on.month}月{due_on.day}日前整改。"

    return _take(
        request,
        pseudonym,
        form_class=AssignForm,
        carry_out=carry_out,
        title="交办给学校整改？",
        question="学校会在首页看到这个问题和限期。已经交办过的，会改为新的限期。",
        confirm_text="交办",
    )


@allow(Role.OFFICER)
def assign_many(request: HttpRequest) -> HttpResponse:
    """批量交办: every new finding that the filter leaves, to their schools, with one due day."""
    actor, today = actor_in(request), moment_of(request).date()
    filters = FilterForm(request.GET, actor=actor, on=today).filters(on=today)
    found = new_findings(actor, filters=filters, on=today)
    sent = request.POST if request.method == "POST" else None
    seen = digest_of(found)
    form = AssignManyForm(sent, initial={"due_on": default_due_on(actor, on=today), "seen": seen})
    if found and form.is_valid():
        due_on, note = form.cleaned_data["due_on"], form.cleaned_data["note"]
        if form.cleaned_data["seen"] != seen:
            messages.warning(request, "您看过以后又有变化，还没有交办。请核对新的清单再交办。")
            return redirect(request.get_full_path())
        try:
            count = assign_findings(actor=actor, findings=found, due_on=due_on, on=today, note=note)
            messages.success(request, f"已交办 {count} 个问题。")
            return redirect("finding-list")
        except FindingRefusedError as error:
            form.add_error(None, str(error))
    schools = Counter(each.school.name if each.school else "—" for each in found)
    context = {
        "title": f"把这 {len(found)} 个待交办的问题一次交办？",
        "question": "按列表里现在的筛选条件；各校会在首页看到自己的问题和限期。",
        "facts": [(name, f"{count} 个") for name, count in sorted(schools.items())],
        "warning": f"一次最多 {MANY_MOST} 个，先办较早发生的。" if len(found) == MANY_MOST else "",
        "form": form,
        "confirm_text": f"交办 {len(found)} 个问题",
        "is_dangerous": False,
        "cancel_url": reverse("finding-list"),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)


@allow(*SCHOOL_SIDE)
def rectify(request: HttpRequest, pseudonym: UUID) -> HttpResponse:
    """整改: the school says what it did and where that can be seen."""

    def carry_out(found: Finding, form: forms.Form, on: date) -> str:
        rectify_finding(actor=actor_in(request), finding=found, on=on, **form.cleaned_data)
        return "已填报整改情况，等教育局或督学复核。"

    return _take(
        request,
        pseudonym,
        form_class=RectifyForm,
        carry_out=carry_out,
        title="填报整改情况",
        question="教育局和督学会按您写的去核实。",
        confirm_text="提交整改情况",
        warning="提交后不能修改。复核不通过会退回，由您重新填报。",
    )


@allow(Role.OFFICER, Role.INSPECTOR)
def verify(request: HttpRequest, pseudonym: UUID) -> HttpResponse:
    """复核: another person looks whether the mending stands."""

    def carry_out(found: Finding, form: forms.Form, on: date) -> str:
        verify_finding(actor=actor_in(request), finding=found, on=on, **form.cleaned_data)
        return "复核通过，可以销号。" if form.cleaned_data["passed"] else "已退回学校重新整改。"

    return _take(
        request,
        pseudonym,
        form_class=VerifyForm,
        carry_out=carry_out,
        title="填写复核情况",
        question="请以实地或记录核实的结果为准。整改人本人不能复核。",
        confirm_text="提交复核结论",
        warning="提交后不能修改，会记入办理经过。",
    )


@allow(Role.OFFICER)
def clear(request: HttpRequest, pseudonym: UUID) -> HttpResponse:
    """销号: with what it rests on."""

    def carry_out(found: Finding, form: forms.Form, on: date) -> str:
        clear_finding(actor=actor_in(request), finding=found, on=on, **form.cleaned_data)
        return "已销号。"

    return _take(
        request,
        pseudonym,
        form_class=ClearForm,
        carry_out=carry_out,
        title="给这个问题销号？",
        question="销号表示问题已经解决，并经另一人复核。",
        confirm_text="销号",
        warning="销号不能撤回。记录再变、又违反规定时，会自动重新打开。",
    )


def _many_url(request: HttpRequest) -> str:
    """The page that assigns what this list shows, with its filter."""
    kept = request.GET.copy()
    for name in ("tab", "page"):
        kept.pop(name, None)
    return f"{reverse('finding-assign-many')}?{kept.urlencode()}"


def _take(
    request: HttpRequest,
    pseudonym: UUID,
    *,
    form_class: type[forms.Form],
    carry_out: Callable[[Finding, forms.Form, date], str],
    title: str,
    question: str,
    confirm_text: str,
    warning: str = "",
) -> HttpResponse:
    """One step on a page of its own: show, refuse with the reason, or carry out and return."""
    actor, today = actor_in(request), moment_of(request).date()
    found = access_finding(actor, pseudonym=pseudonym, on=today)
    sent = request.POST if request.method == "POST" else None
    due_on = found.state.due_on or default_due_on(actor, on=today)
    form = form_class(sent, initial={"due_on": due_on})
    if form.is_valid():
        try:
            messages.success(request, carry_out(found, form, today))
            return redirect("finding", pseudonym)
        except FindingRefusedError as error:
            form.add_error(error.field if isinstance(error, MissingTextError) else None, str(error))
    context = {
        "title": title,
        "question": question,
        "facts": step_facts(found, events=events_of(found)),
        "warning": warning,
        "form": form,
        "confirm_text": confirm_text,
        "is_dangerous": False,
        "cancel_url": reverse("finding", args=[pseudonym]),
    }
    return render(request, "confirm.html", context, status=422 if form.is_bound else 200)
