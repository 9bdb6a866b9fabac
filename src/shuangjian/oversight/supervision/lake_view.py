"""湖的可信范围: what an inspection over the lake may rest on, since the lake lags the database."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Q

from shuangjian.foundation.findings.models import RuleKind
from shuangjian.foundation.findings.reconcile import Window
from shuangjian.foundation.lake.catalogue import fact_named
from shuangjian.foundation.lake.export import outdated_facts
from shuangjian.foundation.lake.manifest import Manifest, read_manifest
from shuangjian.foundation.lake.models import FactChange
from shuangjian.foundation.registry.models import School
from shuangjian.oversight.supervision.catalogue import facts_read
from shuangjian.oversight.supervision.errors import LakeMissingError
from shuangjian.oversight.supervision.inspection import Look
from shuangjian.oversight.supervision.rule import Rule


@dataclass(frozen=True)
class _Stale:
    """Days of a school, or of all, that changed after the lake's moment."""

    school: str | None
    first: date
    last: date

    def covers(self, school: str, on: date) -> bool:
        return self.school in (None, school) and self.first <= on <= self.last


@dataclass(frozen=True)
class LakeView:
    """湖的可信范围, as its manifest says before the engine opens it."""

    manifest: Manifest
    outdated: frozenset[str] = frozenset()

    def missing(self, rule: Rule) -> str:
        """Why a rule cannot be inspected over this lake (缺什么); empty where it can.

        Its facts must all lie there as of one moment: without the policies, say, every class would
        seem to be within limits.
        """
        entries = {name: self.manifest.facts.get(name) for name in sorted(facts_read(rule))}
        absent = [name for name, entry in entries.items() if entry is None]
        if absent:
            return f"{rule.term}：湖里没有 {'、'.join(absent)}，这条规则没有检查。请先导出数据湖。"
        outdated = sorted(self.outdated & entries.keys())
        if outdated:
            return (
                f"{rule.term}：湖里的 {'、'.join(outdated)} 与数据库不一致，这条规则没有检查。"
                "请先导出数据湖。"
            )
        if len({entry.snapshot for entry in entries.values() if entry is not None}) > 1:
            return (
                f"{rule.term}：湖里的事实不是同一时刻导出的，这条规则没有检查。请重新导出数据湖。"
            )
        return ""

    def trusted(self, seen: Look, *, rule: Rule, window: Window) -> Look:
        """What of a look still holds (可信的部分): not what changed after the lake's moment."""
        stale = self._stale(rule, window)
        if not stale:
            return seen
        as_of = window.last if rule.kind is RuleKind.STATE else None

        def holds(school: str, on: date) -> bool:
            return not any(change.covers(school, as_of or on) for change in stale)

        return Look(
            [row for row in seen.violations if holds(row.school, row.effective_on)],
            [row for row in seen.observed if holds(row.school, row.effective_on)],
            is_whole=False,
        )

    def _stale(self, rule: Rule, window: Window) -> Collection[_Stale]:
        condition = Q(pk__in=[])
        for name in facts_read(rule):
            watermark = self.manifest.facts[name].watermark
            condition |= Q(fact=name, recorded_at__gte=watermark)
        changes = FactChange.objects.filter(
            condition, first_on__lte=window.last, last_on__gte=window.first
        )
        rows = set(changes.values_list("school_id", "first_on", "last_on"))
        schools = School.objects.in_bulk([school_id for school_id, _, _ in rows if school_id])
        return [
            _Stale(
                school=f"school:{schools[school_id].pseudonym}" if school_id in schools else None,
                first=first,
                last=last,
            )
            for school_id, first, last in rows
        ]


def lake_view(lake: Path, *, engine: str, names: Iterable[str]) -> LakeView:
    """What the lake's manifest says now (湖的清单), and what of it the database contradicts.

    Args:
        lake: its folder.
        engine: that will read it.
        names: of the facts that the inspection reads; those whose changes nobody announces, such as
            policies, are compared with the database.

    Raises:
        LakeMissingError: nothing was exported yet.
    """
    manifest = read_manifest(lake)
    if not manifest.facts:
        raise LakeMissingError(engine)
    compared = [name for name in names if not fact_named(name).is_announced]
    return LakeView(manifest, outdated_facts(lake, names=compared))
