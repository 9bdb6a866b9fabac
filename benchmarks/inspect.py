"""检查: what reconciling costs over the bare rules, the first time and when nothing changes."""

from dataclasses import dataclass

from django.db import connection, transaction

from benchmarks.ratio import Ratio, Role, Timings
from benchmarks.site import Site
from shuangjian.edges.demo.cast import COUNTY_CODE
from shuangjian.foundation.findings.reconcile import Window
from shuangjian.foundation.findings.tally import Tally
from shuangjian.foundation.lake.postgres_engine import PostgresEngine
from shuangjian.oversight.supervision.catalogue import rules
from shuangjian.oversight.supervision.inspection import look, violations_sql
from shuangjian.oversight.supervision.services import county_codes, inspect

FIRST, AGAIN, BARE, LOOK = "first", "again", "bare", "look"


@dataclass(frozen=True)
class _Halfmonth:
    """The half month that is inspected, on PostgreSQL."""

    site: Site
    window: Window

    def inspect(self) -> Tally:
        """As the command does, in a transaction that is taken back."""
        tally = inspect(
            first=self.window.first,
            last=self.window.last,
            region=COUNTY_CODE,
            at=self.site.now,
            actor_label="测量",
        ).total
        with connection.cursor() as cursor:  # why: foreign keys are checked when committing
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return tally

    def bare(self) -> int:
        """Only the rules' own queries."""
        engine = PostgresEngine()
        return sum(
            len(engine.rows(violations_sql(rule, window=self.window))) for rule in rules().values()
        )

    def look(self) -> None:
        """The rules' queries and whom they looked at; nothing is compared."""
        for rule in rules().values():
            look(PostgresEngine(), rule=rule, window=self.window)


def measure(site: Site) -> list[Ratio]:
    """One inspection after the other in a transaction, beside the queries alone."""
    assert site.district
    assert "findings" not in vars(site), "the first inspection must be the first"
    first, last = site.window
    month = _Halfmonth(site, Window(first, last, county_codes(COUNTY_CODE, first=first, last=last)))
    timings = Timings()
    month.look()
    for _ in range(site.repetitions):
        with transaction.atomic():
            timings.time(BARE, month.bare)
            timings.time(LOOK, month.look)
            opened = timings.time(FIRST, month.inspect)
            again = timings.time(AGAIN, month.inspect)
            transaction.set_rollback(True)
        assert opened.opened > 0, "the demonstration must have something to find"
        assert again == Tally(kept=opened.opened), "the second inspection must change nothing"
    return _ratios(timings, note=f"{opened.opened} 个问题，每轮都撤回，不含提交")


def _ratios(timings: Timings, *, note: str) -> list[Ratio]:
    queries = f"{len(rules())} 条规则的查询"
    return [
        timings.ratio(
            "again/first", AGAIN, FIRST,
            words=("第二次检查（没有变化）", "第一次检查"), role=Role.SELF, note=note,
        ),
        timings.ratio(
            "first/bare", FIRST, BARE, words=("第一次检查", queries), role=Role.LIMIT,
        ),
        timings.ratio(
            "again/bare", AGAIN, BARE, words=("第二次检查（没有变化）", queries), role=Role.LIMIT,
        ),
        timings.ratio(
            "look/bare", LOOK, BARE, words=("规则查询加“看过谁”", queries), role=Role.LIMIT,
            note="检查时每条规则还要取出看过的对象",
        ),
        timings.ratio(
            "again/look", AGAIN, LOOK, words=("第二次检查（没有变化）", "规则查询加“看过谁”"),
            role=Role.LIMIT, note="对账本身的代价",
        ),
    ]  # fmt: skip
