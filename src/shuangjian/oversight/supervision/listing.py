"""台账的列表: findings by status, what needs this actor first, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, Q
from django.db.models.expressions import Combinable

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.findings.models import Finding, Status
from shuangjian.foundation.findings.queries import (
    FindingFilter,
    count_findings,
    list_findings,
)
from shuangjian.foundation.registry.models import Region
from shuangjian.foundation.registry.setting import DAYS_TO_RECTIFY, region_value
from shuangjian.oversight.supervision.line import FindingLine, lines_of

PAGE_SIZE: Final = 50
MANY_MOST: Final = 500  # why: more than anyone can answer for with one click.
EVERYTHING: Final = "all"
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
_BY_DUE_DAY: Final[tuple[str | Combinable, ...]] = (F("state__due_on").asc(nulls_first=True),)
_ORDER_BY_TAB: Final[Mapping[str, tuple[str | Combinable, ...]]] = MappingProxyType(
    {"opened": ("severity",), "reopened": _BY_DUE_DAY, "assigned": _BY_DUE_DAY}
)
_FIRST_TABS: Final = (
    (Role.OFFICER, ("opened", "reopened", "rectified", "verified", "assigned")),
    (Role.INSPECTOR, ("rectified", "reopened", "assigned")),
    (Role.PRINCIPAL, ("reopened", "assigned")),
    (Role.SCHOOL_ADMIN, ("reopened", "assigned")),
    (Role.CLASS_TEACHER, ("reopened", "assigned")),
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
class FindingList:
    """台账: one page of one tab."""

    tabs: Sequence[Tab]
    current: str
    page: Page[Finding]
    lines: Sequence[FindingLine]


def listed_findings(
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
    if current in _ORDER_BY_TAB:
        wanted = wanted.order_by(*_ORDER_BY_TAB[current], "-effective_on", "-id")
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
        lines=lines_of(list(page.object_list), on=on),
    )


def _current_tab(actor: Actor, asked: str, number_by_tab: Mapping[str, int]) -> str:
    """The tab asked for; else the first of the actor's own that holds something; else all."""
    if asked in TABS:
        return asked
    own = [key for role, keys in _FIRST_TABS if actor.has(role) for key in keys]
    return next((key for key in own if number_by_tab[key]), EVERYTHING)


def _statuses_sought(tab: str) -> frozenset[Status]:
    """All statuses are no condition at all, which spares the database the fold."""
    return frozenset() if tab == EVERYTHING else TABS[tab][1]


def _tab_url(key: str, asked: Mapping[str, str]) -> str:
    """The address of a tab with the filters kept, from its first page."""
    kept = {name: value for name, value in asked.items() if value and name not in {"tab", "page"}}
    return f"?{urlencode({'tab': key, **kept})}"


def new_findings(actor: Actor, *, filters: FindingFilter, on: date) -> list[Finding]:
    """The findings that wait for this officer (待交办), oldest first, at most ``MANY_MOST``."""
    condition = Q(pk__in=[])
    for path in actor.region_paths(Role.OFFICER):
        condition |= Q(region__path__within=path)
    wanted = list_findings(actor, on=on, filters=replace(filters, statuses=TABS["opened"][1]))
    wanted = wanted.filter(condition)
    return list(wanted.order_by("effective_on", "id")[:MANY_MOST])


def default_due_on(actor: Actor, *, on: date) -> date:
    """The due day that a form proposes (预填的限期), by the setting of the actor's region."""
    paths = actor.region_paths(Role.OFFICER)
    region = Region.objects.filter(path__in=paths).order_by("-path", "id").first()
    days = DAYS_TO_RECTIFY.default
    if region is not None:
        days = region_value(DAYS_TO_RECTIFY, region=region, on=on)
    return on + timedelta(days=days)


def digest_of(findings: Sequence[Finding]) -> str:
    """A short name of these very findings (清单指纹), in their order."""
    return sha256(",".join(str(each.pk) for each in findings).encode()).hexdigest()[:16]
