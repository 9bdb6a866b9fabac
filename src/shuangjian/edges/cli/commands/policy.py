"""政策库命令: ``policy show|check``."""

from datetime import date

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.option import DAY, default_region
from shuangjian.foundation.policy.queries import check, show
from shuangjian.foundation.policy.services import load_policies, policy_roots
from shuangjian.foundation.policy.wording import REASON_WORDS


@click.group()
def policy() -> None:
    """政策库：某天某地适用什么，政策文件有没有错。"""


@policy.command(
    "show", epilog="例：policy show class_size.gate_max --on 2018-01-12 --region 510185"
)
@click.argument("key")
@click.option("--on", type=DAY, default=None, help="哪一天；不写为今天。")
@click.option("--region", default=None, help="行政区划代码；不写为本地。")
@click.option("--grade", type=click.IntRange(1, 12), default=None, help="年级 1—12。")
@as_json
def show_command(
    key: str, on: date | None, region: str | None, grade: int | None, *, as_json: bool
) -> None:
    """显示一项政策在某天某地的取值、单位、强度、依据和理由。"""
    load_policies(policy_roots())
    shown = show(key, on=on or clock.today(), region=region or default_region(), grade=grade)
    if as_json:
        print_json(shown.as_json())
        return
    click.echo(f"{shown.description}（{shown.key}）")
    click.echo(f"{shown.place}，{shown.on}")
    for band in shown.bands:
        click.echo(f"\n{band.band or '不分档'}：{band.sentence}")
        for value in band.values:
            click.echo(f"  {value.severity_text} {value.value_text}（{value.starts_text}起）")
            click.echo(f"  依据：{value.citation_text}")
        for candidate in band.why:
            click.echo(f"  · {candidate.region_name} {candidate.value_text}：{candidate.why}")


@policy.command("check", epilog="例：policy check --json")
@as_json
def check_command(*, as_json: bool) -> None:
    """检查政策文件，不读入；有错就指出文件和行，返回码 2。"""
    report = check(policy_roots())
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(
            f"{len(report.files)} 个文件，{len(report.keys)} 项，{report.values_count} 条取值"
        )
        for each in report.not_encoded:
            click.echo(f"未录入：{each.topic}——{REASON_WORDS[each.reason]}：{each.explanation}")
    if not report.is_valid:
        text = "\n".join(str(problem) for problem in report.problems)
        raise Refused(text, is_told=as_json)
