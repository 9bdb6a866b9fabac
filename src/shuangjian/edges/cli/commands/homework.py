"""作业命令: ``import plan``."""

from pathlib import Path

import click

from shuangjian.areas.homework.services.import_plans import ImportOutcome, import_workbook
from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.option import acting, as_user, dry_run
from shuangjian.foundation.accounts.access import visible_schools
from shuangjian.foundation.registry.models import School
from shuangjian.oversight.supervision.services import inspect_changes


@click.group("import")
def import_group() -> None:
    """把学校现有的表格导入平台。"""


@import_group.command(
    "plan", epilog="例：import plan 五年级作业计划.xlsx --school 2199000001 --dry-run"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--school", "code", required=True, help="学校标识码。")
@as_user
@dry_run
@as_json
def plan(file: Path, code: str, username: str | None, *, dry_run: bool, as_json: bool) -> None:
    """导入课后书面作业布置计划表或公示表；有一处看不懂就全部不写入。"""
    actor, moment = acting(username), clock.now()
    school = _school(code, username)
    outcome = import_workbook(
        actor=actor, school=school, content=file.read_bytes(), at=moment, is_dry_run=dry_run
    )
    if not dry_run and not outcome.faults:
        inspect_changes(at=moment)
    if as_json:
        print_json(_summary(outcome))
    if outcome.faults:
        lines = [fault.message for fault in outcome.faults]
        raise Refused("\n".join(["没有写入，请先改好：", *lines]), is_told=as_json)
    if not as_json:
        click.echo("试导入，没有写入：" if dry_run else "已写入：")
        for name, value in outcome.tally.lines:
            click.echo(f"  {name}：{value}")


def _school(code: str, username: str | None) -> School:
    school = visible_schools(acting(username), on=clock.today()).filter(code=code).first()
    if school is None:
        raise Refused(f"没有标识码为“{code}”的学校，或不在该用户的范围内。请核对 --school。")
    return school


def _summary(outcome: ImportOutcome) -> dict[str, object]:
    return {
        "done": outcome.is_done,
        "tally": outcome.tally,
        "faults": outcome.faults,
        "skipped": outcome.reading.skipped,
    }
