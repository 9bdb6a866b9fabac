"""检查命令: ``inspect``."""

from datetime import date

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.commands.lake import lake_folder
from shuangjian.edges.cli.option import (
    DAY,
    acting,
    as_user,
    default_region,
    dry_run,
    first_of_round,
)
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.policy.services import load_policies, policy_roots
from shuangjian.oversight.supervision.catalogue import rule_named
from shuangjian.oversight.supervision.services import inspect


@click.command(
    "inspect", epilog="例：inspect --engine duckdb --from 2026-11-01 --to 2026-11-15 --json"
)
@click.option(
    "--engine",
    type=click.Choice(["postgres", "duckdb", "spark"]),
    default="postgres",
    help="在哪里运行规则；duckdb 和 spark 读数据湖。",
)
@click.option("--from", "first", type=DAY, default=None, help="首日；不写为本期首日。")
@click.option("--to", "last", type=DAY, default=None, help="末日；不写为今天。")
@click.option("--region", default=None, help="行政区划代码；不写为本地。")
@click.option("--rule", "rules", multiple=True, help="只查这些规则；可写多次。")
@as_user
@dry_run
@as_json
def inspect_command(
    engine: str,
    first: date | None,
    last: date | None,
    region: str | None,
    rules: tuple[str, ...],
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """运行规则，核对台账；同一天再运行一次不会有变化。"""
    actor, moment = acting(username), clock.now()
    if not actor.has(Role.OPERATOR, Role.OFFICER):
        raise Refused("只有教育局双减专班或系统操作员可以运行检查。请换一个 --as。")
    load_policies(policy_roots())
    found = inspect(
        first=first or first_of_round(region or default_region(), on=last or moment.date()),
        last=last or moment.date(),
        region=region or default_region(),
        at=moment,
        actor_label=actor.label,
        engine=engine,  # type: ignore[arg-type]  # why: click has checked the choice
        rules=rules or None,
        dry_run=dry_run,
        lake=lake_folder(),
    )
    for note in found.notes:
        click.echo(note, err=True)
    if as_json:
        print_json(found.total.as_dict())
        return
    for key, tally in found.by_rule.items():
        counts = tally.as_dict()
        click.echo(
            f"{rule_named(key).term}：新发现 {counts['opened']}，情形消失 {counts['ceased']}，"
            f"重新打开 {counts['reopened']}，事实更正 {counts['corrected']}，"
            f"仍在 {counts['kept']}"
        )
    if dry_run:
        click.echo("试运行，没有写入。")
