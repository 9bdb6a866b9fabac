"""机制比较: one market and one draw under several mechanisms, side by side.

What each figure means, with worked markets, stands in ``docs/algorithms/comparison.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.misreport import MisreportSearch, search_misreports
from shuangjian.engines.allocation.replay import settled_markets
from shuangjian.engines.allocation.run import place_and_explain
from shuangjian.engines.allocation.stability import envy_pairs
from shuangjian.engines.allocation.standing import standing_of
from shuangjian.engines.draw.hashing import DEFAULT_HASH
from shuangjian.engines.market.market import Int16, Market
from shuangjian.engines.market.result import UNPLACED

COMPARED: Final = ("lottery", "fullest", "rank-optimal")


@dataclass(frozen=True)
class MechanismFigures:
    """机制的数字: how one mechanism served a market.

    Attributes:
        mechanism: its name.
        applications: with at least one wish.
        first_choices: applications that got a wish of their lowest rank.
        mean_rank: of the placed, as written; None where nobody is.
        unplaced: applications without a place.
        envy_pairs: pairs in which the first has a claim to the second's seat by (tier, standing).
        misreports: who would have gained by another list.
    """

    mechanism: str
    applications: int
    first_choices: int
    mean_rank: float | None
    unplaced: int
    envy_pairs: int
    misreports: MisreportSearch


def compare_mechanisms(
    market: Market,
    *,
    seed: bytes,
    hash_name: str = DEFAULT_HASH,
    mechanisms: Sequence[str] = COMPARED,
    applications_most: int | None = 100,
    length_most: int = 5,
) -> list[MechanismFigures]:
    """Place one market by one draw under each mechanism (机制比较).

    Args:
        market: see there.
        seed: of the draw.
        hash_name: of the draw.
        mechanisms: names in ``MECHANISMS``.
        applications_most: how many applications are searched for a gain, evenly spaced; None for
            all.
        length_most: every order of some or all of the first so many courses of each is tried.

    Returns:
        In the order of ``mechanisms``; the same for every order of the market's rows.
    """
    standing = standing_of(market, seed=seed, hash_name=hash_name)
    found = []
    for name in mechanisms:
        mechanism = MECHANISMS[name]
        allocation = place_and_explain(market, standing, mechanism)
        first_choices, mean_rank = _ranks(market, allocation.placed)
        found.append(
            MechanismFigures(
                mechanism=name,
                applications=len(allocation.placed),
                first_choices=first_choices,
                mean_rank=mean_rank,
                unplaced=int((allocation.placed == UNPLACED).sum()),
                envy_pairs=sum(
                    envy_pairs(slot_market, positions)
                    for slot_market, positions in settled_markets(market, allocation, mechanism)
                ),
                misreports=search_misreports(
                    market,
                    standing,
                    allocation.placed,
                    mechanism=mechanism,
                    applications_most=applications_most,
                    length_most=length_most,
                ),
            )
        )
    return found


def _ranks(market: Market, placed: Int16) -> tuple[int, float | None]:
    """How many got their first choice, and the mean rank of the placed."""
    applications = market.applications
    first = applications.start[:-1]
    has_place = placed != UNPLACED
    granted = applications.rank[first[has_place] + placed[has_place]]
    best = applications.rank[first[has_place]]
    mean = int(granted.sum(dtype=np.int64)) / granted.size if granted.size else None
    return int((granted == best).sum()), mean
