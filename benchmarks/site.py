"""测量用的安装: a platform of its own in a temporary folder, made as far as it is needed."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

TODAY = date(2026, 11, 18)  # a Wednesday in term; the last finished half month ends on the 15th
SEED = 20211121
BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass
class Site:
    """测量用的安装: server, tables and demonstration appear when first asked for.

    ``scale`` is ``school``, ``district`` or ``city``; ``repetitions`` is how many turns a
    comparison takes; plots are written to ``images``, if any.
    """

    folder: Path
    scale: str
    repetitions: int
    with_spark: bool
    images: Path | None = None

    @property
    def now(self) -> datetime:
        """The moment that every service is told."""
        return datetime.combine(TODAY, time(10), tzinfo=BEIJING)

    @property
    def window(self) -> tuple[date, date]:
        """The last finished half month (半月), first and last day."""
        from shuangjian.edges.demo.window import round_starts

        *_, first, following = round_starts(TODAY)
        return first, following - timedelta(days=1)

    @cached_property
    def installed(self) -> bool:
        """Server, tables, regions, calendar and policies; no school yet."""
        from shuangjian.edges.config import database
        from shuangjian.edges.install import (
            load_policy_library,
            load_seed_calendar,
            load_seed_regions,
            migrate,
        )

        tell("启动数据库，建表")
        database.ensure_server()
        database.refresh_settings()
        migrate()
        load_seed_regions()
        load_seed_calendar()
        load_policy_library()
        return True

    @cached_property
    def district(self) -> bool:
        """The demonstration (演示数据), with the policies that apply to its schools."""
        from shuangjian.edges.demo.load import load_demonstration
        from shuangjian.edges.demo.policy_overlay import demo_policies
        from shuangjian.edges.install import load_policy_library

        assert self.installed
        tell(f"装入演示数据（{self.scale}）")
        demo_policies(self.folder / "policies")
        load_demonstration(scale=self.scale, today=TODAY, seed=SEED, progress=unwatched)
        load_policy_library()
        _gather_statistics()
        return True

    @cached_property
    def findings(self) -> bool:
        """The half month's findings (问题), written."""
        from shuangjian.edges.demo.cast import COUNTY_CODE
        from shuangjian.oversight.supervision.services import inspect

        assert self.district
        tell("检查半月，写下问题")
        first, last = self.window
        inspect(first=first, last=last, region=COUNTY_CODE, at=self.now, actor_label="测量")
        return True

    @cached_property
    def lake(self) -> Path:
        """The lake (数据湖), exported."""
        from shuangjian.foundation.lake.export import export_lake

        assert self.district
        tell("导出数据湖")
        export_lake(lake=self.folder / "lake")
        return self.folder / "lake"

    def close(self) -> None:
        """Stop the server, if it was started."""
        from django.db import connections

        from shuangjian.edges.config import database, embedded

        connections.close_all()
        embedded.stop(database.folder())


@contextmanager
def open_site(
    *, scale: str, repetitions: int, with_spark: bool, images: Path | None = None
) -> Iterator[Site]:
    """A site (测量用的安装) in a temporary folder, which is gone afterwards, server and all.

    Always with the server of the wheel: a benchmark writes, so it never touches ``DATABASE_URL``.
    """
    folder = Path(tempfile.mkdtemp(prefix="shuangjian-bench-"))
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ.pop(name, None)
    os.environ["SHUANGJIAN_MODE"] = "demo"
    os.environ["SHUANGJIAN_DATA"] = str(folder)
    os.environ["SHUANGJIAN_TODAY"] = TODAY.isoformat()
    os.environ["DJANGO_SETTINGS_MODULE"] = "shuangjian.edges.config.settings"
    import django

    django.setup()
    site = Site(folder, scale, repetitions, with_spark, images)
    try:
        yield site
    finally:
        site.close()
        shutil.rmtree(folder, ignore_errors=True)


def _gather_statistics() -> None:
    """Tell the planner what is there (统计信息).

    The server would do it by itself within a minute; ratios must not hang on whether it has.
    """
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def tell(step: str) -> None:
    """Say what is under way, beside the result."""
    print(f"· {step} …", file=sys.stderr, flush=True)


def unwatched(_step: str, _done: int, _total: int) -> None:
    """The load's progress, which nobody watches."""
