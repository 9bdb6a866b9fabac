"""结果命令: ``draw run|publish|abort``."""

from pathlib import Path

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import as_json
from shuangjian.edges.cli.commands.draw.turn import draw_of, slug, tell
from shuangjian.edges.cli.option import acting, as_user, dry_run, writing
from shuangjian.foundation.draws.models import StepKind
from shuangjian.foundation.draws.queries import life_of


@click.command("run", epilog="例：draw run xk-2026-1 --value 52107")
@slug
@click.option(
    "--value",
    required=True,
    help="公告的来源开出的数，照公告的写法；drand 填这一轮的 signature；起始间隔法填“12,7”。",
)
@click.option(
    "--fallback", "why_fallback", default=None, metavar="理由", help="启用备用来源：条件怎样成立。"
)
@as_user
@dry_run
@as_json
def run_command(
    slug: str,
    value: str,
    why_fallback: str | None,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """用公共随机数出结果，只有一次；用同一个数再办，只重算核对，不写入。"""
    from shuangjian.foundation.draws.result import Outcome
    from shuangjian.foundation.draws.services.end import run_draw

    actor, at = acting(username), clock.now()
    with writing(is_dry_run=dry_run):
        is_recorded = run_draw(
            actor=actor,
            draw=draw_of(actor, slug),
            outcome=Outcome(value.strip(), why_fallback),
            at=at,
        )
    text = (
        "结果已算出并留存。请用 draw publish 公布。"
        if is_recorded
        else "重算与已留存的结果逐字节相同；没有写入。"
    )
    tell({"draw": slug, "recorded": is_recorded}, text, as_json=as_json, is_dry_run=dry_run)


@click.command("publish", epilog="例：draw publish xk-2026-1 --out 公示")
@slug
@click.option("--out", type=click.Path(path_type=Path), required=True, help="公布的文件夹。")
@as_user
@dry_run
@as_json
def publish_command(
    slug: str, out: Path, username: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """写出公布的文件夹，到哪一步就有哪些文件；已出结果的，核对后公布结果。

    文件夹里已有的文件与留存的不同时不覆盖。
    """
    from shuangjian.foundation.draws.folder import published_files, require_writable, write_folder
    from shuangjian.foundation.draws.services.end import publish_draw

    actor, at = acting(username), clock.now()
    draw = draw_of(actor, slug)
    require_writable(published_files(draw), out)
    with writing(is_dry_run=dry_run):
        if life_of(draw).phase is StepKind.DRAWN:
            publish_draw(actor=actor, draw=draw, at=at)
        files = published_files(draw)
    written = 0 if dry_run else write_folder(files, out)
    phase = life_of(draw).phase
    is_checkable = phase is StepKind.PUBLISHED
    checking = "任何人可在其中核对：python3 -I verify.py ." if is_checkable else ""
    tell(
        {"draw": slug, "phase": phase, "files": sorted(files), "written": written},
        f"{len(files)} 个文件在 {out}，新写 {written} 个。{checking}",
        as_json=as_json,
        is_dry_run=dry_run,
    )


@click.command("abort", epilog="例：draw abort xk-2026-1 --reason 随机数来源停开")
@slug
@click.option("--reason", required=True, help="理由，会公布。")
@as_user
@dry_run
@as_json
def abort_command(
    slug: str, reason: str, username: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """公开中止。编号作废，理由和当时随机数是否已知都会公布；要再抽须用新编号。"""
    from shuangjian.foundation.draws.services.end import abort_draw

    actor, at = acting(username), clock.now()
    with writing(is_dry_run=dry_run):
        step = abort_draw(actor=actor, draw=draw_of(actor, slug), reason=reason, at=at)
    known = "当时公共随机数已经产生" if step.is_beacon_known else "当时公共随机数还没有产生"
    tell(
        {"draw": slug, "beacon_known": step.is_beacon_known, "reason": step.reason},
        f"已中止：{step.reason}（{known}）。请用 draw publish 写出公示。",
        as_json=as_json,
        is_dry_run=dry_run,
    )
