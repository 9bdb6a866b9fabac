"""自查命令: ``doctor``: what is wrong with this installation, and how to mend it."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, first_line, print_json
from shuangjian.edges.config.grants import APPEND_ONLY_TABLES, FUNCTION_ONLY_TABLES
from shuangjian.edges.start import (
    UnsafeStartError,
    durability_settings_off,
    refuse_unsafe_start,
)
from shuangjian.foundation.documents.errors import FontsMissingError
from shuangjian.foundation.documents.fonts import find_fonts, font_folders
from shuangjian.foundation.policy.queries import check
from shuangjian.foundation.policy.services import policy_roots
from shuangjian.foundation.registry.models import CalendarDay, Region

POSTGRES_LEAST = 15
DISK_FREE_LEAST = 2 * 1024**3


@dataclass(frozen=True)
class Complaint:
    """One thing checked (检查项): what is wrong and the line that mends it; no ``mend`` is well."""

    title: str
    state: str
    mend: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing needs mending."""
        return not self.mend


@click.command(epilog="例：bin/shuangjian doctor --json")
@as_json
def doctor(*, as_json: bool) -> None:
    """检查本机安装：哪里不对，怎样修。"""
    complaints = examine()
    if as_json:
        rows = [{**vars(each), "is_well": each.is_well} for each in complaints]
        print_json({"is_well": all(each.is_well for each in complaints), "checks": rows})
    else:
        for each in complaints:
            click.echo(f"{'✓' if each.is_well else '✗'} {each.title}：{each.state}")
            if each.mend:
                click.echo(f"    修法：{each.mend}")
    wrong = [each.title for each in complaints if not each.is_well]
    if wrong:
        text = f"有 {len(wrong)} 处需要处理：{'、'.join(wrong)}。"
        raise Refused(text, is_told=as_json)


def examine() -> list[Complaint]:
    """Every check in order (安装检查); what cannot be looked at is itself a complaint."""
    found: list[Complaint] = []
    for examination in EXAMINATIONS:
        try:
            found += examination()
        except DatabaseError as error:
            name = (examination.__doc__ or "数据库").split(":")[0]
            reason = first_line(error)
            found.append(Complaint(name, f"查不了（{reason}）", "先运行 bin/shuangjian setup"))
    return found


def _database() -> Iterable[Complaint]:
    """数据库: version, durability, migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10_000
    off = durability_settings_off()
    yield Complaint(
        "PostgreSQL",
        f"{version} 版",
        "" if version >= POSTGRES_LEAST else f"请升级到 {POSTGRES_LEAST} 版或更新",
    )
    state = "正常" if not off else f"{'、'.join(off)} 被关闭，断电会丢数据"
    yield Complaint("落盘设置", state, f"在 postgresql.conf 打开 {'、'.join(off)}" if off else "")
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    state = "已是最新" if not plan else f"差 {len(plan)} 步"
    yield Complaint("数据表", state, "运行 bin/shuangjian setup" if plan else "")


def _roles() -> Iterable[Complaint]:
    """数据库角色: the application may not change what is kept for ever."""
    with connection.cursor() as cursor:
        loose = []
        for tables, rights in (
            (APPEND_ONLY_TABLES, "UPDATE, DELETE, TRUNCATE"),
            (FUNCTION_ONLY_TABLES, "INSERT, UPDATE, DELETE, TRUNCATE"),
        ):
            for table in tables:
                cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, rights])
                if cursor.fetchone()[0]:
                    loose.append(table)
    mend = "用 DATABASE_OWNER_URL 另设属主角色，再运行 bin/shuangjian setup" if loose else ""
    yield Complaint(
        "应用角色",
        "不能改动留痕表和账本" if not loose else f"能改动 {loose[0]} 等 {len(loose)} 个表",
        mend,
    )


def _seeds() -> Iterable[Complaint]:
    """基础数据: regions, calendar, policies."""
    regions = Region.objects.count()
    yield Complaint("行政区划", f"{regions} 条", "" if regions else "运行 bin/shuangjian setup")
    last = CalendarDay.objects.filter(is_published=True).order_by("-on").first()
    covered = last is not None and last.on >= clock.today()
    state = f"公布到 {last.on}" if last is not None else "没有"
    yield Complaint(
        "工作日历", state, "" if covered else "导入国务院当年放假安排，或升级后运行 setup"
    )
    report = check(policy_roots())
    first = str(report.problems[0]) if report.problems else ""
    state = f"{report.values_count} 条取值" if report.is_valid else f"有错，仍用旧版：{first}"
    yield Complaint("政策库", state, "" if report.is_valid else "运行 bin/shuangjian policy check")


def _machine() -> Iterable[Complaint]:
    """本机: fonts, web files, disk, Java."""
    try:
        chain = find_fonts(font_folders(Path(settings.FONTS_FOLDER)))
        stand_ins = "、".join(chain.stand_ins)
        state = f"可用；{stand_ins}用近似字体代替" if stand_ins else "可用"
        yield Complaint("公文字体", state)
    except FontsMissingError as error:
        yield Complaint("公文字体", "缺少", str(error))
    ready = (Path(settings.STATIC_ROOT) / "tabler").exists()
    mend = "" if ready else "运行 bin/demo 或 bin/shuangjian setup"
    yield Complaint("网页资源", "已就绪" if ready else "缺少", mend)
    free = shutil.disk_usage(settings.SHUANGJIAN_DATA).free
    mend = "" if free >= DISK_FREE_LEAST else "请清理磁盘，至少留 2 GB"
    yield Complaint("磁盘", f"剩余 {free // 1024**3} GB", mend)
    yield Complaint("Java（只有 Spark 要用）", _java())


def _java() -> str:
    if shutil.which("java") is None:
        return "没有；用到 Spark 时请安装 openjdk-17-jre-headless"
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return f"{found.group(1)} 版" if found else "版本不明"


def _safety() -> Iterable[Complaint]:
    """运行方式: production never meets a demonstration."""
    try:
        refuse_unsafe_start()
    except UnsafeStartError as error:
        yield Complaint("运行方式", settings.MODE, str(error))
    else:
        yield Complaint("运行方式", {"demo": "演示", "test": "测试"}.get(settings.MODE, "正式"))


EXAMINATIONS: tuple[Callable[[], Iterable[Complaint]], ...] = (
    _safety,
    _database,
    _roles,
    _seeds,
    _machine,
)
