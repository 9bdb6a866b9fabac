"""协调超限的页面: withdraw, trim, move, let through; each decision on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.forms import (
    MoveForm,
    OverrideForm,
    TrimForm,
)
from shuangjian.areas.homework.queries import (
    get_day,
)
from shuangjian.areas.homework.services.plan import (
    withdraw_homework,
)
from shuangjian.areas.homework.services.settle import (
    move_homework,
    override_limit,
    trim_homework,
)
from shuangjian.areas.homework.views.reader import course_title
from shuangjian.areas.homework.wording import refusal_text
from shuangjian.foundation.accounts.access import access_work_class
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import SchoolClass


@dataclass(frozen=True)
class Decision:
    """The words of a page that asks for one decision (决定页); no ``course`` is the whole day."""

    title: str
    question: str
    confirm_text: str
    course: str = ""
    warning: str = ""


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
        return f"已撤回{course_title(course)}作业。"

    return _settle(
        request,
        pseudonym,
        on,
        form=None,
        carry_out=carry_out,
        decision=Decision(
            title=f"撤回{course_title(course)}作业？",
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
        return f"{course_title(course)}已减到 {form.cleaned_data['minutes']} 分钟。"

    return _settle(
        request,
        pseudonym,
        on,
        form=TrimForm(request.POST or None),
        carry_out=carry_out,
        decision=Decision(
            title=f"减少{course_title(course)}作业的时长",
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
        return f"{course_title(course)}作业已移到 {form.cleaned_data['to']:%m月%d日}{after}。"

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
            title=f"把{course_title(course)}作业移到另一天",
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
    school_class = access_work_class(actor, pseudonym=pseudonym, on=today)
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
