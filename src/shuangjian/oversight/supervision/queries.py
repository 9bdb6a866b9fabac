"""检查的读取: what a finding says, and the rows of the fact behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from shuangjian.foundation.findings.models import Finding, RuleKind
from shuangjian.foundation.findings.wording import FACT_CORRECTED_RULE
from shuangjian.foundation.lake.catalogue import fact_named
from shuangjian.foundation.lake.fact import Column
from shuangjian.foundation.registry.queries import subject_names
from shuangjian.oversight.supervision.catalogue import rule_named
from shuangjian.oversight.supervision.models import InspectionRun
from shuangjian.oversight.supervision.rule import Rule
from shuangjian.oversight.supervision.wording import cell_text, sentence_of, title_text

# why: these say which row it is, not what happened; a page names the subject in its heading.
_HIDDEN = frozenset({"subject", "period", "school", "region", "city", "effective_on", "version"})


@dataclass(frozen=True)
class FindingText:
    """问题的文字: its rule, what people call the subject, and the rule's sentence filled in."""

    rule: Rule
    subject: str
    sentence: str


@dataclass(frozen=True)
class FindingRows:
    """问题背后的事实行: the fact's Chinese name and grain, its columns' titles, and the rows.

    Every row has a text for every title, in order.
    """

    fact: str
    term: str
    grain: str
    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


def describe_findings(findings: Iterable[Finding]) -> Mapping[int, FindingText]:
    """What each finding says (问题描述), by its key, with each subject as called on its day.

    Args:
        findings: as ``list_findings`` gives them, with ``state`` at hand; the caller has checked
            who may see them.
    """
    listed = list(findings)
    names = subject_names(finding.subject for finding in listed)
    texts = {}
    for finding in listed:
        rule = rule_named(finding.rule)
        subject = names[finding.subject].on(finding.effective_on)
        sentence = sentence_of(
            rule,
            subject=subject,
            period=finding.period,
            measured=finding.state.measured,
            limit=finding.state.limit_value,
        )
        texts[finding.pk] = FindingText(rule=rule, subject=subject, sentence=sentence)
    return texts


def describe_finding(finding: Finding) -> FindingText:
    """What one finding says (问题描述)."""
    return describe_findings([finding])[finding.pk]


def finding_rows(finding: Finding) -> Sequence[FindingRows]:
    """The rows of the facts behind a finding (事实行), as they are now.

    For an event the rows of its subject and period; for a state the row in force on the day it was
    found. A finding on a corrected fact shows the rows of the findings it stands beside.

    Args:
        finding: as ``access_finding`` gave it.
    """
    facts = dict.fromkeys(_row_facts(finding))  # in order, each once
    return [_rows_of(name, finding) for name in facts]


def latest_runs(*, count: int) -> Sequence[InspectionRun]:
    """The latest inspections (检查记录), the newest first."""
    return list(InspectionRun.objects.order_by("-id")[:count])


def _row_facts(finding: Finding) -> list[str]:
    if finding.rule != FACT_CORRECTED_RULE:
        return [rule_named(finding.rule).rows]
    beside = Finding.objects.filter(
        subject=finding.subject, period=finding.period, kind=RuleKind.EVENT
    ).exclude(rule=FACT_CORRECTED_RULE)
    keys = beside.order_by("rule").values_list("rule", flat=True).distinct()
    return [rule_named(key).rows for key in keys]


def _rows_of(name: str, finding: Finding) -> FindingRows:
    fact = fact_named(name)
    columns = [column for column in fact.columns if column.name not in _HIDDEN]
    selected = ", ".join(column.name for column in columns)
    condition, values = "period = %s", [finding.period]
    if finding.kind == RuleKind.STATE and {"starts_on", "ends_on"} <= set(fact.column_names):
        condition = "starts_on <= %s AND ends_on > %s"
        values = [finding.effective_on.isoformat()] * 2
    # why: names come from the declared fact, values are parameters.
    sql = f"SELECT {selected} FROM {fact.name} WHERE subject = %s AND {condition}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [finding.subject, *values])
        rows = sorted(cursor.fetchall(), key=repr)
    return FindingRows(
        fact=fact.name,
        term=fact.term,
        grain=fact.grain,
        titles=[title_text(column) for column in columns],
        rows=[_texts(columns, row) for row in rows],
    )


def _texts(columns: Sequence[Column], row: Sequence[Any]) -> list[str]:
    return [cell_text(column, value) for column, value in zip(columns, row, strict=True)]
