"""志愿最优录取: the most placed, tier by tier; then the least total rank; then pupils in turn."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.allocation.augmenting import DEAREST, cheapest
from shuangjian.engines.allocation.options import Options, grantable, positions, tight
from shuangjian.engines.allocation.refinement import refine
from shuangjian.engines.allocation.slot_market import SlotMarket
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int64

Flags = NDArray[np.bool_]
HIGHEST: Final = 2**15
"""Above every rank and every tier, which are ``Int16``."""


class Weights(NamedTuple):
    """权重: of some levels, each outweighing all below it together.

    Attributes:
        place: of a place that counts above all.
        tiers: of a place in each of the next tiers, the best first.
        per_rank: 1, or 0 where the ranks come later.
    """

    place: int
    tiers: list[int]
    per_rank: int


def place_rank_optimal(market: SlotMarket) -> Int16:
    """Place for the least total rank, the most placed and the best tiers first (志愿最优录取).

    Of all placements: with the most pupils placed; of these with the most placed at a course where
    they are of tier 1, then of tier 2, and so on; of these with the least sum of ranks; of these
    the one where the first pupil has the best wish that any of them gives it, then the second, and
    so on. The result is one. See docs/algorithms/rank_optimal.md.

    Args:
        market: one slot's wishes, pupils in the order in which they are to be served.

    Returns:
        Per pupil the position of the granted wish within its own, -1 for none, ``(n,)``.
    """
    return _place(market, dearest=DEAREST)


def _place(market: SlotMarket, *, dearest: int) -> Int16:
    """Take as many levels at once as weights can tell apart; keep what is tight, and go on."""
    options, room = grantable(market.start, market.course, market.seats, market.is_open)
    lowest, span, tiers = _spread(options.wish, market.rank, market.tier)
    worth_size = 1 + tiers.max(initial=0)
    # why: with all places and those of the other tiers counted, those of the last are given.
    tiers = tiers[:-1]
    links = min(market.start.size - 1, room.size)
    counts = np.arange(room.size) < room.size - 1
    is_done = False
    while not is_done:
        weights = _weights(tiers.size, span, links=links, dearest=dearest)
        worth = np.zeros(worth_size, np.int64)
        worth[tiers[: len(weights.tiers)]] = weights.tiers
        cost = _costs(
            options,
            counts,
            market.tier,
            market.rank,
            worth,
            (weights.place, weights.per_rank, lowest),
        )
        chosen, price = cheapest(options, cost, room)
        options, chosen = tight(options, cost, price, chosen)
        # why: what is tight and fills every course with a price is as good on the levels so far.
        counts = price > 0
        tiers = tiers[len(weights.tiers) :]
        is_done = weights.per_rank > 0
    return positions(options, refine(options, chosen, room, ~counts), market.start)


def _weights(tiers: int, span: int, *, links: int, dearest: int) -> Weights:
    """Weigh the levels that are left, or as many of the upper ones as can be told apart.

    Args:
        tiers: how many tiers are left to be counted.
        span: the highest rank less the lowest.
        links: the most pupils that one cycle of steps can move; on every level each of them adds
            at most one place, or ``span`` to the ranks.
        dearest: the most that the weights of the options on one way may add up to.
    """
    found = _stacked(tiers + 1, span, links=links, dearest=dearest)
    if found is not None:
        return Weights(found[0], found[1:], per_rank=1)
    count = 2
    found = _stacked(count, 0, links=links, dearest=dearest)
    # invariant: places beside one tier, and places beside ranks, fit 64 bits up to millions.
    assert tiers > 0
    assert found is not None
    while count <= tiers and (more := _stacked(count + 1, 0, links=links, dearest=dearest)):
        count, found = count + 1, more
    return Weights(found[0], found[1:], per_rank=0)


def _stacked(count: int, below: int, *, links: int, dearest: int) -> list[int] | None:
    """Weights of which each outweighs what a cycle can do to the lower ones; None if too large."""
    found: list[int] = []
    for _ in range(count):
        found.append(1 + links * below)
        below += found[-1]
        if links * below > dearest:
            return None
    return found[::-1]


@compiled
def _spread(wishes: Int64, ranks: Int16, tiers: Int16) -> tuple[int, int, Int64]:
    """The lowest rank, how far the highest lies above it, and the tiers that there are."""
    lowest, highest = HIGHEST, 0
    is_there = np.zeros(HIGHEST, np.bool_)
    for wish in wishes:
        if wish >= 0:
            is_there[tiers[wish]] = True
            lowest = min(lowest, int(ranks[wish]))
            highest = max(highest, int(ranks[wish]))
    return lowest, max(highest - lowest, 0), np.flatnonzero(is_there)


@compiled
def _costs(
    options: Options,
    counts: Flags,
    tiers: Int16,
    ranks: Int16,
    worth: Int64,
    weights: tuple[int, int, int],
) -> Int64:
    """The cost of each option: less for what counts, then for its tier, then for its rank."""
    place, per_rank, lowest = weights
    cost = np.zeros(options.wish.size, np.int64)
    for option in range(cost.size):
        wish = options.wish[option]
        if wish >= 0:
            cost[option] = per_rank * (ranks[wish] - lowest) - worth[tiers[wish]]
            if counts[options.course[option]]:
                cost[option] -= place
    return cost
