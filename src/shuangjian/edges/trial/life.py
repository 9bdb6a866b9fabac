"""演示中的办理: officers assign, schools rectify, inspectors verify, some of it is cleared."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.timezone import get_current_timezone

from shuangjian.edges.demo.cast import COUNTY_CODE, demo_cards
from shuangjian.engines.half_month_round import Round
from shuangjian.foundation.accounts.actor import Actor, actor_of
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.findings.models import EventKind, Finding, FindingEvent, Status
from shuangjian.foundation.findings.queries import FindingFilter, list_findings
from shuangjian.foundation.findings.services import (
    assign_finding,
    assign_findings,
    clear_finding,
    rectify_finding,
    verify_finding,
)
from shuangjian.oversight.reports.services import sign_report

DAYS_TO_RECTIFY = 10
ASSIGNED_MOST = 24


def has_lived() -> bool:
    """Whether the demonstration's findings were worked on already (办理过)."""
    return FindingEvent.objects.filter(kind=EventKind.ASSIGNED).exists()


@transaction.atomic
def live_through(finished: Round, *, today: date) -> None:
    """Work on some findings of a finished round (办理过程), so that every state can be seen."""
    officer = _card_actor(Role.OFFICER, on=today)
    filters = FindingFilter(first=finished.first_on, last=finished.due_on, severity="must")
    found = list_findings(officer, on=today, filters=filters).order_by("effective_on", "id")
    principals = _principals(today)
    for place, finding in enumerate(_spread(list(found))):
        _work_on(finding, place=place, officer=officer, principals=principals, today=today)
    # why: an officer who looks every morning has only the last days' findings left to assign.
    waiting = FindingFilter(statuses=frozenset({Status.OPENED}), last=finished.due_on)
    assign_findings(
        actor=officer,
        findings=list_findings(officer, on=today, filters=waiting),
        due_on=today + timedelta(days=DAYS_TO_RECTIFY),
        on=today,
        note="请核对并整改。",
    )


def sign_earlier(earlier: Round) -> None:
    """Sign the report of an earlier round (签发上期), so that the next one has a comparison."""
    moment = datetime.combine(earlier.due_on, time(17), tzinfo=get_current_timezone())
    sign_report(
        actor=_card_actor(Role.OFFICER, on=earlier.due_on),
        region_code=COUNTY_CODE,
        due_on=earlier.due_on,
        today=earlier.due_on,
        at=moment,
    )


def _spread(findings: list[Finding]) -> list[Finding]:
    """Some from every rule, and those of the named schools, oldest first."""
    step = max(1, len(findings) // ASSIGNED_MOST)
    own = [each for each in findings if each.school is not None and each.school.code.endswith("01")]
    chosen = {each.pk: each for each in (*own, *findings[::step])}
    return list(chosen.values())


def _work_on(
    finding: Finding, *, place: int, officer: Actor, principals: dict[int, Actor], today: date
) -> None:
    """One finding as far as its place says: assigned, rectified, verified, cleared."""
    assigned_on = min(finding.effective_on + timedelta(days=1), today)
    assign_finding(
        actor=officer,
        finding=finding,
        due_on=assigned_on + timedelta(days=DAYS_TO_RECTIFY),
        on=assigned_on,
        note="请核对当天各科作业，说明原因并调整。",
    )
    principal = principals.get(finding.school_id or 0)
    if principal is None or place % 4 == 0:
        return
    rectify_finding(
        actor=principal,
        finding=finding,
        note="已由年级组协调各科总量，次日起合计控制在上限内。",
        evidence="年级组会议记录；次日公示表",
        on=today,
    )
    if place % 4 == 1:
        return
    inspector = _card_actor(Role.INSPECTOR, on=today)
    verify_finding(
        actor=inspector,
        finding=finding,
        passed=place % 4 != 2 or place % 8 == 2,
        note="抽看了此后三天的公示表，并与学生核对。",
        on=today,
        evidence="公示表三份",
    )
    if place % 4 == 3 and finding.kind == "event":
        clear_finding(
            actor=officer, finding=finding, evidence="督学复核记录", note="同意销号", on=today
        )


def _card_actor(role: Role, *, on: date) -> Actor:
    username = next(card.username for card in demo_cards() if card.role == role)
    return actor_of(User.objects.get(username=username), on=on)


def _principals(on: date) -> dict[int, Actor]:
    """The principals that have an account, by school."""
    users = User.objects.filter(grants__role=Role.PRINCIPAL).distinct()
    found: dict[int, Actor] = {}
    for user in users.order_by("id"):
        actor = actor_of(user, on=on)
        for school_id in actor.school_ids(Role.PRINCIPAL):
            found[school_id] = actor
    return found
