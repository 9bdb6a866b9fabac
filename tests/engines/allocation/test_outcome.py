"""Reasons and waiting places, under every mechanism, against what the rows and places say."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import allocate
from shuangjian.engines.market.preflib import read_preflib
from shuangjian.engines.market.result import CODES, Reason
from tests.engines.allocation.course_scene import CourseScene, closed_of, course_scene, places_of
from tests.engines.allocation.plain_run import (
    WAITS,
    PlainRun,
    outcomes_of,
    plain_draw,
    plain_run,
    told,
)
from tests.engines.worked_table import worked_table

SEED = bytes(range(32))
CHANCE = st.randoms(use_true_random=False)


def test_the_table_of_reasons_is_complete():
    rows = worked_table("allocation.md", "reasons")
    assert sorted(row["reason"] for row in rows) == sorted(CODES.values())
    assert {row["reason"] for row in rows if row["waits"] == "yes"} == WAITS


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
@settings(max_examples=80, deadline=None)
@given(chance=CHANCE)
def test_every_wish_is_told_what_the_places_say(mechanism, chance):
    scene = course_scene(chance, pupils=chance.randint(1, 14), courses=4)
    market = scene.market()
    allocation = allocate(market, mechanism=mechanism, seed=SEED)
    expected = told(
        scene,
        plain_draw(scene, SEED),
        mechanism,
        places_of(market, allocation),
        closed_of(market, allocation),
    )
    assert outcomes_of(market, allocation) == expected


def test_every_reason_occurs():
    """Control: the scenes of this file lead to each of them."""
    chance = random.Random(3)
    seen = set()
    for _ in range(60):
        market = course_scene(chance, pupils=14, courses=4).market()
        for mechanism in MECHANISMS:
            seen |= set(allocate(market, mechanism=mechanism, seed=SEED).reason.tolist())
    assert seen == set(Reason)


@pytest.mark.parametrize("wrong", ["tier", "draw", "arrival"])
def test_a_wrong_waiting_order_is_caught(wrong, monkeypatch):
    """Control: by the tier alone, by the draw alone, or by the order of entry."""
    own = PlainRun.priority
    wrongly = {
        "tier": lambda run, pupil, course: (own(run, pupil, course)[0], pupil),
        "draw": lambda run, pupil, course: (1, own(run, pupil, course)[1]),
        "arrival": lambda run, pupil, course: (1, pupil),
    }
    chance = random.Random(4)
    caught = 0
    for _ in range(30):
        scene = course_scene(chance, pupils=14, courses=3)
        market = scene.market()
        true = plain_run(scene, "lottery", SEED)
        said = outcomes_of(market, allocate(market, mechanism="lottery", seed=SEED))
        assert true.outcomes() == said
        with monkeypatch.context() as patch:
            patch.setattr(PlainRun, "priority", wrongly[wrong])
            places = {wish: place for wish, (_, place) in true.outcomes().items()}
        caught += places != {wish: place for wish, (_, place) in said.items()}
    assert caught


def tied_scene(chance: random.Random, folder: Path, *, seats: int) -> tuple[CourseScene, Path]:
    """Orders with ties, as a PrefLib file and as rows."""
    lines, choices = [], []
    for pupil in range(1, chance.randint(2, 10)):
        wanted = chance.sample(range(1, 5), chance.randint(1, 4))
        text, rank = "", 0
        while wanted:
            together = [wanted.pop() for _ in range(min(len(wanted), chance.choice([1, 1, 2, 3])))]
            rank += 1
            choices += [
                {"pupil": str(pupil), "slot": "all", "rank": rank, "course": str(course)}
                for course in together
            ]
            group = ",".join(map(str, together))
            text += "," * (rank > 1) + (group if len(together) == 1 else f"{{{group}}}")
        lines.append(f"1: {text}")
    file = folder / "orders.toi"
    file.write_text("\n".join(["# NUMBER ALTERNATIVES: 4", *lines, ""]), encoding="utf-8")
    scene = CourseScene(
        pupils=[{"pupil": str(pupil)} for pupil in range(1, len(lines) + 1)],
        courses=[
            {"course": str(c), "slots": "all", "seats": seats, "least": 0, "close_order": 0}
            for c in range(1, 5)
        ],
        choices=choices,
        tiers=[],
        tickets=[],
    )
    return scene, file


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_nobody_waits_for_a_course_that_is_as_good_as_the_one_got(mechanism, tmp_path):
    chance = random.Random(5)
    equal_but_not_first = 0
    for _ in range(60):
        scene, file = tied_scene(chance, tmp_path, seats=chance.randint(0, 2))
        seats = int(scene.courses[0]["seats"])
        market = read_preflib(file, seats=seats)
        allocation = allocate(market, mechanism=mechanism, seed=SEED)
        places = places_of(market, allocation)
        expected = told(scene, plain_draw(scene, SEED), mechanism, places, set())
        assert outcomes_of(market, allocation) == expected
        if mechanism in ("lottery", "serial", "deferred-acceptance"):
            assert places == plain_run(scene, mechanism, SEED).placed
        starts = market.applications.start[:-1]
        granted = starts + allocation.placed
        ranks = market.applications.rank
        equal_but_not_first += np.sum(
            (allocation.placed > 0) & (ranks[granted - 1] == ranks[granted])
        )
    assert equal_but_not_first
