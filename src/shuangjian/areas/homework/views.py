"""作业管理的页面: the teacher's plan, the class teacher's decisions, public table, import."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.forms import (
    ImportForm,
    MoveForm,
    OverrideForm,
    PlanForm,
    TrimForm,
)
from shuangjian.areas.homework.models import HomeworkKind, Place
from shuangjian.areas.homework.queries import (
    DayView,
    get_day,
    last_plan,
    list_class_cards,
    planning_day,
)
from shuangjian.areas.homework.services.import_plans import import_workbook
from shuangjian.areas.homework.services.plan import (
    HomeworkWish,
    plan_homework,
    withdraw_homework,
)
from shuangjian.areas.homework.services.settle import (
    move_homework,
    override_limit,
    trim_homework,
)
from shuangjian.areas.homework.wording import refusal_text
from shuangjian.areas.homework.workbook.fault import UnreadableWorkbookError
from shuangjian.foundation.accounts.access import access_class, visible_schools
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import Course, SchoolClass

SCHOOL_SIDE = (Role.TEACHER, Role.CLASS_TEACHER, Role.SCHOOL_ADMIN, Role.PRINCIPAL)
LIST_READERS = (*SCHOOL_SIDE, Role.GUARDIAN)
WATCHERS = (Role.OFFICER, Role.INSPECTOR, Role.AUDITOR)


@dataclass(frozen=True)
class Decision:
    """The words of a page that asks for one decision (决定页); no ``course`` is the whole day."""

    title: str
    question: str
    confirm_text: str
    course: str = ""
    warning: str = ""


@allow(*LIST_READERS)
def plan_list(request: HttpRequest) -> HttpResponse:
    """作业: the classes of the actor for one day; tomorrow unless another is asked for."""
    actor, today = actor_in(request), moment_of(request).date()
    on = _asked_day(request) or planning_day(actor, today=today)
    cards = list_class_cards(actor, on=on, today=today)
    if actor.roles == {Role.GUARDIAN} and len(cards) == 1:
        return redirect("homework-public", cards[0].school_class.pseudonym, on)
    context = {
        "cards": cards,
        "on": on,
        "today": today,
        "next_day": next_working_day(after=on),
        "may_import": actor.has(Role.SCHOOL_ADMIN, Role.PRINCIPAL),
        "is_guardian": actor.roles == {Role.GUARDIAN},
    }
    return render(request, "homework/plan_list.html", context)


@allow(*SCHOOL_SIDE, *WATCHERS)
def day(request: HttpRequest, pseudonym: UUID, on: date) -> HttpResponse:
    """班级作业日: what is planned, the total, and the actor's own form."""
    actor, moment = actor_in(request), moment_of(request)
    school_class = access_class(actor, pseudonym=pseudonym, on=moment.date())
    view = get_day(actor, school_class=school_class, on=on, today=moment.date())
    form = _plan_form(request, view, today=moment.date())
    status = 200
    if request.method == "POST" and form is not None:
        if form.is_valid() and _save_plan(request, form, school_class, on=on):
            return redirect("homework-day", pseudonym, on)
        status = 422
        view = get_day(actor, school_class=school_class, on=on, today=moment.date())
    context = {
        "view": view,
        "form": form,
        "today": moment.date(),
        "is_open": on >= moment.date(),
        "has_list": actor.has(*LIST_READERS),
    }
    return render(request, "homework/day.html", context, status=status)


@allow(Role.TEACHER, Role.CLASS_TEACHER)
def withdraw(request: HttpRequest, pseudonym: UUID, on: date, course: str) -> HttpResponse:
    """撤回: asked once, on a page of its own."""

    def carry_out(school_class: SchoolClass, _: forms.Form | None) -> str:
        withdraw_homework(
            actor=actor_in(request),
            school_class=school_class,
            on=on,
            course=course,
            at=moment_of(request),
        )
        return f"已撤回{_course_title(course)}作业。"

    return _settle(
        request,
        pseudonym,
        on,
        form=None,
        carry_out=carry_out,
        decision=Decision(
            title=f"撤回{_course_title(course)}作业？",
            question="撤回后，公示表上不再有这项作业；记录仍然保留。",
            confirm_text="撤回这项作业",
            course=course,
        ),
    )


@allow(Role.CLASS_TEACHER)
def trim(request: HttpRequest, pseudonym: UUID, on: date, course: str) -> HttpResponse:
    """减时: the class teacher cuts one course."""

    def carry_out(school_class: SchoolClass, form: forms.Form | None) -> str:
        assert form is not None
        trim_homework(
            actor=actor_in(request),
            school_class=school_class,
            on=on,
            course=course,
            minutes=form.cleaned_data["minutes"],
            at=moment_of(request),
        )
        return f"{_course_title(course)}已减到 {form.cleaned_data['minutes']} 分钟。"

    return _settle(
        request,
        pseudonym,
        on,
        form=TrimForm(request.POST or None),
        carry_out=carry_out,
        decision=Decision(
            title=f"减少{_course_title(course)}作业的时长",
            question="减时后放得下的暂缓作业会自动公示。请先与任课教师商量。",
            confirm_text="减时",
            course=course,
        ),
    )


@allow(Role.CLASS_TEACHER)
def move(request: HttpRequest, pseudonym: UUID, on: date, course: str) -> HttpResponse:
    """移到另一天."""

    def carry_out(school_class: SchoolClass, form: forms.Form | None) -> str:
        assert form is not None
        plan = move_homework(
            actor=actor_in(request),
            school_class=school_class,
            on=on,
            course=course,
            to=form.cleaned_data["to"],
            at=moment_of(request),
        )
        after = "，那天也已排满，仍然暂缓" if plan.state == "held" else ""
        return f"{_course_title(course)}作业已移到 {form.cleaned_data['to']:%m月%d日}{after}。"

    earliest = moment_of(request).date()
    form = MoveForm(
        request.POST or None, earliest=earliest, initial={"to": next_working_day(after=on)}
    )
    return _settle(
        request,
        pseudonym,
        on,
        form=form,
        carry_out=carry_out,
        decision=Decision(
            title=f"把{_course_title(course)}作业移到另一天",
            question="移到的那一天同样要看合计；排不下会继续暂缓。",
            confirm_text="移到这一天",
            course=course,
        ),
    )


@allow(Role.CLASS_TEACHER)
def override(request: HttpRequest, pseudonym: UUID, on: date) -> HttpResponse:
    """超限放行: with a reason that others will read."""

    def carry_out(school_class: SchoolClass, form: forms.Form | None) -> str:
        assert form is not None
        override_limit(
            actor=actor_in(request),
            school_class=school_class,
            on=on,
            reason=form.cleaned_data["reason"],
            at=moment_of(request),
        )
        return "已放行并公示。超限情况和您写的理由已记入台账。"

    return _settle(
        request,
        pseudonym,
        on,
        form=OverrideForm(request.POST or None),
        carry_out=carry_out,
        decision=Decision(
            title="写明理由，超限放行",
            question="放行后，暂缓的作业全部公示。",
            confirm_text="写明理由并放行",
            warning="超过上限会作为问题记入台账，督学会核查。能减就先减，能移就先移。",
        ),
    )


@allow(*SCHOOL_SIDE, *WATCHERS, Role.GUARDIAN)
def public_table(request: HttpRequest, pseudonym: UUID, on: date) -> HttpResponse:
    """作业公示表 of one class and day, for the school and its guardians."""
    actor, today = actor_in(request), moment_of(request).date()
    school_class = access_class(actor, pseudonym=pseudonym, on=today)
    view = get_day(actor, school_class=school_class, on=on, today=today)
    context = {
        "view": view,
        "lines": [line for line in view.lines if not line.is_held],
        "next_day": next_working_day(after=on),
        "today": today,
        "has_list": actor.has(*LIST_READERS),
    }
    return render(request, "homework/public_table.html", context)


@allow(Role.SCHOOL_ADMIN, Role.PRINCIPAL)
def import_plans(request: HttpRequest) -> HttpResponse:
    """导入布置计划表: look first, then write; with any fault nothing is written."""
    actor, moment = actor_in(request), moment_of(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    schools = visible_schools(actor, on=moment.date()).filter(pk__in=actor.school_ids(*Role))
    field = form.fields["school"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = schools
    if schools.count() == 1:
        field.initial = schools.get()
        field.widget = forms.HiddenInput()
    outcome = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            is_dry_run = request.POST.get("action") != "write"
            try:
                outcome = import_workbook(
                    actor=actor,
                    school=form.cleaned_data["school"],
                    content=form.cleaned_data["workbook"].read(),
                    at=moment,
                    is_dry_run=is_dry_run,
                )
                status = 422 if outcome.faults else 200
            except UnreadableWorkbookError as error:
                form.add_error("workbook", error.message)
            except HomeworkRefusedError as error:
                form.add_error(None, refusal_text(error))
    context = {"form": form, "outcome": outcome}
    return render(request, "homework/import.html", context, status=status)


def _asked_day(request: HttpRequest) -> date | None:
    """The day in ``?on=``; what is no day is as if nothing was asked."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


def _plan_form(request: HttpRequest, view: DayView, *, today: date) -> PlanForm | None:
    """The form of the actor's own courses, filled from the present plan or the last one."""
    if not view.own_courses or view.on < today:
        return None
    asked = request.GET.get("course", "")
    course = asked if asked in view.own_courses else view.own_courses[0]
    initial: dict[str, Any] = {
        "course": course,
        "kind": HomeworkKind.WRITTEN,
        "place": Place.SCHOOL if view.limit is not None and view.limit.minutes == 0 else Place.HOME,
    }
    plan = view.plan_of(course) or last_plan(
        actor_in(request), school_class=view.school_class, course=course, before=view.on
    )
    if plan is not None:
        initial |= {
            "content": plan.content,
            "minutes": plan.minutes,
            "kind": plan.kind,
            "place": plan.place,
        }
    return PlanForm(request.POST or None, courses=view.own_courses, initial=initial)


def _save_plan(
    request: HttpRequest, form: PlanForm, school_class: SchoolClass, *, on: date
) -> bool:
    wish = HomeworkWish(**form.cleaned_data)
    try:
        outcome = plan_homework(
            actor=actor_in(request),
            school_class=school_class,
            on=on,
            wish=wish,
            at=moment_of(request),
        )
    except HomeworkRefusedError as error:
        form.add_error(None, refusal_text(error))
        return False
    title = _course_title(wish.course)
    if outcome.is_unchanged:
        messages.info(request, f"{title}作业没有变化。")
    elif outcome.is_held:
        messages.warning(
            request,
            f"{title}作业已保存，但合计会超过上限，先暂缓，等班主任协调。"
            "也可以自己减少时长后再保存。",
        )
    else:
        messages.success(request, f"{title}作业已保存并公示。")
    return True


def _course_title(course: str) -> str:
    return str(Course(course).label) if course in Course.values else course


def _settle(
    request: HttpRequest,
    pseudonym: UUID,
    on: date,
    *,
    form: forms.Form | None,
    carry_out: Callable[[SchoolClass, forms.Form | None], str],
    decision: Decision,
) -> HttpResponse:
    """One decision on a page of its own: show, refuse with the reason, or carry out and return."""
    actor, today = actor_in(request), moment_of(request).date()
    school_class = access_class(actor, pseudonym=pseudonym, on=today)
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            messages.success(request, carry_out(school_class, form))
            return redirect("homework-day", pseudonym, on)
        except HomeworkRefusedError as error:
            refusal = refusal_text(error)
            if form is not None:
                form.add_error(None, refusal)
    view = get_day(actor, school_class=school_class, on=on, today=today)
    facts = [("班级", view.class_name), ("日期", f"{on:%Y年%m月%d日}")]
    facts += [
        (line.course_title, f"{line.content}（{line.minutes} 分钟）")
        for line in view.lines
        if not decision.course or line.course == decision.course
    ]
    context = {
        "title": decision.title,
        "question": decision.question,
        "facts": facts,
        "warning": refusal if form is None and refusal else decision.warning,
        "form": form,
        "confirm_text": decision.confirm_text,
        "is_dangerous": False,
        "cancel_url": reverse("homework-day", args=[pseudonym, on]),
    }
    return render(request, "confirm.html", context, status=422 if request.method == "POST" else 200)
