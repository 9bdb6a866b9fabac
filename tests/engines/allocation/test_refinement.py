from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.augmenting import cheapest
from shuangjian.engines.allocation.fullest import place_fullest
from shuangjian.engines.allocation.options import Options, grantable, positions, tight
from shuangjian.engines.allocation.rank_optimal import place_rank_optimal
from shuangjian.engines.allocation.refinement import refine
from tests.engines.allocation.optimal_placement import (
    by_pupil,
    enumerated_fullest,
    placements,
    random_market,
    side_by_side,
    slot_markets,
    with_courses_renamed,
)

PLACINGS = [place_fullest, place_rank_optimal]


def placed_most(market):
    """One optimum of fullest and all that its refinement needs."""
    options, room = grantable(market.start, market.course, market.seats, market.is_open)
    cost = np.where(options.wish >= 0, np.int64(-1), np.int64(0))
    chosen, price = cheapest(options, cost, room)
    options, chosen = tight(options, cost, price, chosen)
    return options, chosen, room, price


def all_fullest(market):
    """Every placement with the most placed."""
    found = list(placements(market))
    most = max(sum(at >= 0 for at in placed) for placed in found)
    return [placed for placed in found if sum(at >= 0 for at in placed) == most]


def options_of(market, options, placed):
    """A placement as the index of each pupil's option."""
    chosen = []
    for pupil, at in enumerate(placed):
        first, behind = options.start[pupil], options.start[pupil + 1]
        wish = market.start[pupil] + at if at >= 0 else -1
        chosen.append(first + options.wish[first:behind].tolist().index(wish))
    return np.array(chosen, np.int64)


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets(), st.randoms(use_true_random=False))
def test_it_comes_to_the_same_from_whichever_optimum(market, random):
    options, _, room, price = placed_most(market)
    chosen = options_of(market, options, random.choice(all_fullest(market)))
    refined = refine(options, chosen, room, price == 0)
    assert positions(options, refined, market.start).tolist() == enumerated_fullest(market)


def turned(options):
    """Each pupil's options from last to first, and where each option then stands."""
    spans = zip(options.start[:-1], options.start[1:], strict=True)
    index = np.concatenate([np.arange(first, behind)[::-1] for first, behind in spans])
    return Options(options.start, options.course[index], options.wish[index]), index


@pytest.mark.parametrize("seed", range(150))
def test_it_comes_to_the_same_from_the_optimum_that_is_worst_for_all_in_turn(seed):
    market = random_market(
        seed, pupils=60, courses=16, wishes=8, slack=(1.0, 1.1, 1.3)[seed % 3], tiers=1
    )
    options, room = grantable(market.start, market.course, market.seats, market.is_open)
    cost = np.where(options.wish >= 0, market.rank[options.wish] - np.int64(10**6), np.int64(0))
    chosen, price = cheapest(options, cost, room)
    options, chosen = tight(options, cost, price, chosen)
    backwards, index = turned(options)
    worst = index[refine(backwards, index[chosen], room, price == 0)]
    found = positions(options, refine(options, worst, room, price == 0), market.start)
    assert (found == place_rank_optimal(market)).all()


@settings(deadline=None)  # why: a cold cache compiles
@given(slot_markets())
def test_prices_prove_the_optimum(market):
    options, room = grantable(market.start, market.course, market.seats, market.is_open)
    cost = np.where(options.wish >= 0, np.int64(-1), np.int64(0))
    chosen, price = cheapest(options, cost, room)
    taken = np.bincount(options.course[chosen], minlength=len(room))
    assert (taken <= room).all()
    assert (price >= 0).all()
    assert (taken[price > 0] == room[price > 0]).all()
    full_cost = cost + price[options.course]
    for pupil, option in enumerate(chosen):
        own = full_cost[options.start[pupil] : options.start[pupil + 1]]
        assert full_cost[option] == own.min()


WRONG = {
    "none": lambda options, chosen, room, price: chosen,
    "may empty every course": lambda options, chosen, room, price: refine(
        options, chosen, room, price >= 0
    ),
    "may empty no full course": lambda options, chosen, room, price: refine(
        options, chosen, room, np.bincount(options.course[chosen], minlength=len(room)) < room
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_wrong_refinements_are_caught(wrong):
    caught = 0
    for seed in range(60):
        market = random_market(seed, pupils=5, courses=4, wishes=4, slack=0.9, tiers=1)
        options, _, room, price = placed_most(market)
        worst = options_of(market, options, max(all_fullest(market), key=by_pupil))
        found = positions(options, wrong(options, worst, room, price), market.start)
        caught += found.tolist() != enumerated_fullest(market)
    assert caught > 0


@pytest.mark.parametrize("placing", PLACINGS)
@pytest.mark.parametrize("seed", range(4))
def test_the_codes_of_courses_play_no_part(placing, seed):
    market = random_market(seed, pupils=300, courses=20, wishes=5, slack=1.0, tiers=3)
    new = np.random.default_rng(seed).permutation(20).tolist()
    assert (placing(with_courses_renamed(market, new)) == placing(market)).all()


@pytest.mark.parametrize("placing", PLACINGS)
@pytest.mark.parametrize("seed", range(4))
def test_markets_that_share_no_course_may_be_placed_together_or_apart(placing, seed):
    one, other = (
        random_market(seed + 10 * at, pupils=200, courses=12, wishes=4, slack=0.9, tiers=2)
        for at in (0, 1)
    )
    both, ones, others = side_by_side(one, other)
    placed = placing(both)
    assert (placed[ones] == placing(one)).all()
    assert (placed[others] == placing(other)).all()


@pytest.mark.parametrize("placing", PLACINGS)
def test_threads_do_not_disturb_one_another(placing):
    markets = [
        random_market(seed, pupils=300, courses=20, wishes=5, slack=1.0, tiers=3)
        for seed in range(8)
    ]
    alone = [placing(market).tolist() for market in markets]
    found = [[] for _ in range(4)]

    def work(into):
        into.extend(placing(market).tolist() for market in markets * 5)

    threads = [Thread(target=work, args=(into,)) for into in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone * 5] * 4


@pytest.mark.parametrize("placing", PLACINGS)
def test_arrays_that_cannot_be_written_to_will_do(placing):
    market = random_market(5, pupils=60, courses=8, wishes=5, slack=1.0, tiers=3)
    expected = placing(market).tolist()
    for array in vars(market).values():
        array.flags.writeable = False
    assert placing(market).tolist() == expected
