"""检查的查询: wraps a rule verbatim; reads what it gives and whom it looked at, on any engine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import cast

from shuangjian.foundation.findings.decision import Violation
from shuangjian.foundation.findings.models import RuleKind
from shuangjian.foundation.findings.reconcile import Window
from shuangjian.foundation.lake.catalogue import fact_named
from shuangjian.foundation.lake.engine_value import Engine
from shuangjian.oversight.supervision.rule import COLUMNS, Rule


@dataclass(frozen=True)
class Observed:
    """看过的对象: a subject and period that the observed fact holds, with its school and day."""

    subject: str
    period: str
    school: str
    effective_on: date


@dataclass(frozen=True)
class Look:
    """一次查看: what a rule gave within a window, and whom it looked at.

    ``is_whole`` is false where a part was not trusted and left out.
    """

    violations: Collection[Violation]
    observed: Collection[Observed]
    is_whole: bool = True


def look(engine: Engine, *, rule: Rule, window: Window) -> Look:
    """Execute a rule on an engine (查看).

    Args:
        engine: opened with the facts that the rule reads and observes.
        rule: whose query is executed as it stands in its file.
        window: as of whose last day states are looked at.
    """
    violations = [
        Violation(*cast("tuple[str, str, str, str, date, int, int, str]", row))
        for row in engine.rows(violations_sql(rule, window=window))
    ]
    observed = [
        Observed(*cast("tuple[str, str, str, date]", row))
        for row in engine.rows(observed_sql(rule, window=window))
    ]
    return Look(violations, observed)


def violations_sql(rule: Rule, *, window: Window) -> str:
    """The rule's own query within the runner's (检查语句), portable as the rule is."""
    # why: the rule is checked, and codes and days are literals made here.
    return (
        f"WITH inspection_day AS (SELECT {_date(window.last)} AS as_of)\n"  # noqa: S608
        f"SELECT {', '.join(COLUMNS)} FROM (\n{rule.sql}\n) AS violation\n"
        f"WHERE {_within(window)}"
    )


def observed_sql(rule: Rule, *, window: Window) -> str:
    """Which subjects and periods were looked at (看过的对象).

    For a state, the rows in force on the last day where the fact says from when to when its rows
    hold.
    """
    columns = fact_named(rule.observes).column_names
    condition = _within(window)
    if rule.kind is RuleKind.STATE and {"starts_on", "ends_on"} <= set(columns):
        as_of = _date(window.last)
        condition = f"starts_on <= {as_of} AND ends_on > {as_of} AND {_at(window)}"
    # why: names come from the declared fact, codes and days are literals made here.
    return (
        "SELECT subject, period, school, MIN(effective_on) AS effective_on "  # noqa: S608
        f"FROM {rule.observes} WHERE {condition} GROUP BY subject, period, school"
    )


def _within(window: Window) -> str:
    days = f"effective_on BETWEEN {_date(window.first)} AND {_date(window.last)}"
    return f"{days} AND {_at(window)}"


def _at(window: Window) -> str:
    regions = f"region IN ({_texts(window.regions)})"
    if window.schools is None:
        return regions
    return f"{regions} AND school IN ({_texts(window.schools)})"


def _date(on: date) -> str:
    return f"DATE '{on.isoformat()}'"


def _texts(values: Collection[str]) -> str:
    """Codes and pseudonyms as literals.

    They come from the registry; the check keeps a quote from ever reaching an engine.
    """
    for value in values:
        if not value.replace(":", "").replace("-", "").isalnum():
            raise ValueError(f"not a code or pseudonym: {value!r}")
    return ", ".join(f"'{value}'" for value in sorted(values))
