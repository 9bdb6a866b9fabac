"""A whole run against the rows read literally; and what no thread may change."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import UnknownMechanismError, allocate, place_and_explain
from shuangjian.engines.allocation.wishes import WORTH_A_THREAD
from tests.engines.allocation.array_market import array_market, random_standing
from tests.engines.allocation.course_scene import closed_of, course_scene, places_of
from tests.engines.allocation.plain_run import outcomes_of, plain_draw, plain_run

SEED = bytes(range(32))
CHANCE = st.randoms(use_true_random=False)


def scene_of(chance: random.Random):
    return course_scene(chance, pupils=chance.randint(1, 12), courses=4)


@pytest.mark.parametrize("mechanism", ["lottery", "serial", "deferred-acceptance"])
@settings(max_examples=150, deadline=None)
@given(chance=CHANCE)
def test_a_run_is_what_the_rows_say(mechanism, chance):
    scene = scene_of(chance)
    market = scene.market()
    allocation = allocate(market, mechanism=mechanism, seed=SEED)
    plain = plain_run(scene, mechanism, SEED)
    assert places_of(market, allocation) == plain.placed
    assert closed_of(market, allocation) == plain.closed
    assert outcomes_of(market, allocation) == plain.outcomes()


@pytest.mark.parametrize("wrong", ["first come", "worst tier", "wrong ticket", "all close"])
def test_a_wrong_rule_is_caught(wrong, monkeypatch):
    """Control: the same comparison fails under each rule that is not ours."""
    from tests.engines.allocation import plain_run as plain

    own = plain.PlainRun
    if wrong == "first come":
        monkeypatch.setattr(
            plain,
            "plain_draw",
            lambda scene, _: {
                slot: [row["pupil"] for row in scene.pupils] for slot in plain_draw(scene, SEED)
            },
        )
    elif wrong == "worst tier":
        monkeypatch.setattr(own, "turn", lambda run, p, c: (-run.priority(p, c)[0], 0))
    elif wrong == "wrong ticket":
        monkeypatch.setattr(plain, "min", max, raising=False)
    else:
        monkeypatch.setattr(own, "next_to_close", every_short_course)
    chance = random.Random(7)
    caught = 0
    for _ in range(60):
        scene = scene_of(chance)
        market = scene.market()
        places = places_of(market, allocate(market, mechanism="serial", seed=SEED))
        caught += plain.plain_run(scene, "serial", SEED).placed != places
    assert caught


def every_short_course(run, slot: str) -> str | None:
    """All that are short close before anybody is placed again."""
    taken = list(run.placed.values())
    for row in run.scene.courses:
        if row["slots"] == slot and taken.count(row["course"]) < row["least"]:
            run.closed.add(row["course"])
    return None


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
@pytest.mark.parametrize("is_even", [True, False])
def test_threads_change_nothing_where_they_are_used(mechanism, is_even):
    market = array_market(schools=40, pupils=260, is_even=is_even, least=18)
    standing = random_standing(market)
    alone, together = (
        place_and_explain(market, standing, MECHANISMS[mechanism], threads=threads)
        for threads in (1, 3)
    )
    assert len(market.applications.course) >= WORTH_A_THREAD
    assert alone.is_closed.any()
    for name, column in vars(alone).items():
        assert np.array_equal(column, getattr(together, name)), name


def test_an_unknown_mechanism_is_refused_with_those_there_are():
    market = array_market(schools=1, pupils=3)
    with pytest.raises(UnknownMechanismError, match=r"“抢课”.*lottery.*请改正"):
        allocate(market, mechanism="抢课", seed=SEED)
