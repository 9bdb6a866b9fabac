"""核对导出文件命令: ``ledger verify FILE``, from the file alone, on any machine."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shuangjian.edges.cli.answer import DOES_NOT_HOLD, Refused, as_json, print_json
from shuangjian.edges.cli.commands.ledger.heads import head_option, heads_in

if TYPE_CHECKING:
    from shuangjian.engines.posting.export_report import ExportReport


@click.command("verify", epilog="例：ledger verify 账本.txt --head 公证处存的heads.jsonl")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@head_option
@as_json
def verify_command(file: Path, heads_file: Path | None, *, as_json: bool) -> None:
    """核对一个导出文件：重算封存链和每个账户，与公布的链头比较。不用数据库。

    文件要从第 1 块起。返回码：0 全部相符，3 有不符之处，2 没有核对成。
    """
    from shuangjian.engines.posting.verification import verify_export

    heads = heads_in(heads_file)
    try:
        with file.open("rb") as stream:
            report = verify_export(stream, heads=heads)
    except OSError as error:
        raise Refused(f"读不到导出文件 {file}（{error.strerror}）。请核对路径和权限。") from error
    if as_json:
        print_json({"ok": report.holds, **asdict(report)})
    else:
        _print_report(report)
    if not report.holds:
        from shuangjian.engines.posting.export_report import REMEDY

        raise Refused(f"核对没有通过。{REMEDY}", is_told=as_json, code=DOES_NOT_HOLD)
    if not as_json:
        click.echo("全部相符。")


def _print_report(report: "ExportReport") -> None:
    for fault in report.faults:
        click.echo(f"不符：{fault.text}", err=True)
    if report.faults_left_out:
        click.echo(f"不符：另有 {report.faults_left_out} 处，没有一一列出。", err=True)
    for book in report.books:
        click.echo(
            f"账簿 {book.book}：{book.accounts} 个账户，{book.transfers} 笔转账，"
            f"借方合计 {book.debit_fen} 分，贷方合计 {book.credit_fen} 分"
        )
    click.echo(
        f"{report.blocks} 个区块，{report.transfers} 笔转账，"
        f"核对了 {report.heads_checked} 条公布的链头"
    )
    click.echo(f"链头 {report.head or '—'}")
