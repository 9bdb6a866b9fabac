"""The proofs of one slot, against brute force over every lawful allocation of small markets."""

import itertools
from collections.abc import Iterator

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.checker.closing import place_components
from shuangjian.engines.checker.exchange import levels_of
from shuangjian.engines.checker.optimum import lacks_of
from shuangjian.engines.checker.part import Part, State
from shuangjian.engines.checker.part_making import completed
from shuangjian.engines.checker.plain_placing import place_in_rounds, place_in_turns
from shuangjian.engines.checker.stability import claims, improving_cycle, late_turns

Places = tuple[int, ...]


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """One slot; a pupil's number is its standing."""
    courses = draw(st.integers(1, 4))
    groups = draw(st.integers(0, 1))
    seats = [draw(st.integers(0, 2)) for _ in range(courses)]
    start, course, rank, tier = [0], [], [], []
    for _ in range(draw(st.integers(1, 5))):
        own = draw(st.permutations(range(courses)))[: draw(st.integers(1, 3))]
        course += own
        rank += sorted(draw(st.sets(st.integers(1, 6), min_size=len(own), max_size=len(own))))
        tier += [draw(st.integers(1, 3)) for _ in own]
        start.append(len(course))
    pupils = len(start) - 1
    part = Part(
        start=np.array(start),
        course=np.array(course, np.int32),
        rank=np.array(rank, np.int32),
        tier=np.array(tier, np.int32),
        standing=np.array(draw(st.permutations(range(pupils))), np.int32),
        group=np.array([draw(st.integers(-1, groups - 1)) for _ in range(pupils)], np.int32),
        seats=np.array(seats, np.int32),
        reserved=np.array(
            [draw(st.integers(0, most)) for most in seats for _ in range(groups)], np.int32
        ).reshape(courses, groups),
    )
    return completed(part, np.ones(courses, np.bool_))


def lawful(part: Part) -> Iterator[Places]:
    counts = np.diff(part.start)
    for places in itertools.product(*(range(-1, count) for count in counts)):
        if (np.bincount(list(taken(part, places)), minlength=part.seats.size) <= part.seats).all():
            yield places


def taken(part: Part, places: Places) -> Iterator[int]:
    for wish in granted(part, places):
        yield int(part.course[wish])


def granted(part: Part, places: Places) -> list[int]:
    return [int(part.start[pupil]) + place for pupil, place in enumerate(places) if place >= 0]


def preferred(part: Part, places: Places) -> Places:
    """Places by turn, none behind all others."""
    return tuple(places[pupil] if places[pupil] >= 0 else 99 for pupil in part.turns)


def cost(part: Part, places: Places, *, by_rank: bool) -> Places:
    wishes = granted(part, places)
    if not by_rank:
        return (-len(wishes), *preferred(part, places))
    by_tier = [-sum(int(part.tier[wish] == tier) for wish in wishes) for tier in (1, 2, 3)]
    total = sum(int(part.rank[wish]) for wish in wishes)
    return (-len(wishes), *by_tier, total, *preferred(part, places))


def state_of(part: Part, places: Places) -> State:
    return State(np.array(places, np.int32), np.ones(part.seats.size, np.bool_))


@settings(max_examples=60, deadline=None)
@given(parts(), st.booleans(), st.randoms())
def test_exactly_the_best_lacks_nothing(part: Part, by_rank: bool, random) -> None:
    every = list(lawful(part))
    best = min(every, key=lambda places: cost(part, places, by_rank=by_rank))
    levels = levels_of(part) if by_rank else 1
    for places in every:
        lacks = lacks_of(part, state_of(part, places), levels)
        assert (not len(lacks.gains) and not len(lacks.turns)) == (places == best)
        worse = cost(part, places, by_rank=by_rank)[: 5 if by_rank else 1]
        assert bool(len(lacks.gains)) == (worse > cost(part, best, by_rank=by_rank)[: len(worse)])
    state = state_of(part, random.choice(every))
    place_components(part, state, np.ones(part.course_start.size - 1, np.bool_), levels)
    assert tuple(state.placed) == best


def chosen(part: Part, course: int, pupils: list[int]) -> set[int]:
    """Whom a course takes: members up to its reserve, then all others."""

    def priority(pupil: int) -> tuple[int, int]:
        own = range(part.start[pupil], part.start[pupil + 1])
        wish = next(wish for wish in own if part.course[wish] == course)
        return int(part.tier[wish]), int(part.standing[pupil])

    ranked = sorted(pupils, key=priority)
    kept: list[int] = []
    for group, seats in enumerate(part.reserved[course]):
        kept += [pupil for pupil in ranked if part.group[pupil] == group][:seats]
    others = [pupil for pupil in ranked if pupil not in kept]
    return {*kept, *others[: int(part.seats[course]) - len(kept)]}


def claimed(part: Part, places: Places) -> set[tuple[int, int]]:
    found = set()
    at = [-1 if p < 0 else int(part.course[part.start[i] + p]) for i, p in enumerate(places)]
    for pupil, place in enumerate(places):
        count = int(part.start[pupil + 1] - part.start[pupil])
        for position in range(place if place >= 0 else count):
            course = int(part.course[part.start[pupil] + position])
            there = [other for other, seat in enumerate(at) if seat == course]
            if pupil in chosen(part, course, [*there, pupil]):
                found.add((pupil, position))
    return found


@settings(max_examples=60, deadline=None)
@given(parts())
def test_claims_and_the_pupils_best_stable_allocation(part: Part) -> None:
    stable = []
    for places in lawful(part):
        by_force = claimed(part, places)
        assert {
            (row[0], row[1]) for row in claims(part, state_of(part, places)).tolist()
        } == by_force
        if not by_force:
            stable.append(places)
    best = tuple(
        min(column) for column in zip(*(_ranked(places) for places in stable), strict=True)
    )
    every = np.ones(part.course_start.size - 1, np.bool_)
    placed = place_in_rounds(part, np.ones(part.seats.size, np.bool_), every)
    assert _ranked(tuple(placed)) == best
    if not part.reserved.size:
        for places in stable:
            lacks = improving_cycle(part, state_of(part, places)).size > 0
            assert lacks == (_ranked(places) != best)


def _ranked(places: Places) -> Places:
    return tuple(99 if place < 0 else int(place) for place in places)


@settings(max_examples=40, deadline=None)
@given(parts())
def test_turns_of_serial(part: Part) -> None:
    every = np.ones(part.course_start.size - 1, np.bool_)
    placed = tuple(place_in_turns(part, np.ones(part.seats.size, np.bool_), every))
    for places in lawful(part):
        assert (not len(late_turns(part, state_of(part, places)))) == (places == placed)
