"""台账统计: what happened to the findings in a period, rule by rule; read, never inspected anew.

Opened counts by the day it happened, rectified and cleared by the day of the act; one finding
counts once in each. Outstanding is everything not cleared by the period's last day, whenever it
happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from shuangjian.oversight.indicators.measure import Scope
from shuangjian.oversight.supervision.catalogue import FACT_CORRECTED, rules

# why: cleared and then reopened is outstanding again, so the later of the two decides.
_TALLY = """
    SELECT f.rule,
        count(*) FILTER (WHERE f.effective_on >= %(first)s) AS opened,
        count(*) FILTER (WHERE a.rectified) AS rectified,
        count(*) FILTER (WHERE a.cleared) AS cleared,
        count(*) FILTER (WHERE a.last_turn IS DISTINCT FROM 'cleared') AS outstanding
    FROM findings_finding f
    JOIN registry_region r ON r.id = f.region_id
    CROSS JOIN LATERAL (
        SELECT
            bool_or(e.kind = 'rectified' AND e.effective_on >= %(first)s) AS rectified,
            bool_or(e.kind = 'cleared' AND e.effective_on >= %(first)s) AS cleared,
            (array_agg(e.kind ORDER BY e.id DESC)
                FILTER (WHERE e.kind IN ('cleared', 'reopened')))[1] AS last_turn
        FROM findings_findingevent e
        WHERE e.finding_id = f.id AND e.effective_on <= %(last)s
    ) a
    WHERE f.effective_on <= %(last)s AND r.code = ANY(%(regions)s)
    GROUP BY f.rule
    ORDER BY f.rule
"""
_EVENTS = """
    SELECT e.id
    FROM findings_findingevent e
    JOIN findings_finding f ON f.id = e.finding_id
    JOIN registry_region r ON r.id = f.region_id
    WHERE f.effective_on <= %(last)s AND e.effective_on <= %(last)s
        AND r.code = ANY(%(regions)s)
    ORDER BY e.id
"""


@dataclass(frozen=True)
class RuleTally:
    """一条规则的台账统计: counts of findings."""

    rule: str
    term: str
    opened: int
    rectified: int
    cleared: int
    outstanding: int

    @property
    def is_silent(self) -> bool:
        """Whether nothing happened and nothing is left."""
        return not (self.opened or self.rectified or self.cleared or self.outstanding)


def tally_findings(scope: Scope) -> list[RuleTally]:
    """The findings of a scope by rule (台账统计): first every known rule, then retired ones."""
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, _parameters(scope))
        counts_by_rule: dict[str, Sequence[int]] = {row[0]: row[1:] for row in cursor.fetchall()}
    term_by_rule = {rule.key: rule.term for rule in (*rules().values(), FACT_CORRECTED)}
    known = [*term_by_rule, *sorted(set(counts_by_rule) - set(term_by_rule))]
    return [
        RuleTally(rule, term_by_rule.get(rule, rule), *counts_by_rule.get(rule, (0, 0, 0, 0)))
        for rule in known
    ]


def finding_event_ids(scope: Scope) -> tuple[int, ...]:
    """The events that a tally rests on (计入的台账动作), ascending; their rows never change."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, _parameters(scope))
        return tuple(row[0] for row in cursor.fetchall())


def _parameters(scope: Scope) -> dict[str, date | list[str]]:
    return {"first": scope.first_on, "last": scope.last_on, "regions": list(scope.regions)}
