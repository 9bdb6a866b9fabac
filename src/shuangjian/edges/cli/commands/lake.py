"""数据湖命令: ``lake export``."""

from pathlib import Path

import click
from django.conf import settings

from shuangjian.edges.cli.answer import as_json, print_json
from shuangjian.edges.cli.option import dry_run
from shuangjian.foundation.lake.export import export_lake


@click.group()
def lake() -> None:
    """数据湖：把事实导出为 Parquet。"""


@lake.command("export", epilog="例：lake export --dry-run")
@click.option("--fact", "only", multiple=True, help="只导出这些事实；可写多次。")
@dry_run
@as_json
def export(only: tuple[str, ...], *, dry_run: bool, as_json: bool) -> None:
    """增量导出：只重写有变化的分区。"""
    report = export_lake(lake=lake_folder(), only=only or None, dry_run=dry_run)
    if as_json:
        print_json(report)
        return
    for each in report.facts:
        click.echo(
            f"{each.fact}：{each.rows} 行，写 {len(each.written)} 个分区，"
            f"保留 {each.kept} 个，删去 {len(each.removed)} 个"
        )
    click.echo(f"{'将会写到' if dry_run else '已写到'} {lake_folder()}")


def lake_folder() -> Path:
    """Where this installation's lake lies."""
    return Path(settings.SHUANGJIAN_DATA) / "lake"
