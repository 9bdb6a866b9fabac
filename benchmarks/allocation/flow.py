"""最小费用流: the best placement of one slot by OR-tools, as a peer and as an oracle."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

TIERS = 3

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Totals:
    """合计: what rank-optimal makes best, in this order (a later one only among equals)."""

    placed: int
    placed_by_tier: tuple[int, ...]
    total_rank: int


def best_flow(choices: Codes, tier: NDArray[np.int16], *, courses: int, seats: int) -> Totals:
    """Most placed, then most of tier 1, of tier 2, …, then least total rank (最小费用流).

    Args:
        choices: course codes from 0 within the slot, ``(pupils, ranks)``.
        tier: of each pupil at every course, from 1.
        courses: how many the slot has.
        seats: of each.
    """
    pupils, ranks = choices.shape
    weights = _weights(pupils, ranks)
    sink = pupils + courses
    solver = min_cost_flow.SimpleMinCostFlow()
    everybody = np.arange(pupils)
    wishes = solver.add_arcs_with_capacity_and_unit_cost(
        np.repeat(everybody, ranks),
        pupils + choices.reshape(-1),
        np.ones(pupils * ranks, np.int64),
        np.tile(np.arange(1, ranks + 1), pupils) - np.repeat(weights[tier], ranks),
    )
    solver.add_arcs_with_capacity_and_unit_cost(
        pupils + np.arange(courses),
        np.full(courses, sink),
        np.full(courses, seats),
        np.zeros(courses, np.int64),
    )
    solver.add_arcs_with_capacity_and_unit_cost(  # why: whoever gets nothing costs nothing
        everybody, np.full(pupils, sink), np.ones(pupils, np.int64), np.zeros(pupils, np.int64)
    )
    solver.set_nodes_supplies(
        np.arange(sink + 1),
        np.concatenate([np.ones(pupils, np.int64), np.zeros(courses, np.int64), [-pupils]]),
    )
    status = solver.solve()
    assert status == solver.OPTIMAL, status
    granted = np.asarray(solver.flows(wishes)).reshape(pupils, ranks)
    return totals_of(np.where(granted.any(axis=1), granted.argmax(axis=1), -1), tier)


def totals_of(placed: NDArray[np.integer], tier: NDArray[np.int16]) -> Totals:
    """The totals (合计) of a placement: the position of each pupil's granted wish, -1 for none."""
    has_place = placed >= 0
    by_tier = np.bincount(tier[has_place], minlength=TIERS + 1)
    return Totals(
        placed=int(has_place.sum()),
        placed_by_tier=tuple(by_tier[1:].tolist()),
        total_rank=int((placed[has_place] + 1).sum()),
    )


def _weights(pupils: int, ranks: int) -> NDArray[np.int64]:
    """What a place is worth by tier, so that no sum of lesser things outweighs a greater one."""
    second = pupils * ranks + 1
    first = pupils * (second + ranks) + 1
    place = pupils * (first + ranks) + 1
    return np.array([0, place + first, place + second, place], np.int64)
