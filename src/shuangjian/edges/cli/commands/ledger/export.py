"""导出账本命令: ``ledger export FILE``."""

from dataclasses import asdict
from pathlib import Path

import click

from shuangjian.edges.cli.answer import as_json, print_json
from shuangjian.engines.posting.verifier import NAME
from shuangjian.foundation.ledger.export_file import export_ledger


@click.command("export", epilog="例：ledger export 账本-2026-11-22.txt")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--from-block",
    "first",
    type=click.IntRange(min=1),
    default=1,
    help="从第几块起；接在上次导出的文件后面用。",
)
@as_json
def export_command(file: Path, first: int, *, as_json: bool) -> None:
    """把已封存的区块写成文本文件，旁边附上 40 行的核对程序，任何人都能核对。

    未封存的转账不在里面，要先 ledger seal。已有的文件不覆盖。
    """
    summary = export_ledger(file, first=first)
    if as_json:
        print_json({"file": str(file), **asdict(summary)})
        return
    click.echo(
        f"已写出第 {first} 块起的 {summary.blocks} 个区块、{summary.transfers} 笔转账，"
        f"{summary.size} 字节：{file}"
    )
    click.echo(f"链头 {summary.head}")
    if summary.differing:
        numbers = "、".join(map(str, summary.differing))
        click.echo(
            f"请注意：第 {numbers} 块的内容与封存时的链头不符，账本可能被改动过。"
            "请运行 bin/shuangjian ledger check。",
            err=True,
        )
    if first == 1:
        click.echo(f"核对：python3 -I {file.parent / NAME} {file}")
