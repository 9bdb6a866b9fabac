"""布置作业: what a subject teacher does: plan tomorrow's homework, change it, take it back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.models import (
    ClassDay,
    Origin,
    PlannedHomework,
    PlanState,
)
from shuangjian.areas.homework.services.day import (
    DayTotal,
    announce_change,
    counts,
    current_plans,
    lock_day,
    next_version,
    release_what_fits,
    supersede,
    total_of,
)
from shuangjian.areas.homework.wording import MINUTES_MOST
from shuangjian.foundation.accounts.access import courses_taught, is_class_teacher
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.registry.calendar import day_kinds
from shuangjian.foundation.registry.models import Course, SchoolClass
from shuangjian.foundation.registry.school_year import class_name
from shuangjian.foundation.registry.setting import PLAN_AHEAD_DAYS, value_of


@dataclass(frozen=True)
class HomeworkWish:
    """What a teacher asks (作业): ``minutes`` of an average pupil for one course on one day."""

    course: str
    content: str
    kind: str
    place: str
    minutes: int


@dataclass(frozen=True)
class PlanOutcome:
    """What became of a wish (布置结果): the version now current, and the day's total after it."""

    plan: PlannedHomework
    total: DayTotal
    is_unchanged: bool = False

    @property
    def is_held(self) -> bool:
        """Whether the plan waits for the class teacher (暂缓)."""
        return self.plan.state == PlanState.HELD


def name_on(school_class: SchoolClass, *, on: date) -> str:
    """The class's name on a day."""
    return class_name(
        stage=school_class.stage,
        entry_year=school_class.entry_year,
        number=school_class.number,
        on=on,
    )


@transaction.atomic
def plan_homework(
    *,
    actor: Actor,
    school_class: SchoolClass,
    on: date,
    wish: HomeworkWish,
    at: datetime,
) -> PlanOutcome:
    """Plan one course's homework (布置作业) for a class on a day; over the limit it is held.

    Args:
        actor: a teacher of the course in the class.
        school_class: the class, already found through ``access_work_class``.
        on: a working day, today or at most the school's setting ahead.
        wish: content and minutes, 1 to 600.
        at: the present moment, aware.

    Returns:
        The current version, ``published`` or ``held``; the same wish twice changes nothing.

    Raises:
        HomeworkRefusedError: not the course's teacher, a past or free day, no content, bad minutes.
    """
    check_plannable(school_class, on=on, today=at.date())
    if wish.course not in courses_taught(actor, school_class=school_class, on=at.date()):
        raise HomeworkRefusedError(
            "not_teacher",
            {
                "on": on,
                "class_name": name_on(school_class, on=on),
                "course": Course(wish.course).label,
            },
        )
    _check_wish(wish)
    day = lock_day(school_class, on=on)
    old = find_plan(day, course=wish.course)
    if old is not None and _says_the_same(old, wish):
        return PlanOutcome(old, total_of(day), is_unchanged=True)
    fits = not counts(kind=wish.kind, place=wish.place) or total_of(
        day, without=wish.course
    ).has_room_for(wish.minutes)
    version = PlannedHomework(
        class_day=day,
        course=wish.course,
        content=wish.content.strip(),
        kind=wish.kind,
        place=wish.place,
        minutes=wish.minutes,
        state=PlanState.PUBLISHED if fits else PlanState.HELD,
        origin=Origin.PAGE,
        teacher_id=actor.teacher_id,
        recorded_by=actor.label,
        user_id=actor.user_id,
        published_at=at if fits else None,
    )
    plan = supersede(_withdrawn_or(old, day, wish.course), version, at=at)
    total = _conclude(actor, day, at=at, action="homework.plan", course=wish.course)
    return PlanOutcome(plan, total)


@transaction.atomic
def withdraw_homework(
    *, actor: Actor, school_class: SchoolClass, on: date, course: str, at: datetime
) -> DayTotal:
    """Take one course's homework back (撤回); what was held may then fit.

    Raises:
        HomeworkRefusedError: neither the course's nor the class teacher, a past day, no such plan.
    """
    check_plannable(school_class, on=on, today=at.date())
    check_may_touch(actor, school_class, course=course, on=on, today=at.date())
    day = lock_day(school_class, on=on)
    withdraw(day, course=course, actor=actor, at=at)
    return _conclude(actor, day, at=at, action="homework.withdraw", course=course)


def withdraw(day: ClassDay, *, course: str, actor: Actor, at: datetime) -> PlannedHomework:
    """Write the withdrawn version of a course's plan; the day's lock is held by the caller.

    Raises:
        HomeworkRefusedError: there is no such plan.
    """
    old = get_plan(day, course=course)
    version = next_version(
        old,
        state=PlanState.WITHDRAWN,
        origin=Origin.PAGE,
        published_at=None,
        recorded_by=actor.label,
        user_id=actor.user_id,
    )
    return supersede(old, version, at=at)


def get_plan(day: ClassDay, *, course: str) -> PlannedHomework:
    """The current plan of a course.

    Raises:
        HomeworkRefusedError: there is none.
    """
    plan = find_plan(day, course=course)
    if plan is None:
        raise HomeworkRefusedError(
            "no_such_plan",
            {
                "class_name": name_on(day.school_class, on=day.on),
                "on": day.on,
                "course": Course(course).label,
            },
        )
    return plan


def find_plan(day: ClassDay, *, course: str) -> PlannedHomework | None:
    """The current plan of a course, or ``None``."""
    return next((plan for plan in current_plans(day) if plan.course == course), None)


def check_plannable(school_class: SchoolClass, *, on: date, today: date) -> None:
    """Refuse days that nobody may plan for: past, too far ahead, free, or after the class left.

    Raises:
        HomeworkRefusedError: with the reason.
    """
    name = name_on(school_class, on=on)
    if on < today:
        raise HomeworkRefusedError("past_day", {"on": on})
    days = value_of(PLAN_AHEAD_DAYS, school=school_class.school, on=today)
    if (on - today).days > days:
        raise HomeworkRefusedError("too_early", {"on": on, "days": days})
    if on < school_class.starts_on or (
        school_class.ends_on is not None and on >= school_class.ends_on
    ):
        raise HomeworkRefusedError("class_gone", {"class_name": name, "on": on})
    kind = day_kinds(first=on, last=on)[on]
    if not kind.is_working_day:
        raise HomeworkRefusedError("not_working_day", {"on": on, "note": kind.note or "休息日"})


def check_may_touch(
    actor: Actor, school_class: SchoolClass, *, course: str, on: date, today: date
) -> None:
    """Refuse whoever is neither the course's teacher nor the class teacher.

    Raises:
        HomeworkRefusedError: with class and course.
    """
    if course in courses_taught(actor, school_class=school_class, on=today):
        return
    if is_class_teacher(actor, school_class=school_class, on=today):
        return
    raise HomeworkRefusedError(
        "not_teacher",
        {
            "on": on,
            "class_name": name_on(school_class, on=on),
            "course": Course(course).label,
        },
    )


def _check_wish(wish: HomeworkWish) -> None:
    if not wish.content.strip():
        raise HomeworkRefusedError("no_content")
    if not 1 <= wish.minutes <= MINUTES_MOST:
        raise HomeworkRefusedError("minutes_range", {"minutes": wish.minutes, "most": MINUTES_MOST})


def _says_the_same(old: PlannedHomework, wish: HomeworkWish) -> bool:
    return (old.content, old.kind, old.place, old.minutes) == (
        wish.content.strip(),
        wish.kind,
        wish.place,
        wish.minutes,
    )


def _withdrawn_or(
    old: PlannedHomework | None, day: ClassDay, course: str
) -> PlannedHomework | None:
    """The row that a new version replaces: the current plan, or the mark that it was withdrawn."""
    return old or day.plans.filter(course=course, superseded_at__isnull=True).first()


def _conclude(actor: Actor, day: ClassDay, *, at: datetime, action: str, course: str) -> DayTotal:
    """What every change of a day ends with: release what fits, audit, tell supervision."""
    total = release_what_fits(day, recorded_by=actor.label, user_id=actor.user_id, at=at)
    record_action(
        actor=actor.label,
        user_id=actor.user_id,
        action=action,
        subject=f"class:{day.school_class.pseudonym}",
        detail={"on": day.on.isoformat(), "course": course},
    )
    announce_change(day)
    return total
