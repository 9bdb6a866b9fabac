"""The worked tables of docs/algorithms/findings.md, read as the tests' data."""

import re
from datetime import date
from pathlib import Path

from shuangjian.foundation.findings.life import Step
from shuangjian.foundation.findings.models import EventKind, Finding, FindingEvent, RuleKind

PAGE = Path(__file__).resolve().parents[3] / "docs" / "algorithms" / "findings.md"
FIRST = date(2026, 11, 2)


def table(name: str) -> list[dict[str, str]]:
    """The rows of one table, by column title."""
    lines = PAGE.read_text(encoding="utf-8").split(f"<!-- table: {name} -->")[1].strip().split("\n")
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    header, _, *body = rows
    assert body, name
    return [dict(zip(header, row, strict=True)) for row in body]


def value(text: str) -> tuple[int, int]:
    measured, limit = text.split("/")
    return int(measured), int(limit)


def due(text: str) -> date:
    return FIRST.replace(day=int(text))


def step(text: str, *, on: date = FIRST) -> Step:
    """One step as the page writes it."""
    kind_text, *words = text.split()
    kind = EventKind(kind_text)
    fields = {}
    for word in words:
        if word == "gone":
            continue
        if word in {"passed", "failed"}:
            fields["passed"] = word == "passed"
        elif word.startswith("@"):
            fields["user_id"] = int(word[1:])
        elif re.fullmatch(r"\d+/\d+", word):
            fields["measured"], fields["limit_value"] = value(word)
            fields["policy"] = f"limit {fields['limit_value']}"
        elif word != "due":
            fields["due_on"] = due(word)
    return Step(kind=kind, effective_on=on, **fields)


def steps(text: str) -> list[Step]:
    """Steps parted by commas, each a day after the one before."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [
        step(part, on=FIRST.replace(day=FIRST.day + number)) for number, part in enumerate(parts)
    ]


def write(finding: Finding, taken: Step) -> FindingEvent:
    """Insert a step as it stands, past every service."""
    return FindingEvent.objects.create(
        finding=finding,
        kind=taken.kind,
        actor="测试",
        user_id=taken.user_id,
        passed=taken.passed,
        due_on=taken.due_on,
        measured=taken.measured,
        limit_value=taken.limit_value,
        policy=taken.policy,
        evidence="依据",
        effective_on=taken.effective_on,
    )


def finding_of(
    scene, *, kind: str, subject: str = "", period: str = "2026-11-02", **fields
) -> Finding:
    """A finding of the scene's school, without events."""
    return Finding.objects.create(
        rule=f"test.{kind}",
        kind=RuleKind(kind),
        area="test",
        severity="must",
        subject=subject or f"class:{scene.fifth.pseudonym}",
        period=period,
        effective_on=FIRST,
        region=scene.county,
        school=scene.school,
        **fields,
    )
