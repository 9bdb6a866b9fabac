"""设置命令: ``setting list|choose``: what a bureau or school chooses, with owner and reason."""

from datetime import date

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.option import DAY, acting, as_user, default_region, dry_run, writing
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import SCHOOL_ROLES, Role
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.policy.library import region_on
from shuangjian.foundation.registry.models import Region, School
from shuangjian.foundation.registry.setting import (
    DEFINITIONS,
    Choice,
    choose_value,
    history_of,
    region_value,
)


@click.group()
def setting() -> None:
    """设置：没有文件规定、由教育局或学校自己定的事。"""


@setting.command("list", epilog="例：setting list --region 990101")
@click.option("--region", default=None, help="行政区划代码；不写为本地。")
@as_json
def list_command(region: str | None, *, as_json: bool) -> None:
    """各项设置的现值、默认值、由谁定、为什么有这一项，和改动的经过。"""
    on = clock.today()
    place = region_on(region or default_region(), on=on)
    rows = [
        {
            "key": each.key,
            "title": each.title,
            "unit": each.unit,
            "value": region_value(each, region=place, on=on),
            "default": each.default,
            "owner": each.owner,
            "reason": each.reason,
            "history": [
                {
                    "value": choice.value,
                    "from": choice.starts_on,
                    "place": choice.school.name if choice.school else choice.region.name,
                    "owner": choice.owner,
                    "reason": choice.reason,
                }
                for choice in history_of(each)[:20]
            ],
        }
        for each in DEFINITIONS.values()
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['title']}（{row['key']}）：{row['value']}，默认 {row['default']}")
        click.echo(f"  由谁定：{row['owner']}。{row['reason']}")


@setting.command(
    "choose",
    epilog="例：setting choose homework.publish_by --value 1050 --from 2026-12-01 --reason …",
)
@click.argument("key", type=click.Choice(sorted(DEFINITIONS)))
@click.option("--value", type=int, required=True, help="新值，按该项的单位。")
@click.option("--from", "starts_on", type=DAY, required=True, help="从哪一天起，最早明天。")
@click.option("--reason", required=True, help="理由。")
@click.option("--region", default=None, help="教育局的决定：行政区划代码；不写为本地。")
@click.option("--school", "code", default=None, help="学校自己的决定：学校标识码。")
@as_user
@dry_run
@as_json
def choose_command(
    key: str,
    value: int,
    starts_on: date,
    reason: str,
    region: str | None,
    code: str | None,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """从某天起改一项设置；原来的记录保留。"""
    actor, today = acting(username), clock.today()
    school = School.objects.select_related("region").filter(code=code).first() if code else None
    if code and school is None:
        raise Refused(f"没有标识码为“{code}”的学校。请核对 --school。")
    place = school.region if school else region_on(region or default_region(), on=today)
    _require_owner(actor, region=place, school=school)
    choice = Choice(value=value, starts_on=starts_on, owner=actor.label, reason=reason)
    with writing(is_dry_run=dry_run):
        chosen = choose_value(
            DEFINITIONS[key], choice=choice, region=place, school=school, today=today
        )
        record_action(
            actor=actor.label,
            user_id=actor.user_id,
            action="setting.choose",
            subject=f"school:{school.pseudonym}" if school else f"region:{place.code}",
            detail={"key": key, "value": value, "from": starts_on.isoformat()},
        )
    if as_json:
        print_json({"key": key, "value": value, "from": chosen.starts_on, "dry_run": dry_run})
        return
    before = "试运行，没有写入：" if dry_run else "已记下："
    click.echo(f"{before}{DEFINITIONS[key].title}从 {chosen.starts_on} 起为 {chosen.value}。")


def _require_owner(actor: Actor, *, region: Region, school: School | None) -> None:
    """Refuse who is neither the bureau's officer of the region nor of the school's leadership."""
    owns_region = str(region.path) in actor.region_paths(Role.OFFICER) or actor.has(Role.OPERATOR)
    owns_school = school is not None and school.pk in actor.school_ids(*SCHOOL_ROLES)
    if not owns_region and not owns_school:
        raise Refused("该用户不能决定这项设置。请换成本级教育局或本校负责人的 --as。")
