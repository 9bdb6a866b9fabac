"""督导检查的运行: rules over a window on one engine, reconciled with the findings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.findings.errors import FindingRefusedError
from shuangjian.foundation.findings.models import RuleKind
from shuangjian.foundation.findings.reconcile import Window, lock_rules, reconcile
from shuangjian.foundation.findings.tally import Tally
from shuangjian.foundation.findings.wording import FACT_CORRECTED_RULE
from shuangjian.foundation.lake.catalogue import fact_named
from shuangjian.foundation.lake.change import mark_inspected, pending_changes
from shuangjian.foundation.lake.engine import EngineName, open_engine
from shuangjian.foundation.lake.engine_value import Engine
from shuangjian.foundation.lake.models import FactChange
from shuangjian.foundation.registry.models import Region, School
from shuangjian.oversight.supervision.catalogue import chosen_rules, facts_read, rules
from shuangjian.oversight.supervision.errors import UnknownRegionError, WindowReversedError
from shuangjian.oversight.supervision.inspection import look
from shuangjian.oversight.supervision.lake_view import LakeView, lake_view
from shuangjian.oversight.supervision.models import InspectionRun
from shuangjian.oversight.supervision.rule import Rule

POSTGRES: Final = "postgres"
NATION: Final = "000000"
AFTER_WRITE: Final = "写入后自动检查"
# why: it runs within a request, so what it takes on is bounded; the rest stays pending.
_SCHOOLS_AT_ONCE: Final = 20
_LOCK_WAIT: Final = "2s"


@dataclass(frozen=True)
class Inspection:
    """检查结果: each rule's tally by key; ``notes`` say in Chinese which rules were not run."""

    by_rule: Mapping[str, Tally] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @property
    def total(self) -> Tally:
        """All rules together."""
        return sum(self.by_rule.values(), Tally())


@dataclass(frozen=True)
class _Runner:
    """What every rule of one inspection shares."""

    engine: Engine
    window: Window
    lake: LakeView | None
    at: datetime
    actor_label: str
    is_after_write: bool = False

    def run(self, rule: Rule) -> Tally:
        """One rule, in a transaction of its own.

        On PostgreSQL the lock comes before the look, so that nobody reconciles an older look after
        a newer one. After a write the caller holds every lock already.
        """
        window = self._window_of(rule)
        if window is None:
            return Tally()
        with transaction.atomic(savepoint=False):
            if self.lake is None and not self.is_after_write:
                lock_rules([rule.key], schools=window.schools)
            seen = look(self.engine, rule=rule, window=window)
            if self.lake is not None:
                seen = self.lake.trusted(seen, rule=rule, window=window)
            return reconcile(
                rule=rule,
                window=window,
                violations=seen.violations,
                observed=[(row.subject, row.period) for row in seen.observed],
                is_whole=seen.is_whole,
                at=self.at,
                actor_label=self.actor_label,
            )

    def _window_of(self, rule: Rule) -> Window | None:
        """The window as a rule may look at it: a state of a day to come is not known yet.

        After a write a state is looked at as of today, whatever days the change touched.
        """
        window, today = self.window, timezone.localdate(self.at)
        if rule.kind is RuleKind.EVENT:
            return window
        if self.is_after_write:
            return replace(window, first=today, last=today)
        if window.last <= today:
            return window
        return replace(window, last=today) if window.first <= today else None


def inspect(  # noqa: PLR0913 -- why: what the command line may choose, one by one
    *,
    first: date,
    last: date,
    region: str,
    at: datetime,
    actor_label: str,
    engine: EngineName = POSTGRES,
    rules: Iterable[str] | None = None,
    dry_run: bool = False,
    lake: Path | None = None,
) -> Inspection:
    """Inspect a region over a window (督导检查) and bring the findings into line.

    Args:
        first: the first day, counted.
        last: the last day, counted; states are looked at as of this day, or of ``at``'s if earlier.
        region: a code or a path; every county at or below it is inspected.
        at: the moment of the inspection.
        actor_label: who runs it, as shown to people.
        engine: where the rules run; ``duckdb`` and ``spark`` read the lake.
        rules: keys; ``None`` is all.
        dry_run: tell the same tally and write nothing.
        lake: the lake's folder; the installation's own if not given.

    Returns:
        A tally a rule; running it again gives only ``kept``.

    Raises:
        InspectionRefusedError: unknown rule or region, days reversed, or no lake.
        FindingRefusedError: a rule's rows cannot be written; names the subject.
    """
    if first > last:
        raise WindowReversedError(first=first.isoformat(), last=last.isoformat())
    code = region.rpartition(".")[2]
    window = Window(first, last, county_codes(code, first=first, last=last))
    chosen = chosen_rules(rules)
    folder = lake or settings.SHUANGJIAN_DATA / "lake"
    names = sorted({name for rule in chosen for name in facts_read(rule)})
    view = None if engine == POSTGRES else lake_view(folder, engine=engine, names=names)
    with open_engine(engine, lake=folder, facts=map(fact_named, names)) as opened:
        runner = _Runner(opened, window, view, at, actor_label)
        if dry_run:
            return _dry_run(runner, chosen)
        run = _begin(runner, chosen, region=code)
        inspection = _run(runner, chosen)
    _finish(run, inspection)
    record_action(
        actor=actor_label,
        user_id=None,
        action="supervision.inspect",
        subject=f"inspection:{run.pk}",
        detail=inspection.total.as_dict(),
    )
    return inspection


def inspect_changes(*, at: datetime) -> Inspection:
    """Inspect what recent writes changed (写入后检查), so that findings stand on the next page.

    At most so many schools at once, each over the days and with the rules that its changes concern;
    it waits only shortly for an inspection that already runs. What it does not get to stays
    pending.

    Args:
        at: the moment; states are looked at as of its day.

    Raises:
        FindingRefusedError: a rule's rows of some school cannot be written; the others were.
        OperationalError: an inspection that already runs took too long; the change stays pending.
    """
    changes = pending_changes()
    if not changes:
        return Inspection()
    by_school: dict[int | None, list[FactChange]] = defaultdict(list)
    for change in changes:
        by_school[change.school_id].append(change)
    total: dict[str, Tally] = {}
    refusals: list[Exception] = []
    for school_id in list(by_school)[:_SCHOOLS_AT_ONCE]:
        try:
            with transaction.atomic():
                inspection = _inspect_school(school_id, by_school[school_id], at=at)
                mark_inspected([change.pk for change in by_school[school_id]], at=at)
        except (FindingRefusedError, OperationalError) as refusal:
            refusals.append(refusal)  # why: one school's trouble must not hold up the others.
            continue
        for key, tally in inspection.by_rule.items():
            total[key] = total.get(key, Tally()) + tally
    if refusals:
        raise refusals[0]
    return Inspection(total)


def _inspect_school(
    school_id: int | None, changes: Sequence[FactChange], *, at: datetime
) -> Inspection:
    """The rules that observe what changed, over those days, for one school or for all."""
    names = {change.fact for change in changes}
    chosen = [rule for rule in rules().values() if rule.observes in names]
    if not chosen:
        return Inspection()
    first = min(change.first_on for change in changes)
    last = max(change.last_on for change in changes)
    code = NATION
    if school_id is None:
        window = Window(first, last, county_codes(NATION, first=first, last=last))
    else:
        school = School.objects.select_related("region").get(pk=school_id)
        code = school.region.code
        schools = frozenset({f"school:{school.pseudonym}"})
        window = Window(first, last, frozenset({code}), schools)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_LOCK_WAIT])
    with open_engine(
        POSTGRES, lake=settings.SHUANGJIAN_DATA / "lake", facts=[fact_named(name) for name in names]
    ) as opened:
        runner = _Runner(opened, window, None, at, AFTER_WRITE, is_after_write=True)
        run = _begin(runner, chosen, region=code)
        keys = [*(rule.key for rule in chosen), FACT_CORRECTED_RULE]
        lock_rules(keys, schools=window.schools)
        inspection = _run(runner, chosen)
    _finish(run, inspection)
    return inspection


def county_codes(code: str, *, first: date, last: date) -> frozenset[str]:
    """The codes at and below a region (区划范围) that were in force on some day of a window.

    Raises:
        UnknownRegionError: there was no such region in those days.
    """
    in_force = (Q(starts_on__isnull=True) | Q(starts_on__lte=last)) & (
        Q(ends_on__isnull=True) | Q(ends_on__gt=first)
    )
    regions = Region.objects.filter(in_force)
    paths = list(regions.filter(code=code).values_list("path", flat=True))
    if not paths:
        raise UnknownRegionError(code)
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__within=str(path))
    return frozenset(regions.filter(below).values_list("code", flat=True))


def _run(runner: _Runner, chosen: Sequence[Rule]) -> Inspection:
    by_rule, notes = {}, []
    for rule in chosen:
        missing = runner.lake.missing(rule) if runner.lake is not None else ""
        if missing:
            notes.append(missing)
        by_rule[rule.key] = Tally() if missing else runner.run(rule)
    return Inspection(by_rule, tuple(notes))


def _dry_run(runner: _Runner, chosen: Sequence[Rule]) -> Inspection:
    """All in one transaction that is taken back; every lock first, in the order of all others."""
    with transaction.atomic():
        lock_rules([*(rule.key for rule in chosen), FACT_CORRECTED_RULE])
        inspection = _run(runner, chosen)
        transaction.set_rollback(True)
    return inspection


def _begin(runner: _Runner, chosen: Sequence[Rule], *, region: str) -> InspectionRun:
    return InspectionRun.objects.create(
        engine=runner.engine.name,
        first_on=runner.window.first,
        last_on=runner.window.last,
        region=region,
        schools=sorted(runner.window.schools or ()),
        rules=[rule.key for rule in chosen],
        actor=runner.actor_label,
        inspected_at=runner.at,
    )


def _finish(run: InspectionRun, inspection: Inspection) -> None:
    tally = {key: tally.as_dict() for key, tally in inspection.by_rule.items()}
    InspectionRun.objects.filter(pk=run.pk).update(
        tally={"total": inspection.total.as_dict(), **tally}, finished_at=Now()
    )
