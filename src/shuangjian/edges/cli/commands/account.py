"""账号命令: ``account open``: the first accounts of an installation."""

import click

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.option import acting, dry_run, writing
from shuangjian.foundation.accounts.role import REGION_ROLES, SCHOOL_ROLES, Role
from shuangjian.foundation.accounts.services import open_account
from shuangjian.foundation.policy.library import region_on
from shuangjian.foundation.registry.models import School


@click.group()
def account() -> None:
    """账号：开通教育局和学校的账号。"""


@account.command("open", epilog="例：account open zhang --name 张三 --role officer --region 500112")
@click.argument("username")
@click.option("--name", required=True, help="姓名。")
@click.option(
    "--role",
    type=click.Choice(sorted(str(role) for role in REGION_ROLES | SCHOOL_ROLES)),
    required=True,
    help="角色。",
)
@click.option("--region", default=None, help="教育局角色所在的行政区划代码。")
@click.option("--school", "code", default=None, help="学校角色所在的学校标识码。")
@click.password_option(prompt="密码", confirmation_prompt="再输一遍", help="不写则逐字询问。")
@dry_run
@as_json
def open_command(
    username: str,
    name: str,
    role: str,
    region: str | None,
    code: str | None,
    password: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """开通一个账号并授予一个角色。"""
    today = clock.today()
    school = School.objects.filter(code=code).first() if code else None
    if code and school is None:
        raise Refused(f"没有标识码为“{code}”的学校。请核对 --school。")
    with writing(is_dry_run=dry_run):
        open_account(
            actor=acting(None),
            username=username,
            name=name,
            password=password,
            role=Role(role),
            on=today,
            region=region_on(region, on=today) if region else None,
            school=school,
        )
    if as_json:
        print_json({"username": username, "role": role, "dry_run": dry_run})
        return
    before = "试运行，没有写入：可以开通" if dry_run else "已开通："
    click.echo(f"{before}{username}（{name}），{Role(role).label}。")
