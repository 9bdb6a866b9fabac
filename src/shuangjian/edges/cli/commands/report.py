"""半月报命令: ``report``."""

from datetime import date, timedelta
from pathlib import Path

import click
from django.conf import settings

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.option import (
    DAY,
    acting,
    as_user,
    default_region,
    dry_run,
    first_of_round,
    writing,
)
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.documents.layout import render_official_document
from shuangjian.foundation.policy.services import load_policies, policy_roots
from shuangjian.oversight.reports.document import file_name, report_document
from shuangjian.oversight.reports.services import report_json, sign_report
from shuangjian.oversight.reports.wording import value_text


@click.command("report", epilog="例：report --due 2026-11-15 --pdf 半月报.pdf")
@click.option(
    "--due", "due_on", type=DAY, default=None, help="报送日；不写为最近一个已到的报送日。"
)
@click.option("--region", default=None, help="行政区划代码；不写为本地。")
@click.option(
    "--pdf", type=click.Path(path_type=Path), default=None, help="把公文版式写到这个文件。"
)
@click.option("--sign", is_flag=True, help="内部签发；需用 --as 写明签发人。")
@as_user
@dry_run
@as_json
def report(
    due_on: date | None,
    region: str | None,
    pdf: Path | None,
    username: str | None,
    *,
    sign: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """半月报：看数字，写 PDF，签发。"""
    actor, moment = acting(username), clock.now()
    load_policies(policy_roots())
    code = region or default_region()
    due = due_on or last_due(code, on=moment.date())
    if first_of_round(code, on=due) > moment.date():
        raise Refused(f"{due} 到期的这一期还没有开始，没有数字可报。请换一个 --due。")
    with writing(is_dry_run=dry_run):
        if sign:
            sign_report(actor=actor, region_code=code, due_on=due, today=moment.date(), at=moment)
        found = report_json(actor, region_code=code, due_on=due, today=moment.date())
    if pdf is not None and not dry_run:
        found["pdf"] = str(write_pdf(actor, code=code, due=due, on=moment.date(), path=pdf))
    if as_json:
        print_json(found)
        return
    content = found["content"]
    click.echo(
        f"{content['region_name']}双减工作半月报，{content['first_on']} 至 {content['due_on']}"
    )
    for item in content["items"]:
        click.echo(f"  {item['title']}：{value_text(item['figure'])}")
    if dry_run:
        click.echo("试运行，没有写入。")
    elif pdf is not None:
        click.echo(f"已写到 {found['pdf']}")


def last_due(region: str, *, on: date) -> date:
    """The last due day that has come (最近的报送日), the day itself counted."""
    return first_of_round(region, on=on + timedelta(days=1)) - timedelta(days=1)


def write_pdf(actor: Actor, *, code: str, due: date, on: date, path: Path) -> Path:
    """Write a report's PDF to a file, or into a folder under its own name."""
    found = report_json(actor, region_code=code, due_on=due, today=on)
    document = report_document(
        found["content"], sha256=found["sha256"], on=on, is_demo=settings.DEMO_MODE
    )
    target = path / file_name(found["content"]) if path.is_dir() else path
    target.write_bytes(render_official_document(document))
    return target
