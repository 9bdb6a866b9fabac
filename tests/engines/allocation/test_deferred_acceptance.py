import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching.games import HospitalResident

from shuangjian.engines.allocation.deferred_acceptance import place_deferred_acceptance
from shuangjian.engines.allocation.stability import prove_stability
from tests.engines.allocation.plain_market import (
    Placed,
    PlainMarket,
    all_placements,
    all_stable,
    blocking_pairs,
    coded,
    encoded,
    gains,
    held_at,
    placed_by,
    plain_markets,
    proposals,
)
from tests.engines.allocation.school_table import school_table

EXAMPLES = ["plain", "reserved"]


def deferred(market: PlainMarket) -> Placed:
    return placed_by(market, place_deferred_acceptance)


def immediate(market: PlainMarket) -> Placed:
    """Control: first wishes are granted for good, then second ones (Boston)."""
    placed: list[int | None] = [None] * len(market.lists)
    for choice in range(max(map(len, market.lists))):
        asking = [
            (market.priority(pupil, wishes[choice][0]), pupil, wishes[choice][0])
            for pupil, wishes in enumerate(market.lists)
            if placed[pupil] is None and choice < len(wishes)
        ]
        for _, pupil, course in sorted(asking):
            if len(held_at(tuple(placed), course)) < market.seats[course]:
                placed[pupil] = course
    return tuple(placed)


def limited(market: PlainMarket) -> Placed:
    """Only the first wish is handed in."""
    return deferred(replace(market, lists=tuple(wishes[:1] for wishes in market.lists)))


def closing(market: PlainMarket, least: list[int]) -> Placed:
    """The course that is furthest below ``least`` closes, until there is none."""
    while True:
        placed = deferred(market)
        missing = [
            most - len(held_at(placed, course)) if market.is_open[course] else 0
            for course, most in enumerate(least)
        ]
        if max(missing) <= 0:
            return placed
        closed = missing.index(max(missing))
        market = replace(
            market, is_open=tuple(c != closed and e for c, e in enumerate(market.is_open))
        )


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_examples(name):
    table = school_table(name)
    assert deferred(table.market) == table.placed
    for course, held in table.holds.items():
        assert held_at(table.placed, course) == held


@given(plain_markets(), st.randoms(use_true_random=False))
def test_every_order_of_proposals_gives_this_result(market, orders):
    placed = deferred(market)
    for _ in range(3):
        assert proposals(market, orders.choice) == placed


def random_market(chance: random.Random, *, pupils: int, courses: int, groups: int) -> PlainMarket:
    lists = [chance.sample(range(courses), chance.randint(1, courses)) for _ in range(pupils)]
    seats = [chance.randint(0, 2 * pupils // courses) for _ in range(courses)]
    return PlainMarket(
        lists=tuple(
            tuple((course, rank) for rank, course in enumerate(wishes, 1)) for wishes in lists
        ),
        tiers=tuple(tuple(chance.choices(range(1, 9), k=courses)) for _ in range(pupils)),
        standing=tuple(chance.sample(range(pupils), pupils)),
        group=tuple(chance.choices(range(-1, groups), k=pupils)),
        seats=tuple(seats),
        reserved=tuple((chance.randint(0, most // 3),) * groups for most in seats),
        is_open=(True,) * courses,
    )


@pytest.mark.parametrize("groups", [0, 1, 3])
def test_full_courses_choose_like_the_definition(groups):
    chance = random.Random(groups)
    for _ in range(40):
        market = random_market(chance, pupils=25, courses=5, groups=groups)
        assert deferred(market) == proposals(market, min)


@given(plain_markets(tied=True), st.randoms(use_true_random=False))
def test_equal_ranks_are_taken_in_the_order_of_the_list(market, orders):
    strict = replace(
        market,
        lists=tuple(
            tuple((course, rank) for rank, (course, _) in enumerate(wishes, 1))
            for wishes in market.lists
        ),
    )
    assert deferred(market) == deferred(strict) == proposals(strict, orders.choice)
    assert not blocking_pairs(market, deferred(market))


@settings(max_examples=60)
@given(plain_markets(pupils=4, courses=3))
def test_best_for_every_pupil_among_all_stable_placements(market):
    placed = deferred(market)
    stable = all_stable(market)
    assert placed in stable
    for other in stable:
        for pupil in range(len(placed)):
            assert market.rank(pupil, placed[pupil]) <= market.rank(pupil, other[pupil])
        for course in range(len(market.seats)):
            assert len(held_at(other, course)) == len(held_at(placed, course))
        assert [held is None for held in other] == [held is None for held in placed]


@given(plain_markets())
def test_a_group_gets_its_reserve_if_it_wants_it(market):
    placed = deferred(market)
    for course, row in enumerate(market.reserved):
        for group, reserved in enumerate(row):
            members = {pupil for pupil, each in enumerate(market.group) if each == group}
            wanting = {
                pupil
                for pupil in members
                if course in market.wished(pupil)
                and market.rank(pupil, course) <= market.rank(pupil, placed[pupil])
            }
            assert len(held_at(placed, course) & members) >= min(reserved, len(wanting))


@settings(max_examples=60, deadline=None)
@given(plain_markets(pupils=4, courses=3))
def test_no_false_list_gains(market):
    assert not gains(market, deferred)


def test_the_search_finds_what_can_be_gained():
    market = school_table("cycle").market
    p, q, _ = range(3)
    a, b, c = range(3)
    assert deferred(market) == school_table("cycle").placed
    assert immediate(market)[q] == c
    assert (q, (b,)) in gains(market, immediate)
    slot_market, order = coded(market)
    proof = prove_stability(slot_market, encoded(market, immediate(market), order))
    found = zip(proof.blocking_pupil, proof.blocking_course, strict=True)
    assert (q, b) in {(order[pupil], course) for pupil, course in found}
    assert limited(market) == (b, None, a)
    assert (q, (b,)) in gains(market, limited, longest=1)
    assert not gains(market, deferred)
    assert market.rank(p, b) < market.rank(p, deferred(market)[p])


def test_the_immediate_control_is_unstable_and_manipulable_on_random_markets_too():
    chance = random.Random(7)
    markets = [random_market(chance, pupils=5, courses=3, groups=0) for _ in range(40)]
    assert any(gains(market, immediate) for market in markets)
    assert any(blocking_pairs(market, immediate(market)) for market in markets)
    assert not any(gains(market, deferred) for market in markets)
    assert not any(blocking_pairs(market, deferred(market)) for market in markets)


def test_no_placement_of_the_cycle_is_both_efficient_and_without_a_claim():
    market = school_table("cycle").market
    every = list(all_placements(market))

    def is_better(one: Placed, other: Placed) -> bool:
        pairs = [
            (market.rank(pupil, new), market.rank(pupil, old))
            for pupil, (new, old) in enumerate(zip(one, other, strict=True))
        ]
        return all(new <= old for new, old in pairs) and any(new < old for new, old in pairs)

    efficient = [one for one in every if not any(is_better(other, one) for other in every)]
    assert efficient
    assert not set(efficient) & set(all_stable(market))


def test_a_course_that_closes_can_be_kept_open_by_a_false_list():
    table = school_table("closing")
    a, b = range(2)
    j = 1

    def with_least(market: PlainMarket) -> Placed:
        return closing(market, table.least)

    assert with_least(table.market) == table.placed == (b, None)
    assert with_least(table.market.with_list(j, [a])) == (a, a)
    assert (j, (a,)) in gains(table.market, with_least)


@settings(max_examples=60)
@given(plain_markets(pupils=12, courses=5, groups=0, closed=False))
def test_agrees_with_a_public_package(market):
    pupils = [pupil for pupil, wishes in enumerate(market.lists) if wishes]
    asked = {
        course: sorted(
            (pupil for pupil in pupils if course in market.wished(pupil)),
            key=lambda pupil, course=course: market.priority(pupil, course),
        )
        for course, seats in enumerate(market.seats)
        if seats
    }
    # The package takes no empty list and no hospital without a place.
    kept = {course: queue for course, queue in asked.items() if queue}
    lists = {pupil: [c for c in market.wished(pupil) if c in kept] for pupil in pupils}
    lists = {pupil: wishes for pupil, wishes in lists.items() if wishes}
    solved = HospitalResident.create_from_dictionaries(
        lists, kept, {course: market.seats[course] for course in kept}
    ).solve(optimal="resident")
    theirs = {player.name: course.name for course, held in solved.items() for player in held}
    assert deferred(market) == tuple(theirs.get(pupil) for pupil in range(len(market.lists)))


def test_a_course_with_more_reserved_than_seats_is_not_taken():
    market = school_table("reserved").market
    slot_market, _ = coded(replace(market, seats=(1, 1, 2)))
    with pytest.raises(AssertionError):
        place_deferred_acceptance(slot_market)


def test_nobody_and_nothing():
    empty = PlainMarket((), (), (), (), (), (), ())
    assert deferred(empty) == ()
    alone = PlainMarket(((),), ((),), (0,), (-1,), (), (), ())
    assert deferred(alone) == (None,)
