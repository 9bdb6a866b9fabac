"""演示数据装入: the invented district into an empty installation, whole or not at all, once."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from shuangjian.areas.homework.models import ClassDay, LimitOverride, PlannedHomework
from shuangjian.edges.demo.account import make_accounts
from shuangjian.edges.demo.cast import CITY_CODE, COUNTY_CODE, PROVINCE_CODE
from shuangjian.edges.demo.district import Scale, SchoolPlan, plan_schools
from shuangjian.edges.demo.ledger import load_ledger
from shuangjian.edges.demo.limits import limits_on
from shuangjian.edges.demo.school_load import SchoolLoad, Tally
from shuangjian.edges.demo.window import school_days
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.ledger.sealing import seal
from shuangjian.foundation.registry.models import (
    Enrolment,
    Region,
    RegionLevel,
    School,
    SchoolClass,
    Teacher,
)

Progress = Callable[[str, int, int], None]

_LOCK = 990_101_001
_NATION = "000000"
_SOURCE = "演示数据（虚构）"
_TABLES = (
    "registry_region", "registry_school", "registry_schoolclass", "registry_pupil",
    "registry_enrolment", "registry_guardian", "registry_guardianship", "registry_teacher",
    "registry_teachingassignment", "homework_classday", "homework_plannedhomework",
    "homework_limitoverride",
)  # fmt: skip


class DemoRefusedError(RuntimeError):
    """演示数据不能装入: the Chinese text says why and what to do."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """演示数据概况: what lies in the tables; ``is_reused`` where an earlier start put it there."""

    scale: Scale
    seed: int
    today: date
    is_reused: bool
    schools: int
    classes: int
    pupils: int
    teachers: int
    class_days: int
    plans: int
    overrides: int


def load_demonstration(*, scale: str, today: date, seed: int, progress: Progress) -> DemoSummary:
    """Load the invented district (演示数据), in one transaction; a second start reuses it.

    The nation's region row must be there, and the calendar if it is to be followed; the policy
    library takes up the new schools afterwards.

    Args:
        scale: ``school`` for the two named schools, ``district`` for all.
        today: the day of the demonstration; homework runs up to the next school day.
        seed: of every chance; the same seed and day give the same rows, keys aside.
        progress: told a step in Chinese, how much of it is done, and of how much.

    Raises:
        DemoRefusedError: not in demonstration mode, no nation, real schools, other demonstration.
    """
    if not settings.DEMO_MODE:
        raise DemoRefusedError(
            "演示数据只能在演示方式下装入，当前不是。请改用 bin/demo；正式系统里不要放虚构数据。"
        )
    wanted = Scale(scale)
    with transaction.atomic(), connection.cursor() as cursor:
        # why: two starts at once: the second waits here, and then finds the first one's rows.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        present = Region.objects.filter(code=COUNTY_CODE).first()
        if present is not None:
            return _reuse(present, scale=wanted, seed=seed)
        _refuse_foreign()
        region = _make_regions(f"{_SOURCE}{wanted.value} {seed} {today.isoformat()}")
        limits = limits_on(today)
        plans = plan_schools(wanted, seed=seed, today=today)
        _refuse_missing_limits(plans, limits)
        loader = SchoolLoad(
            cursor=cursor,
            region_id=region.pk,
            days=school_days(today),
            limits=limits,
            today=today,
            seed=seed,
        )
        for done, school in enumerate(plans):
            progress("学校、班级、人员和作业", done, len(plans))
            loader.write(school)
        progress("学校、班级、人员和作业", len(plans), len(plans))
        progress("演示账号", 0, 1)
        make_accounts(today=today)
        progress("演示账号", 1, 1)
        load_ledger(days=[each.on for each in loader.days if each.on <= today], seed=seed)
    seal()  # why: what is sealed in a transaction of ours is not final before a later block.
    _analyze()
    return _summary(loader.tally, scale=wanted, seed=seed, today=today, is_reused=False)


def _refuse_foreign() -> None:
    if not Region.objects.filter(code=_NATION).exists():
        raise DemoRefusedError("还没有行政区划，演示数据没有地方放。请先装入区划，再装入演示数据。")
    if School.objects.exists():
        raise DemoRefusedError(
            "库里已有学校，不是演示数据。为免混入虚构数据，已停止。请另用一个数据目录（--data）。"
        )
    if User.objects.filter(username__startswith="demo-").exists():
        raise DemoRefusedError(
            "库里已有 demo- 开头的账号，与演示账号重名。请另用一个数据目录（--data）。"
        )


def _refuse_missing_limits(plans: tuple[SchoolPlan, ...], limits: Mapping[int, int]) -> None:
    grades = {school_class.grade for school in plans for school_class in school.classes}
    missing = sorted(grades - set(limits))
    if missing:
        raise DemoRefusedError(
            f"政策库里没有这些年级的书面作业上限：{'、'.join(map(str, missing))}。"
            "请检查 policies/national/homework.toml。"
        )


def _make_regions(source: str) -> Region:
    """The invented province, city and county (演示区划); the county is returned."""
    levels = (
        (PROVINCE_CODE, "演示省", RegionLevel.PROVINCE, ""),
        (CITY_CODE, "示范市", RegionLevel.CITY, CITY_CODE),
        (COUNTY_CODE, "示范区", RegionLevel.COUNTY, CITY_CODE),
    )
    path = _NATION
    for code, name, level, city_code in levels:
        path = f"{path}.{code}"
        region = Region.objects.create(
            code=code, name=name, level=level, path=path, city_code=city_code, source=source
        )
    return region


def _reuse(county: Region, *, scale: Scale, seed: int) -> DemoSummary:
    """What an earlier start left (已有演示数据), if it is the same demonstration."""
    found_scale, found_seed, found_today = county.source.removeprefix(_SOURCE).split()
    if (found_scale, found_seed) != (scale.value, str(seed)):
        raise DemoRefusedError(
            f"数据目录里已有另一套演示数据（规模 {found_scale}，种子 {found_seed}），"
            f"这次要的是规模 {scale.value}、种子 {seed}。"
            "请另用一个数据目录（--data），或删去旧目录再来。"
        )
    tally = Tally(
        schools=School.objects.count(),
        classes=SchoolClass.objects.count(),
        pupils=Enrolment.objects.count(),
        teachers=Teacher.objects.count(),
        class_days=ClassDay.objects.count(),
        plans=PlannedHomework.objects.count(),
        overrides=LimitOverride.objects.count(),
    )
    return _summary(
        tally, scale=scale, seed=seed, today=date.fromisoformat(found_today), is_reused=True
    )


def _summary(tally: Tally, *, scale: Scale, seed: int, today: date, is_reused: bool) -> DemoSummary:
    return DemoSummary(scale=scale, seed=seed, today=today, is_reused=is_reused, **asdict(tally))


def _analyze() -> None:
    """Tell the planner what is there now (统计信息), as the tables' owner, who alone may."""
    # why: tests have one connection, that of the owner.
    alias = "owner" if "owner" in connections else DEFAULT_DB_ALIAS
    with connections[alias].cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f'ANALYZE "{table}"')
