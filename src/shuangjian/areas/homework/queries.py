"""作业管理的读取: class days, the teacher's week and the public table, each for an actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shuangjian.areas.homework.limit import MinutesLimit, minutes_limit, minutes_limits
from shuangjian.areas.homework.models import (
    ClassDay,
    HomeworkKind,
    LimitOverride,
    Place,
    PlannedHomework,
    PlanState,
)
from shuangjian.areas.homework.services.day import counts
from shuangjian.areas.homework.services.plan import name_on
from shuangjian.foundation.accounts.access import (
    childrens_classes,
    class_work,
    courses_taught,
    taught_class_ids,
    work_classes,
)
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.registry.calendar import day_kinds, next_working_day
from shuangjian.foundation.registry.models import Course, SchoolClass


@dataclass(frozen=True)
class PlanLine:
    """One course's line of a class day (一项作业)."""

    course: str
    course_title: str
    content: str
    kind_title: str
    place_title: str
    minutes: int
    is_held: bool
    does_count: bool
    teacher_name: str
    is_own: bool


@dataclass(frozen=True)
class DayView:
    """班级作业日 as a page shows it: its lines, the total, and what this actor may do."""

    school_class: SchoolClass
    class_name: str
    on: date
    lines: Sequence[PlanLine]
    published_minutes: int
    held_minutes: int
    limit: MinutesLimit | None
    overrides: Sequence[LimitOverride]
    own_courses: Sequence[str]
    may_settle: bool
    plans: Sequence[PlannedHomework] = ()

    def plan_of(self, course: str) -> PlannedHomework | None:
        """The current plan of a course, or ``None``."""
        return next((plan for plan in self.plans if plan.course == course), None)

    @property
    def title(self) -> str:
        """The page's heading."""
        return f"{self.class_name} {self.on.month}月{self.on.day}日作业"

    @property
    def limit_minutes(self) -> int | None:
        """The limit's minutes; ``None`` where no limit is in force."""
        return None if self.limit is None else self.limit.minutes

    @property
    def planned_minutes(self) -> int:
        """The total if everything held were let through."""
        return self.published_minutes + self.held_minutes

    @property
    def may_change(self) -> bool:
        """Whether the actor may change some line of the day."""
        return self.may_settle or any(line.is_own for line in self.lines)

    @property
    def override_events(self) -> list[dict[str, object]]:
        """The overrides as a history."""
        return [
            {
                "title": f"超限放行到 {each.minutes} 分钟（上限 {each.limit_minutes} 分钟）",
                "at": each.recorded_at,
                "who": each.recorded_by,
                "note": each.reason,
                "tone": "warning",
            }
            for each in self.overrides
        ]


@dataclass(frozen=True)
class ClassCard:
    """One class in a teacher's or school's list (班级卡片), for one day."""

    school_class: SchoolClass
    class_name: str
    published_minutes: int
    held_minutes: int
    limit: MinutesLimit | None
    own_courses: Sequence[str]
    is_class_teacher: bool
    courses_count: int = 0
    is_only_childs: bool = False

    @property
    def own_course_titles(self) -> str:
        """The actor's own courses in Chinese."""
        return "、".join(str(Course(code).label) for code in self.own_courses)

    @property
    def is_over(self) -> bool:
        """Whether the published total exceeds the limit."""
        return self.limit is not None and self.published_minutes > self.limit.minutes


def get_day(actor: Actor, *, school_class: SchoolClass, on: date, today: date) -> DayView:
    """One class day (班级作业日) with what the actor may do on it."""
    plans = _current_plans([school_class.pk], on=on)
    day = ClassDay.objects.filter(school_class=school_class, on=on).first()
    lines = [_line(plan, actor) for plan in plans]
    work = class_work(actor, classes=[school_class], on=today)[school_class.pk]
    return DayView(
        school_class=school_class,
        class_name=name_on(school_class, on=on),
        on=on,
        lines=lines,
        published_minutes=_sum(plans, PlanState.PUBLISHED),
        held_minutes=_sum(plans, PlanState.HELD),
        limit=minutes_limit(school_class, on=on),
        overrides=list(day.overrides.order_by("id")) if day is not None else [],
        own_courses=work.courses,
        may_settle=work.is_class_teacher,
        plans=plans,
    )


def list_class_cards(actor: Actor, *, on: date, today: date) -> list[ClassCard]:
    """The classes (班级) whose homework of a day the actor works with: own ones for teachers."""
    own = work_classes(actor, on=today)
    if actor.teacher_id is not None and not actor.grants:
        own = own.filter(pk__in=taught_class_ids(actor, on=today))
    own_by_id = {each.pk: each for each in own}
    classes = {each.pk: each for each in childrens_classes(actor, on=today)} | own_by_id
    ordered = sorted(classes.values(), key=lambda each: (-_grade_order(each), each.number, each.pk))
    plans_by_class: dict[int, list[PlannedHomework]] = {each.pk: [] for each in ordered}
    for plan in _current_plans(list(plans_by_class), on=on):
        plans_by_class[plan.class_day.school_class_id].append(plan)
    limits = minutes_limits(ordered, on=on)
    work = class_work(actor, classes=ordered, on=today)
    return [
        ClassCard(
            school_class=each,
            class_name=name_on(each, on=on),
            published_minutes=_sum(plans_by_class[each.pk], PlanState.PUBLISHED),
            held_minutes=_sum(plans_by_class[each.pk], PlanState.HELD),
            limit=limits[each.pk],
            own_courses=work[each.pk].courses,
            is_class_teacher=work[each.pk].is_class_teacher,
            courses_count=len(plans_by_class[each.pk]),
            is_only_childs=each.pk not in own_by_id,
        )
        for each in ordered
    ]


def last_plan(
    actor: Actor, *, school_class: SchoolClass, course: str, before: date
) -> PlannedHomework | None:
    """The teacher's last homework of a course before a day, to start from (沿用上次)."""
    if course not in courses_taught(actor, school_class=school_class, on=before):
        return None
    return (
        PlannedHomework.objects.filter(
            class_day__school_class=school_class,
            class_day__on__lt=before,
            class_day__on__gte=before - timedelta(days=30),
            course=course,
            superseded_at__isnull=True,
        )
        .exclude(state=PlanState.WITHDRAWN)
        .order_by("-class_day__on", "-id")
        .first()
    )


def _grade_order(school_class: SchoolClass) -> int:
    return school_class.entry_year - (6 if school_class.stage == "junior" else 0)


def _current_plans(class_ids: Sequence[int], *, on: date) -> list[PlannedHomework]:
    current = PlannedHomework.objects.filter(
        class_day__school_class__in=class_ids, class_day__on=on, superseded_at__isnull=True
    ).exclude(state=PlanState.WITHDRAWN)
    return list(current.select_related("class_day", "teacher").order_by("recorded_at", "id"))


def _sum(plans: Sequence[PlannedHomework], state: str) -> int:
    return sum(
        plan.minutes
        for plan in plans
        if plan.state == state and counts(kind=plan.kind, place=plan.place)
    )


def _line(plan: PlannedHomework, actor: Actor) -> PlanLine:
    return PlanLine(
        course=plan.course,
        course_title=str(Course(plan.course).label),
        content=plan.content,
        kind_title=str(HomeworkKind(plan.kind).label),
        place_title=str(Place(plan.place).label),
        minutes=plan.minutes,
        is_held=plan.state == PlanState.HELD,
        does_count=counts(kind=plan.kind, place=plan.place),
        teacher_name=plan.teacher.name if plan.teacher is not None else "",
        is_own=plan.teacher_id is not None and plan.teacher_id == actor.teacher_id,
    )


def planning_day(actor: Actor, *, today: date) -> date:
    """The day that the actor most likely means: today for guardians, tomorrow for the others."""
    if actor.guardian_id is not None and actor.teacher_id is None:
        kinds = day_kinds(first=today, last=today)
        return today if kinds[today].is_working_day else next_working_day(after=today)
    return next_working_day(after=today)
