"""对账: brings the findings of one rule into line with what an inspection saw; twice is once.

Only what was inspected is touched: a subject that was not observed keeps everything it has. A few
statements for the whole rule, whatever the number of violations; one lock per rule, so that two
inspections at once open nothing twice. Worked cases: ``docs/algorithms/findings.md``.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from shuangjian.foundation.findings.correction import open_corrections
from shuangjian.foundation.findings.decision import Violation, decide_event, decide_state
from shuangjian.foundation.findings.entry import (
    Change,
    Known,
    known_findings,
    lock_lives,
    write_changes,
    write_findings,
)
from shuangjian.foundation.findings.errors import DoubledViolationError
from shuangjian.foundation.findings.models import EventKind, Finding, RuleKind, Severity
from shuangjian.foundation.findings.place import SCHOOL_SUBJECT, places_of
from shuangjian.foundation.findings.tally import Tally
from shuangjian.foundation.findings.wording import FACT_CORRECTED_RULE, inspected_corrected_away

# why: advisory locks share one space in a database; these parts are ours.
_LOCK_SPACE = 0x5A10
_SCHOOL_LOCK_SPACE = 0x5A11
_LOCK = "pg_advisory_xact_lock(%s, hashtext(%s))"
_LOCK_SHARED = "pg_advisory_xact_lock_shared(%s, hashtext(%s))"
Key = TypeVar("Key")


class InspectedRule(Protocol):
    """What the findings need to know of a rule (规则)."""

    @property
    def key(self) -> str:
        """Its stable name."""

    @property
    def term(self) -> str:
        """What it finds, in Chinese."""

    @property
    def kind(self) -> RuleKind:
        """Event or state."""

    @property
    def area(self) -> str:
        """The area that owns it."""

    @property
    def severity(self) -> Severity:
        """Must or should."""


@dataclass(frozen=True)
class Window:
    """检查范围: both days counted; county codes; and the schools, where it is narrowed to some.

    A state is looked at as of ``last``. ``schools`` are ``school:pseudonym``.
    """

    first: date
    last: date
    regions: frozenset[str]
    schools: frozenset[str] | None = None


def lock_rules(keys: Iterable[str], *, schools: Collection[str] | None = None) -> None:
    """Wait until no other transaction inspects the same; held to the end of this one.

    In the order of their keys, the corrections last, so that no two wait for each other.

    Args:
        keys: of rules.
        schools: where the inspection is narrowed to some, only these are locked, beside a lock that
            an inspection of everything waits for; so two schools' writes don't hold each other up.
    """
    locks: list[str] = []
    values: list[int | str] = []
    for key in sorted(set(keys), key=lambda key: (key == FACT_CORRECTED_RULE, key)):
        locks.append(_LOCK if schools is None else _LOCK_SHARED)
        values += [_LOCK_SPACE, key]
        for school in sorted(schools or ()):
            locks.append(_LOCK)
            values += [_SCHOOL_LOCK_SPACE, f"{key} {school}"]
    with connection.cursor() as cursor:  # why: one statement, since a save waits for it.
        cursor.execute(f"SELECT {', '.join(locks)}", values)


@transaction.atomic
def reconcile(
    *,
    rule: InspectedRule,
    window: Window,
    violations: Collection[Violation],
    observed: Collection[tuple[str, str]],
    at: datetime,
    actor_label: str,
    is_whole: bool = True,
) -> Tally:
    """Write what one rule's violations change in the findings (对账).

    Args:
        rule: the rule inspected.
        window: what was inspected.
        violations: the rule's rows within the window.
        observed: every (subject, period) within the window that was looked at; for a state rule
            every subject that was looked at as of the last day, with the period its fact gives.
        at: the moment of the inspection; its day is the business day of corrections.
        actor_label: who ran it, as shown to people.
        is_whole: whether everybody in the window was looked for; false where a part of the look was
            not trusted, so that a subject not observed says nothing.

    Returns:
        What changed; a second call with the same arguments gives only ``kept``.

    Raises:
        DoubledViolationError: two rows for one fingerprint.
        UnknownPlaceError: a school or region that is not in this installation.
    """
    lock_rules([rule.key], schools=window.schools)
    if rule.kind is RuleKind.STATE:
        return _reconcile_states(rule, window, violations, observed, actor_label, is_whole=is_whole)
    on = timezone.localdate(at)
    tally, gone = _reconcile_events(rule, window, violations, observed, on, actor_label)
    if not gone:
        return tally
    lock_rules([FACT_CORRECTED_RULE], schools=window.schools)
    opened, reopened = open_corrections(gone, term=rule.term, on=on, actor_label=actor_label)
    return tally + Tally(opened=opened, reopened=reopened)


def _reconcile_events(
    rule: InspectedRule,
    window: Window,
    violations: Collection[Violation],
    observed: Collection[tuple[str, str]],
    on: date,
    actor_label: str,
) -> tuple[Tally, list[int]]:
    """The tally, and the findings whose fact no longer violates."""
    seen = _by(violations, lambda violation: (violation.subject, violation.period), rule=rule)
    looked = seen.keys() | set(observed)
    candidates = _findings(rule, window).filter(period__in={period for _, period in looked})
    known = {
        (finding.subject, finding.period): finding
        for finding in known_findings(candidates)
        if (finding.subject, finding.period) in looked
    }
    lives = lock_lives(known.values(), kind=rule.kind)
    changes = [
        Change(
            finding_id=finding.id,
            kind=kind,
            effective_on=on,
            violation=seen.get(key),
            note="" if key in seen else inspected_corrected_away(),
        )
        for key, finding in known.items()
        if (kind := decide_event(lives[finding.id], seen.get(key))) is not None
    ]
    new = {violation: 1 for key, violation in seen.items() if key not in known}
    _open(rule, new, window=window, actor_label=actor_label)
    write_changes(changes, actor_label=actor_label)
    gone = [change.finding_id for change in changes if change.violation is None]
    shown = len(seen) - len(new) - (len(changes) - len(gone))
    return _tally(opened=len(new), kinds=[change.kind for change in changes], kept=shown), gone


def _reconcile_states(
    rule: InspectedRule,
    window: Window,
    violations: Collection[Violation],
    observed: Collection[tuple[str, str]],
    actor_label: str,
    *,
    is_whole: bool,
) -> Tally:
    seen = _by(violations, lambda violation: violation.subject, rule=rule)
    looked = seen.keys() | {subject for subject, _ in observed}
    known = {
        finding.subject: finding
        for finding in known_findings(_findings(rule, window))
        if finding.subject in looked
    }
    lives = lock_lives(known.values(), kind=rule.kind)
    changes: list[Change] = []
    new = {violation: 1 for subject, violation in seen.items() if subject not in known}
    shown: list[int] = []
    for subject, finding in known.items():
        violation = seen.get(subject)
        kind = decide_state(
            lives[finding.id], violation, as_of=window.last, seen_on=finding.seen_on
        )
        if kind is EventKind.OPENED and violation is not None:
            new[violation] = finding.episode + 1
            continue
        if violation is not None:
            shown.append(finding.id)
        if kind is not None:
            changes.append(Change(finding.id, kind, window.last, violation))
    _open(rule, new, window=window, actor_label=actor_label)
    write_changes(changes, actor_label=actor_label)
    _note_look(rule, window, known, is_whole=is_whole)
    _note_sight(window, shown)
    reopened = sum(1 for change in changes if change.violation is not None)
    kinds = [change.kind for change in changes]
    return _tally(opened=len(new), kinds=kinds, kept=len(shown) - reopened)


def _by(
    violations: Iterable[Violation], key_of: Callable[[Violation], Key], *, rule: InspectedRule
) -> dict[Key, Violation]:
    """The violations by fingerprint.

    Raises:
        DoubledViolationError: two rows for one.
    """
    by_key: dict[Key, Violation] = {}
    for violation in violations:
        if by_key.setdefault(key_of(violation), violation) is not violation:
            raise DoubledViolationError(
                rule=rule.key, subject=violation.subject, period=violation.period
            )
    return by_key


def _findings(rule: InspectedRule, window: Window) -> QuerySet[Finding]:
    findings = Finding.objects.filter(rule=rule.key, kind=rule.kind)
    if window.schools is None:
        return findings
    pseudonyms = [school.removeprefix(SCHOOL_SUBJECT) for school in window.schools]
    return findings.filter(school__pseudonym__in=pseudonyms)


def _open(
    rule: InspectedRule, episodes: Mapping[Violation, int], *, window: Window, actor_label: str
) -> None:
    """Open a finding for each violation, as the episode given; 1 for an event."""
    places = places_of(episodes.keys(), on=window.last)
    looked_on = window.last if rule.kind is RuleKind.STATE else None
    findings = [
        Finding(
            rule=rule.key,
            kind=rule.kind,
            area=rule.area,
            severity=rule.severity,
            subject=violation.subject,
            period=violation.period,
            episode=episode,
            effective_on=violation.effective_on,
            region_id=places[violation].region_id,
            school_id=places[violation].school_id,
            looked_on=looked_on,
            seen_on=looked_on,
        )
        for violation, episode in episodes.items()
    ]
    write_findings(findings, episodes, actor_label=actor_label)


def _note_look(
    rule: InspectedRule, window: Window, known: Mapping[str, Known], *, is_whole: bool
) -> None:
    """Keep that these findings were looked for; in a whole county, also those not observed."""
    covered = Q(pk__in=[finding.id for finding in known.values()])
    if window.schools is None and is_whole:
        covered |= Q(region__code__in=window.regions, effective_on__lte=window.last)
    Finding.objects.filter(covered, rule=rule.key, kind=RuleKind.STATE).filter(
        Q(looked_on__isnull=True) | Q(looked_on__lt=window.last)
    ).update(looked_on=window.last)


def _note_sight(window: Window, ids: Collection[int]) -> None:
    """Keep the latest day on which an inspection saw these findings' state."""
    Finding.objects.filter(pk__in=ids).filter(
        Q(seen_on__isnull=True) | Q(seen_on__lt=window.last)
    ).update(seen_on=window.last)


def _tally(*, opened: int, kinds: Iterable[EventKind], kept: int) -> Tally:
    number = Counter(kinds)
    return Tally(
        opened=opened,
        ceased=number[EventKind.CEASED],
        reopened=number[EventKind.REOPENED],
        corrected=number[EventKind.CORRECTED],
        kept=kept,
    )
