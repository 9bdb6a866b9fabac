"""Inspections in miniature: a rule of the tests' own, and what it saw."""

from dataclasses import dataclass
from datetime import date

from shuangjian.foundation.findings.decision import Violation
from shuangjian.foundation.findings.models import RuleKind, Severity
from shuangjian.foundation.findings.reconcile import Window, reconcile
from shuangjian.foundation.findings.tally import Tally
from tests.scene import at

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 15)


@dataclass(frozen=True)
class Rule:
    key: str
    kind: RuleKind
    term: str = "测试规则"
    area: str = "test"
    severity: Severity = Severity.MUST


EVENT = Rule("test.event", RuleKind.EVENT)
STATE = Rule("test.state", RuleKind.STATE)


def rule_of(kind: str) -> Rule:
    return EVENT if kind == "event" else STATE


def violation(scene, *, subject="", period="2026-11-02", measured=95, limit=90, on=FIRST, **fields):
    return Violation(
        subject=subject or f"class:{scene.fifth.pseudonym}",
        school=fields.get("school", f"school:{scene.school.pseudonym}"),
        region=fields.get("region", scene.county.code),
        period=period,
        effective_on=on,
        measured=measured,
        limit_value=limit,
        policy=f"limit {limit}",
    )


def window(scene, *, last=LAST, schools=None) -> Window:
    return Window(FIRST, last, frozenset({scene.county.code}), schools)


def inspect(scene, rule, violations=(), within=(), *, last=LAST, schools=None) -> Tally:
    """Reconcile; ``within`` are observed subjects and periods that do not violate."""
    return reconcile(
        rule=rule,
        window=window(scene, last=last, schools=schools),
        violations=violations,
        observed=[*within, *((each.subject, each.period) for each in violations)],
        at=at(last),
        actor_label="测试检查",
    )
