"""班级作业日: the lock, the running total, and who is held when the day is full."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from shuangjian.areas.homework.limit import MinutesLimit, minutes_limit
from shuangjian.areas.homework.models import (
    ClassDay,
    HomeworkKind,
    Place,
    PlannedHomework,
    PlanState,
)
from shuangjian.foundation.lake.change import record_change
from shuangjian.foundation.registry.models import SchoolClass

VERSION_FIELDS = (
    "class_day_id",
    "course",
    "content",
    "kind",
    "place",
    "minutes",
    "state",
    "origin",
    "teacher_id",
    "recorded_by",
    "user_id",
    "published_at",
)


@dataclass(frozen=True)
class DayTotal:
    """合计: the minutes of a class day that count, against what the day may hold.

    ``cap`` is the limit, or what a class teacher let through; ``None`` where no limit is in force.
    """

    published: int
    held: int
    limit: MinutesLimit | None
    cap: int | None

    def has_room_for(self, minutes: int) -> bool:
        """Whether ``minutes`` more would stay within the day."""
        return self.cap is None or self.published + minutes <= self.cap


def lock_day(school_class: SchoolClass, *, on: date) -> ClassDay:
    """Take the row lock of a class day (行锁), making the row first if it isn't there.

    Whoever plans for the class on that day waits here, so the total below is never stale.
    """
    ClassDay.objects.bulk_create(
        [ClassDay(school_class=school_class, on=on)], ignore_conflicts=True
    )
    return ClassDay.objects.select_for_update().get(school_class=school_class, on=on)


def current_plans(day: ClassDay) -> list[PlannedHomework]:
    """The current versions of a day, oldest first; withdrawn ones are left out."""
    current = day.plans.filter(superseded_at__isnull=True).exclude(state=PlanState.WITHDRAWN)
    return list(current.order_by("recorded_at", "id"))


def counts(*, kind: str, place: str) -> bool:
    """Whether homework counts towards the limit: only 书面, only at home."""
    return kind == HomeworkKind.WRITTEN and place == Place.HOME


def total_of(day: ClassDay, *, without: str = "") -> DayTotal:
    """The day's total (合计), leaving out the course ``without``."""
    return _total(day, current_plans(day), without=without)


def _total(day: ClassDay, plans: Sequence[PlannedHomework], *, without: str = "") -> DayTotal:
    published = held = 0
    for plan in plans:
        if plan.course != without and counts(kind=plan.kind, place=plan.place):
            if plan.state == PlanState.HELD:
                held += plan.minutes
            else:
                published += plan.minutes
    limit = minutes_limit(day.school_class, on=day.on)
    cap = None
    if limit is not None:
        overridden = day.overrides.order_by("-minutes", "-id").values_list("minutes", flat=True)
        cap = max(limit.minutes, overridden.first() or 0)
    return DayTotal(published, held, limit, cap)


def supersede(
    old: PlannedHomework | None, new: PlannedHomework, *, at: datetime
) -> PlannedHomework:
    """Write a version (版本): the old one is closed, the new one becomes current."""
    if old is not None:
        # why: a moment read by two processes may step back; an interval never does.
        moment = max(at, old.recorded_at)
        PlannedHomework.objects.filter(pk=old.pk).update(superseded_at=moment)
    new.recorded_at = at if old is None else max(at, old.recorded_at)
    new.save(force_insert=True)
    return new


def next_version(old: PlannedHomework, **changes: object) -> PlannedHomework:
    """A copy of a version with some fields changed; not saved."""
    fields = {name: getattr(old, name) for name in VERSION_FIELDS}
    return PlannedHomework(**{**fields, **changes})


def release_what_fits(
    day: ClassDay, *, recorded_by: str, user_id: int | None, at: datetime
) -> DayTotal:
    """Publish held plans (暂缓) in the order they came, while the day has room for them.

    Returns:
        The day's total afterwards.
    """
    plans = current_plans(day)
    total = _total(day, plans)
    for plan in plans:
        if plan.state != PlanState.HELD or not total.has_room_for(plan.minutes):
            continue
        version = next_version(
            plan,
            state=PlanState.PUBLISHED,
            published_at=at,
            recorded_by=recorded_by,
            user_id=user_id,
        )
        supersede(plan, version, at=at)
        total = replace(
            total, published=total.published + plan.minutes, held=total.held - plan.minutes
        )
    return total


def announce_change(day: ClassDay) -> None:
    """Tell supervision that a class day's facts changed (事实变动)."""
    for fact in ("class_homework_day", "homework_published_day"):
        record_change(fact=fact, school_id=day.school_class.school_id, first=day.on, last=day.on)
