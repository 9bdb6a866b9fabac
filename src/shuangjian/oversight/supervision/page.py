"""台账页面的内容: what the list and the page of one finding show, ready for the templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from shuangjian.areas.homework.models import LimitOverride
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.findings.models import (
    EventKind,
    Finding,
    FindingEvent,
    RuleKind,
    Status,
)
from shuangjian.foundation.findings.queries import (
    FindingFilter,
    count_findings,
    events_of,
    list_findings,
    steps_open_to,
)
from shuangjian.foundation.findings.wording import FACT_CORRECTED_RULE, next_step
from shuangjian.foundation.policy.wording import SEVERITY_WORDS
from shuangjian.oversight.supervision.basis import Basis, basis_of
from shuangjian.oversight.supervision.queries import (
    FindingRows,
    FindingText,
    describe_finding,
    describe_findings,
    finding_rows,
)
from shuangjian.oversight.supervision.rule import Rule
from shuangjian.oversight.supervision.wording import number_text, period_text, value_text

PAGE_SIZE: Final = 50
EVERYTHING: Final = "all"
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
# invariant: every status stands in exactly one tab, so the tabs add up to 全部.
TABS: Final[Mapping[str, tuple[str, frozenset[Status]]]] = MappingProxyType(
    {
        "opened": ("待交办", frozenset({Status.OPENED})),
        "reopened": ("重新打开", frozenset({Status.REOPENED})),
        "assigned": ("待整改", frozenset({Status.ASSIGNED})),
        "rectified": (
            "待复核",
            frozenset({Status.RECTIFIED, Status.CEASED, Status.CORRECTED}),
        ),
        "verified": ("待销号", frozenset({Status.VERIFIED})),
        "cleared": ("已销号", frozenset({Status.CLEARED})),
        EVERYTHING: ("全部", frozenset(Status)),
    }
)
_FIRST_TABS: Final = (
    (Role.OFFICER, ("opened", "reopened", "rectified", "verified", "assigned")),
    (Role.INSPECTOR, ("rectified", "reopened", "assigned")),
    (Role.PRINCIPAL, ("reopened", "assigned")),
    (Role.SCHOOL_ADMIN, ("reopened", "assigned")),
    (Role.CLASS_TEACHER, ("reopened", "assigned")),
)
_WAITING_FOR_SCHOOL = frozenset({Status.ASSIGNED, Status.REOPENED})
_EVENT_TONES: Final[Mapping[EventKind, str]] = MappingProxyType(
    {
        EventKind.OPENED: "warning",
        EventKind.REOPENED: "bad",
        EventKind.CLEARED: "good",
    }
)


@dataclass(frozen=True)
class Tab:
    """标签页: one group of statuses with how many findings it holds."""

    key: str
    title: str
    url: str
    current: bool
    count: int


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


@dataclass(frozen=True)
class FindingList:
    """台账: one page of one tab."""

    tabs: Sequence[Tab]
    current: str
    page: Page[Finding]
    lines: Sequence[FindingLine]


@dataclass(frozen=True)
class OpenStep:
    """可办事项: a step that this actor may take, with its page."""

    title: str
    url: str


@dataclass(frozen=True)
class HistoryEvent:
    """经过的一步, as the timeline shows it."""

    title: str
    at: date
    who: str
    note: str
    tone: str


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
    rows: Sequence[FindingRows]
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
    def happened(self) -> str:
        """When it happened, or since when it was seen."""
        on = self.finding.effective_on
        return f"{on.year}年{on.month}月{on.day}日"


def finding_list(
    actor: Actor,
    *,
    filters: FindingFilter,
    asked: Mapping[str, str],
    on: date,
) -> FindingList:
    """One page of the list (台账), what needs this actor first.

    Args:
        actor: whose findings.
        filters: what it is narrowed to, statuses aside.
        asked: the address's parameters: ``tab`` and ``page``.
        on: today.
    """
    number_by_status = count_findings(actor, on=on, filters=filters)
    number_by_tab = {
        key: sum(number_by_status[status] for status in statuses)
        for key, (_, statuses) in TABS.items()
    }
    current = _current_tab(actor, asked.get("tab", ""), number_by_tab)
    wanted = list_findings(
        actor, on=on, filters=replace(filters, statuses=_statuses_sought(current))
    )
    if current in {"assigned", "reopened"}:
        wanted = wanted.order_by(
            F("state__due_on").asc(nulls_first=True), "-effective_on", "-id"
        )
    paginator = Paginator(wanted, PAGE_SIZE)
    paginator.count = number_by_tab[current]  # why: counted above; the fold is not done twice
    page = paginator.get_page(asked.get("page"))
    return FindingList(
        tabs=[
            Tab(key, title, _tab_url(key, asked), key == current, number_by_tab[key])
            for key, (title, _) in TABS.items()
        ],
        current=current,
        page=page,
        lines=_lines(list(page.object_list), on=on),
    )


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
        severity=SEVERITY_WORDS_BY_CODE[finding.severity],
        measured=_value(text.rule, state.measured),
        limit=_value(text.rule, state.limit_value),
        due=_due(finding, on=on),
        next_step=next_step(status),
        steps=[
            OpenStep(STEP_TITLES[kind], step_url(finding, kind))
            for kind in steps_open_to(actor, finding=finding, on=on)
        ],
        basis=basis_of(finding, rule=text.rule),
        overrides=_overrides(finding),
        rows=finding_rows(finding),
        history=[_history(event, rule=text.rule) for event in events_of(finding)],
    )
