"""名册命令: ``draw enter|receipts|freeze``."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json
from shuangjian.edges.cli.commands.draw.turn import a_file, draw_of, slug, tell, write_private
from shuangjian.edges.cli.option import acting, as_user, dry_run, writing
from shuangjian.foundation.draws.entries import Application, Changes
from shuangjian.foundation.draws.models import EntryKind


@click.command("enter", epilog="例：draw enter xk-2026-1 --from 报名表.csv")
@slug
@click.option("--from", "file", type=a_file, default=None, help="报名表（CSV）。")
@click.option("--applicant", default=None, help="只报一个孩子：代号或学号。")
@click.option("--group", default="", help="这个孩子的类别。")
@click.option("--bundle", default="", help="同写一个捆绑编号的孩子同进退（如双胞胎）。")
@click.option("--tickets", type=int, default=1, show_default=True, help="签数，含上期结转。")
@click.option("--withdraw", default=None, help="让一个孩子退出；再报名时仍是原来的签。")
@as_user
@dry_run
@as_json
def enter_command(
    slug: str,
    file: Path | None,
    applicant: str | None,
    group: str,
    bundle: str,
    tickets: int,
    withdraw: str | None,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """报名、修改或退出。一个孩子只有一份报名，签在首次报名时发下，此后不变。"""
    from shuangjian.foundation.draws.entry_file import read_changes
    from shuangjian.foundation.draws.services.enter import enter_applicants

    if [file, applicant, withdraw].count(None) != 2:
        raise Refused("请在 --from、--applicant、--withdraw 里写且只写一个。")
    actor, at = acting(username), clock.now()
    if file is not None:
        changes = read_changes(file.read_bytes())
    elif applicant is not None:
        changes = Changes([Application(applicant, group, bundle, tickets)])
    else:
        changes = Changes(withdrawn=[str(withdraw)])
    with writing(is_dry_run=dry_run):
        found = enter_applicants(actor=actor, draw=draw_of(actor, slug), changes=changes, at=at)
    counts = _counts(found)
    text = "，".join(f"{name} {count} 人" for name, count in _titled(counts))
    tell({"draw": slug, **counts}, f"已记下：{text}。", as_json=as_json, is_dry_run=dry_run)


@click.command("receipts", epilog="例：draw receipts xk-2026-1 --out 回执.csv")
@slug
@click.option("--out", type=click.Path(path_type=Path), required=True, help="回执文件；不得公布。")
@as_user
@dry_run
@as_json
def receipts_command(
    slug: str, out: Path, username: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """写出发给各家的回执：报名人和签。含报名人编号，只能本人可读，不得公布。"""
    from shuangjian.foundation.draws.entries import live_entries
    from shuangjian.foundation.draws.permission import holding_office
    from shuangjian.foundation.draws.roster import lots_of, receipts

    actor = acting(username)
    draw = draw_of(actor, slug)
    holding_office(actor, region=draw.region, school=draw.school, what="写出回执")
    rows = receipts(lots_of(live_entries(draw)))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("applicant", "ticket"))
    writer.writerows(rows)
    if not dry_run:
        write_private(out, text.getvalue().encode())
    said: dict[str, object] = {"draw": slug, "tickets": len(rows), "out": str(out)}
    tell(said, f"{len(rows)} 张签的回执：{out}", as_json=as_json, is_dry_run=dry_run)


@click.command("freeze", epilog="例：draw freeze xk-2026-1 --in 志愿文件夹")
@slug
@click.option(
    "--in",
    "market",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="按志愿录取的：pupils、courses、choices 等表所在文件夹；只排次序的不写。",
)
@click.option("--corrections", type=a_file, default=None, help="更正版：更正表（CSV）。")
@click.option("--reason", default="", help="更正版：理由，会公布。")
@as_user
@dry_run
@as_json
def freeze_command(
    slug: str,
    market: Path | None,
    corrections: Path | None,
    reason: str,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """冻结名册并留存公示版；以后每次更正另出一版，写明理由，旧版都在。"""
    from shuangjian.foundation.draws.entry_file import read_changes
    from shuangjian.foundation.draws.services.freeze import freeze_draw

    actor, at = acting(username), clock.now()
    with writing(is_dry_run=dry_run):
        step = freeze_draw(
            actor=actor,
            draw=draw_of(actor, slug),
            at=at,
            market=market,
            reason=reason.strip(),
            corrections=read_changes(corrections.read_bytes()) if corrections else Changes(),
        )
    tell(
        {"draw": slug, "version": step.version},
        f"已冻结第 {step.version} 版名册。请用 draw publish 写出公示，用 draw receipts 写出回执。",
        as_json=as_json,
        is_dry_run=dry_run,
    )


def _counts(found: Mapping[str, EntryKind | None]) -> dict[str, int]:
    counts = Counter(kind.value if kind is not None else "kept" for kind in found.values())
    return {name: counts[name] for name in (*EntryKind.values, "kept")}


def _titled(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    titles = {**dict(EntryKind.choices), "kept": "原样"}
    return [(str(titles[name]), count) for name, count in counts.items()]
