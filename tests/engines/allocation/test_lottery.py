"""The lottery: the worked weeks, one pass against deferred acceptance, and what a list can do."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.deferred_acceptance import place_deferred_acceptance
from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import allocate, place_and_explain
from tests.engines.allocation.array_market import array_market, random_standing
from tests.engines.allocation.course_scene import CourseScene, course_scene
from tests.engines.allocation.plain_market import (
    PlainMarket,
    gains,
    placed_by,
    plain_markets,
)
from tests.engines.allocation.plain_run import outcomes_of
from tests.engines.allocation.worked_week import WorkedWeek, worked_week
from tests.engines.worked_table import worked_table

PAGE = "lottery.md"
SEED = bytes(range(32))
CHANCE = st.randoms(use_true_random=False)


@pytest.mark.parametrize("name", ["example", "rounds", "closing"])
def test_the_worked_weeks(name):
    week = worked_week(PAGE, name)
    assert week.run("lottery") == week.told


@pytest.mark.parametrize("row", worked_table(PAGE, "gains"), ids=lambda row: row["example"])
def test_the_worked_gains_where_something_closes_and_over_rounds(row):
    week = worked_week(PAGE, row["example"])
    gamed = week.writing(row["pupil"], row["slot"], row["writes instead"])
    assert row["then gets"] not in week.gets("lottery", row["pupil"])
    assert gamed.gets("lottery", row["pupil"]) == {row["then gets"]}


def test_filling_courses_tier_by_tier_is_another_mechanism():
    """Control: it gives p the course that p likes less, and rewards leaving it out."""
    week = worked_week(PAGE, "example")
    assert tier_by_tier(week)["p"] == "A"
    assert tier_by_tier(week.writing("p", "tue", "B:2"))["p"] == "B"
    assert week.gets("lottery", "p") == {"B"}


def tier_by_tier(week: WorkedWeek) -> dict[str, str]:
    left = {row["course"]: int(row["seats"]) for row in week.courses}
    claims = sorted(
        (tier, week.standing[key], place, key[0], course)
        for key, wishes in week.lists.items()
        for place, (course, tier) in enumerate(wishes)
    )
    placed: dict[str, str] = {}
    for *_, pupil, course in claims:
        if pupil not in placed and left[course]:
            left[course] -= 1
            placed[pupil] = course
    return placed


def with_even_tiers(scene: CourseScene, chance: random.Random) -> CourseScene:
    own = {row["pupil"]: chance.randint(1, 3) for row in scene.pupils}
    return replace(scene, tiers=[{**row, "tier": own[row["pupil"]]} for row in scene.tiers])


@settings(max_examples=120, deadline=None)
@given(CHANCE)
def test_with_one_tier_a_pupil_one_pass_is_deferred_acceptance(chance):
    scene = with_even_tiers(course_scene(chance, pupils=12, courses=4), chance)
    market = scene.market()
    quick = allocate(market, mechanism="lottery", seed=SEED)
    lottery = MECHANISMS["lottery"]
    slow = place_and_explain(market, quick.standing, replace(lottery, takes_turns="never"))
    for name, column in vars(quick).items():
        assert np.array_equal(column, getattr(slow, name)), name


def test_the_same_in_a_larger_market_and_not_where_tiers_differ_by_course():
    lottery = MECHANISMS["lottery"]
    one_pass, proposals = (
        replace(lottery, takes_turns="always"),
        replace(lottery, takes_turns="never"),
    )
    for is_even in (True, False):
        market = array_market(schools=3, pupils=200, is_even=is_even)
        standing = random_standing(market)
        first = place_and_explain(market, standing, one_pass)
        second = place_and_explain(market, standing, proposals)
        assert np.array_equal(first.placed, second.placed) == is_even
        assert np.array_equal(first.place, second.place) == is_even


@settings(max_examples=60, deadline=None)
@given(CHANCE)
def test_lists_for_one_day_change_nothing_on_another_of_the_round(chance):
    scene = course_scene(chance, pupils=8, courses=3)
    names = {row["course"] for row in scene.courses if "+" not in str(row["slots"])}
    scene = replace(
        scene,
        **{
            table: [row for row in getattr(scene, table) if row["course"] in names]
            for table in ("courses", "choices", "tiers")
        },
    )
    changed = chance.choice(sorted({row["slots"] for row in scene.courses}) or ["mon"])
    rewritten = [
        {**row, "rank": 9 - int(row["rank"])}
        for row in scene.choices
        if row["slot"] == changed and chance.random() < 0.7
    ]
    kept = [row for row in scene.choices if row["slot"] != changed]
    after = replace(scene, choices=kept + rewritten)
    assert others_of(scene, changed) == others_of(after, changed)


def others_of(scene: CourseScene, slot: str) -> dict:
    market = scene.market()
    told = outcomes_of(market, allocate(market, mechanism="lottery", seed=SEED))
    return {wish: reason for wish, reason in told.items() if wish[1] != slot}


def deferred(market: PlainMarket):
    return placed_by(market, place_deferred_acceptance)


@settings(max_examples=150, deadline=None)
@given(plain_markets(closed=False, groups=0))
def test_a_better_tier_or_place_in_the_draw_is_never_worse(market):
    placed = deferred(market)
    for pupil, tiers in enumerate(market.tiers):
        for course, tier in enumerate(tiers):
            lifted = list(market.tiers)
            lifted[pupil] = (*tiers[:course], max(1, tier - 1), *tiers[course + 1 :])
            better = deferred(replace(market, tiers=tuple(lifted)))
            assert market.rank(pupil, better[pupil]) <= market.rank(pupil, placed[pupil])
        better = deferred(market.lifted(pupil, 0))
        assert market.rank(pupil, better[pupil]) <= market.rank(pupil, placed[pupil])


@settings(max_examples=150, deadline=None)
@given(plain_markets(groups=0), st.integers(0, 3))
def test_with_fewer_courses_nobody_is_better_off(market, course):
    """What the proof for ``least`` rests on."""
    course %= len(market.seats)
    fewer = replace(
        market, is_open=tuple(is_open and c != course for c, is_open in enumerate(market.is_open))
    )
    for pupil, (with_all, without) in enumerate(
        zip(deferred(market), deferred(fewer), strict=True)
    ):
        assert market.rank(pupil, with_all) <= market.rank(pupil, without)


def with_least(least: tuple[int, ...], closed: list[int]):
    """Deferred acceptance and closings, the furthest below first; ``closed`` is filled."""

    def place(market: PlainMarket):
        closed.clear()
        while True:
            placed = deferred(market)
            missing = [
                (held - need, course)
                for course, need in enumerate(least)
                if market.is_open[course] and (held := placed.count(course)) < need
            ]
            if not missing:
                return placed
            _, closing = min(missing)
            closed.append(closing)
            market = replace(
                market, is_open=tuple(e and c != closing for c, e in enumerate(market.is_open))
            )

    return place


def test_where_nothing_closes_by_the_true_lists_no_list_gains():
    chance = random.Random(6)
    closed: list[int] = []
    gained = {True: 0, False: 0}
    for _ in range(250):
        market = PlainMarket(
            lists=tuple(
                tuple(
                    (c, r) for r, c in enumerate(chance.sample(range(3), chance.randint(1, 3)), 1)
                )
                for _ in range(4)
            ),
            tiers=tuple(tuple(chance.randint(1, 2) for _ in range(3)) for _ in range(4)),
            standing=tuple(chance.sample(range(4), 4)),
            group=(-1,) * 4,
            seats=tuple(chance.randint(1, 2) for _ in range(3)),
            reserved=((),) * 3,
            is_open=(True,) * 3,
        )
        place = with_least(tuple(chance.choice([0, 1, 2]) for _ in range(3)), closed)
        place(market)
        does_close = bool(closed)
        gained[does_close] += len(gains(market, place))
    assert gained[False] == 0
    assert gained[True] > 0
