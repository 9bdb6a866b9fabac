"""对账: brings the findings of one rule into line with what an inspection saw; twice is once.

Only what was inspected is touched: a subject that was not observed keeps everything it has. A few
statements for the whole rule, whatever the number of violations; one lock per rule, so that two
inspections at once open nothing twice.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from shuangjian.foundation.findings import wording
from shuangjian.foundation.findings.decision import Violation, decide_event, decide_state
from shuangjian.foundation.findings.errors import DoubledViolationError
from shuangjian.foundation.findings.life import FindingLife
from shuangjian.foundation.findings.models import (
    EventKind,
    Finding,
    FindingEvent,
    FindingState,
    RuleKind,
    Severity,
    Status,
)
from shuangjian.foundation.findings.place import Place, places_of
from shuangjian.foundation.findings.tally import Tally

_LOCK_SPACE = 0x5A10  # why: PostgreSQL's advisory locks share one space; this half is the findings'.
_BATCH = 2000
_TALLY_FIELD = {
    EventKind.OPENED: "opened",
    EventKind.CEASED: "ceased",
    EventKind.REOPENED: "reopened",
    EventKind.CORRECTED: "corrected",
}


class InspectedRule(Protocol):
    """What the findings need to know of a rule (规则)."""

    @property
    def key(self) -> str: ...
    @property
    def term(self) -> str: ...
    @property
    def kind(self) -> RuleKind: ...
    @property
    def area(self) -> str: ...
    @property
    def severity(self) -> Severity: ...


@dataclass(frozen=True)
class Window:
    """检查范围: both days counted; county codes; and the schools, where it is narrowed to some.

    A state is looked at as of ``last``.
    """

    first: date
    last: date
    regions: frozenset[str]
    schools: frozenset[str] | None = None


class _Known(NamedTuple):
    """A finding as far as reconciling needs it."""

    id: int
    subject: str
    period: str
    episode: int
    seen_on: date | None


class _Change(NamedTuple):
    """One event to write on a finding."""

    finding_id: int
    kind: EventKind
    effective_on: date
    violation: Violation | None
    note: str = ""


def lock_rules(keys: Iterable[str]) -> None:
    """Wait until no other transaction inspects these rules; held to the end of this one.

    In the order of their keys, and that of the corrections last, so that no two inspections wait
    for each other.
    """
    ordered = sorted(set(keys) - {wording.FACT_CORRECTED_RULE})
    if wording.FACT_CORRECTED_RULE in keys:
        ordered.append(wording.FACT_CORRECTED_RULE)
    with connection.cursor() as cursor:
        for key in ordered:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, key])


@transaction.atomic
def reconcile(
    *,
    rule: InspectedRule,
    window: Window,
    violations: Collection[Violation],
    observed: Collection[tuple[str, str]],
    at: datetime,
    actor_label: str,
) -> Tally:
    """Write what one rule's violations change in the findings (对账).

    Args:
        rule: the rule inspected.
        window: what was inspected.
        violations: the rule's rows within the window.
        observed: every (subject, period) within the window that was looked at; for a state rule
            every subject, its period as the fact gives it.
        at: the moment of the inspection; its day is the business day of corrections.
        actor_label: who ran it, as shown to people.

    Returns:
        What changed; a second call with the same arguments returns only ``kept``.

    Raises:
        DoubledViolationError: two rows for one fingerprint.
        UnknownPlaceError: a school or region that is not in this installation.
    """
    lock_rules([rule.key])
    if rule.kind is RuleKind.STATE:
        return _reconcile_states(rule, window, violations, observed, actor_label)
    on = timezone.localdate(at)
    return _reconcile_events(rule, window, violations, observed, on, actor_label)


def _reconcile_events(
    rule: InspectedRule,
    window: Window,
    violations: Collection[Violation],
    observed: Collection[tuple[str, str]],
    on: date,
    actor_label: str,
) -> Tally:
    seen = _by_key(rule, ((v.subject, v.period), v) for v in violations)
    looked = seen.keys() | set(observed)
    periods = {period for _, period in looked}
    candidates = _known(rule, window).filter(period__in=periods)
    known = {
        (finding.subject, finding.period): finding
        for finding in _locked(candidates)
        if (finding.subject, finding.period) in looked
    }
    lives = _lives(known.values(), rule.kind)
    opened = [violation for key, violation in seen.items() if key not in known]
    changes = [
        _Change(
            finding_id=finding.id,
            kind=kind,
            effective_on=on,
            violation=seen.get(key),
            note="" if key in seen else wording.inspected_corrected_away(),
        )
        for key, finding in known.items()
        if (kind := decide_event(lives[finding.id], seen.get(key))) is not None
    ]
    places = places_of(opened, on=window.last)
    new = [_new_finding(rule, violation, places[violation]) for violation in opened]
    _write(new, opened, changes, actor_label)
    gone = [change.finding_id for change in changes if change.violation is None]
    followed = _open_corrections(rule, gone, on=on, actor_label=actor_label)
    changed = {change.finding_id for change in changes}
    kept = sum(1 for key in seen if key in known and known[key].id not in changed)
    return _tally(len(new), changes, kept) + followed


def _reconcile_states(
    rule: InspectedRule,
    window: Window,
    violations: Collection[Violation],
    observed: Collection[tuple[str, str]],
    actor_label: str,
) -> Tally:
    as_of = window.last
    seen = _by_key(rule, ((v.subject, v), v) for v in violations)
    by_subject = _by_key(rule, ((v.subject, v.period), v) for v in violations)
    raise NotImplementedError
