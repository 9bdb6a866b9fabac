"""What fullest and rank-optimal promise, read literally: by enumeration, by cycles, by a solver."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import strategies as st
from ortools.graph.python import min_cost_flow

from shuangjian.engines.allocation.slot_market import SlotMarket

Wish = tuple[int, int, int]
"""Course, rank, tier."""


def market_of(lists: list[list[Wish]], seats: list[int], *, closed: tuple[int, ...] = ()):
    """A market from each pupil's wishes, pupils in the order of serving."""
    wishes = [wish for own in lists for wish in own]
    return SlotMarket(
        start=np.cumsum([0, *map(len, lists)], dtype=np.int64),
        course=np.array([course for course, _, _ in wishes], np.int32),
        rank=np.array([rank for _, rank, _ in wishes], np.int16),
        tier=np.array([tier for _, _, tier in wishes], np.int16),
        standing=np.arange(len(lists), dtype=np.int32),
        group=np.full(len(lists), -1, np.int16),
        seats=np.array(seats, np.int32),
        reserved=np.zeros((len(seats), 0), np.int32),
        is_open=np.array([course not in closed for course in range(len(seats))], np.bool_),
    )


def lists_of(market: SlotMarket) -> list[list[Wish]]:
    columns = [market.course.tolist(), market.rank.tolist(), market.tier.tolist()]
    wishes = list(zip(*columns, strict=True))
    return [wishes[market.start[i] : market.start[i + 1]] for i in range(len(market.start) - 1)]


def grantable(market: SlotMarket) -> list[list[int]]:
    """Each pupil's positions that can be granted at all."""
    return [
        [at for at, (course, _, _) in enumerate(own) if market.is_open[course]]
        for own in lists_of(market)
    ]


def placements(market: SlotMarket) -> Iterator[tuple[int, ...]]:
    """Every feasible placement."""
    lists = lists_of(market)
    for placed in product(*([*own, -1] for own in grantable(market))):
        taken = np.bincount(
            [own[at][0] for own, at in zip(lists, placed, strict=True) if at >= 0],
            minlength=len(market.seats),
        )
        if (taken <= market.seats).all():
            yield placed


def by_pupil(placed) -> tuple[float, ...]:
    """Lower is better for the first pupil who is treated otherwise."""
    return tuple(float("inf") if at < 0 else at for at in placed)


def levels(market: SlotMarket, placed) -> tuple[int, ...]:
    """What rank-optimal minimises, in this order: unplaced, unplaced by tier, ranks."""
    granted = [own[at] for own, at in zip(lists_of(market), placed, strict=True) if at >= 0]
    tiers = [tier for _, _, tier in granted]
    by_tier = [-tiers.count(tier) for tier in sorted(set(market.tier.tolist()))]
    return (-len(granted), *by_tier, sum(rank for _, rank, _ in granted))


def enumerated_fullest(market: SlotMarket) -> list[int]:
    return list(min(placements(market), key=lambda p: (sum(at < 0 for at in p), by_pupil(p))))


def enumerated_rank_optimal(market: SlotMarket) -> list[int]:
    return list(min(placements(market), key=lambda p: (levels(market, p), by_pupil(p))))


def serial(market: SlotMarket) -> list[int]:
    """Each in turn takes its first wish with a seat."""
    seats = market.seats.tolist()
    placed = []
    for own, allowed in zip(lists_of(market), grantable(market), strict=True):
        found = next((at for at in allowed if seats[own[at][0]] > 0), -1)
        placed.append(found)
        if found >= 0:
            seats[own[found][0]] -= 1
    return placed


def improving_cycle(market: SlotMarket, placed) -> bool:
    """Whether some exchange makes a placement better on the first level that it changes."""
    return has_negative_cycle(exchanges(market, placed), nodes=len(market.seats) + 2)


def exchanges(market: SlotMarket, placed) -> dict[tuple[int, int], tuple[int, ...]]:
    """What the cheapest step from one course to another changes, level by level.

    Behind the courses come nowhere and one node for all free seats. No weights, no prices.
    """
    nowhere, spare = len(market.seats), len(market.seats) + 1
    tiers = sorted(set(market.tier.tolist()))
    nought = (0,) * (len(tiers) + 2)

    def value(own: list[Wish], at: int) -> np.ndarray:
        vector = np.zeros(len(nought), np.int64)
        if at >= 0:
            _, rank, tier = own[at]
            vector[0], vector[1 + tiers.index(tier)], vector[-1] = -1, -1, rank
        return vector

    taken = np.zeros(nowhere + 1, np.int64)
    best = {(nowhere, spare): nought, (spare, nowhere): nought}
    for own, at, allowed in zip(lists_of(market), placed, grantable(market), strict=True):
        here = own[at][0] if at >= 0 else nowhere
        taken[here] += 1
        for other in [*allowed, -1]:
            step = (here, own[other][0] if other >= 0 else nowhere)
            cost = tuple((value(own, other) - value(own, at)).tolist())
            best[step] = min(best.get(step, cost), cost)
    assert (taken[:-1] <= market.seats).all()
    for course in range(nowhere):
        if taken[course] < market.seats[course]:
            best[course, spare] = nought
        if taken[course] > 0:
            best[spare, course] = nought
    return best


def has_negative_cycle(steps: dict[tuple[int, int], tuple[int, ...]], *, nodes: int) -> bool:
    """Bellman and Ford's search, with whole vectors as costs."""
    distance = [tuple(0 for _ in next(iter(steps.values())))] * nodes
    for _ in range(nodes):
        is_stable = True
        for (here, there), cost in steps.items():
            total = tuple(a + b for a, b in zip(distance[here], cost, strict=True))
            if total < distance[there]:
                distance[there], is_stable = total, False
        if is_stable:
            return False
    return True


def solved(market: SlotMarket, *, forced: dict[int, int] | None = None) -> tuple[int, ...] | None:
    """The best levels by OR-tools' minimum-cost flow; ``forced`` pupils take that position only."""
    lists = lists_of(market)
    pupils, courses = len(lists), len(market.seats)
    sink = pupils + courses
    step = int(market.rank.max(initial=0)) * pupils + 1
    tiers = sorted(set(market.tier.tolist()))
    worth = {tier: step * (pupils + 1) ** (len(tiers) - 1 - i) for i, tier in enumerate(tiers)}
    most = step * (pupils + 1) ** len(tiers)
    assert most * pupils < 2**61, "too many tiers for weights in 64 bits"
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = {}
    for pupil, (own, allowed) in enumerate(zip(lists, grantable(market), strict=True)):
        only = (forced or {}).get(pupil)
        for at in [*allowed, -1]:
            if only is not None and at != only:
                continue
            if at < 0:
                flow.add_arc_with_capacity_and_unit_cost(pupil, sink, 1, 0)
                continue
            course, rank, tier = own[at]
            arc = flow.add_arc_with_capacity_and_unit_cost(
                pupil, pupils + course, 1, rank - worth[tier] - most
            )
            arcs[arc] = (pupil, at)
    for course in range(courses):
        flow.add_arc_with_capacity_and_unit_cost(
            pupils + course, sink, int(market.seats[course]), 0
        )
    for pupil in range(pupils):
        flow.set_node_supply(pupil, 1)
    flow.set_node_supply(sink, -pupils)
    if flow.solve() != flow.OPTIMAL:
        return None
    placed = [-1] * pupils
    for arc, (pupil, at) in arcs.items():
        if flow.flow(arc):
            placed[pupil] = at
    return levels(market, placed)


def solved_one_by_one(market: SlotMarket) -> list[int]:
    """Each pupil in turn the best wish that leaves the levels as good: one flow for each try."""
    best = solved(market)
    forced: dict[int, int] = {}
    for pupil, allowed in enumerate(grantable(market)):
        forced[pupil] = next(
            at for at in [*allowed, -1] if solved(market, forced={**forced, pupil: at}) == best
        )
    return list(forced.values())


def random_market(
    seed: int, *, pupils: int, courses: int, wishes: int, slack: float, tiers: int
) -> SlotMarket:
    """Popular courses first, some seats too few or to spare, some equal ranks, a few closed."""
    random = np.random.default_rng(seed)
    fame = np.log(1 / np.arange(1, courses + 1))
    lists = []
    for _ in range(pupils):
        wanted = np.argsort(-(fame + random.gumbel(size=courses)))[: random.integers(0, wishes + 1)]
        ranks = np.cumsum(random.choice([0, 1, 1, 1, 3], len(wanted))) + 1
        own = [
            (int(r), int(c), int(random.integers(1, tiers + 1)))
            for r, c in zip(ranks, wanted, strict=True)
        ]
        lists.append([(course, rank, tier) for rank, course, tier in sorted(own)])
    seats = random.multinomial(int(slack * pupils), np.full(courses, 1 / courses))
    closed = tuple(np.flatnonzero(random.random(courses) < 0.05).tolist())
    lists.sort(key=lambda own: min((tier for _, _, tier in own), default=99))
    return market_of(lists, seats.tolist(), closed=closed)


@st.composite
def slot_markets(draw: st.DrawFn, *, pupils: int = 5, tiers: int = 3) -> SlotMarket:
    """Small markets: equal ranks, no seats, seats to spare, closed courses, nobody, no wishes."""
    courses = draw(st.integers(1, 4))
    seats = draw(st.lists(st.integers(0, 3), min_size=courses, max_size=courses))
    closed = tuple(c for c in range(courses) if draw(st.integers(0, 5)) == 5)
    lists = []
    for _ in range(draw(st.integers(0, pupils))):
        wanted = draw(st.permutations(range(courses)))[: draw(st.integers(0, courses))]
        ranks = np.cumsum([draw(st.sampled_from([0, 1, 1, 2])) for _ in wanted]) + 1
        own = sorted((int(rank), course) for rank, course in zip(ranks, wanted, strict=True))
        lists.append([(course, rank, draw(st.integers(1, tiers))) for rank, course in own])
    return market_of(lists, seats, closed=closed)


def with_courses_renamed(market: SlotMarket, new: list[int]) -> SlotMarket:
    """The same market under other course codes."""
    old = np.argsort(new)
    return replace(
        market,
        course=np.array(new, np.int32)[market.course],
        seats=market.seats[old],
        is_open=market.is_open[old],
    )


def side_by_side(first: SlotMarket, second: SlotMarket) -> tuple[SlotMarket, list[int], list[int]]:
    """Two markets in one, their pupils by turns, and where each pupil of them stands."""
    shift = len(first.seats)
    shifted = [[(c + shift, rank, tier) for c, rank, tier in own] for own in lists_of(second)]
    both = sorted(
        [(at, 0, own) for at, own in enumerate(lists_of(first))]
        + [(at, 1, own) for at, own in enumerate(shifted)],
        key=lambda entry: entry[:2],
    )
    is_open = [*first.is_open.tolist(), *second.is_open.tolist()]
    market = market_of(
        [own for _, _, own in both],
        [*first.seats.tolist(), *second.seats.tolist()],
        closed=tuple(code for code, is_it in enumerate(is_open) if not is_it),
    )
    places = [[row for row, entry in enumerate(both) if entry[1] == which] for which in (0, 1)]
    return market, places[0], places[1]


def with_pupil_at(market: SlotMarket, *, pupil: int, place: int) -> SlotMarket:
    """The same market, one pupil moved to another place in the order."""
    lists = lists_of(market)
    lists.insert(place, lists.pop(pupil))
    closed = tuple(np.flatnonzero(~market.is_open).tolist())
    return market_of(lists, market.seats.tolist(), closed=closed)


def ranks_of(market: SlotMarket, placed) -> list[float]:
    return [
        own[at][1] if at >= 0 else float("inf")
        for own, at in zip(lists_of(market), placed, strict=True)
    ]
