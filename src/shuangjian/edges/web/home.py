"""首页的待办: what each person has to do today, by role; what is done leaves the list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from shuangjian.areas.homework.models import PlannedHomework, PlanState
from shuangjian.areas.homework.services.day import counts
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import SCHOOL_ROLES, Role
from shuangjian.foundation.findings.models import Status
from shuangjian.foundation.findings.queries import FindingFilter, count_findings, list_findings
from shuangjian.foundation.ledger.access import visible_books
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import Course, SchoolClass, TeachingAssignment
from shuangjian.foundation.registry.school_year import class_name
from shuangjian.oversight.reports.queries import RegionRounds, RoundLine, is_officer_of, list_rounds
from shuangjian.oversight.reports.wording import left_text

_WEEKDAYS: Final = "一二三四五六日"
_WAITING_FOR_VERIFICATION: Final = (Status.RECTIFIED, Status.CEASED, Status.CORRECTED)
_NAMED_MOST: Final = 3


@dataclass(frozen=True)
class HomeTask:
    """待办: one thing to do, where, its state, and what to know before going there."""

    title: str
    url: str
    status: str
    tone: str
    hint: str = ""


def tasks_of(actor: Actor, *, today: date) -> list[HomeTask]:
    """What the actor has to do today (今天要做的事), the bureau's work first.

    Args:
        actor: each role that he or she holds adds its own.
        today: the day; homework is that of the next working day.
    """
    tasks: list[HomeTask] = []
    for roles, tasks_for in _TASKS_BY_ROLES:
        if actor.has(*roles):
            tasks += tasks_for(actor, today)
    return list(dict.fromkeys(tasks))  # why: two roles may bring the same task


def _officer(actor: Actor, today: date) -> list[HomeTask]:
    number = count_findings(actor, on=today)
    late = count_findings(actor, on=today, filters=FindingFilter(overdue_on=today))
    found = [
        _findings(
            "催办逾期未整改的问题", sum(late.values()), "逾期", "bad", tab="all", overdue="on"
        ),
        _findings("交办新发现的问题", number[Status.OPENED], "待交办", "warning", tab="opened"),
        _findings(
            "重新打开的问题，再定限期",
            number[Status.REOPENED],
            "重新打开",
            "warning",
            tab="reopened",
        ),
        _verification(_sum(number, _WAITING_FOR_VERIFICATION)),
        _findings(
            "给复核通过的问题销号", number[Status.VERIFIED], "待销号", "info", tab="verified"
        ),
    ]
    return [task for task in found if task is not None] + _reports(actor, today)


def _inspector(actor: Actor, today: date) -> list[HomeTask]:
    number = count_findings(actor, on=today)
    task = _verification(_sum(number, _WAITING_FOR_VERIFICATION))
    return [task] if task is not None else []


def _school(actor: Actor, today: date) -> list[HomeTask]:
    """What was assigned to the school or class, and what a failed check sent back."""
    tasks = []
    for status, tab, title, word in (
        (Status.REOPENED, "reopened", "重新整改被退回的问题", "重新打开"),
        (Status.ASSIGNED, "assigned", "整改交办的问题", "待整改"),
    ):
        filters = FindingFilter(statuses=frozenset({status}))
        listed = list_findings(actor, on=today, filters=filters).order_by("id")
        due_days = list(listed.values_list("state__due_on", flat=True))
        is_late = any(due_on is not None and due_on < today for due_on in due_days)
        task = _findings(
            title,
            len(due_days),
            word,
            "bad" if is_late else "warning",
            tab=tab,
            hint=_due_hint([due_on for due_on in due_days if due_on is not None], today=today),
        )
        if task is not None:
            tasks.append(task)
    return tasks


def _held_in_school(actor: Actor, today: date) -> list[HomeTask]:
    """Classes of the school with held homework: one task a day, since others decide."""
    schools = actor.school_ids(*SCHOOL_ROLES)
    tasks = []
    for on in (today, next_working_day(after=today)):
        classes = _classes_holding(Q(school__in=schools), on=on)
        if classes:
            names = [_class_name(each, on=on) for each in classes]
            more = f"等 {len(names)} 个班" if len(names) > _NAMED_MOST else ""
            tasks.append(
                HomeTask(
                    title=f"{_day_words(on)}的作业有班级暂缓",
                    url=f"{reverse('homework-plan')}?on={on.isoformat()}",
                    status=f"{len(names)} 个班",
                    tone="warning",
                    hint=f"{'、'.join(names[:_NAMED_MOST])}{more}，等班主任协调。",
                )
            )
    return tasks


def _held_in_own_class(actor: Actor, today: date) -> list[HomeTask]:
    own = _assignments(actor, today=today).filter(is_class_teacher=True)
    class_ids = list(own.values_list("school_class", flat=True))
    return [
        HomeTask(
            title=f"协调{_class_name(each, on=on)}{_day_words(on)}暂缓的作业",
            url=reverse("homework-day", args=[each.pseudonym, on]),
            status="有暂缓",
            tone="warning",
            hint="合计会超过上限。请减时、改期，或写明理由放行。",
        )
        for on in (today, next_working_day(after=today))
        for each in _classes_holding(Q(pk__in=class_ids), on=on)
    ]


def _teacher(actor: Actor, today: date) -> list[HomeTask]:
    """The actor's courses for which nothing is planned on the next working day."""
    on = next_working_day(after=today)
    own = (
        _assignments(actor, today=today)
        .filter(_in_force(on, prefix="school_class__"), is_class_teacher=False)
        .select_related("school_class")
        .order_by("school_class__entry_year", "school_class__number", "school_class", "course")
    )
    planned = set(
        _plans(on)
        .filter(class_day__school_class__assignments__teacher=actor.teacher_id)
        .values_list("class_day__school_class", "course")
    )
    return [
        HomeTask(
            title=f"布置{_class_name(each.school_class, on=on)}{_course(each.course)}作业",
            url=f"{reverse('homework-day', args=[each.school_class.pseudonym, on])}"
            f"?course={each.course}",
            status="未布置",
            tone="neutral",
            hint=f"{_day_words(on)}。没有作业就不用填。",
        )
        for each in own
        if (each.school_class_id, each.course) not in planned
    ]


def _guardian(actor: Actor, today: date) -> list[HomeTask]:
    """The public table of each child's class: today's, on a day off the next working day's."""
    on = next_working_day(after=today - timedelta(days=1))
    classes = (
        SchoolClass.objects.filter(_in_force(today))
        .filter(
            Q(enrolments__ends_on__isnull=True) | Q(enrolments__ends_on__gt=today),
            enrolments__starts_on__lte=today,
            enrolments__pupil__guardianship__guardian=actor.guardian_id,
        )
        .distinct()
        .order_by("id")
    )
    plans = list(
        _plans(on)
        .filter(class_day__school_class__in=classes, state=PlanState.PUBLISHED)
        .select_related("class_day")
    )
    tasks = []
    for each in classes:
        own = [plan for plan in plans if plan.class_day.school_class_id == each.pk]
        minutes = sum(plan.minutes for plan in own if counts(kind=plan.kind, place=plan.place))
        tasks.append(
            HomeTask(
                title=f"看{_class_name(each, on=on)}{'今天' if on == today else ''}的作业公示表",
                url=reverse("homework-public", args=[each.pseudonym, on]),
                status="已公示" if own else "还没有布置",
                tone="good" if own else "neutral",
                hint=_day_words(on) + (f"，在家书面作业合计 {minutes} 分钟" if own else ""),
            )
        )
    return tasks


def _auditor(actor: Actor, today: date) -> list[HomeTask]:
    number = count_findings(actor, on=today)
    tasks = [
        HomeTask(
            title="查看问题台账",
            url=f"{reverse('finding-list')}?tab=all",
            status=f"{sum(number.values())} 项",
            tone="neutral",
            hint="只看不改。每个问题都能点到政策依据和原始记录。",
        ),
        HomeTask(
            title="查看半月报",
            url=reverse("report-list"),
            status="",
            tone="neutral",
            hint="已签发的数字能点到当时计入的每一行。",
        ),
    ]
    if visible_books(actor).exists():
        hint = "每个账户、每笔转账，和封存链的链头；只看不改。"
        tasks.append(HomeTask("查看账本", reverse("ledger-home"), "", "neutral", hint))
    return tasks


def _verification(number: int) -> HomeTask | None:
    return _findings("复核学校的整改和情形的变化", number, "待复核", "info", tab="rectified")


def _reports(actor: Actor, today: date) -> list[HomeTask]:
    """The half-month reports that the actor's own regions owe: this round's and the last one."""
    own = [each for each in list_rounds(actor, today=today) if is_officer_of(actor, each.region)]
    tasks = []
    for each in own:
        if each.problem:
            title = f"报送{each.region.name}半月报"
            tasks.append(HomeTask(title, reverse("report-list"), "不能报送", "bad", each.problem))
        owed = (line for line in reversed(each.lines[:2]) if not line.is_signed)
        tasks += [_report(each, line) for line in owed]
    return tasks


def _report(each: RegionRounds, line: RoundLine) -> HomeTask:
    due_on = line.round.due_on
    if line.is_overdue:
        status, tone = "逾期", "bad"
    elif line.days_left == 0:
        status, tone = "今天到期", "warning"
    else:
        status, tone = ("草稿", "info") if line.state else ("未开始", "neutral")
    return HomeTask(
        title=f"报送{each.region.name}半月报",
        url=reverse("report", args=[each.region.code, due_on]),
        status=status,
        tone=tone,
        hint=f"{_day_words(due_on)}到期，{left_text(line.days_left)}。",
    )


def _findings(
    title: str, number: int, word: str, tone: str, *, hint: str = "", **asked: str
) -> HomeTask | None:
    """A task on the list of findings; ``None`` where there is nothing to do."""
    if not number:
        return None
    url = f"{reverse('finding-list')}?{urlencode(asked)}"
    return HomeTask(title, url, f"{word} {number} 项", tone, hint)


def _due_hint(due_days: Sequence[date], *, today: date) -> str:
    """When the first one is due, and how many are late (限期提示)."""
    if not due_days:
        return "还没有定限期。"
    first = min(due_days)
    overdue = sum(1 for due_on in due_days if due_on < today)
    late = f"，其中 {overdue} 项已经逾期" if overdue else ""
    return f"最早的{_day_words(first)}到期{late}。"


def _sum(number_by_status: Mapping[Status, int], statuses: Iterable[Status]) -> int:
    return sum(number_by_status[status] for status in statuses)


def _plans(on: date) -> QuerySet[PlannedHomework]:
    current = PlannedHomework.objects.filter(class_day__on=on, superseded_at__isnull=True)
    return current.exclude(state=PlanState.WITHDRAWN)


def _classes_holding(condition: Q, *, on: date) -> list[SchoolClass]:
    """The classes with held homework on a day (有暂缓的班级)."""
    held = _plans(on).filter(state=PlanState.HELD).values("class_day__school_class")
    classes = SchoolClass.objects.filter(condition, pk__in=held)
    return list(classes.order_by("-entry_year", "number", "id"))


def _assignments(actor: Actor, *, today: date) -> QuerySet[TeachingAssignment]:
    """What the actor teaches, and which classes he or she leads, on a day (任课)."""
    return TeachingAssignment.objects.filter(_in_force(today), teacher=actor.teacher_id)


def _in_force(on: date, *, prefix: str = "") -> Q:
    ends_on = f"{prefix}ends_on"
    is_open = Q(**{f"{ends_on}__isnull": True}) | Q(**{f"{ends_on}__gt": on})
    return is_open & Q(**{f"{prefix}starts_on__lte": on})


def _class_name(each: SchoolClass, *, on: date) -> str:
    return class_name(stage=each.stage, entry_year=each.entry_year, number=each.number, on=on)


def _course(code: str) -> str:
    return str(Course(code).label) if code in Course.values else code


def _day_words(on: date) -> str:
    """A day as people say it: 11月17日（星期二）."""
    return f"{on.month}月{on.day}日（星期{_WEEKDAYS[on.weekday()]}）"


_TASKS_BY_ROLES: Final[
    tuple[tuple[tuple[Role, ...], Callable[[Actor, date], list[HomeTask]]], ...]
] = (
    ((Role.OFFICER,), _officer),
    ((Role.INSPECTOR,), _inspector),
    ((Role.AUDITOR,), _auditor),
    ((*SCHOOL_ROLES, Role.CLASS_TEACHER), _school),
    (tuple(SCHOOL_ROLES), _held_in_school),
    ((Role.CLASS_TEACHER,), _held_in_own_class),
    ((Role.TEACHER,), _teacher),
    ((Role.GUARDIAN,), _guardian),
)
