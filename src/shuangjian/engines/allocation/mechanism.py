"""机制: the ways to place pupils, by name, and what each one promises."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from shuangjian.engines.allocation.deferred_acceptance import place_deferred_acceptance
from shuangjian.engines.allocation.fullest import place_fullest
from shuangjian.engines.allocation.rank_optimal import place_rank_optimal
from shuangjian.engines.allocation.serial import place_serial
from shuangjian.engines.allocation.slot_market import Placing
from shuangjian.engines.market.result import Reason


class Claim(StrEnum):
    """性质: what a mechanism promises of a slot; conditions are in ``docs/algorithms``."""

    RESPECTS_PRIORITY = "respects_priority"
    """Nobody waits for a course where somebody behind in (tier, standing) got a seat."""
    RESPECTS_PRIORITY_AND_RESERVE = "respects_priority_and_reserve"
    """As above, but for the seats that are reserved for a group, which it has first."""
    NON_WASTEFUL = "non_wasteful"
    """Nobody waits for a course with a seat left."""
    EFFICIENT = "efficient"
    """Nobody can be made better off without making another worse off."""
    MOST_PLACED = "most_placed"
    """No placement has more pupils."""
    TIER_BY_TIER = "tier_by_tier"
    """Of those with the most pupils, the most in tier 1, then in tier 2, and so on."""
    LEAST_TOTAL_RANK = "least_total_rank"
    """Of those, the least sum of ranks."""
    STRATEGY_PROOF = "strategy_proof"
    """No pupil gets a better course by any other list, in one round and without closings."""


@dataclass(frozen=True)
class Mechanism:
    """机制: how a slot's pupils are placed.

    Attributes:
        name: as the command line takes it.
        title: in Chinese.
        place: of one slot market.
        takes_turns: whether serial dictatorship over the whole slot places alike: always, where
            each pupil has one tier in the slot (and nothing is reserved), or not at all.
        is_reserving: whether reserved places count.
        behind: the reason of a wish for a course where somebody behind in (tier, standing) got a
            seat, or where a seat is left over.
        claims: what holds always.
        even_claims: what holds besides where each pupil has one tier in the slot, and nothing is
            reserved.
    """

    name: str
    title: str
    place: Placing
    takes_turns: Literal["always", "even", "never"]
    is_reserving: bool
    behind: Reason
    claims: frozenset[Claim]
    even_claims: frozenset[Claim]


def _mechanism(
    name: str,
    title: str,
    place: Placing,
    *,
    takes_turns: Literal["always", "even", "never"],
    claims: set[Claim],
    even_claims: set[Claim],
    is_reserving: bool = False,
) -> Mechanism:
    behind = Reason.FULL_BY_RESERVE if is_reserving else Reason.YIELDED
    return Mechanism(
        name,
        title,
        place,
        takes_turns,
        is_reserving,
        behind,
        frozenset(claims),
        frozenset(even_claims),
    )


MECHANISMS: Final = {
    each.name: each
    for each in (
        _mechanism(
            "lottery",
            "优先级加抽签",
            place_deferred_acceptance,
            takes_turns="even",
            claims={Claim.RESPECTS_PRIORITY, Claim.NON_WASTEFUL, Claim.STRATEGY_PROOF},
            even_claims={Claim.RESPECTS_PRIORITY_AND_RESERVE, Claim.EFFICIENT},
        ),
        _mechanism(
            "fullest",
            "录取人数最多",
            place_fullest,
            takes_turns="never",
            claims={Claim.NON_WASTEFUL, Claim.EFFICIENT, Claim.MOST_PLACED},
            even_claims=set(),
        ),
        _mechanism(
            "rank-optimal",
            "总志愿名次最优",
            place_rank_optimal,
            takes_turns="never",
            claims={Claim.MOST_PLACED, Claim.TIER_BY_TIER, Claim.LEAST_TOTAL_RANK},
            even_claims={Claim.NON_WASTEFUL, Claim.EFFICIENT},
        ),
        _mechanism(
            "serial",
            "按次序依次选课",
            place_serial,
            takes_turns="always",
            claims={Claim.NON_WASTEFUL, Claim.EFFICIENT},
            even_claims={
                Claim.RESPECTS_PRIORITY,
                Claim.RESPECTS_PRIORITY_AND_RESERVE,
                Claim.STRATEGY_PROOF,
            },
        ),
        _mechanism(
            "deferred-acceptance",
            "延迟接受（含预留名额）",
            place_deferred_acceptance,
            takes_turns="even",
            claims={
                Claim.RESPECTS_PRIORITY_AND_RESERVE,
                Claim.NON_WASTEFUL,
                Claim.STRATEGY_PROOF,
            },
            even_claims={Claim.RESPECTS_PRIORITY, Claim.EFFICIENT},
            is_reserving=True,
        ),
    )
}
"""Every mechanism by its name."""
