"""半月报内容的生成: reads facts and findings at one moment; never runs a rule."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.utils import timezone

from shuangjian.engines.half_month_round import Round
from shuangjian.engines.indicator import change_share
from shuangjian.foundation.lake.catalogue import facts
from shuangjian.foundation.lake.engine_value import Engine
from shuangjian.foundation.registry.models import Region, School
from shuangjian.oversight.indicators.catalogue import indicators
from shuangjian.oversight.indicators.declaration import Indicator
from shuangjian.oversight.indicators.measure import (
    MeasuredRow,
    SchoolMeasure,
    Scope,
    combine,
    counted_versions,
    measure,
    measure_rows,
)
from shuangjian.oversight.indicators.queries import SCHOOL_PREFIX, class_names
from shuangjian.oversight.indicators.reach import codes_below
from shuangjian.oversight.reports.content import (
    FORMAT,
    ChangeContent,
    ComponentContent,
    FigureContent,
    IndicatorContent,
    ItemContent,
    RemarkContent,
    ReportContent,
    RowContent,
    SchoolContent,
    SignOffContent,
    VersionsContent,
    figures_of,
    versions_digest,
)
from shuangjian.oversight.reports.item import ITEMS
from shuangjian.oversight.reports.models import HalfMonthReport, RemarkKind, ReportRemark
from shuangjian.oversight.reports.tally import finding_event_ids, tally_findings
from shuangjian.oversight.reports.wording import TYPED_MARK, bureau_name

FINDING_EVENTS = "finding_event"
FINDING_EVENTS_TERM = "台账动作"
PER_MILLE = 1000


@dataclass(frozen=True)
class Subject:
    """报送对象: which region's report of which round, in which revision, compared with which.

    ``explain_per_mille``: from above which change a figure must be explained.
    """

    region: Region
    superior: Region | None
    round: Round
    revision: int
    reason: str
    explain_per_mille: int
    previous: HalfMonthReport | None

    @property
    def scope(self) -> Scope:
        """The days and regions counted, over the tree as of the due day."""
        codes = codes_below(self.region, on=self.round.due_on)
        return Scope(self.round.first_on, self.round.due_on, codes)


def build_content(
    subject: Subject, *, remarks: Sequence[ReportRemark], engine: Engine
) -> ReportContent:
    """What the report says now (半月报内容), unsigned.

    Args:
        subject: whose report, of which days.
        remarks: what people typed to it, current versions only.
        engine: knows every fact; within one transaction all reads see one moment.
    """
    scope = subject.scope
    measured = [
        _indicator(indicator, scope=scope, engine=engine) for indicator in indicators().values()
    ]
    content = ReportContent(
        format=FORMAT,
        region_code=subject.region.code,
        region_name=subject.region.name,
        issuer=bureau_name(subject.region),
        addressee=bureau_name(subject.superior) if subject.superior else "",
        first_on=subject.round.first_on.isoformat(),
        due_on=subject.round.due_on.isoformat(),
        revision=subject.revision,
        reason=subject.reason,
        items=_items(measured),
        indicators=measured,
        tallies=[asdict(each) for each in tally_findings(scope)],  # type: ignore[misc]  # why: the same fields
        previous_due_on=subject.previous.due_on.isoformat() if subject.previous else "",
        explain_per_mille=subject.explain_per_mille,
        changes=[],
        remarks=[_remark(each) for each in remarks if each.kind == RemarkKind.REMARK],
        sign_off=None,
        versions=[],
    )
    content["changes"] = _changes(content, subject=subject, remarks=remarks)
    return content


def counted(subject: Subject, *, engine: Engine) -> dict[str, tuple[int, ...]]:
    """The row versions that the report looks at (计入的行版本) by fact, ascending."""
    scope = subject.scope
    versions: dict[str, tuple[int, ...]] = {}
    for indicator in indicators().values():
        for name in indicator.opens:
            found = counted_versions(indicator, facts()[name], scope=scope, engine=engine)
            versions[name] = tuple(sorted({*versions.get(name, ()), *found}))
    versions[FINDING_EVENTS] = finding_event_ids(scope)
    return versions


def signed(
    content: ReportContent, *, versions: dict[str, tuple[int, ...]], name: str, at: datetime
) -> ReportContent:
    """The content with its sign-off (签发后的内容): who, when, and what was counted."""
    return ReportContent(
        **{
            **content,
            "sign_off": SignOffContent(name=name, at=timezone.localtime(at).isoformat()),
            "versions": [
                VersionsContent(
                    fact=fact,
                    term=_fact_term(fact),
                    count=len(ids),
                    sha256=versions_digest(ids),
                )
                for fact, ids in sorted(versions.items())
            ],
        }
    )


def _fact_term(fact: str) -> str:
    return FINDING_EVENTS_TERM if fact == FINDING_EVENTS else facts()[fact].term


def _indicator(indicator: Indicator, *, scope: Scope, engine: Engine) -> IndicatorContent:
    measures = measure(indicator, scope=scope, engine=engine)
    rows = measure_rows(indicator, scope=scope, engine=engine, is_flagged_only=True)
    name_by_key = class_names(rows)
    return IndicatorContent(
        key=indicator.key,
        term=indicator.term,
        unit=indicator.unit,
        explanation=indicator.explanation,
        measure=indicator.measure,
        measure_unit=indicator.measure_unit,
        flag=indicator.flag,
        components=[
            ComponentContent(name=each.name, title=each.title, unit=each.unit)
            for each in indicator.components
        ],
        figures=_figures(indicator, measures),
        schools=_schools(indicator, measures),
        rows=[_row(row, name_by_key) for row in rows],
    )


def _figures(indicator: Indicator, measures: Sequence[SchoolMeasure]) -> list[FigureContent]:
    found = []
    for declaration in indicator.figures:
        value = combine(declaration, measures)
        found.append(
            FigureContent(
                name=f"{indicator.key}:{declaration.key}",
                term=declaration.term,
                concern=declaration.concern,
                unit=indicator.unit,
                count=value.count,
                whole=value.whole,
                missing=value.missing,
            )
        )
    return found


def _schools(indicator: Indicator, measures: Sequence[SchoolMeasure]) -> list[SchoolContent]:
    names = {each.school.removeprefix(SCHOOL_PREFIX) for each in measures}
    school_by_name = {
        f"{SCHOOL_PREFIX}{each.pseudonym}": each
        for each in School.objects.filter(pseudonym__in=names)
    }
    lines = []
    for each in measures:
        school = school_by_name.get(each.school)
        lines.append(
            SchoolContent(
                school=each.school,
                code=school.code if school else "",
                name=school.name if school else "",
                region=each.region,
                components=list(each.components),
                concerns=[
                    figure.key for figure in indicator.figures if figure.is_concern(each.components)
                ],
            )
        )
    return sorted(lines, key=lambda line: (line["code"], line["school"]))


def _row(row: MeasuredRow, name_by_key: dict[tuple[str, date], str]) -> RowContent:
    return RowContent(
        subject=row.subject,
        class_name=name_by_key.get((row.subject, row.effective_on), ""),
        school=row.school,
        region=row.region,
        period=row.period,
        effective_on=row.effective_on.isoformat(),
        measured=row.measured,
        limit_value=row.limit_value,
        policy=row.policy,
        version=row.version,
    )


def _items(measured: Sequence[IndicatorContent]) -> list[ItemContent]:
    """The five items; one that no area fills has no figure."""
    figures_by_key = {each["key"]: each["figures"] for each in measured}
    found = []
    for item in ITEMS:
        figures = figures_by_key.get(item.indicator_key)
        found.append(
            ItemContent(key=item.key, title=item.title, figure=figures[0] if figures else None)
        )
    return found


def _remark(remark: ReportRemark) -> RemarkContent:
    title = next((item.title for item in ITEMS if item.key == remark.item), remark.item)
    return RemarkContent(
        item=remark.item,
        title=title,
        text=remark.text,
        evidence=remark.evidence,
        owner=remark.owner,
        mark=TYPED_MARK,
    )


def _changes(
    content: ReportContent, *, subject: Subject, remarks: Sequence[ReportRemark]
) -> list[ChangeContent]:
    """Every figure that the previous signed report also has, beside what it said."""
    if subject.previous is None:
        return []
    explanation_by_item = {
        each.item: each for each in remarks if each.kind == RemarkKind.EXPLANATION
    }
    before_by_name = figures_of(subject.previous.frozen)
    found = []
    for name, figure in figures_of(content).items():
        before = before_by_name.get(name)
        if before is None:
            continue
        typed = explanation_by_item.get(name)
        found.append(
            ChangeContent(
                name=name,
                term=figure["term"],
                before=before["count"],
                after=figure["count"],
                must_explain=_must_explain(
                    before["count"], figure["count"], per_mille=subject.explain_per_mille
                ),
                explanation=typed.text if typed else "",
                explained_by=typed.owner if typed else "",
            )
        )
    return found


def _must_explain(before: int, after: int, *, per_mille: int) -> bool:
    share = change_share(before=before, after=after)
    return share is None or share * PER_MILLE > per_mille
