"""台账的写入: a person assigns, rectifies, verifies or clears, under the finding's lock."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db import transaction

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.findings.errors import (
    DueInPastError,
    MissingTextError,
    NotPermittedError,
    StillStandingError,
)
from shuangjian.foundation.findings.life import FindingLife, Step, advance, fold, step_of
from shuangjian.foundation.findings.models import EventKind, Finding, FindingEvent, RuleKind
from shuangjian.foundation.findings.permission import may_act

_VERB_BY_KIND = {
    EventKind.ASSIGNED: "assign",
    EventKind.RECTIFIED: "rectify",
    EventKind.VERIFIED: "verify",
    EventKind.CLEARED: "clear",
}


def assign_finding(
    *, actor: Actor, finding: Finding, due_on: date, on: date, note: str = ""
) -> FindingEvent:
    """Assign a finding to its school with a due day (交办); again to move the due day.

    Args:
        actor: an officer of the finding's region, or the operator.
        finding: as ``access_finding`` gave it.
        due_on: the last day for rectifying; not before ``on``.
        on: the business day.
        note: what the school shall do; may be empty.

    Raises:
        FindingRefusedError: the role, the due day or the status does not allow it.
    """
    if due_on < on:
        raise DueInPastError(due_on=due_on, on=on)
    step = Step(kind=EventKind.ASSIGNED, effective_on=on, due_on=due_on)
    return _take(step, actor=actor, finding=finding, note=note)


@transaction.atomic
def assign_findings(
    *, actor: Actor, findings: Iterable[Finding], due_on: date, on: date, note: str = ""
) -> int:
    """Assign many findings at once (批量交办), all or none.

    Args:
        actor: an officer of every finding's region, or the operator.
        findings: as ``list_findings`` gave them.
        due_on: the same last day for all; not before ``on``.
        on: the business day.
        note: what the schools shall do; may be empty.

    Returns:
        How many were assigned.

    Raises:
        FindingRefusedError: as ``assign_finding``; then none is assigned.
    """
    # why: locks are taken in one order, so that two officers never wait for each other.
    ordered = sorted(findings, key=lambda finding: finding.pk)
    for finding in ordered:
        assign_finding(actor=actor, finding=finding, due_on=due_on, on=on, note=note)
    return len(ordered)


def rectify_finding(
    *, actor: Actor, finding: Finding, note: str, evidence: str, on: date
) -> FindingEvent:
    """Report how a finding was mended (整改).

    Args:
        actor: principal or school administrator of the school, or class teacher of the class.
        finding: as ``access_finding`` gave it.
        note: what was done.
        evidence: where that can be seen.
        on: the business day.

    Raises:
        FindingRefusedError: the role or the status does not allow it, or a text is empty.
    """
    _require(EventKind.RECTIFIED, note=note, evidence=evidence)
    step = Step(kind=EventKind.RECTIFIED, effective_on=on)
    return _take(step, actor=actor, finding=finding, note=note, evidence=evidence)


def verify_finding(
    *, actor: Actor, finding: Finding, passed: bool, note: str, on: date, evidence: str = ""
) -> FindingEvent:
    """Check the mending (复核); a failed check reopens the finding.

    Args:
        actor: an officer or inspector of the region, other than the one who rectified.
        finding: as ``access_finding`` gave it.
        passed: whether the mending stands.
        note: what was looked at.
        on: the business day.
        evidence: where that can be seen; may be empty.

    Raises:
        FindingRefusedError: the role, the person or the status does not allow it, or no note.
    """
    _require(EventKind.VERIFIED, note=note)
    step = Step(kind=EventKind.VERIFIED, effective_on=on, passed=passed)
    return _take(step, actor=actor, finding=finding, note=note, evidence=evidence)


def clear_finding(
    *, actor: Actor, finding: Finding, evidence: str, on: date, note: str = ""
) -> FindingEvent:
    """Clear a finding (销号), with evidence.

    Args:
        actor: an officer of the region, other than the one who rectified.
        finding: as ``access_finding`` gave it; verified before, and no longer shown if a state.
        evidence: on what the clearing rests.
        on: the business day.
        note: may be empty.

    Raises:
        FindingRefusedError: the role, the person, the status or the latest inspection does not
            allow it, or there is no evidence.
    """
    _require(EventKind.CLEARED, evidence=evidence)
    step = Step(kind=EventKind.CLEARED, effective_on=on)
    return _take(step, actor=actor, finding=finding, note=note, evidence=evidence)


def _require(kind: EventKind, **texts: str) -> None:
    for field, text in texts.items():
        if not text.strip():
            raise MissingTextError(kind=kind, field=field)


@transaction.atomic
def _take(
    step: Step, *, actor: Actor, finding: Finding, note: str, evidence: str = ""
) -> FindingEvent:
    """Take one step under the finding's lock, so that two people never take the same one."""
    locked = (
        Finding.objects.select_for_update(of=("self",), no_key=True)
        .select_related("region", "school")
        .get(pk=finding.pk)
    )
    if not may_act(actor, finding=locked, kind=step.kind, on=step.effective_on):
        raise NotPermittedError(step.kind)
    events = FindingEvent.objects.filter(finding=locked).order_by("id")
    kind = RuleKind(locked.kind)
    life = fold(map(step_of, events), kind=kind)
    advance(life, replace(step, user_id=actor.user_id), kind=kind)
    if step.kind is EventKind.CLEARED:
        _require_gone(locked, life)
    event = FindingEvent.objects.create(
        finding=locked,
        kind=step.kind,
        actor=actor.label,
        user_id=actor.user_id,
        note=note.strip(),
        evidence=evidence.strip(),
        due_on=step.due_on,
        passed=step.passed,
        effective_on=step.effective_on,
    )
    record_action(
        actor=actor.label,
        user_id=actor.user_id,
        action=f"finding.{_VERB_BY_KIND[step.kind]}",
        subject=f"finding:{locked.pseudonym}",
        detail={
            "event": event.pk,
            "on": step.effective_on.isoformat(),
            "due_on": step.due_on.isoformat() if step.due_on else None,
            "passed": step.passed,
        },
    )
    return event


def _require_gone(finding: Finding, life: FindingLife) -> None:
    """Refuse to clear a state that the latest inspection still shows.

    A state that stands but was not seen by the latest look (its class left, say) may be cleared;
    should it be seen again, the inspection reopens it.
    """
    if finding.kind != RuleKind.STATE or not life.is_standing or finding.seen_on is None:
        return
    if finding.looked_on is None or finding.seen_on >= finding.looked_on:
        raise StillStandingError(seen_on=finding.seen_on)
