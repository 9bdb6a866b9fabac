"""协调超限: what a class teacher does with a full day: trim, move, or let it through."""

from datetime import date, datetime

from django.db import transaction

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.models import LimitOverride, Origin, PlannedHomework, PlanState
from shuangjian.areas.homework.services.day import (
    DayTotal,
    announce_change,
    counts,
    lock_day,
    next_version,
    release_what_fits,
    supersede,
    total_of,
)
from shuangjian.areas.homework.services.plan import (
    check_plannable,
    find_plan,
    get_plan,
    name_on,
    withdraw,
)
from shuangjian.foundation.accounts.access import is_class_teacher
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.registry.models import Course, SchoolClass

REASON_LENGTH_LEAST = 5  # why: shorter than this nobody else can tell what the reason was.


@transaction.atomic
def trim_homework(
    *,
    actor: Actor,
    school_class: SchoolClass,
    on: date,
    course: str,
    minutes: int,
    at: datetime,
) -> DayTotal:
    """Cut one course's minutes (减时); held homework that then fits is published.

    Raises:
        HomeworkRefusedError: not the class teacher, a past day, no such plan, not fewer minutes.
    """
    _check_class_teacher(actor, school_class, on=on, today=at.date(), act="减时")
    check_plannable(school_class, on=on, today=at.date())
    day = lock_day(school_class, on=on)
    old = get_plan(day, course=course)
    if not 1 <= minutes < old.minutes:
        raise HomeworkRefusedError("trim_not_less", {"minutes": old.minutes})
    fits = not counts(kind=old.kind, place=old.place) or total_of(day, without=course).has_room_for(
        minutes
    )
    was_published = old.state == PlanState.PUBLISHED
    version = next_version(
        old,
        minutes=minutes,
        # why: fewer minutes of what was already shown is never held back again.
        state=PlanState.PUBLISHED if was_published or fits else PlanState.HELD,
        published_at=old.published_at if was_published else (at if fits else None),
        origin=Origin.PAGE,
        recorded_by=actor.label,
        user_id=actor.user_id,
    )
    supersede(old, version, at=at)
    total = release_what_fits(day, recorded_by=actor.label, user_id=actor.user_id, at=at)
    _audit(actor, school_class, "homework.trim", on=on, course=course, minutes=minutes)
    announce_change(day)
    return total


@transaction.atomic
def move_homework(
    *,
    actor: Actor,
    school_class: SchoolClass,
    on: date,
    course: str,
    to: date,
    at: datetime,
) -> PlannedHomework:
    """Move one course's homework to another day (移到另一天); there it is held if that day is full.

    Raises:
        HomeworkRefusedError: not the class teacher, a day nobody may plan for, the course is taken
            there, no such plan.
    """
    _check_class_teacher(actor, school_class, on=on, today=at.date(), act="移动作业")
    if to == on:
        raise HomeworkRefusedError("same_day", {"on": on})
    check_plannable(school_class, on=on, today=at.date())
    check_plannable(school_class, on=to, today=at.date())
    # why: two moves in opposite directions would wait for each other; days are locked in order.
    days = {each: lock_day(school_class, on=each) for each in sorted((on, to))}
    source, target = days[on], days[to]
    old = get_plan(source, course=course)
    if find_plan(target, course=course) is not None:
        raise HomeworkRefusedError("target_taken", {"on": to, "course": Course(course).label})
    withdraw(source, course=course, actor=actor, at=at)
    fits = not counts(kind=old.kind, place=old.place) or total_of(target).has_room_for(old.minutes)
    version = next_version(
        old,
        state=PlanState.PUBLISHED if fits else PlanState.HELD,
        published_at=at if fits else None,
        origin=Origin.PAGE,
        recorded_by=actor.label,
        user_id=actor.user_id,
    )
    version.class_day = target
    earlier = target.plans.filter(course=course, superseded_at__isnull=True).first()
    plan = supersede(earlier, version, at=at)
    release_what_fits(source, recorded_by=actor.label, user_id=actor.user_id, at=at)
    _audit(actor, school_class, "homework.move", on=on, course=course, to=to.isoformat())
    announce_change(source)
    announce_change(target)
    return plan


@transaction.atomic
def override_limit(
    *, actor: Actor, school_class: SchoolClass, on: date, reason: str, at: datetime
) -> LimitOverride:
    """Let a full day through (超限放行) with a reason; the over-limit finding opens with it.

    Raises:
        HomeworkRefusedError: not the class teacher, a past day, no reason, nothing is held.
    """
    _check_class_teacher(actor, school_class, on=on, today=at.date(), act="放行")
    check_plannable(school_class, on=on, today=at.date())
    if len(reason.strip()) < REASON_LENGTH_LEAST:
        raise HomeworkRefusedError("no_reason")
    day = lock_day(school_class, on=on)
    total = total_of(day)
    if total.held == 0 or total.limit is None:
        raise HomeworkRefusedError(
            "nothing_held", {"class_name": name_on(school_class, on=on), "on": on}
        )
    override = LimitOverride.objects.create(
        class_day=day,
        reason=reason.strip(),
        minutes=total.published + total.held,
        limit_minutes=total.limit.minutes,
        recorded_by=actor.label,
        user_id=actor.user_id,
        recorded_at=at,
    )
    release_what_fits(day, recorded_by=actor.label, user_id=actor.user_id, at=at)
    _audit(actor, school_class, "homework.override", on=on, minutes=override.minutes)
    announce_change(day)
    return override


def _check_class_teacher(
    actor: Actor, school_class: SchoolClass, *, on: date, today: date, act: str
) -> None:
    if not is_class_teacher(actor, school_class=school_class, on=today):
        raise HomeworkRefusedError(
            "not_class_teacher", {"class_name": name_on(school_class, on=on), "act": act}
        )


def _audit(
    actor: Actor, school_class: SchoolClass, action: str, *, on: date, **detail: object
) -> None:
    record_action(
        actor=actor.label,
        user_id=actor.user_id,
        action=action,
        subject=f"class:{school_class.pseudonym}",
        detail={"on": on.isoformat(), **detail},
    )
