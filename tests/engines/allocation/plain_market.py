"""A market of one slot in plain lists, and the definitions of deferred acceptance read literally."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, combinations, permutations, product

import numpy as np
from hypothesis import strategies as st

from shuangjian.engines.allocation.slot_market import Placing, SlotMarket

Placed = tuple[int | None, ...]
"""Per pupil the course it sits at."""


@dataclass(frozen=True)
class PlainMarket:
    """``lists[i]`` are ``(course, rank)`` by rank; ``tiers[i][c]`` of every pupil at every course."""

    lists: tuple[tuple[tuple[int, int], ...], ...]
    tiers: tuple[tuple[int, ...], ...]
    standing: tuple[int, ...]
    group: tuple[int, ...]
    seats: tuple[int, ...]
    reserved: tuple[tuple[int, ...], ...]
    is_open: tuple[bool, ...]

    def priority(self, pupil: int, course: int) -> tuple[int, int]:
        return self.tiers[pupil][course], self.standing[pupil]

    def wished(self, pupil: int) -> list[int]:
        return [course for course, _ in self.lists[pupil] if self.is_open[course]]

    def rank(self, pupil: int, course: int | None) -> float:
        return dict(self.lists[pupil]).get(course, float("inf"))

    def lifted(self, pupil: int, ahead: int) -> "PlainMarket":
        """The pupil at a better place; the others keep their order, since a swap would also put
        one of them back, which may cost the lifted pupil its seat."""
        own = self.standing[pupil]
        standing = (
            ahead if place == own else place + (ahead <= place < own) for place in self.standing
        )
        return replace(self, standing=tuple(standing))

    def with_list(self, pupil: int, courses: Iterable[int]) -> "PlainMarket":
        listed = tuple((course, rank) for rank, course in enumerate(courses, 1))
        return replace(self, lists=(*self.lists[:pupil], listed, *self.lists[pupil + 1 :]))


def coded(market: PlainMarket) -> tuple[SlotMarket, list[int]]:
    """As the kernels take it, and which pupil stands where."""

    def best(pupil: int) -> tuple[int, int]:
        tiers = [market.tiers[pupil][course] for course, _ in market.lists[pupil]]
        return min(tiers, default=99), market.standing[pupil]

    order = sorted(range(len(market.lists)), key=best)
    wishes = [(pupil, *wish) for pupil in order for wish in market.lists[pupil]]
    counts = [len(market.lists[pupil]) for pupil in order]
    groups = len(market.reserved[0]) if market.reserved else 0
    return SlotMarket(
        start=np.cumsum([0, *counts], dtype=np.int64),
        course=np.array([course for _, course, _ in wishes], np.int32),
        rank=np.array([rank for _, _, rank in wishes], np.int16),
        tier=np.array([market.tiers[pupil][course] for pupil, course, _ in wishes], np.int16),
        standing=np.array([market.standing[pupil] for pupil in order], np.int32),
        group=np.array([market.group[pupil] for pupil in order], np.int16),
        seats=np.array(market.seats, np.int32),
        reserved=np.array(market.reserved, np.int32).reshape(len(market.seats), groups),
        is_open=np.array(market.is_open, np.bool_),
    ), order


def decoded(market: PlainMarket, positions: np.ndarray, order: list[int]) -> Placed:
    placed: list[int | None] = [None] * len(order)
    for pupil, position in zip(order, positions, strict=True):
        placed[pupil] = market.lists[pupil][position][0] if position >= 0 else None
    return tuple(placed)


def encoded(market: PlainMarket, placed: Placed, order: list[int]) -> np.ndarray:
    lists = [[course for course, _ in market.lists[pupil]] for pupil in order]
    return np.array(
        [
            -1 if placed[pupil] is None else wishes.index(placed[pupil])
            for pupil, wishes in zip(order, lists, strict=True)
        ],
        np.int16,
    )


def placed_by(market: PlainMarket, placing: Placing) -> Placed:
    slot_market, order = coded(market)
    return decoded(market, placing(slot_market), order)


def held_at(placed: Placed, course: int) -> set[int]:
    return {pupil for pupil, held in enumerate(placed) if held == course}


def on_reserve(market: PlainMarket, course: int, claimants: set[int], group: int) -> set[int]:
    """Who of the claimants takes the group's reserved seats."""
    members = [pupil for pupil in claimants if market.group[pupil] == group]
    members.sort(key=lambda pupil: market.priority(pupil, course))
    return set(members[: market.reserved[course][group]])


def choice(market: PlainMarket, course: int, claimants: set[int]) -> set[int]:
    """Whom a course takes: each group's reserve first, then the best of the others."""
    chosen = set()
    for group in range(len(market.reserved[course])):
        chosen |= on_reserve(market, course, claimants, group)
    others = sorted(claimants - chosen, key=lambda pupil: market.priority(pupil, course))
    return chosen | set(others[: market.seats[course] - len(chosen)])


def proposals(market: PlainMarket, pick: Callable[[list[int]], int]) -> Placed:
    """One proposal after the other, by whoever is picked; a course chooses anew each time."""
    left = [market.wished(pupil) for pupil in range(len(market.lists))]
    placed: list[int | None] = [None] * len(left)
    while free := [pupil for pupil, rest in enumerate(left) if placed[pupil] is None and rest]:
        pupil = pick(free)
        course = left[pupil].pop(0)
        claimants = {*held_at(tuple(placed), course), pupil}
        chosen = choice(market, course, claimants)
        for claimant in claimants:
            placed[claimant] = course if claimant in chosen else None
    return tuple(placed)


def blocking_pairs(market: PlainMarket, placed: Placed) -> set[tuple[int, int]]:
    """Pupils and open courses that they rank higher than their place and that would take them."""
    return {
        (pupil, course)
        for pupil, held in enumerate(placed)
        for course in market.wished(pupil)
        if market.rank(pupil, course) < market.rank(pupil, held)
        and pupil in choice(market, course, {*held_at(placed, course), pupil})
    }


def is_feasible(market: PlainMarket, placed: Placed) -> bool:
    return all(len(held_at(placed, c)) <= seats for c, seats in enumerate(market.seats))


def all_placements(market: PlainMarket) -> Iterator[Placed]:
    lists = [(None, *market.wished(pupil)) for pupil in range(len(market.lists))]
    return (placed for placed in product(*lists) if is_feasible(market, placed))


def all_stable(market: PlainMarket) -> list[Placed]:
    return [placed for placed in all_placements(market) if not blocking_pairs(market, placed)]


def all_reports(courses: int) -> Iterator[tuple[int, ...]]:
    """Every list that a pupil could hand in: any courses, in any order."""
    chosen = (combinations(range(courses), length) for length in range(courses + 1))
    return chain.from_iterable(permutations(some) for some in chain.from_iterable(chosen))


def gains(
    market: PlainMarket, mechanism: Callable[[PlainMarket], Placed], *, longest: int | None = None
) -> list[tuple[int, tuple[int, ...]]]:
    """Pupils, and lists with which they get something that they truly rank higher."""
    truth = mechanism(market)
    return [
        (pupil, report)
        for pupil in range(len(market.lists))
        for report in all_reports(len(market.seats))
        if (longest is None or len(report) <= longest)
        and market.rank(pupil, mechanism(market.with_list(pupil, report))[pupil])
        < market.rank(pupil, truth[pupil])
    ]


@st.composite
def plain_markets(
    draw: st.DrawFn,
    *,
    pupils: int = 6,
    courses: int = 4,
    groups: int = 2,
    seats: int = 3,
    tied: bool = False,
    closed: bool = True,
) -> PlainMarket:
    """Small markets; each number is the most there may be (``seats`` of a course)."""
    n, m, g = (
        draw(st.integers(1, pupils)),
        draw(st.integers(1, courses)),
        draw(st.integers(0, groups)),
    )
    places = draw(st.lists(st.integers(0, seats), min_size=m, max_size=m))
    reserved = []
    for most in places:
        row: list[int] = []
        for _ in range(g):
            row.append(draw(st.integers(0, most - sum(row))))
        reserved.append(tuple(row))
    step = st.integers(0 if tied else 1, 1)
    lists = []
    for _ in range(n):
        wanted = draw(st.permutations(range(m)))[: draw(st.integers(0, m))]
        ranks = np.cumsum([1, *(draw(step) for _ in wanted[1:])]).tolist()[: len(wanted)]
        lists.append(tuple(zip(wanted, ranks, strict=True)))
    tier = st.integers(1, 3)
    return PlainMarket(
        lists=tuple(lists),
        tiers=tuple(tuple(draw(st.lists(tier, min_size=m, max_size=m))) for _ in range(n)),
        standing=tuple(draw(st.permutations(range(n)))),
        group=tuple(draw(st.lists(st.integers(-1, max(g - 1, 0)), min_size=n, max_size=n))),
        seats=tuple(places),
        reserved=tuple(reserved),
        is_open=tuple(
            draw(st.booleans()) if closed and draw(st.booleans()) else True for _ in places
        ),
    )
