"""演示的全过程: set up, load, inspect two half months, live a little, and write the report."""

import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from shuangjian.edges import clock
from shuangjian.edges.config import env
from shuangjian.edges.demo.cast import COUNTY_CODE
from shuangjian.edges.demo.load import DemoSummary, load_demonstration
from shuangjian.edges.demo.policy_overlay import demo_policies
from shuangjian.edges.install import install, load_policy_library
from shuangjian.edges.trial.life import has_lived, live_through, sign_earlier
from shuangjian.engines.half_month_round import Round, round_of, rounds_back
from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.documents.errors import DocumentError
from shuangjian.foundation.documents.fandol import has_fandol, install_fandol
from shuangjian.foundation.documents.layout import render_official_document
from shuangjian.foundation.lake.export import export_lake
from shuangjian.foundation.lake.manifest import read_manifest
from shuangjian.foundation.ledger.publication import heads_file, publish_head
from shuangjian.foundation.policy.library import region_on
from shuangjian.oversight.indicators.period import due_days_of
from shuangjian.oversight.reports.document import file_name, report_document
from shuangjian.oversight.reports.services import report_json
from shuangjian.oversight.supervision.services import inspect

SEED = 20211121
ROUNDS = 2  # why: the finished round, and the one before it to compare with.

console = Console(stderr=True, highlight=False, soft_wrap=True)


def prepare(*, scale: str) -> None:
    """Everything before serving (演示准备); what is there already is reused."""
    data = Path(settings.SHUANGJIAN_DATA)
    _fonts(Path(settings.FONTS_FOLDER))
    install(console.print)
    demo_policies(data / "policies")
    summary = _load(scale)
    env.demo_mark().write_text(summary.today.isoformat(), encoding="utf-8")
    settings.SHUANGJIAN_TODAY = env.pretended_today()
    load_policy_library()
    rounds = _finished_rounds(summary.today)
    if not has_lived():  # why: a crash before this point leaves it to the next start.
        console.print("· 按规则检查，办理一部分问题 …")
        for each in reversed(rounds):
            _inspect(each.first_on, each.due_on)
        sign_earlier(rounds[-1])
        _inspect(rounds[0].due_on + timedelta(days=1), summary.today)
        live_through(rounds[0], today=summary.today)
    publish_head(file=heads_file(data), at=clock.now())
    if not read_manifest(data / "lake").is_complete:
        console.print("· 导出数据湖 …")
        export_lake(lake=data / "lake")
    path = _report(rounds[0], today=summary.today)
    _tell(summary, path)


def _fonts(folder: Path) -> None:
    if has_fandol(folder):
        return
    console.print("· 准备公文字体 …")
    try:
        install_fandol(folder)
    except DocumentError as error:  # why: optional; the packaged fonts stand in.
        console.print(f"  {error}")


def _load(scale: str) -> DemoSummary:
    columns = (TextColumn("· {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("装入演示数据")

        def tell(step: str, done: int, total: int) -> None:
            progress.update(task, description=f"装入{step}", completed=done, total=total)

        return load_demonstration(scale=scale, today=clock.today(), seed=SEED, progress=tell)


def _finished_rounds(today: date) -> list[Round]:
    """The last rounds whose due day has come, newest first."""
    due_days = due_days_of(region_on(COUNTY_CODE, on=today), on=today)
    running = round_of(today, due_days=due_days)
    last = today if running.due_on == today else running.first_on - timedelta(days=1)
    return rounds_back(last, due_days=due_days, count=ROUNDS)


def _inspect(first: date, last: date) -> None:
    if last < first:
        return
    moment = datetime.combine(last, time(20), tzinfo=timezone.get_current_timezone())
    inspect(first=first, last=last, region=COUNTY_CODE, at=moment, actor_label=OPERATOR.label)


def _report(finished: Round, *, today: date) -> Path:
    """Write the half-month report's draft as a PDF beside the data."""
    found = report_json(OPERATOR, region_code=COUNTY_CODE, due_on=finished.due_on, today=today)
    document = report_document(found["content"], sha256=found["sha256"], on=today, is_demo=True)
    folder = Path(settings.SHUANGJIAN_DATA) / "reports"
    folder.mkdir(exist_ok=True)
    path = folder / file_name(found["content"])
    path.write_bytes(render_official_document(document))
    return path


def _tell(summary: DemoSummary, path: Path) -> None:
    console.print(
        f"\n演示数据（虚构）：{summary.schools} 所学校，{summary.classes} 个班，"
        f"{summary.pupils} 名学生，{summary.plans} 项作业；“今天”是 {summary.today}。"
    )
    console.print(f"半月报：{path}\n")
