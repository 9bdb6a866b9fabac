"""Benchmarks run on two schools and print their ratios; what a ratio is, with a clock of our own.

No time is asserted anywhere: how fast things are is for ``bin/bench`` to say, never for a test.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.catalogue import BENCHMARKS
from benchmarks.ratio import Case, Role, Timings, interleave

ROOT = Path(__file__).resolve().parents[1]
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
        timeout=280,
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
    """All benchmarks in one run: two schools, one turn, no Spark."""
    temporary = tmp_path_factory.mktemp("bench")
    temporary.chmod(0o755)
    # why: what the variable names must be left alone; there is no such server.
    done = bench(
        *("--scale", "school", "--repetitions", "1", "--without-spark", "--json"),
        TMPDIR=str(temporary),
        DATABASE_URL="postgresql://nobody@/production?host=/nonexistent",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["ratios"], list(temporary.iterdir())


def keys(measured, name):
    return {ratio["key"] for ratio in measured[0] if ratio["benchmark"] == name}


def test_every_benchmark_prints_ratios(measured):
    ratios, _ = measured
    assert list(dict.fromkeys(ratio["benchmark"] for ratio in ratios)) == list(BENCHMARKS)
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


def test_turns_that_do_not_pair_give_no_ratio():
    clock = Clock()
    timings, second = Timings(clock), clock.taking(1, 1, 1)
    for name in ("ours", "ours", "peer"):
        timings.time(name, second)
    with pytest.raises(ValueError, match="shorter"):
        timings.ratio("key", "ours", "peer", words=("甲", "乙"), role=Role.PEER)
