"""测量目录: every benchmark by name, in the order in which they run."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from benchmarks.outcome import Outcome
from benchmarks.ratio import Ratio
from benchmarks.site import Site

DEMONSTRATION = ("school", "district")
SCALES = (*DEMONSTRATION, "city")


@dataclass(frozen=True)
class Benchmark:
    """测量: its module gives ``measure(site)``; it can be run at ``scales``.

    What is measured gives ratios; what is tried, as a fault is, gives outcomes.
    """

    name: str
    title: str
    scales: tuple[str, ...] = DEMONSTRATION

    def measure(self, site: Site) -> list[Ratio] | list[Outcome]:
        """Run it; the module is imported now, since some read models."""
        module = import_module(f"benchmarks.{self.name}")
        return cast("Callable[[Site], list[Ratio] | list[Outcome]]", module.measure)(site)


# why: ``load`` needs empty tables and ``inspect`` needs no findings, so they come before the rest.
BENCHMARKS = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark("load", "装入演示数据，对照裸 COPY"),
        Benchmark("inspect", "检查一个半月，对照规则查询本身"),
        Benchmark("rules", "各规则在各引擎上的查询，对照只数行数"),
        Benchmark("workbook", "读工作簿，对照 calamine 和 openpyxl"),
        Benchmark("plan", "布置一项作业，对照只锁一行、只写一行的事务"),
        Benchmark("lake", "导出数据湖，对照只读出和 DuckDB 写出"),
        Benchmark("page", "打开和提交网页，对照空白网页"),
        Benchmark("ledger", "记账，对照裸函数、COPY、落盘和同类软件", scales=SCALES),
        Benchmark("allocation", "抽签和录取，对照裸循环和各同类软件", scales=SCALES),
        Benchmark("faults", "对账本和服务器的破坏，各附对照", scales=SCALES),
    )
}
