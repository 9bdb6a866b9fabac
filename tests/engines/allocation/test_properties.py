"""What every mechanism keeps to, in any week: judged by the rows, not by the engine's arrays."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import allocate
from tests.engines.allocation.course_scene import (
    CourseScene,
    closed_of,
    course_scene,
    faults,
    places_of,
)
from tests.engines.allocation.fingerprint import SEED, fingerprint

ROOT = Path(__file__).resolve().parents[3]
MECHANISM_NAMES = sorted(MECHANISMS)
CHANCE = st.randoms(use_true_random=False)


def small_scene(chance: random.Random) -> CourseScene:
    return course_scene(chance, pupils=chance.randint(1, 9), courses=3)


@pytest.mark.parametrize("mechanism", MECHANISM_NAMES)
@settings(max_examples=50, deadline=None)
@given(chance=CHANCE)
def test_no_place_breaks_what_the_rows_say(mechanism, chance):
    scene = small_scene(chance)
    market = scene.market()
    allocation = allocate(market, mechanism=mechanism, seed=SEED)
    places = places_of(market, allocation)
    closed = closed_of(market, allocation)
    assert not faults(scene, places, closed)
    assert len(places) == (allocation.placed >= 0).sum()
    ids = market.courses.ids.to_pylist()
    taken = dict(zip(ids, allocation.seats_taken.tolist(), strict=True))
    assert taken == {course: list(places.values()).count(course) for course in ids}


@pytest.mark.parametrize("mechanism", MECHANISM_NAMES)
@settings(max_examples=15, deadline=None)
@given(chance=CHANCE)
def test_neither_the_order_of_rows_nor_threads_change_a_bit(mechanism, chance):
    scene = course_scene(chance, pupils=14, courses=4)
    expected = fingerprint(scene.market(), mechanism, threads=1)
    for threads in (2, 5):
        shuffled = scene.shuffled(chance).market()
        assert fingerprint(shuffled, mechanism, threads=threads) == expected


def test_the_hash_seed_of_the_process_changes_nothing():
    printed = {
        subprocess.run(
            [sys.executable, "-m", "tests.engines.allocation.fingerprint"],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONHASHSEED": hash_seed,
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1")
    }
    assert len(printed) == 1
    market = course_scene(random.Random(3), pupils=80, courses=12).market()
    lines = [f"{name} {fingerprint(market, name, threads=1)}" for name in MECHANISMS]
    assert printed.pop().splitlines() == lines


def test_the_fingerprint_tells_seeds_and_markets_apart():
    chance = random.Random(5)
    markets = [course_scene(chance, pupils=30, courses=4).market() for _ in range(3)]
    assert len({fingerprint(market, "lottery", threads=1) for market in markets}) == 3
    first = allocate(markets[0], mechanism="lottery", seed=SEED)
    second = allocate(markets[0], mechanism="lottery", seed=SEED[::-1])
    assert (first.standing != second.standing).any()


WEEK = CourseScene(
    pupils=[{"pupil": name, "grade": 1, "group": ""} for name in "abc"],
    courses=[
        {
            "course": course,
            "slots": slot,
            "seats": 2,
            "least": least,
            "grades": grades,
            "close_order": 0,
            "reserved": "",
        }
        for course, slot, least, grades in [
            ("chess", "mon", 0, ""),
            ("choir", "mon", 2, ""),
            ("drums", "mon+wed", 0, ""),
            ("older", "tue", 0, "2,3"),
        ]
    ],
    choices=[
        {"pupil": name, "slot": slot, "rank": rank, "course": course}
        for name in "abc"
        for slot, rank, course in [
            ("mon", 1, "chess"),
            ("mon", 2, "choir"),
            ("mon+wed", 1, "drums"),
            ("tue", 1, "older"),
        ]
        if (name, course) != ("c", "drums")
    ],
    tiers=[],
    tickets=[],
)
FAIR = {("a", "mon"): "chess", ("b", "mon+wed"): "drums"}


@pytest.mark.parametrize(
    ("fault", "planted", "closed"),
    [
        ("seats", {("b", "mon"): "chess", ("c", "mon"): "chess"}, {"choir"}),
        ("days", {("a", "mon+wed"): "drums"}, {"choir"}),
        ("wish", {("c", "mon+wed"): "drums"}, {"choir"}),
        ("slot", {("c", "mon"): "drums"}, {"choir"}),
        ("grade", {("c", "tue"): "older"}, {"choir"}),
        ("closed", {("c", "mon"): "choir"}, {"choir"}),
        ("least", {("c", "mon"): "choir"}, set()),
        ("closed without need", {}, {"choir", "older"}),
    ],
)
def test_a_planted_fault_is_seen(fault, planted, closed):
    assert not faults(WEEK, FAIR, {"choir"})
    assert fault in faults(WEEK, {**FAIR, **planted}, closed)


@pytest.mark.parametrize("mechanism", MECHANISM_NAMES)
def test_the_week_of_the_planted_faults_can_be_placed(mechanism):
    market = WEEK.market()
    allocation = allocate(market, mechanism=mechanism, seed=SEED)
    assert not faults(WEEK, places_of(market, allocation), closed_of(market, allocation))
    grown = replace(WEEK, pupils=[{**row, "grade": 2} for row in WEEK.pupils])
    market = grown.market()
    places = places_of(market, allocate(market, mechanism=mechanism, seed=SEED))
    assert list(places.values()).count("older") == 2
