"""台账的一行: what a list shows of a finding, and the words that every page of 台账 shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from shuangjian.foundation.findings.models import Finding, Status
from shuangjian.foundation.findings.wording import FACT_CORRECTED_RULE
from shuangjian.foundation.policy.leaf import Severity
from shuangjian.foundation.policy.wording import SEVERITY_WORDS
from shuangjian.oversight.supervision.queries import describe_findings
from shuangjian.oversight.supervision.rule import Rule
from shuangjian.oversight.supervision.wording import number_text, value_text

TONES: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.OPENED: "warning",
        Status.ASSIGNED: "warning",
        Status.RECTIFIED: "info",
        Status.VERIFIED: "info",
        Status.CLEARED: "good",
        Status.REOPENED: "bad",
        Status.CEASED: "info",
        Status.CORRECTED: "info",
    }
)
_WAITING_FOR_SCHOOL = frozenset({Status.ASSIGNED, Status.REOPENED})


@dataclass(frozen=True)
class Due:
    """限期: the day, and how it stands to today; ``days_left`` below 0 is overdue."""

    on: date | None
    days_left: int | None
    is_waiting: bool

    @property
    def is_overdue(self) -> bool:
        """Whether the school should have answered before today."""
        return self.is_waiting and self.days_left is not None and self.days_left < 0

    @property
    def days_over(self) -> int:
        """How many days the due day is past."""
        return -self.days_left if self.days_left is not None and self.is_overdue else 0

    @property
    def is_known(self) -> bool:
        """Whether there is something to say of it."""
        return self.on is not None or self.is_waiting

    @property
    def mark(self) -> str:
        """What needs a person's eye (限期提醒); empty where nothing does."""
        if not self.is_waiting:
            return ""
        if self.days_left is None:
            return "未定限期"
        if self.is_overdue:
            return f"逾期 {self.days_over} 天"
        return "今天到期" if self.days_left == 0 else ""


@dataclass(frozen=True)
class FindingLine:
    """台账的一行."""

    pseudonym: UUID
    sentence: str
    term: str
    school: str
    compared: str
    happened_on: date
    status: str
    tone: str
    severity: str
    due: Due


def lines_of(findings: Sequence[Finding], *, on: date) -> list[FindingLine]:
    """The lines of a list (台账的行), with a fixed number of queries."""
    texts = describe_findings(findings)
    lines = []
    for finding in findings:
        text, status = texts[finding.pk], Status(finding.state.status)
        lines.append(
            FindingLine(
                pseudonym=finding.pseudonym,
                sentence=text.sentence,
                term=text.rule.term,
                school=finding.school.name if finding.school is not None else "",
                compared=_compared(finding, rule=text.rule),
                happened_on=finding.effective_on,
                status=str(status.label),
                tone=TONES[status],
                severity=severity_text(finding),
                due=due_of(finding, on=on),
            )
        )
    return lines


def severity_text(finding: Finding) -> str:
    """How strongly the rule binds (约束力)."""
    return SEVERITY_WORDS[Severity(finding.severity)]


def due_of(finding: Finding, *, on: date) -> Due:
    """A finding's due day as of a day (限期)."""
    due_on = finding.state.due_on
    return Due(
        on=due_on,
        days_left=None if due_on is None else (due_on - on).days,
        is_waiting=finding.state.status in _WAITING_FOR_SCHOOL,
    )


def number_of(rule: Rule, value: int | None) -> str:
    """A value in the rule's unit (数值); empty where the rule has no unit of its own."""
    # why: a finding on a corrected fact carries the numbers of another rule, in another unit.
    if value is None or rule.key == FACT_CORRECTED_RULE:
        return ""
    return value_text(value, unit=rule.unit)


def _compared(finding: Finding, *, rule: Rule) -> str:
    """Measured and limit beside each other (实测与限值): 75 / 60 分钟."""
    measured, limit = finding.state.measured, finding.state.limit_value
    if not number_of(rule, measured):
        return ""
    return f"{number_text(measured, unit=rule.unit)} / {value_text(limit, unit=rule.unit)}"
