"""布置作业的页面: the list of classes, and a class day with the actor's own form."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.forms import (
    PlanForm,
)
from shuangjian.areas.homework.models import HomeworkKind, Place
from shuangjian.areas.homework.queries import (
    DayView,
    get_day,
    last_plan,
    list_class_cards,
    planning_day,
)
from shuangjian.areas.homework.services.plan import (
    HomeworkWish,
    plan_homework,
)
from shuangjian.areas.homework.views.reader import LIST_READERS, SCHOOL_SIDE, WATCHERS, course_title
from shuangjian.areas.homework.wording import refusal_text
from shuangjian.foundation.accounts.access import access_work_class
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import SchoolClass


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
        "is_teaching": any(card.own_courses or card.is_class_teacher for card in cards),
    }
    return render(request, "homework/plan_list.html", context)


@allow(*SCHOOL_SIDE, *WATCHERS)
def day(request: HttpRequest, pseudonym: UUID, on: date) -> HttpResponse:
    """班级作业日: what is planned, the total, and the actor's own form."""
    actor, moment = actor_in(request), moment_of(request)
    school_class = access_work_class(actor, pseudonym=pseudonym, on=moment.date())
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
        "course_tabs": _course_tabs(view, form),
        "today": moment.date(),
        "is_open": on >= moment.date(),
        "has_list": actor.has(*LIST_READERS),
    }
    return render(request, "homework/day.html", context, status=status)


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


def _course_tabs(view: DayView, form: PlanForm | None) -> list[dict[str, Any]]:
    """A tab for each of the actor's courses (学科), as each starts from its own last one."""
    if form is None or len(view.own_courses) < 2:
        return []
    current = form["course"].value()
    return [
        {"title": course_title(code), "url": f"?course={code}", "current": code == current}
        for code in view.own_courses
    ]


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
    title = course_title(wish.course)
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
