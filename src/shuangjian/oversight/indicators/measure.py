"""指标的计算: runs an indicator's query verbatim on an engine, over regions and a window."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from shuangjian.engines.indicator import Figure
from shuangjian.foundation.lake.engine_value import Engine, Value
from shuangjian.foundation.lake.fact import Fact
from shuangjian.oversight.indicators.declaration import (
    KEY_COLUMNS,
    ROW_COLUMNS,
    FigureDeclaration,
    Indicator,
)

_CODE = re.compile(r"^\d{6}$")
_SCHOOL = re.compile(r"^school:[0-9a-f-]{36}$")


@dataclass(frozen=True)
class Scope:
    """统计范围: both days counted; region codes; and the schools, where it is narrowed to some.

    What an indicator looks at on one day, it looks at on ``last_on``.
    """

    first_on: date
    last_on: date
    regions: tuple[str, ...]
    schools: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        # invariant: these are written into the query, so they are codes and nothing else.
        assert self.first_on <= self.last_on
        assert all(_CODE.match(code) for code in self.regions)
        assert all(_SCHOOL.match(school) for school in self.schools or ())


@dataclass(frozen=True)
class SchoolMeasure:
    """一所学校的分量: ``school`` is ``school:pseudonym``; components in the declared order."""

    school: str
    region: str
    components: tuple[int, ...]


@dataclass(frozen=True)
class MeasuredRow:
    """指标背后的一行: one row of a fact, its limit, and whether it is what the figure counts."""

    subject: str
    school: str
    region: str
    period: str
    effective_on: date
    grade: int
    measured: int
    limit_value: int | None
    policy: str | None
    version: int
    is_flagged: int


def measure(indicator: Indicator, *, scope: Scope, engine: Engine) -> list[SchoolMeasure]:
    """The components of every school in scope (各校分量), by region and school.

    Args:
        indicator: what to measure.
        scope: over which days, regions and schools.
        engine: knows the facts that the query names.
    """
    found = engine.rows(_wrapped(indicator.sql, indicator.columns, scope))
    width = len(KEY_COLUMNS)
    measures = [
        SchoolMeasure(
            school=str(row[0]),
            region=str(row[1]),
            components=tuple(cast(int, value) for value in row[width:]),
        )
        for row in found
    ]
    return sorted(measures, key=lambda each: (each.region, each.school))


def measure_rows(
    indicator: Indicator, *, scope: Scope, engine: Engine, is_flagged_only: bool
) -> list[MeasuredRow]:
    """The rows behind an indicator (指标的行), by school, day and subject.

    Args:
        indicator: what is measured.
        scope: over which days, regions and schools.
        engine: knows the facts that the query names.
        is_flagged_only: leave out the rows that the figure does not hold against a school.
    """
    condition = " AND is_flagged = 1" if is_flagged_only else ""
    found = engine.rows(_wrapped(indicator.rows_sql, ROW_COLUMNS, scope) + condition)
    rows = [_measured_row(row) for row in found]
    return sorted(rows, key=lambda row: (row.school, row.effective_on, row.grade, row.subject))


def combine(figure: FigureDeclaration, measures: Iterable[SchoolMeasure]) -> Figure:
    """The figure over these schools (合成)."""
    return figure.combine([each.components for each in measures])


def counted_versions(
    indicator: Indicator, fact: Fact, *, scope: Scope, engine: Engine
) -> tuple[int, ...]:
    """The row versions of a fact that an indicator looked at (计入的行版本), ascending.

    Args:
        indicator: whose scope in time it is: the window, or its last day for intervals.
        fact: one of the facts that the indicator opens; it declares a version column.
        scope: over which days, regions and schools.
        engine: knows the fact.
    """
    when = (
        "effective_on >= first_on AND effective_on <= last_on"
        if indicator.covers == "window"
        else "starts_on <= as_of AND as_of < ends_on"
    )
    sql = (
        f"SELECT DISTINCT {fact.version_column} AS version, school, region "  # noqa: S608 -- declared names only
        f"FROM {fact.name} CROSS JOIN inspection_window CROSS JOIN inspection_day WHERE {when}"
    )
    found = engine.rows(_wrapped(sql, ("version",), scope))
    return tuple(sorted({cast(int, row[0]) for row in found}))


def _measured_row(row: tuple[Value, ...]) -> MeasuredRow:
    return MeasuredRow(**dict(zip(ROW_COLUMNS, row, strict=True)))  # type: ignore[arg-type]  # why: the file's columns are checked by a test on every engine


def _wrapped(sql: str, columns: tuple[str, ...], scope: Scope) -> str:
    """The query verbatim, between its one-row relations and the bounds of the scope."""
    regions = ", ".join(f"'{code}'" for code in scope.regions) or "''"
    where = f"region IN ({regions})"
    if scope.schools is not None:
        schools = ", ".join(f"'{school}'" for school in scope.schools) or "''"
        where += f" AND school IN ({schools})"
    return (
        f"WITH inspection_window AS (SELECT DATE '{scope.first_on}' AS first_on, "  # noqa: S608 -- dates and codes that Scope has checked
        f"DATE '{scope.last_on}' AS last_on), "
        f"inspection_day AS (SELECT DATE '{scope.last_on}' AS as_of) "
        f"SELECT {', '.join(columns)} FROM (\n{sql}\n) AS measured WHERE {where}"
    )
