"""核对账本命令: ``ledger check``, every invariant on live data."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import psycopg
from django.db import DatabaseError

from shuangjian.edges.cli.answer import DOES_NOT_HOLD, Refused, as_json, first_line, print_json
from shuangjian.edges.cli.commands.ledger.heads import head_option, heads_in

if TYPE_CHECKING:
    from shuangjian.foundation.ledger.check import CheckReport


@click.command("check", epilog="例：ledger check --head 公证处存的heads.jsonl --json")
@head_option
@as_json
def check_command(heads_file: Path | None, *, as_json: bool) -> None:
    """核对账本的全部数据：借贷相等、余额、限额、冻结、封存链，并与公布的链头比较。

    只读，可以在记账时进行。返回码：0 全部相符，3 有不符之处，2 没有核对成。
    """
    from shuangjian.foundation.ledger.check import check_ledger

    heads = heads_in(heads_file)
    try:
        report = check_ledger(heads=heads)
    except (psycopg.Error, DatabaseError) as error:
        raise Refused(
            f"没有核对成：数据库没有回应，或还没有建表（{first_line(error)}）。"
            "请运行 bin/shuangjian doctor 看哪里不对，再核对一次。"
        ) from error
    if as_json:
        print_json(report.as_json())
    else:
        for violation in report.violations:
            click.echo(f"不符：{violation.text}", err=True)
        for code, count in report.left_out.items():
            click.echo(f"不符：{code} 另有 {count} 处，没有一一列出。", err=True)
        click.echo(
            f"核对了 {report.transfers} 笔转账、{report.accounts} 个账户、{report.blocks} 个区块，"
            f"用时 {report.seconds:.1f} 秒；未封存 {report.unsealed} 笔。"
        )
        click.echo(f"链头 {report.head or '（还没有封存）'}")
    if not report.ok:
        raise Refused(
            "账本有不符之处。请立即停止记账，保留数据库和链头文件，报告审计人员；"
            "怎样处理见 docs/operating/ledger.md。",
            is_told=as_json,
            code=DOES_NOT_HOLD,
        )
    if not as_json:
        click.echo(f"全部相符。{_proved(report)}")


def _proved(report: "CheckReport") -> str:
    """How far published heads bear it out (与公布的链头)."""
    if not report.heads:
        return (
            "没有与公布的链头比较：有人重做整条链时看不出来。请用 --head 给出别处保存的链头文件。"
        )
    younger = report.blocks - report.proved_until_block
    return (
        f"与公布的 {report.heads} 条链头相符，最后一条是第 {report.proved_until_block} 块；"
        f"其后还有 {younger} 块没有公布过。"
    )
