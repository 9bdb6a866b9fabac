"""首页的待办: what each person has to do today, by role; what is done leaves the list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from shuangjian.areas.homework.models import PlannedHomework, PlanState
from shuangjian.areas.homework.queries import planning_day
from shuangjian.areas.homework.services.day import counts
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import SCHOOL_ROLES, Role
from shuangjian.foundation.findings.models import Status
from shuangjian.foundation.findings.queries import FindingFilter, count_findings, list_findings
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import Course, SchoolClass, TeachingAssignment
from shuangjian.foundation.registry.school_year import class_name
from shuangjian.oversight.reports.errors import ReportRefusedError
from shuangjian.oversight.reports.queries import RegionRounds, RoundLine, list_rounds
from shuangjian.oversight.reports.wording import left_text
from shuangjian.oversight.reports.wording import refusal_text as report_refusal_text

_WEEKDAYS: Final = "一二三四五六日"
_WAITING_FOR_SCHOOL: Final = (Status.ASSIGNED, Status.REOPENED)
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
    return tasks


def _officer(actor: Actor, today: date) -> list[HomeTask]:
    number = count_findings(actor, on=today)
    overdue = sum(
        count_findings(actor, on=today, filters=FindingFilter(overdue_on=today)).values()
    )
    found = [
        _findings("交办新发现的问题", number[Status.OPENED], "待交办", "warning", tab="opened"),
        _findings(
            "重新打开的问题，再定限期",
            number[Status.REOPENED],
            "重新打开",
            "warning",
            tab="reopened",
        ),
        _findings("催办逾期未整改的问题", overdue, "逾期", "bad", tab="all", overdue="on"),
        _verification(actor, today, number=_sum(number, _WAITING_FOR_VERIFICATION)),
        _findings("给复核通过的问题销号", number[Status.VERIFIED], "待销号", "info", tab="verified"),
    ]
    return [task for task in found if task is not None] + _reports(actor, today)
