"""一个问题的页面: what it says, its limit's basis, its rows, what was done and what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from shuangjian.areas.homework.models import LimitOverride
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.findings.models import (
    EventKind,
    Finding,
    FindingEvent,
    RuleKind,
    Status,
)
from shuangjian.foundation.findings.queries import events_of, steps_open_to
from shuangjian.foundation.findings.wording import next_step
from shuangjian.oversight.supervision.basis import Basis, basis_of
from shuangjian.oversight.supervision.line import (
    TONES,
    Due,
    due_of,
    number_of,
    severity_text,
)
from shuangjian.oversight.supervision.queries import (
    FindingRows,
    FindingText,
    describe_finding,
    finding_rows,
)
from shuangjian.oversight.supervision.rule import Rule
from shuangjian.oversight.supervision.wording import value_text

_STEP_URL_NAMES: Final[Mapping[EventKind, str]] = MappingProxyType(
    {
        EventKind.ASSIGNED: "finding-assign",
        EventKind.RECTIFIED: "finding-rectify",
        EventKind.VERIFIED: "finding-verify",
        EventKind.CLEARED: "finding-clear",
    }
)
_SAID_BEFORE: Final = (
    (EventKind.ASSIGNED, "整改要求", ""),
    (EventKind.RECTIFIED, "整改情况", "整改依据"),
    (EventKind.VERIFIED, "复核情况", "复核依据"),
)
_EVENT_TONES: Final[Mapping[EventKind, str]] = MappingProxyType(
    {
        EventKind.OPENED: "warning",
        EventKind.REOPENED: "bad",
        EventKind.CLEARED: "good",
    }
)


@dataclass(frozen=True)
class OpenStep:
    """可办事项: a step that this actor may take, with its page."""

    title: str
    url: str


@dataclass(frozen=True)
class HistoryEvent:
    """经过的一步, as the timeline shows it."""

    title: str
    at: date  # a datetime where it was recorded on the day itself
    who: str
    note: str
    tone: str


@dataclass(frozen=True)
class RowsTable:
    """事实行的表: each line has every column's title with its text, for a phone's cards."""

    term: str
    grain: str
    titles: Sequence[str]
    lines: Sequence[Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class FindingPage:
    """一个问题的页面."""

    finding: Finding
    text: FindingText
    status: str
    tone: str
    severity: str
    measured: str
    limit: str
    due: Due
    next_step: str
    steps: Sequence[OpenStep]
    basis: Basis
    overrides: Sequence[LimitOverride]
    rows: Sequence[RowsTable]
    history: Sequence[HistoryEvent]

    @property
    def rule(self) -> Rule:
        """The rule that found it."""
        return self.text.rule

    @property
    def is_state(self) -> bool:
        """Whether it is a state, which an inspection may see cease."""
        return self.finding.kind == RuleKind.STATE

    @property
    def looked(self) -> str:
        """What the latest inspection saw of a state (最近一次检查)."""
        looked_on, seen_on = self.finding.looked_on, self.finding.seen_on
        if looked_on is None:
            return ""
        is_seen = seen_on is not None and seen_on >= looked_on
        day = f"{looked_on.year}年{looked_on.month}月{looked_on.day}日"
        return f"{day}，{'情形仍在' if is_seen else '没有再见到'}"

    @property
    def day_url(self) -> str:
        """The class day that the finding is about; empty where it is about something else."""
        class_day = _class_day(self.finding)
        return reverse("homework-day", args=class_day) if class_day is not None else ""


def finding_page(actor: Actor, *, finding: Finding, on: date) -> FindingPage:
    """The page of one finding (一个问题).

    Args:
        actor: who looks; decides which steps are offered.
        finding: as ``access_finding`` gave it.
        on: today.
    """
    text = describe_finding(finding)
    state, status = finding.state, Status(finding.state.status)
    return FindingPage(
        finding=finding,
        text=text,
        status=str(status.label),
        tone=TONES[status],
        severity=severity_text(finding),
        measured=number_of(text.rule, state.measured),
        limit=number_of(text.rule, state.limit_value),
        due=due_of(finding, on=on),
        next_step=next_step(status),
        steps=[
            OpenStep(step_title(kind, status=status), step_url(finding, kind))
            for kind in steps_open_to(actor, finding=finding, on=on)
        ],
        basis=basis_of(finding, rule=text.rule),
        overrides=_overrides(finding),
        rows=[_table(rows) for rows in finding_rows(finding)],
        history=[_history(event, rule=text.rule) for event in events_of(finding)],
    )


def step_facts(finding: Finding, *, events: Sequence[FindingEvent]) -> list[tuple[str, str]]:
    """What someone about to take a step must have before them (办理前要看的)."""
    text = describe_finding(finding)
    facts = [("问题", text.sentence), ("现在的状态", str(Status(finding.state.status).label))]
    latest = {EventKind(event.kind): event for event in events}
    for kind, note_title, evidence_title in _SAID_BEFORE:
        event = latest.get(kind)
        if event is not None:
            facts += [(note_title, event.note), (evidence_title, event.evidence)]
    return [(title, said) for title, said in facts if said]


def step_title(kind: EventKind, *, status: Status) -> str:
    """What a step's button says (办理按钮)."""
    if kind is EventKind.ASSIGNED:
        return {Status.OPENED: "交办给学校", Status.ASSIGNED: "更改整改限期"}.get(
            status, "重新交办"
        )
    return {
        EventKind.RECTIFIED: "填报整改情况",
        EventKind.VERIFIED: "填写复核情况",
        EventKind.CLEARED: "销号",
    }[kind]


def step_url(finding: Finding, kind: EventKind) -> str:
    """The page on which a step is taken."""
    return reverse(_STEP_URL_NAMES[kind], args=[finding.pseudonym])


def _class_day(finding: Finding) -> tuple[UUID, date] | None:
    """The class and day of a finding on homework; ``None`` where it is about something else."""
    kind, _, pseudonym = finding.subject.partition(":")
    if kind != "class" or finding.kind != RuleKind.EVENT:
        return None
    try:
        return UUID(pseudonym), date.fromisoformat(finding.period)
    except ValueError:
        return None


def _overrides(finding: Finding) -> list[LimitOverride]:
    """The reasons with which a class day was let through (放行理由), oldest first."""
    class_day = _class_day(finding)
    if class_day is None:
        return []
    pseudonym, on = class_day
    found = LimitOverride.objects.filter(
        class_day__school_class__pseudonym=pseudonym, class_day__on=on
    )
    return list(found.order_by("id"))


def _table(rows: FindingRows) -> RowsTable:
    """The rows with a column of words in front, since it heads a phone's card."""
    places = list(range(len(rows.titles)))
    is_words = (place for place in places if not any(row[place].isdigit() for row in rows.rows))
    head = next(is_words, 0)
    order = [head, *(place for place in places if place != head)]
    return RowsTable(
        term=rows.term,
        grain=rows.grain,
        titles=[rows.titles[place] for place in order],
        lines=[[(rows.titles[place], row[place]) for place in order] for row in rows.rows],
    )


def _history(event: FindingEvent, *, rule: Rule) -> HistoryEvent:
    kind = EventKind(event.kind)
    title = str(kind.label)
    tone = _EVENT_TONES.get(kind, "info")
    if kind is EventKind.VERIFIED:
        title = f"{title}：{'通过' if event.passed else '不通过，退回整改'}"
        tone = "good" if event.passed else "bad"
    if event.due_on is not None:
        title = f"{title}，限 {event.due_on.month}月{event.due_on.day}日前整改"
    recorded_on = timezone.localdate(event.recorded_at)
    return HistoryEvent(
        title=title,
        at=event.recorded_at if recorded_on == event.effective_on else event.effective_on,
        who=event.actor,
        note="".join(_sentences(event, rule=rule)),
        tone=tone,
    )


def _sentences(event: FindingEvent, *, rule: Rule) -> list[str]:
    """What a step said, with the numbers that it carried."""
    said = [event.note] if event.note else []
    if number_of(rule, event.measured):
        measured = value_text(event.measured, unit=rule.unit)
        limit = value_text(event.limit_value, unit=rule.unit)
        said.append(f"实测 {measured}，限值 {limit}。")
    if event.evidence:
        said.append(f"依据：{event.evidence}")
    return [text if text.endswith(("。", "！", "？", ".")) else f"{text}。" for text in said]
