from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.deferred_acceptance import place_deferred_acceptance
from shuangjian.engines.allocation.stability import (
    EVERYBODY,
    NOBODY,
    BlockingKind,
    StabilityProof,
    envy_pairs,
    prove_stability,
)
from tests.engines.allocation.plain_market import (
    Placed,
    PlainMarket,
    blocking_pairs,
    coded,
    encoded,
    held_at,
    is_feasible,
    on_reserve,
    placed_by,
    plain_markets,
)
from tests.engines.allocation.school_table import PAGE, school_table
from tests.engines.worked_table import worked_table

Cutoffs = list[list[tuple[int, int] | bool | None]]
"""Per course and column: the last (tier, standing), True for everybody, None for nobody."""


@st.composite
def placements(draw, **options) -> tuple[PlainMarket, Placed]:
    """A market and any placement within its lists and seats, mostly an unstable one."""
    market = draw(plain_markets(**options))
    placed: list[int | None] = []
    for pupil in range(len(market.lists)):
        room = [
            course
            for course in market.wished(pupil)
            if len(held_at(tuple(placed), course)) < market.seats[course]
        ]
        placed.append(draw(st.sampled_from([None, *room, *room])))
    return market, tuple(placed)


def proof_of(market: PlainMarket, placed: Placed) -> tuple[StabilityProof, list[int]]:
    slot_market, order = coded(market)
    return prove_stability(slot_market, encoded(market, placed, order)), order


def envy_of(market: PlainMarket, placed: Placed) -> int:
    slot_market, order = coded(market)
    return envy_pairs(slot_market, encoded(market, placed, order))


def claims_of(market: PlainMarket, placed: Placed) -> dict[tuple[int, int], BlockingKind]:
    proof, order = proof_of(market, placed)
    found = zip(proof.blocking_pupil, proof.blocking_course, proof.blocking_kind, strict=True)
    return {(order[pupil], int(course)): BlockingKind(claim) for pupil, course, claim in found}


def plain_cutoffs(proof: StabilityProof) -> Cutoffs:
    words = {NOBODY: None, EVERYBODY: True}
    return [
        [words[cell] if cell in words else divmod(cell, 2**32) for cell in row]
        for row in proof.cutoff.tolist()
    ]


def is_below(priority: tuple[int, int], cutoff: tuple[int, int] | bool | None) -> bool:
    return cutoff is True or (cutoff is not None and priority < cutoff)


def is_accepted_by_a_stranger(market: PlainMarket, placed: Placed, cutoffs: Cutoffs) -> bool:
    """The five steps of the document, with nothing but what is published."""
    for course, (*own, to_all) in enumerate(cutoffs):
        held = held_at(placed, course)
        if len(held) > (market.seats[course] if market.is_open[course] else 0):
            return False
        if market.is_open[course] and len(held) < market.seats[course] and to_all is not True:
            return False
        rest = set(held)
        for group, cutoff in enumerate(own):
            reserved = market.reserved[course][group]
            if not reserved or not market.is_open[course]:
                continue
            within = {
                pupil
                for pupil in held
                if market.group[pupil] == group
                and (
                    is_below(market.priority(pupil, course), cutoff)
                    or market.priority(pupil, course) == cutoff
                )
            }
            if not (len(within) < reserved if cutoff is True else len(within) == reserved):
                return False
            rest -= within
        if any(
            not is_below(market.priority(pupil, course), to_all)
            and market.priority(pupil, course) != to_all
            for pupil in rest
        ):
            return False
    return not any(
        market.rank(pupil, course) < market.rank(pupil, placed[pupil])
        and (
            is_below(market.priority(pupil, course), cutoffs[course][-1])
            or (
                0 <= market.group[pupil] < len(cutoffs[course]) - 1
                and is_below(market.priority(pupil, course), cutoffs[course][market.group[pupil]])
            )
        )
        for pupil in range(len(placed))
        for course in market.wished(pupil)
    )


def envied(market: PlainMarket, placed: Placed) -> int:
    """Justified envy as the document says it, pair by pair."""
    pairs = 0
    for pupil in range(len(placed)):
        group = market.group[pupil]
        for course in market.wished(pupil):
            if market.rank(pupil, course) >= market.rank(pupil, placed[pupil]):
                continue
            held = held_at(placed, course)
            seat: dict[int, int | None] = dict.fromkeys(held)
            for each in range(len(market.reserved[course])):
                seat |= dict.fromkeys(on_reserve(market, course, held, each), each)
            lends = (
                0 <= group < len(market.reserved[course])
                and len(held) >= market.seats[course]
                and list(seat.values()).count(group) < market.reserved[course][group]
            )
            for other, kind in seat.items():
                is_ahead = market.priority(pupil, course) < market.priority(other, course)
                pairs += (kind is None and (is_ahead or lends)) or (
                    kind is not None and kind == group and is_ahead
                )
    return pairs


@pytest.mark.parametrize("name", ["plain", "reserved"])
def test_worked_cutoffs(name):
    table = school_table(name)
    proof, _ = proof_of(table.market, table.placed)
    assert proof.is_stable
    assert not proof.wasted.any()
    assert envy_of(table.market, table.placed) == 0

    def shown(cell):
        word = {True: "everybody", None: "nobody"}
        return word[cell] if cell in word else f"{cell[0]}, {cell[1]}"

    assert [tuple(map(shown, row)) for row in plain_cutoffs(proof)] == table.cutoffs


@pytest.mark.parametrize("row", worked_table(PAGE, "planted"), ids=lambda row: row["moved"])
def test_a_planted_claim_is_found(row):
    table = school_table("reserved")
    placed = list(table.placed)
    for move in row["moved"].split():
        pupil, course = table.pupils.index(move[0]), move[2:]
        placed[pupil] = table.courses.index(course) if course else None
    claims = {
        f"{table.pupils[pupil]}>{table.courses[course]}:{claim.name}"
        for (pupil, course), claim in claims_of(table.market, tuple(placed)).items()
    }
    assert claims == set(row["claims"].split())
    proof, _ = proof_of(table.market, tuple(placed))
    assert not proof.is_stable
    wasted = [table.courses[course] for course in np.flatnonzero(proof.wasted)]
    assert wasted == row["wasted"].split()
    assert envy_of(table.market, tuple(placed)) == int(row["envy"])


def test_every_kind_of_claim_is_planted():
    planted = " ".join(row["claims"] for row in worked_table(PAGE, "planted"))
    assert all(kind.name in planted for kind in BlockingKind if kind)


def test_too_many_on_a_course_and_a_closed_course_are_found():
    table = school_table("plain")
    n, w = table.courses.index("N"), table.courses.index("W")
    crowded = tuple(n if table.pupils[i] == "a" else c for i, c in enumerate(table.placed))
    proof, _ = proof_of(table.market, crowded)
    assert proof.overfull.tolist() == [n]
    assert not proof.is_stable
    shut = replace(table.market, is_open=(True, True, False))
    proof, order = proof_of(shut, table.placed)
    assert {table.pupils[order[i]] for i in proof.misplaced} == set("ef")
    assert w not in proof.blocking_course
    assert not proof.is_stable


@given(placements())
def test_exactly_the_claims_of_the_definition_are_found(case):
    market, placed = case
    claims = claims_of(market, placed)
    assert set(claims) == blocking_pairs(market, placed)
    for (_, course), claim in claims.items():
        has_room = len(held_at(placed, course)) < market.seats[course]
        assert (claim == BlockingKind.FREE_SEAT) == has_room
    proof, _ = proof_of(market, placed)
    assert proof.is_stable == (not claims)
    for course, seats in enumerate(market.seats):
        free = seats - len(held_at(placed, course))
        wanting = sum(
            wished == course and claim == BlockingKind.FREE_SEAT
            for (_, wished), claim in claims.items()
        )
        assert proof.wasted[course] == min(free, wanting)


@given(placements(tied=True))
def test_equally_liked_is_no_claim(case):
    market, placed = case
    assert set(claims_of(market, placed)) == blocking_pairs(market, placed)


@settings(max_examples=300)
@given(placements(tied=True, pupils=8, seats=6))
def test_envy_is_counted_as_defined(case):
    market, placed = case
    assert envy_of(market, placed) == envied(market, placed)


@given(placements())
def test_stable_is_no_envy_and_nothing_wasted(case):
    market, placed = case
    proof, _ = proof_of(market, placed)
    is_fair = envy_of(market, placed) == 0 and not proof.wasted.any()
    assert proof.is_stable == is_fair


@given(plain_markets(tied=True))
def test_deferred_acceptance_is_proved_stable_and_a_stranger_agrees(market):
    placed = placed_by(market, place_deferred_acceptance)
    proof, _ = proof_of(market, placed)
    assert proof.is_stable
    assert is_accepted_by_a_stranger(market, placed, plain_cutoffs(proof))


@given(placements())
def test_a_stranger_accepts_the_true_cutoffs_of_stable_placements_only(case):
    market, placed = case
    proof, _ = proof_of(market, placed)
    accepted = is_accepted_by_a_stranger(market, placed, plain_cutoffs(proof))
    assert accepted == (not blocking_pairs(market, placed))


@settings(max_examples=300)
@given(placements(pupils=4, courses=2), st.data())
def test_no_cutoffs_make_a_stranger_accept_an_unstable_placement(case, data):
    market, placed = case
    proof, _ = proof_of(market, placed)
    seen = [(tier, standing) for tier in range(1, 4) for standing in range(len(placed))]
    cell = st.sampled_from([True, None, *seen])
    claimed = [
        [data.draw(st.one_of(st.just(true), cell)) for true in row] for row in plain_cutoffs(proof)
    ]
    if is_accepted_by_a_stranger(market, placed, claimed):
        assert is_feasible(market, placed)
        assert not blocking_pairs(market, placed)


def test_a_false_position_is_not_taken():
    slot_market, order = coded(school_table("plain").market)
    placed = np.full(len(order), -1, np.int16)
    placed[0] = 9
    with pytest.raises(AssertionError):
        prove_stability(slot_market, placed)
