"""指标的读取: a figure, the schools behind it, and the rows behind a school, for an actor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shuangjian.engines.indicator import Figure
from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.findings.models import Finding, RuleKind
from shuangjian.foundation.lake.engine_value import Engine
from shuangjian.foundation.registry.models import School, SchoolClass
from shuangjian.foundation.registry.school_year import class_name
from shuangjian.oversight.indicators.catalogue import indicators
from shuangjian.oversight.indicators.declaration import FigureDeclaration, Indicator
from shuangjian.oversight.indicators.measure import (
    MeasuredRow,
    SchoolMeasure,
    combine,
    measure,
    measure_rows,
)
from shuangjian.oversight.indicators.reach import Reach, reach_of

CLASS_PREFIX = "class:"
SCHOOL_PREFIX = "school:"


@dataclass(frozen=True)
class ShownFigure:
    """One figure of an indicator with its value (指标数值)."""

    declaration: FigureDeclaration
    value: Figure


@dataclass(frozen=True)
class SchoolLine:
    """One school behind a figure (学校行); ``name`` is empty where the registry lacks it."""

    pseudonym: str
    code: str
    name: str
    components: tuple[int, ...]
    is_concern: bool


@dataclass(frozen=True)
class IndicatorView:
    """指标 as a page shows it: its figures and the schools behind the chosen one."""

    indicator: Indicator
    reach: Reach
    first_on: date
    last_on: date
    figures: tuple[ShownFigure, ...]
    chosen: FigureDeclaration
    schools: tuple[SchoolLine, ...]


@dataclass(frozen=True)
class RowLine:
    """One row behind a school's figure (明细行), with its class's name and its finding if any."""

    row: MeasuredRow
    class_name: str
    class_pseudonym: UUID | None
    finding: UUID | None


@dataclass(frozen=True)
class SchoolView:
    """One school's part of an indicator (学校明细)."""

    indicator: Indicator
    reach: Reach
    school: School
    first_on: date
    last_on: date
    line: SchoolLine
    rows: tuple[RowLine, ...]


def access_indicator(key: str) -> Indicator:
    """The indicator of that key.

    Raises:
        NotAccessibleError: no area declares it.
    """
    found = indicators().get(key)
    if found is None:
        raise NotAccessibleError
    return found


def get_indicator(
    actor: Actor,
    *,
    key: str,
    region_code: str,
    first_on: date,
    last_on: date,
    engine: Engine,
    figure_key: str = "",
) -> IndicatorView:
    """An indicator over a region and a period (指标), with the schools behind it.

    Args:
        actor: a bureau role of the region, or a school role of a school in it, who then gets own
            schools only.
        key: the indicator's key.
        region_code: six digits.
        first_on: first day counted.
        last_on: last day counted.
        engine: knows the facts.
        figure_key: which of its figures the schools are marked for; the first if empty.

    Raises:
        NotAccessibleError: no such indicator, figure or region, or another's.
    """
    indicator = access_indicator(key)
    chosen = indicator.figure(figure_key) if figure_key else indicator.headline
    if chosen is None:
        raise NotAccessibleError
    reach = reach_of(actor, region_code=region_code, on=last_on)
    measures = measure(
        indicator, scope=reach.scope(first_on=first_on, last_on=last_on), engine=engine
    )
    return IndicatorView(
        indicator=indicator,
        reach=reach,
        first_on=first_on,
        last_on=last_on,
        figures=tuple(ShownFigure(each, combine(each, measures)) for each in indicator.figures),
        chosen=chosen,
        schools=school_lines(measures, figure=chosen),
    )


def get_school(
    actor: Actor,
    *,
    key: str,
    region_code: str,
    pseudonym: UUID,
    first_on: date,
    last_on: date,
    engine: Engine,
    is_flagged_only: bool,
) -> SchoolView:
    """One school's rows behind an indicator (学校明细).

    Raises:
        NotAccessibleError: no such indicator, region or school, or another's.
    """
    indicator = access_indicator(key)
    reach = reach_of(actor, region_code=region_code, on=last_on)
    school = School.objects.filter(pseudonym=pseudonym).select_related("region").first()
    name = f"{SCHOOL_PREFIX}{pseudonym}"
    if school is None or (reach.schools is not None and name not in reach.schools):
        raise NotAccessibleError
    scope = reach.narrowed(school).scope(first_on=first_on, last_on=last_on)
    lines = school_lines(measure(indicator, scope=scope, engine=engine), figure=indicator.headline)
    if not lines:
        raise NotAccessibleError
    rows = measure_rows(indicator, scope=scope, engine=engine, is_flagged_only=is_flagged_only)
    return SchoolView(
        indicator=indicator,
        reach=reach,
        school=school,
        first_on=first_on,
        last_on=last_on,
        line=lines[0],
        rows=_row_lines(rows, indicator=indicator),
    )


def school_lines(
    measures: Sequence[SchoolMeasure], *, figure: FigureDeclaration
) -> tuple[SchoolLine, ...]:
    """The schools by name (学校行), those that need a look first."""
    names = [each.school.removeprefix(SCHOOL_PREFIX) for each in measures]
    school_by_name = {
        str(school.pseudonym): school for school in School.objects.filter(pseudonym__in=names)
    }
    lines = []
    for each, name in zip(measures, names, strict=True):
        school = school_by_name.get(name)
        lines.append(
            SchoolLine(
                pseudonym=name,
                code=school.code if school else "",
                name=school.name if school else "",
                components=each.components,
                is_concern=figure.is_concern(each.components),
            )
        )
    return tuple(sorted(lines, key=lambda line: (not line.is_concern, line.code, line.pseudonym)))


def class_names(rows: Iterable[MeasuredRow]) -> dict[tuple[str, date], str]:
    """The classes' names on the rows' days (班级名称), by subject and day."""
    listed = list(rows)
    pseudonyms = {
        row.subject.removeprefix(CLASS_PREFIX)
        for row in listed
        if row.subject.startswith(CLASS_PREFIX)
    }
    class_by_subject = {
        f"{CLASS_PREFIX}{each.pseudonym}": each
        for each in SchoolClass.objects.filter(pseudonym__in=pseudonyms)
    }
    return {
        (row.subject, row.effective_on): class_name(
            stage=found.stage,
            entry_year=found.entry_year,
            number=found.number,
            on=row.effective_on,
        )
        for row in listed
        if (found := class_by_subject.get(row.subject)) is not None
    }


def findings_of(
    rows: Iterable[MeasuredRow], *, indicator: Indicator
) -> dict[tuple[str, str], UUID]:
    """The findings that stand on these rows (对应的问题), by subject and period.

    A state has no period of its own: its latest episode stands on the subject's row.
    """
    listed = [row for row in rows if row.is_flagged]
    found = Finding.objects.filter(
        rule__in=indicator.rules, subject__in={row.subject for row in listed}
    ).order_by("id")
    by_event: dict[tuple[str, str], UUID] = {}
    by_subject: dict[str, UUID] = {}
    for finding in found:
        if finding.kind == RuleKind.EVENT:
            by_event[finding.subject, finding.period] = finding.pseudonym
        else:
            by_subject[finding.subject] = finding.pseudonym
    return {
        (row.subject, row.period): pseudonym
        for row in listed
        if (pseudonym := by_event.get((row.subject, row.period)) or by_subject.get(row.subject))
    }


def _row_lines(rows: Sequence[MeasuredRow], *, indicator: Indicator) -> tuple[RowLine, ...]:
    name_by_key = class_names(rows)
    finding_by_key = findings_of(rows, indicator=indicator)
    return tuple(
        RowLine(
            row=row,
            class_name=name_by_key.get((row.subject, row.effective_on), ""),
            class_pseudonym=UUID(row.subject.removeprefix(CLASS_PREFIX))
            if row.subject.startswith(CLASS_PREFIX)
            else None,
            finding=finding_by_key.get((row.subject, row.period)),
        )
        for row in rows
    )
