from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.fullest import place_fullest
from tests.engines.allocation.optimal_placement import (
    by_pupil,
    enumerated_fullest,
    lists_of,
    market_of,
    placements,
    random_market,
    serial,
    slot_markets,
    solved_one_by_one,
    with_pupil_at,
)
from tests.engines.allocation.page_market import page_markets
from tests.engines.worked_table import worked_table

PAGE = page_markets("fullest.md", "fullest")


def placed_count(placed):
    return sum(at >= 0 for at in placed)


@pytest.mark.parametrize("market", PAGE.values(), ids=PAGE)
def test_the_markets_of_the_page(market):
    assert market.placed_by(place_fullest) == market.claimed
    assert market.placed_by(enumerated_fullest) == market.claimed
    assert market.placed_by(serial) == market.serial


@pytest.mark.parametrize("row", worked_table("fullest.md", "gains"))
def test_the_gains_of_the_page(row):
    market = PAGE[row["market"]]
    dishonest = market.handing_in(row["pupil"], row["hands in"]).placed_by(place_fullest)
    assert market.wishes[row["pupil"]] == row["truly"]
    assert market.claimed[row["pupil"]] == row["gets"]
    assert dishonest[row["pupil"]] == row["then gets"]
    assert market.likes_better(row["pupil"], row["then gets"], row["gets"])
    went_without = [list(each.values()).count("-") for each in (market.claimed, dishonest)]
    assert went_without[1] == went_without[0] + 1


@pytest.mark.parametrize("row", worked_table("fullest.md", "envy"))
def test_the_envy_of_the_page(row):
    market = PAGE[row["market"]]
    assert market.claimed[row["held by"]] == row["would rather have"]
    assert market.likes_better(row["pupil"], row["would rather have"], market.claimed[row["pupil"]])


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets())
def test_it_is_the_one_of_all_placements(market):
    assert place_fullest(market).tolist() == enumerated_fullest(market)


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets())
def test_it_is_serial_wherever_serial_places_as_many(market):
    by_serial = serial(market)
    placed = place_fullest(market).tolist()
    assert placed_count(placed) >= placed_count(by_serial)
    if placed_count(placed) == placed_count(by_serial):
        assert placed == by_serial


def test_serial_does_not_always_place_as_many():
    market = find(slot_markets(), lambda market: serial(market) != enumerated_fullest(market))
    assert place_fullest(market).tolist() != serial(market)


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets(), st.data())
def test_a_better_place_in_the_order_is_never_worse(market, data):
    lists = lists_of(market)
    assume(len(lists) > 1)
    behind = data.draw(st.integers(1, len(lists) - 1))
    before = data.draw(st.integers(0, behind - 1))
    moved = with_pupil_at(market, pupil=behind, place=before)
    now, then = place_fullest(market), place_fullest(moved)
    assert by_pupil(then[[before]]) <= by_pupil(now[[behind]])


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets())
def test_without_equal_ranks_no_placement_is_better_for_one_and_worse_for_none(market):
    placed = by_pupil(place_fullest(market))
    for other in map(by_pupil, placements(market)):
        assert other == placed or any(b > a for a, b in zip(placed, other, strict=True))


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets())
def test_the_first_with_a_wish_that_can_be_granted_is_placed(market):
    own = lists_of(market)[:1]
    can = any(market.is_open[c] and market.seats[c] for wishes in own for c, _, _ in wishes)
    assert placed_count(place_fullest(market)[:1]) == can


@pytest.mark.parametrize("seed", range(9))
def test_larger_markets_are_the_solvers_pupil_by_pupil(seed):
    market = random_market(
        seed, pupils=50, courses=9, wishes=5, slack=(0.8, 1.0, 1.2)[seed % 3], tiers=2
    )
    # why: with equal ranks and one tier the solver's levels are the number placed and no more.
    alike = replace(market, rank=np.ones_like(market.rank), tier=np.ones_like(market.tier))
    assert place_fullest(market).tolist() == solved_one_by_one(alike)


def test_ranks_and_tiers_play_no_part_but_by_the_order():
    market = random_market(3, pupils=400, courses=20, wishes=5, slack=1.0, tiers=3)
    alike = replace(market, tier=np.ones_like(market.tier), rank=np.ones_like(market.rank))
    assert (place_fullest(market) == place_fullest(alike)).all()


@pytest.mark.parametrize(
    ("lists", "seats", "closed", "placed"),
    [
        ([], [1], (), []),
        ([[], []], [1], (), [-1, -1]),
        ([[(0, 1, 1)]], [0], (), [-1]),
        ([[(0, 1, 1), (1, 2, 1)]], [1, 1], (0,), [1]),
        ([[(0, 1, 1)], [(0, 1, 1)]], [2_000_000_000], (), [0, 0]),
        ([[(0, 1, 1), (1, 1, 1)]], [1, 1], (), [0]),
        ([[(0, 1, 1)], [(0, 1, 1)]], [5], (0,), [-1, -1]),
    ],
)
def test_edges(lists, seats, closed, placed):
    assert place_fullest(market_of(lists, seats, closed=closed)).tolist() == placed
