"""公告命令: ``draw init|list|show``."""

from pathlib import Path

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json, print_pairs
from shuangjian.edges.cli.commands.draw.turn import a_file, draw_of, slug, tell
from shuangjian.edges.cli.option import acting, as_user, default_region, dry_run, writing
from shuangjian.foundation.draws.life import schedule_of
from shuangjian.foundation.draws.models import Draw, StepKind
from shuangjian.foundation.draws.queries import life_of, visible_draws
from shuangjian.foundation.draws.wording import moment, next_step
from shuangjian.foundation.policy.library import region_on
from shuangjian.foundation.registry.models import School


@click.command(
    "init", epilog="例：draw init xk-2026-1 --draft 公告.toml --rules 规则.txt --as 校长"
)
@slug
@click.option("--draft", type=a_file, required=True, help="公告草稿（TOML），样子见使用手册。")
@click.option("--rules", type=a_file, required=True, help="规则全文，UTF-8 文字。")
@click.option("--school", "code", default=None, help="学校自己的抽签：学校标识码。")
@click.option("--region", default=None, help="教育局的抽签：行政区划代码；不写为本地。")
@as_user
@dry_run
@as_json
def init_command(
    slug: str,
    draft: Path,
    rules: Path,
    code: str | None,
    region: str | None,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """公告一次抽签：规则、时刻、承诺方和随机数来源都在报名以前定下。"""
    from shuangjian.foundation.draws.draft import read_draft
    from shuangjian.foundation.draws.services.announce import announce_draw

    actor, at = acting(username), clock.now()
    school = School.objects.select_related("region").filter(code=code).first() if code else None
    if code and school is None:
        raise Refused(f"没有标识码为“{code}”的学校。请核对 --school。")
    place = school.region if school else region_on(region or default_region(), on=at.date())
    with writing(is_dry_run=dry_run):
        made = announce_draw(
            actor=actor,
            slug=slug,
            draft=read_draft(draft.read_bytes()),
            rules=rules.read_bytes(),
            region=place,
            school=school,
            at=at,
        )
    said: dict[str, object] = {
        "draw": slug,
        "previous": made.previous.slug if made.previous else None,
    }
    text = f"已公告：{slug}（{made.title}）。接着报名：draw enter；随时可用 draw publish 写出公示。"
    tell(said, text, as_json=as_json, is_dry_run=dry_run)


@click.command("list", epilog="例：draw list")
@as_user
@as_json
def list_command(username: str | None, *, as_json: bool) -> None:
    """列出抽签，最近的在前；中止的也在内。"""
    rows = [
        {"draw": each.slug, "title": each.title, "phase": life_of(each).phase}
        for each in visible_draws(acting(username))
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['draw']}  {StepKind(row['phase']).label}  {row['title']}")
    if not rows:
        click.echo("还没有抽签。")


@click.command("show", epilog="例：draw show xk-2026-1")
@slug
@as_user
@as_json
def show_command(slug: str, username: str | None, *, as_json: bool) -> None:
    """一次抽签到了哪一步，下一步是什么，各方办了没有，全部步骤。"""
    draw = draw_of(acting(username), slug)
    if as_json:
        print_json(_described(draw))
        return
    life = life_of(draw)
    print_pairs(
        [
            ("编号", draw.slug),
            ("名称", draw.title),
            ("现在", life.phase.label),
            ("下一步", next_step(life.phase)),
            ("异议截止", moment(draw.objections_until)),
            ("揭示截止", moment(draw.reveal_until)),
            ("公共随机数产生", moment(draw.entropy_at)),
            ("名册版次", life.versions),
            ("已承诺", "、".join(sorted(life.committed)) or "无"),
            ("已揭示", "、".join(sorted(life.revealed)) or "无"),
        ]
    )
    for step in draw.steps.order_by("number"):
        words = [moment(step.at), StepKind(step.kind).label, step.party or step.office, step.reason]
        click.echo(f"  {'  '.join(word for word in words if word)}")


def _described(draw: Draw) -> dict[str, object]:
    life, schedule = life_of(draw), schedule_of(draw)
    return {
        "draw": draw.slug,
        "title": draw.title,
        "mechanism": draw.mechanism,
        "phase": life.phase,
        "versions": life.versions,
        "parties": sorted(schedule.parties),
        "committed": sorted(life.committed),
        "revealed": sorted(life.revealed),
        "objections_until": schedule.objections_until,
        "reveal_until": schedule.reveal_until,
        "entropy_at": schedule.entropy_at,
        "steps": [
            {
                "kind": step.kind,
                "at": step.at,
                "who": step.party or step.office,
                "version": step.version,
                "reason": step.reason,
            }
            for step in draw.steps.order_by("number")
        ],
    }
