"""核验抽签命令: ``verify-draw DIR``, from the published folder alone."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.commands.allocation import print_check
from shuangjian.engines.draw.announcement import PLACE, START_INTERVAL

if TYPE_CHECKING:
    from shuangjian.engines.checker.record import CheckReport
    from shuangjian.engines.draw.report import DrawReport


@click.command(
    "verify-draw",
    epilog="例：bin/shuangjian verify-draw 公布的文件夹 --commit-hash 公证处存的散列值",
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--commit-hash", default="", help="公证处或报纸所存 commit.json 的散列值；写了就必须一致。"
)
@click.option(
    "--previous", type=click.Path(path_type=Path), help="上一次抽签公布的文件夹，核对首尾相接。"
)
@as_json
def verify_draw_command(
    folder: Path, commit_hash: str, previous: Path | None, *, as_json: bool
) -> None:
    """核验一次公布的抽签：散列值、承诺、随机源的签名、种子、位次；有录取的连录取一起核对。"""
    from shuangjian.engines.checker.check import check_allocation
    from shuangjian.engines.draw.verification import verify_draw

    _require_draw(folder)
    report = verify_draw(folder, commit_hash=commit_hash, previous=previous)
    allocation = None
    if report.market is not None and report.result is not None and report.seed:
        allocation = check_allocation(report.market, report.result, seed=bytes.fromhex(report.seed))
    holds = report.holds and (allocation is None or allocation.is_right)
    if as_json:
        print_json(
            {
                "holds": holds,
                "draw": asdict(report)
                | {"market": str(report.market or ""), "result": str(report.result or "")},
                "allocation": allocation and asdict(allocation),
            }
        )
    else:
        _print_report(report, allocation)
    if not holds:
        raise Refused("核验没有通过。请把上面各条交给主办单位，要求公开说明。", is_told=as_json)


def _require_draw(folder: Path) -> None:
    """Refuse what is no published draw at all (不是公布的文件夹), before anything is checked."""
    try:
        is_folder = folder.is_dir()
        has_draw = (folder / PLACE).is_file()
    except OSError as error:
        raise Refused(f"不能读取文件夹 {folder}（{error.strerror}）。请核对路径和权限。") from error
    if not is_folder:
        raise Refused(f"没有这个文件夹：{folder}。请核对路径。")
    if not has_draw:
        raise Refused(
            f"文件夹里没有 {PLACE}：{folder}。"
            "请换成公布的文件夹；确是公布的文件夹，就请重新下载完整的一份。"
        )


def _print_report(report: "DrawReport", allocation: "CheckReport | None") -> None:
    for title in report.checks:
        click.echo(f"通过：{title}")
    for violation in report.violations:
        click.echo(f"不符：{violation.text}", err=True)
    if allocation is not None:
        print_check(allocation)
    for note in report.notes:
        click.echo(f"请注意：{note}")
    if not report.draw:  # why: an announcement that cannot be read leaves nothing to sum up.
        return
    click.echo(f"抽签 {report.draw}，{report.tickets} 支签，种子 {report.seed or '—'}")
    sealed = "interval.json" if report.mechanism == START_INTERVAL else "commit.json"
    if report.commit_hash:
        click.echo(f"{sealed} 的散列值 {report.commit_hash}，请与公证处所存的核对。")
