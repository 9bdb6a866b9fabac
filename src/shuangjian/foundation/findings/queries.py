"""台账的读取: the findings an actor may see; absent and forbidden are alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import REGION_ROLES, SCHOOL_ROLES, Role
from shuangjian.foundation.findings.life import (
    ACTS_FROM,
    NOT_BY_RECTIFIER,
    FindingLife,
    fold,
    step_of,
)
from shuangjian.foundation.findings.models import (
    EventKind,
    Finding,
    FindingEvent,
    RuleKind,
    Status,
)
from shuangjian.foundation.findings.permission import may_act, own_class_subjects


@dataclass(frozen=True)
class FindingFilter:
    """筛选条件: what a list is narrowed to; empty means all.

    ``first`` and ``last`` bound the day it happened, both counted. ``overdue_on`` keeps those whose
    due day lies before it and that still wait for the school.
    """

    statuses: frozenset[Status] = frozenset()
    rule: str = ""
    area: str = ""
    severity: str = ""
    school: UUID | None = None
    first: date | None = None
    last: date | None = None
    overdue_on: date | None = None


EVERYTHING = FindingFilter()
_WAITING_FOR_SCHOOL = (Status.ASSIGNED, Status.REOPENED)


def list_findings(
    actor: Actor, *, on: date, filters: FindingFilter = EVERYTHING
) -> QuerySet[Finding]:
    """The findings (台账) that the actor may see, the latest first.

    Returns:
        Findings with ``state``, ``region`` and ``school`` at hand.
    """
    return (
        _visible(actor, on=on)
        .filter(_condition(filters))
        .select_related("state", "region", "school")
        .order_by("-effective_on", "-id")
    )


def count_findings(
    actor: Actor, *, on: date, filters: FindingFilter = EVERYTHING
) -> Mapping[Status, int]:
    """How many of the visible findings are in each status (各状态数量); every status is a key."""
    counted = (
        _visible(actor, on=on)
        .filter(_condition(filters))
        .values_list("state__status")
        .annotate(Count("pk"))
        .order_by()
    )
    number_by_status = dict(counted)
    return {status: number_by_status.get(status.value, 0) for status in Status}


def access_finding(actor: Actor, *, pseudonym: UUID, on: date) -> Finding:
    """The finding that the actor may see, with ``state``, ``region`` and ``school`` at hand.

    Raises:
        NotAccessibleError: absent or another's.
    """
    visible = _visible(actor, on=on).select_related("state", "region", "school")
    finding = visible.filter(pseudonym=pseudonym).first()
    if finding is None:
        raise NotAccessibleError
    return finding


def events_of(finding: Finding) -> list[FindingEvent]:
    """A finding's events (办理经过), oldest first."""
    return list(FindingEvent.objects.filter(finding=finding).order_by("id"))


def life_of(finding: Finding) -> FindingLife:
    """A finding's present standing (问题现状), folded from its events."""
    return fold(map(step_of, events_of(finding)), kind=RuleKind(finding.kind))


def steps_open_to(actor: Actor, *, finding: Finding, on: date) -> list[EventKind]:
    """The steps that this actor may take on a finding now (可办事项), in the order of its life.

    A standing state is still offered 销号 once verified; the service then says why it must wait.
    """
    life = life_of(finding)
    return [
        kind
        for kind, statuses in ACTS_FROM.items()
        if life.status in statuses
        and not (kind in NOT_BY_RECTIFIER and actor.user_id == life.last_rectifier_id is not None)
        and may_act(actor, finding=finding, kind=kind, on=on)
    ]


def _visible(actor: Actor, *, on: date) -> QuerySet[Finding]:
    condition = Q(school__in=actor.school_ids(*SCHOOL_ROLES)) | Q(
        subject__in=own_class_subjects(actor, on=on)
    )
    for path in actor.region_paths(*REGION_ROLES, Role.OPERATOR):
        condition |= Q(region__path__within=path)
    return Finding.objects.filter(condition)


def _condition(filters: FindingFilter) -> Q:
    condition = Q()
    if filters.statuses:
        condition &= Q(state__status__in=sorted(filters.statuses))
    for column in ("rule", "area", "severity"):
        if getattr(filters, column):
            condition &= Q(**{column: getattr(filters, column)})
    if filters.school is not None:
        condition &= Q(school__pseudonym=filters.school)
    if filters.first is not None:
        condition &= Q(effective_on__gte=filters.first)
    if filters.last is not None:
        condition &= Q(effective_on__lte=filters.last)
    if filters.overdue_on is not None:
        condition &= Q(state__due_on__lt=filters.overdue_on, state__status__in=_WAITING_FOR_SCHOOL)
    return condition
