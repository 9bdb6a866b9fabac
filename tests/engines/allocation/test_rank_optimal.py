from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation import rank_optimal
from shuangjian.engines.allocation.rank_optimal import place_rank_optimal
from tests.engines.allocation.optimal_placement import (
    by_pupil,
    enumerated_rank_optimal,
    improving_cycle,
    levels,
    lists_of,
    market_of,
    placements,
    random_market,
    ranks_of,
    serial,
    slot_markets,
    solved,
    solved_one_by_one,
    with_pupil_at,
)
from tests.engines.allocation.page_market import page_markets
from tests.engines.worked_table import worked_table

PAGE = page_markets("rank_optimal.md", "rank-optimal")
FEW_LEVELS = 400
"""So small a bound that small markets of several tiers take several rounds."""


@pytest.mark.parametrize("market", PAGE.values(), ids=PAGE)
def test_the_markets_of_the_page(market):
    assert market.placed_by(place_rank_optimal) == market.claimed
    assert market.placed_by(enumerated_rank_optimal) == market.claimed
    assert market.placed_by(serial) == market.serial


@pytest.mark.parametrize("row", worked_table("rank_optimal.md", "gains"))
def test_the_gains_of_the_page(row):
    market = PAGE[row["market"]]
    dishonest = market.handing_in(row["pupil"], row["hands in"]).placed_by(place_rank_optimal)
    assert market.wishes[row["pupil"]] == row["truly"]
    assert market.claimed[row["pupil"]] == row["gets"]
    assert dishonest[row["pupil"]] == row["then gets"]
    assert market.likes_better(row["pupil"], row["then gets"], row["gets"])


@pytest.mark.parametrize("row", worked_table("rank_optimal.md", "envy"))
def test_the_envy_of_the_page(row):
    market = PAGE[row["market"]]
    order = list(market.wishes)
    assert order.index(row["pupil"]) < order.index(row["held by"])
    assert market.claimed[row["held by"]] == row["would rather have"]
    assert market.likes_better(row["pupil"], row["would rather have"], market.claimed[row["pupil"]])


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets())
def test_it_is_the_one_of_all_placements(market):
    assert place_rank_optimal(market).tolist() == enumerated_rank_optimal(market)


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets(tiers=40))
def test_with_many_tiers_it_is_the_one_of_all_placements(market):
    expected = enumerated_rank_optimal(market)
    assert place_rank_optimal(market).tolist() == expected
    assert rank_optimal._place(market, dearest=FEW_LEVELS).tolist() == expected


def test_the_smaller_bound_does_take_several_rounds(monkeypatch):
    rounds = []
    weigh = rank_optimal._weights
    monkeypatch.setattr(
        rank_optimal, "_weights", lambda *a, **k: rounds.append(weigh(*a, **k)) or rounds[-1]
    )
    market = random_market(1, pupils=5, courses=4, wishes=4, slack=1.0, tiers=40)
    rank_optimal._place(market, dearest=FEW_LEVELS)
    assert len(rounds) > 2
    assert [each.per_rank for each in rounds] == [0] * (len(rounds) - 1) + [1]


@pytest.mark.parametrize("seed", range(12))
def test_with_one_tier_it_is_minimum_cost_maximum_flow(seed):
    market = random_market(
        seed, pupils=400, courses=30, wishes=5, slack=(0.8, 1.0, 1.2)[seed % 3], tiers=1
    )
    assert levels(market, place_rank_optimal(market)) == solved(market)


@pytest.mark.parametrize("seed", range(12))
def test_with_some_tiers_it_is_the_solver_with_large_weights(seed):
    market = random_market(
        seed, pupils=200, courses=15, wishes=5, slack=(0.8, 1.0, 1.2)[seed % 3], tiers=3
    )
    assert levels(market, place_rank_optimal(market)) == solved(market)


@pytest.mark.parametrize("seed", range(9))
def test_larger_markets_are_the_solvers_pupil_by_pupil(seed):
    market = random_market(
        seed, pupils=50, courses=9, wishes=5, slack=(0.8, 1.0, 1.2)[seed % 3], tiers=1 + seed % 3
    )
    assert place_rank_optimal(market).tolist() == solved_one_by_one(market)


@pytest.mark.parametrize("tiers", [1, 3, 12, 60, 2000])
def test_no_exchange_improves_it_whatever_the_number_of_tiers(tiers):
    market = random_market(tiers, pupils=300, courses=25, wishes=5, slack=0.95, tiers=tiers)
    placed = place_rank_optimal(market)
    assert not improving_cycle(market, placed)
    assert (rank_optimal._place(market, dearest=2**30) == placed).all()


def test_an_exchange_improves_serial_and_what_weighs_tiers_too_little():
    market = random_market(7, pupils=300, courses=25, wishes=5, slack=0.95, tiers=3)
    assert improving_cycle(market, serial(market))
    untiered = replace(market, tier=np.ones_like(market.tier))
    assert improving_cycle(market, place_rank_optimal(untiered))


def test_serial_is_not_always_optimal():
    market = find(slot_markets(), lambda m: levels(m, serial(m)) > levels(m, place_rank_optimal(m)))
    assert place_rank_optimal(market).tolist() != serial(market)


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets(), st.data())
def test_a_better_place_in_the_order_is_never_worse(market, data):
    lists = lists_of(market)
    assume(len(lists) > 1)
    behind = data.draw(st.integers(1, len(lists) - 1))
    before = data.draw(st.integers(0, behind - 1))
    moved = with_pupil_at(market, pupil=behind, place=before)
    now, then = place_rank_optimal(market), place_rank_optimal(moved)
    assert by_pupil(then[[before]]) <= by_pupil(now[[behind]])
    assert levels(moved, then) == levels(market, now)


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets())
def test_with_one_tier_a_pupil_no_placement_is_better_for_one_and_worse_for_none(market):
    first = market.start[:-1][np.diff(market.start) > 0]
    own = np.repeat(market.tier[first], np.diff(market.start)[np.diff(market.start) > 0])
    market = replace(market, tier=own)
    ranks = ranks_of(market, place_rank_optimal(market))
    for other in placements(market):
        others = ranks_of(market, other)
        assert others == ranks or any(b > a for a, b in zip(ranks, others, strict=True))


def test_with_tiers_by_course_that_can_fail():
    page = PAGE["tier against wish"]
    placed = place_rank_optimal(page.coded).tolist()
    assert placed == [1, -1]
    assert (0, -1) in placements(page.coded)


@pytest.mark.parametrize(
    ("lists", "seats", "closed", "placed"),
    [
        ([], [1], (), []),
        ([[], []], [1], (), [-1, -1]),
        ([[(0, 1, 1)]], [0], (), [-1]),
        ([[(0, 1, 1), (1, 2, 1)]], [1, 1], (0,), [1]),
        ([[(0, 1, 2)], [(0, 7, 1)]], [2_000_000_000], (), [0, 0]),
        ([[(0, 1, 1), (1, 1, 1)]], [1, 1], (), [0]),
        ([[(0, 32767, 32767), (1, 32767, 32766)]], [1, 1], (), [1]),
    ],
)
def test_edges(lists, seats, closed, placed):
    assert place_rank_optimal(market_of(lists, seats, closed=closed)).tolist() == placed
