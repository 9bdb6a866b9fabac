"""台账命令: ``findings list|show|assign|rectify|verify|clear``."""

from datetime import date
from uuid import UUID

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.option import DAY, acting, as_user, dry_run, writing
from shuangjian.foundation.findings.models import Finding, FindingEvent, Status
from shuangjian.foundation.findings.queries import (
    FindingFilter,
    access_finding,
    events_of,
    list_findings,
)
from shuangjian.foundation.findings.services import (
    assign_finding,
    clear_finding,
    rectify_finding,
    verify_finding,
)
from shuangjian.oversight.supervision.queries import describe_finding, describe_findings

number = click.argument("number", type=click.UUID)


@click.group()
def findings() -> None:
    """台账：查看问题，交办、整改、复核、销号。"""


@findings.command("list", epilog="例：findings list --status opened --limit 20")
@click.option(
    "--status", type=click.Choice([each.value for each in Status]), multiple=True, help="状态。"
)
@click.option("--rule", default="", help="规则。")
@click.option("--from", "first", type=DAY, default=None, help="发生日从。")
@click.option("--to", "last", type=DAY, default=None, help="发生日到。")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, help="最多列多少条。")
@as_user
@as_json
def list_command(
    status: tuple[str, ...],
    rule: str,
    first: date | None,
    last: date | None,
    limit: int,
    username: str | None,
    *,
    as_json: bool,
) -> None:
    """列出问题，最近的在前。"""
    filters = FindingFilter(
        statuses=frozenset(Status(each) for each in status), rule=rule, first=first, last=last
    )
    found = list_findings(acting(username), on=clock.today(), filters=filters)
    shown = list(found[:limit])
    texts = describe_findings(shown)
    if as_json:
        rows = [{**_brief(each), "sentence": texts[each.pk].sentence} for each in shown]
        print_json({"count": found.count(), "findings": rows})
        return
    for each in shown:
        click.echo(
            f"{each.pseudonym}  {Status(each.state.status).label}  {texts[each.pk].sentence}"
        )
    click.echo(f"共 {found.count()} 条，列出 {len(shown)} 条。")


@findings.command("show", epilog="例：findings show 6f1c…")
@number
@as_user
@as_json
def show_command(number: UUID, username: str | None, *, as_json: bool) -> None:
    """一条问题和它的办理经过。"""
    finding = access_finding(acting(username), pseudonym=number, on=clock.today())
    events = events_of(finding)
    sentence = describe_finding(finding).sentence
    if as_json:
        history = [
            {
                "kind": event.kind,
                "actor": event.actor,
                "on": event.effective_on,
                "recorded_at": event.recorded_at,
                "note": event.note,
                "evidence": event.evidence,
                "due_on": event.due_on,
                "policy": event.policy,
            }
            for event in events
        ]
        print_json({**_brief(finding), "sentence": sentence, "events": history})
        return
    click.echo(sentence)
    for event in events:
        click.echo(f"{event.effective_on} {event.get_kind_display()} {event.actor} {event.note}")


@findings.command("assign", epilog="例：findings assign 6f1c… --due 2026-11-30 --as demo-officer")
@number
@click.option("--due", "due_on", type=DAY, required=True, help="限期。")
@click.option("--note", default="", help="要求。")
@as_user
@dry_run
@as_json
def assign_command(
    number: UUID, due_on: date, note: str, username: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """交办给学校，限期整改。"""
    actor, on = acting(username), clock.today()
    with writing(is_dry_run=dry_run):
        finding = access_finding(actor, pseudonym=number, on=on)
        event = assign_finding(actor=actor, finding=finding, due_on=due_on, on=on, note=note)
    _told(event, is_dry_run=dry_run, as_json=as_json)


@findings.command("rectify", epilog="例：findings rectify 6f1c… --note … --evidence … --as USER")
@number
@click.option("--note", required=True, help="怎样整改的。")
@click.option("--evidence", required=True, help="从哪里可以看到。")
@as_user
@dry_run
@as_json
def rectify_command(
    number: UUID, note: str, evidence: str, username: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """学校报告整改情况。"""
    actor, on = acting(username), clock.today()
    with writing(is_dry_run=dry_run):
        finding = access_finding(actor, pseudonym=number, on=on)
        event = rectify_finding(actor=actor, finding=finding, note=note, evidence=evidence, on=on)
    _told(event, is_dry_run=dry_run, as_json=as_json)


@findings.command(
    "verify", epilog="例：findings verify 6f1c… --passed --note … --as demo-inspector"
)
@number
@click.option("--passed/--failed", "passed", default=None, help="复核通过或不通过。")
@click.option("--note", required=True, help="看了什么。")
@click.option("--evidence", default="", help="依据。")
@as_user
@dry_run
@as_json
def verify_command(
    number: UUID,
    passed: bool | None,
    note: str,
    evidence: str,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """整改人以外的人复核。"""
    if passed is None:
        raise Refused("请写明 --passed（通过）或 --failed（不通过）。")
    actor, on = acting(username), clock.today()
    with writing(is_dry_run=dry_run):
        finding = access_finding(actor, pseudonym=number, on=on)
        event = verify_finding(
            actor=actor, finding=finding, passed=passed, note=note, evidence=evidence, on=on
        )
    _told(event, is_dry_run=dry_run, as_json=as_json)


@findings.command("clear", epilog="例：findings clear 6f1c… --evidence … --as demo-officer")
@number
@click.option("--evidence", required=True, help="销号依据。")
@click.option("--note", default="", help="说明。")
@as_user
@dry_run
@as_json
def clear_command(
    number: UUID, evidence: str, note: str, username: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """销号。"""
    actor, on = acting(username), clock.today()
    with writing(is_dry_run=dry_run):
        finding = access_finding(actor, pseudonym=number, on=on)
        event = clear_finding(actor=actor, finding=finding, evidence=evidence, note=note, on=on)
    _told(event, is_dry_run=dry_run, as_json=as_json)


def _brief(finding: Finding) -> dict[str, object]:
    return {
        "number": finding.pseudonym,
        "rule": finding.rule,
        "status": finding.state.status,
        "severity": finding.severity,
        "subject": finding.subject,
        "period": finding.period,
        "measured": finding.state.measured,
        "limit": finding.state.limit_value,
        "policy": finding.state.policy,
        "due_on": finding.state.due_on,
        "school": finding.school.name if finding.school is not None else "",
    }


def _told(event: FindingEvent, *, is_dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "number": event.finding.pseudonym,
                "kind": event.kind,
                "on": event.effective_on,
                "dry_run": is_dry_run,
            }
        )
    else:
        before = "试运行，没有写入：可以" if is_dry_run else "已"
        click.echo(f"{before}{event.get_kind_display()}。")
