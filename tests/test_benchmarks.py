"""Benchmarks run on two schools and print their ratios; what a ratio is, with a clock of our own.

No time is asserted anywhere: how fast things are is for ``bin/bench`` to say, never for a test.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.allocation.city import make_city
from benchmarks.allocation.city_files import write_city
from benchmarks.allocation.city_market import market_of
from benchmarks.allocation.growth import PLOT, SIZES, WAYS, plot
from benchmarks.catalogue import BENCHMARKS
from benchmarks.ledger import growth as ledger_growth
from benchmarks.ratio import Case, Role, Timings, interleave
from shuangjian.engines.market.folder import read_market

ROOT = Path(__file__).resolve().parents[1]
# why: faults give no ratios; their own test runs them (tests/foundation/ledger).
RATIOS = [name for name in BENCHMARKS if name != "faults"]
PAGES = {
    "finding-list",
    "finding",
    "homework-day",
    "homework-plan",
    "homework-plan-school",
    "home",
    "homework-save",
}
RULES = {
    "homework.override_without_reason",
    "homework.published_late",
    "homework.total_over_limit",
    "homework.written_in_first_grades",
    "quality.large_class",
}
ALLOCATION = {
    "school/bare",
    "school/round-robin",
    "school-draw/round-robin",
    "school-files/round-robin",
    "school-fullest/flow",
    "school-rank-optimal/flow",
    "deferred-kernel/bare",
    "deferred/bare",
    "deferred-proved/bare",
    "deferred-proved/matching",
    "verifier-sha256/hashing",
    "verifier-sm3/hashing",
    "city/copy",
    "city-rank-optimal/city",
    "city-check/city",
    "city-rank-optimal/flow",
}
LEDGER = {
    "one/bare",
    "one-function/bare",
    "one/row",
    "one/disk",
    "one/hordak",
    "one/hordak-bulk",
    "one/hordak-checked",
    "one/a-ledger",
    "many/bare",
    "many-function/bare",
    "many/row",
    "many/hordak",
    "many/hordak-bulk",
    "many/hordak-checked",
    "hot-one/bare-hot",
    "hot-many/bare-hot",
    "batch/copy",
    "batch/a-ledger",
    "batch-again/batch",
    "check/read",
}


def bench(*words, **environment):
    # why: a benchmark has a server and a mode of its own; nothing of the test's may reach it.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHUANGJIAN_")}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


class Clock:
    """Seconds that pass only when something is said to take them."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def taking(self, *seconds):
        turns = iter(seconds)

        def run():
            self.now += next(turns)

        return run


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """All ratios in one run: two schools, one turn, no Spark."""
    temporary = tmp_path_factory.mktemp("bench")
    temporary.chmod(0o755)
    # why: what the variable names must be left alone; there is no such server.
    done = bench(
        *RATIOS,
        *("--scale", "school", "--repetitions", "1", "--without-spark", "--json"),
        *("--images", str(temporary / "images")),
        TMPDIR=str(temporary),
        DATABASE_URL="postgresql://nobody@/production?host=/nonexistent",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["ratios"], list(temporary.iterdir())


def keys(measured, name):
    return {ratio["key"] for ratio in measured[0] if ratio["benchmark"] == name}


def test_every_benchmark_prints_ratios(measured):
    ratios, _ = measured
    assert list(dict.fromkeys(ratio["benchmark"] for ratio in ratios)) == RATIOS
    for ratio in ratios:
        assert ratio["ratio"] == pytest.approx(ratio["seconds"] / ratio["beside_seconds"])
        assert ratio["role"] in {"limit", "peer", "self"}
        assert ratio["measured"]
        assert ratio["beside"]


def test_rules_are_measured_on_each_engine_and_agree(measured):
    assert keys(measured, "rules") == {
        f"{rule}/{engine}" for rule in RULES for engine in ("postgres", "duckdb")
    }
    notes = [ratio["note"] for ratio in measured[0] if ratio["benchmark"] == "rules"]
    assert all("各引擎一致" in note for note in notes)


@pytest.mark.spark
def test_spark_is_measured_where_it_is_there_and_agrees():
    done = bench("rules", "--scale", "school", "--repetitions", "1", "--json")
    assert done.returncode == 0, done.stderr
    measured = {ratio["key"] for ratio in json.loads(done.stdout)["ratios"]}
    assert {f"{rule}/spark" for rule in RULES} <= measured


def test_an_inspection_is_measured_against_its_bare_rules(measured):
    assert {"again/first", "first/bare", "again/bare"} <= keys(measured, "inspect")


def test_planning_is_measured_alone_and_by_two(measured):
    assert {"one/bare", "two-classes/bare", "one-class/bare"} <= keys(measured, "plan")


def test_pages_tell_their_queries(measured):
    assert keys(measured, "page") == PAGES
    notes = [ratio["note"] for ratio in measured[0] if ratio["benchmark"] == "page"]
    assert all("条语句" in note for note in notes)


def test_peers_and_limits_of_files(measured):
    assert keys(measured, "workbook") == {"reader/calamine", "reader/openpyxl"}
    assert keys(measured, "load") == {"load/bare-copy", "load/indexed-copy"}
    assert {"full/duckdb", "full/read", "change/full"} <= keys(measured, "lake")


def test_allocation_is_measured_beside_limits_peers_and_itself(measured):
    growth = {f"growth-{way.key}/{size}" for way in WAYS for size in SIZES["school"][1:]}
    assert keys(measured, "allocation") == ALLOCATION | growth
    notes = {ratio["key"]: ratio["note"] for ratio in measured[0]}
    assert "内存最多" in notes["city/copy"]
    # why: the run stops where ours differs from the peer, so the words are true.
    assert "都相等" in notes["city-rank-optimal/flow"]
    assert "结果相同" in notes["deferred-proved/matching"]


def test_the_ledger_is_measured_beside_limits_peers_and_itself(measured):
    (size,) = ledger_growth.SIZES["school"][1:]
    growth = {f"growth-{curve.key}/{size}" for curve in ledger_growth.CURVES}
    assert keys(measured, "ledger") == LEDGER | growth
    # why: the run stops where the proof finds anything, so the words are true.
    (checked,) = [ratio for ratio in measured[0] if ratio["key"] == "check/read"]
    assert "没有一处不符" in checked["note"]


def test_growth_is_plotted_where_it_is_asked_for(measured):
    _, left = measured
    (images,) = [path for path in left if path.name == "images"]
    assert {path.name for path in images.iterdir()} == {PLOT, ledger_growth.PLOT}


def test_a_plot_depends_on_its_points_alone(tmp_path):
    points = {way.label: [(1_000, 0.002), (10_000, 0.03)] for way in WAYS}
    for name in ("one", "two"):
        plot(points, tmp_path / name)
    plot({**points, WAYS[0].label: [(1_000, 0.002), (10_000, 0.04)]}, tmp_path / "other")
    one, two, other = ((tmp_path / name).read_bytes() for name in ("one", "two", "other"))
    assert one == two != other


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_invented_city_is_the_same_market_in_files_and_in_memory(form, tmp_path):
    city = make_city(schools=3, pupils=40, seed=7)
    write_city(city, tmp_path, form=form, shuffle_seed=1)
    read = read_market(tmp_path)
    write_city(city, tmp_path / "sorted", form=form)
    assert read.digest == read_market(tmp_path / "sorted").digest
    assert said(replace(read, digest="")) == said(market_of(city))


def said(value):
    """All that a market holds, as plain values."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: said(getattr(value, name)) for name in value.__dataclass_fields__}
    if hasattr(value, "dtype"):
        return value.dtype.str, value.tolist()
    return value.to_pylist() if hasattr(value, "to_pylist") else value


def test_a_city_is_for_the_benchmarks_that_know_it():
    done = bench("rules", "allocation", "--scale", "city")
    assert done.returncode == 2
    assert "rules 没有规模 city" in done.stderr


def test_nothing_is_left_behind(measured):
    _, left = measured
    assert [path for path in left if path.name.startswith("shuangjian-bench-")] == []


def test_without_json_a_table_is_printed():
    done = bench("workbook", "--scale", "school", "--repetitions", "1")
    assert done.returncode == 0, done.stderr
    assert "比值" in done.stdout
    assert "calamine 只取单元格" in done.stdout
    assert "装入" not in done.stdout  # only what was asked for


def test_an_unknown_name_is_refused_with_the_known_ones():
    done = bench("speed")
    assert done.returncode == 2
    assert all(name in done.stderr for name in BENCHMARKS)


def test_a_ratio_is_of_medians_and_shows_its_turns():
    clock = Clock()
    cases = {"ours": Case(clock.taking(4, 6, 30)), "peer": Case(clock.taking(2, 2, 5))}
    timings = interleave(cases, repetitions=3, warm_up=False, clock=clock)
    ratio = timings.ratio("key", "ours", "peer", words=("甲", "乙"), role=Role.PEER)
    assert (ratio.seconds, ratio.beside_seconds, ratio.ratio) == (6, 2, 3)
    assert (ratio.lowest, ratio.highest) == (2, 6)


def test_cases_take_turns_in_changing_order_and_undoing_is_not_timed():
    clock, order = Clock(), []

    def case(name):
        def undo():
            order.append(f"undo {name}")
            clock.now += 100

        return Case(lambda: order.append(name), undo)

    timings = interleave({"a": case("a"), "b": case("b")}, repetitions=2, clock=clock)
    runs = [word for word in order if not word.startswith("undo")]
    assert runs == ["a", "b", "a", "b", "b", "a"]  # the first two warm up
    assert order[1::2] == [f"undo {name}" for name in runs]
    assert (timings.median("a"), timings.median("b")) == (0, 0)


def test_what_takes_little_runs_often_in_a_turn_and_counts_once():
    clock = Clock()
    cases = {"ours": Case(clock.taking(1, 2, 3, 10), times=2), "peer": Case(clock.taking(4, 4))}
    timings = interleave(cases, repetitions=2, warm_up=False, clock=clock)
    ratio = timings.ratio("key", "ours", "peer", words=("甲", "乙"), role=Role.PEER)
    assert (ratio.seconds, ratio.beside_seconds) == (4, 4)
    assert (ratio.lowest, ratio.highest) == (0.375, 1.625)


def test_turns_that_do_not_pair_give_no_ratio():
    clock = Clock()
    timings, second = Timings(clock), clock.taking(1, 1, 1)
    for name in ("ours", "ours", "peer"):
        timings.time(name, second)
    with pytest.raises(ValueError, match="shorter"):
        timings.ratio("key", "ours", "peer", words=("甲", "乙"), role=Role.PEER)
