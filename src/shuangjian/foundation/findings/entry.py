"""台账的成批读写: the findings of one rule and their lives, and new findings and events in bulk."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from shuangjian.foundation.findings.decision import Violation
from shuangjian.foundation.findings.life import FindingLife
from shuangjian.foundation.findings.models import (
    EventKind,
    Finding,
    FindingEvent,
    FindingState,
    RuleKind,
    Status,
)

_BATCH = 2000


class Known(NamedTuple):
    """已有的问题: a finding as far as reconciling needs it."""

    id: int
    subject: str
    period: str
    episode: int
    seen_on: date | None


class Change(NamedTuple):
    """要写的动作: one event for a finding; without a violation it says that there is none now."""

    finding_id: int
    kind: EventKind
    effective_on: date
    violation: Violation | None
    note: str = ""


def known_findings(findings: QuerySet[Finding]) -> list[Known]:
    """The findings of a query (已有的问题), by subject, period and episode."""
    rows = findings.order_by("subject", "period", "episode", "pk").values_list(
        "pk", "subject", "period", "episode", "seen_on"
    )
    return [Known(*row) for row in rows]


def lock_lives(known: Collection[Known], *, kind: RuleKind) -> dict[int, FindingLife]:
    """Lock findings and read what they amount to (问题现状), by key.

    The lock keeps people's steps out until the end of the transaction; the lives are read after it.
    """
    ids = sorted(finding.id for finding in known)
    locked = Finding.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(locked.values_list("pk", flat=True))
    return read_lives(ids, kind=kind)


def read_lives(ids: Collection[int], *, kind: RuleKind) -> dict[int, FindingLife]:
    """What findings amount to (问题现状), by key."""
    states = FindingState.objects.filter(finding__in=ids)
    return {state.finding_id: _life(state, kind=kind) for state in states}


def write_findings(
    findings: Collection[Finding],
    violations: Iterable[Violation],
    *,
    actor_label: str,
    note: str = "",
) -> None:
    """Insert new findings, each with its first event (发现), in the order given."""
    created = Finding.objects.bulk_create(findings, batch_size=_BATCH)
    write_changes(
        [
            Change(finding.pk, EventKind.OPENED, finding.effective_on, violation, note)
            for finding, violation in zip(created, violations, strict=True)
        ],
        actor_label=actor_label,
    )


def write_changes(changes: Iterable[Change], *, actor_label: str) -> None:
    """Insert one event for each change (台账动作)."""
    FindingEvent.objects.bulk_create(
        [
            FindingEvent(
                finding_id=change.finding_id,
                kind=change.kind,
                actor=actor_label,
                effective_on=change.effective_on,
                measured=change.violation.measured if change.violation else None,
                limit_value=change.violation.limit_value if change.violation else None,
                policy=change.violation.policy if change.violation else "",
                note=change.note,
            )
            for change in changes
        ],
        batch_size=_BATCH,
    )


def _life(state: FindingState, *, kind: RuleKind) -> FindingLife:
    return FindingLife(
        kind=kind,
        status=Status(state.status),
        is_standing=state.is_standing,
        measured=state.measured,
        limit_value=state.limit_value,
        policy=state.policy,
        facts_on=state.facts_on,
        acted_on=state.acted_on,
        due_on=state.due_on,
        last_rectifier_id=state.last_rectifier_id,
    )
