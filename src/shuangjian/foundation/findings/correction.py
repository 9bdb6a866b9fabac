"""事实更正的问题: correcting away the fact behind a finding is itself a finding."""

from collections.abc import Collection
from datetime import date

from shuangjian.foundation.findings.decision import Violation
from shuangjian.foundation.findings.entry import (
    Change,
    known_findings,
    lock_lives,
    read_lives,
    write_changes,
    write_findings,
)
from shuangjian.foundation.findings.life import FindingLife
from shuangjian.foundation.findings.models import EventKind, Finding, RuleKind, Status
from shuangjian.foundation.findings.wording import FACT_CORRECTED_RULE, corrected_from


def open_corrections(
    finding_ids: Collection[int], *, term: str, on: date, actor_label: str
) -> tuple[int, int]:
    """Open a finding beside each one whose fact was corrected away (事实更正的问题).

    One for a subject and period; where a cleared one stands there already, it is reopened. The
    caller holds the lock of this rule.

    Args:
        finding_ids: the findings whose fact no longer violates.
        term: what their rule finds.
        on: the business day of the correction.
        actor_label: who ran the inspection.

    Returns:
        How many were opened and how many reopened.
    """
    # why: the lives are read apart, not joined: fresh tables have no statistics, and a join of the
    # view may then fold every finding for every other.
    originals = list(Finding.objects.filter(pk__in=finding_ids).order_by("pk"))
    former = read_lives(finding_ids, kind=RuleKind.EVENT)
    existing = Finding.objects.filter(
        rule=FACT_CORRECTED_RULE, period__in={finding.period for finding in originals}
    )
    keys = {(finding.subject, finding.period) for finding in originals}
    known = {
        (finding.subject, finding.period): finding
        for finding in known_findings(existing)
        if (finding.subject, finding.period) in keys
    }
    lives = lock_lives(known.values(), kind=RuleKind.EVENT)
    note = corrected_from(term=term)
    new: list[tuple[Finding, Violation]] = []
    reopened: list[Change] = []
    for original in originals:
        violation = _violation(original, former[original.pk], on=on)
        correction = known.get((original.subject, original.period))
        if correction is None:
            new.append((_correction_of(original, on=on), violation))
        elif lives[correction.id].status is Status.CLEARED:
            reopened.append(Change(correction.id, EventKind.REOPENED, on, violation, note))
    write_findings(
        [finding for finding, _ in new],
        [violation for _, violation in new],
        actor_label=actor_label,
        note=note,
    )
    write_changes(reopened, actor_label=actor_label)
    return len(new), len(reopened)


def _violation(original: Finding, life: FindingLife, *, on: date) -> Violation:
    """What stood in the original finding before the correction."""
    return Violation(
        subject=original.subject,
        school="",
        region="",
        period=original.period,
        effective_on=on,
        measured=life.measured or 0,
        limit_value=life.limit_value or 0,
        policy=life.policy,
    )


def _correction_of(original: Finding, *, on: date) -> Finding:
    return Finding(
        rule=FACT_CORRECTED_RULE,
        kind=RuleKind.EVENT,
        area=original.area,
        severity=original.severity,
        subject=original.subject,
        period=original.period,
        effective_on=on,
        region_id=original.region_id,
        school_id=original.school_id,
    )
