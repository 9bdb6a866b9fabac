"""The table of claims, exactly: never violated where it says yes, and violated where it says no."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from shuangjian.engines.allocation.mechanism import MECHANISMS, Claim, Mechanism
from shuangjian.engines.allocation.slot_market import SlotMarket
from tests.engines.allocation.plain_market import (
    Placed,
    PlainMarket,
    all_placements,
    blocking_pairs,
    gains,
    held_at,
    placed_by,
)
from tests.engines.worked_table import worked_table

ROWS = worked_table("allocation.md", "claims")
MARKETS = 250
Holds = Callable[[PlainMarket, Placed, Mechanism], bool]


def some_markets(chance: random.Random, *, is_even: bool) -> list[PlainMarket]:
    """Four pupils, three courses; uneven ones may have reserved seats."""
    found = []
    for _ in range(MARKETS):
        seats = tuple(chance.choice([1, 1, 1, 2]) for _ in range(3))
        wishes = [chance.sample(range(3), chance.choice([1, 2, 2, 3])) for _ in range(4)]
        own = [chance.randint(1, 2) for _ in range(4)]
        found.append(
            PlainMarket(
                lists=tuple(
                    tuple((course, rank) for rank, course in enumerate(wished, 1))
                    for wished in wishes
                ),
                tiers=tuple(
                    tuple(tier if is_even else chance.randint(1, 2) for _ in range(3))
                    for tier in own
                ),
                standing=tuple(chance.sample(range(4), 4)),
                group=tuple(-1 if is_even else chance.choice([-1, 0]) for _ in range(4)),
                seats=seats,
                reserved=tuple(() if is_even else (chance.choice([0, 0, most]),) for most in seats),
                is_open=(True, True, True),
            )
        )
    return found


def placing(mechanism: Mechanism) -> Callable[[PlainMarket], Placed]:
    def place(market: SlotMarket):
        # why: as the run does, reserved seats are shown to those who know them.
        return mechanism.place(
            market if mechanism.is_reserving else replace(market, reserved=market.reserved[:, :0])
        )

    return lambda market: placed_by(market, place)


def waits(market: PlainMarket, placed: Placed) -> list[tuple[int, int]]:
    return [
        (pupil, course)
        for pupil, held in enumerate(placed)
        for course in market.wished(pupil)
        if market.rank(pupil, course) < market.rank(pupil, held)
    ]


def respects_priority(market, placed, _mechanism) -> bool:
    return not any(
        market.priority(pupil, course) < market.priority(other, course)
        for pupil, course in waits(market, placed)
        for other in held_at(placed, course)
    )


def respects_priority_and_reserve(market, placed, _mechanism) -> bool:
    return not blocking_pairs(market, placed)


def non_wasteful(market, placed, _mechanism) -> bool:
    return all(
        len(held_at(placed, course)) == market.seats[course] for _, course in waits(market, placed)
    )


def dominates(market: PlainMarket, other: Placed, placed: Placed) -> bool:
    ranks = [
        (market.rank(pupil, other[pupil]), market.rank(pupil, placed[pupil]))
        for pupil in range(len(placed))
    ]
    return all(new <= old for new, old in ranks) and any(new < old for new, old in ranks)


def efficient(market, placed, _mechanism) -> bool:
    return not any(dominates(market, other, placed) for other in all_placements(market))


def profile(market: PlainMarket, placed: Placed) -> tuple[int, ...]:
    """How many sit with each tier, none first."""
    tiers = Counter(
        market.tiers[pupil][course] for pupil, course in enumerate(placed) if course is not None
    )
    return tiers[1], tiers[2]


def most_placed(market, placed, _mechanism) -> bool:
    return sum(profile(market, placed)) == max(
        sum(profile(market, other)) for other in all_placements(market)
    )


def order_of_worth(market: PlainMarket, placed: Placed, *, with_rank: bool) -> tuple:
    ranks = [market.rank(p, c) for p, c in enumerate(placed) if c is not None]
    found = profile(market, placed)
    return sum(found), found, -sum(ranks) if with_rank else 0


def tier_by_tier(market, placed, _mechanism, *, with_rank: bool = False) -> bool:
    return order_of_worth(market, placed, with_rank=with_rank) == max(
        order_of_worth(market, other, with_rank=with_rank) for other in all_placements(market)
    )


def least_total_rank(market, placed, mechanism) -> bool:
    return tier_by_tier(market, placed, mechanism, with_rank=True)


def strategy_proof(market, _placed, mechanism) -> bool:
    return not gains(market, placing(mechanism))


HOLDS: dict[Claim, Holds] = {
    Claim.RESPECTS_PRIORITY: respects_priority,
    Claim.RESPECTS_PRIORITY_AND_RESERVE: respects_priority_and_reserve,
    Claim.NON_WASTEFUL: non_wasteful,
    Claim.EFFICIENT: efficient,
    Claim.MOST_PLACED: most_placed,
    Claim.TIER_BY_TIER: tier_by_tier,
    Claim.LEAST_TOTAL_RANK: least_total_rank,
    Claim.STRATEGY_PROOF: strategy_proof,
}


def always_holds(claim: Claim, mechanism: Mechanism, *, is_even: bool) -> bool:
    chance = random.Random(f"{claim} {mechanism.name}")
    place = placing(mechanism)
    return all(
        HOLDS[claim](market, place(market), mechanism)
        for market in some_markets(chance, is_even=is_even)
    )


def test_the_table_has_every_claim_and_mechanism():
    assert [row["claim"].partition(":")[0] for row in ROWS] == list(Claim)
    assert all(list(row)[1:] == list(MECHANISMS) for row in ROWS)


@pytest.mark.parametrize("name", MECHANISMS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["claim"].partition(":")[0])
def test_claims_hold_where_the_table_says_and_nowhere_else(row, name):
    claim, mechanism = Claim(row["claim"].partition(":")[0]), MECHANISMS[name]
    said = row[name]
    assert (claim in mechanism.claims) == (said == "yes")
    assert (claim in mechanism.even_claims) == (said == "even")
    assert always_holds(claim, mechanism, is_even=True) == (said != "no")
    assert always_holds(claim, mechanism, is_even=False) == (said == "yes")
