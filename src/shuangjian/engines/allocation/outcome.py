"""去向: why each wish got a place or none."""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.allocation.placement import Placement
from shuangjian.engines.allocation.slot_market import TIER_SHIFT
from shuangjian.engines.allocation.waiting import number_waiting
from shuangjian.engines.allocation.wishes import (
    NOT_ELIGIBLE,
    Flags,
    Int8,
    Wishes,
    is_grantable,
    spread,
    stretches,
)
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64
from shuangjian.engines.market.result import UNPLACED, Reason

PLACED: Final = int(Reason.PLACED)
LOWER_THAN_PLACED: Final = int(Reason.LOWER_THAN_PLACED)
FULL_BY_TIER: Final = int(Reason.FULL_BY_TIER)
FULL_BY_DRAW: Final = int(Reason.FULL_BY_DRAW)
CLOSED: Final = int(Reason.CLOSED)

NOBODY: Final = 0
"""Better than every priority: tiers start at 1."""
ANYBODY: Final = np.int64(2**62)
"""Worse than every priority: a course with a seat left turned nobody away for want of seats."""


class Cutoffs(NamedTuple):
    """录取线: whom each course turned away, ``(c,)``.

    Attributes:
        priority: of the worst admitted, ``NOBODY`` or ``ANYBODY``.
        is_closed: as in ``Allocation``.
        behind: the reason of who is before the worst admitted and was not.
    """

    priority: Int64
    is_closed: Flags
    behind: int


def explain(placement: Placement, slots: Int16, *, behind: Reason) -> None:
    """Write the reason and the waiting place of every wish of some slots down (去向说明).

    Args:
        placement: whose places in these slots are final.
        slots: codes.
        behind: the reason of a wish for a course where somebody behind in (tier, standing) has a
            place, or where a seat is left over.
    """
    wishes, standing = placement.wishes, placement.standing
    taken = np.zeros(len(placement.taken), np.int32)
    worst = np.full(len(taken), NOBODY, np.int64)
    _find_worst(wishes, standing, placement.placed, taken, worst)
    cutoff = np.where(taken < placement.market.courses.seats, ANYBODY, worst)
    is_in = np.zeros(len(placement.market.slots), np.bool_)
    is_in[slots] = True
    cutoffs = Cutoffs(cutoff, placement.is_closed, int(behind))

    def tell(piece: tuple[int, int]) -> None:
        _tell(
            piece,
            is_in,
            wishes,
            standing,
            cutoffs,
            placement.placed,
            placement.screening.reason,
        )

    spread(tell, stretches(wishes, threads=placement.threads), threads=placement.threads)
    number_waiting(placement, slots)


@compiled
def _find_worst(wishes: Wishes, standing: Int32, placed: Int16, taken: Int32, worst: Int64) -> None:
    """Count the pupils of each course, and find the worst priority among them."""
    pupil, slot, start, courses, _, tier = wishes
    for application in range(pupil.size):
        if placed[application] >= 0:
            wish = start[application] + placed[application]
            course = courses[wish]
            stands = standing[slot[application], pupil[application]]
            taken[course] += 1
            worst[course] = max(
                worst[course], np.int64(tier[wish]) << TIER_SHIFT | np.int64(stands)
            )


@compiled
def _tell(
    bounds: tuple[int, int],
    is_in: Flags,
    wishes: Wishes,
    standing: Int32,
    cutoffs: Cutoffs,
    placed: Int16,
    reason: Int8,
) -> None:
    """Put down the reason of each wish of a stretch of applications."""
    pupil, slots, start, courses, rank, tier = wishes
    cutoff, is_closed, behind = cutoffs
    for application in range(bounds[0], bounds[1]):
        slot = slots[application]
        if not is_in[slot]:
            continue
        granted = UNPLACED
        if placed[application] >= 0:
            granted = int(start[application] + placed[application])
        stands = np.int64(standing[slot, pupil[application]])
        for wish in range(start[application], start[application + 1]):
            course, bar = courses[wish], reason[wish]
            if is_closed[course] and bar != NOT_ELIGIBLE:
                reason[wish] = CLOSED
            elif not is_grantable(bar):
                continue
            elif wish == granted:
                reason[wish] = PLACED
            elif granted >= 0 and rank[wish] >= rank[granted]:
                reason[wish] = LOWER_THAN_PLACED
            elif cutoff[course] > (np.int64(tier[wish]) << TIER_SHIFT | stands):
                reason[wish] = behind
            else:
                is_behind = cutoff[course] >> TIER_SHIFT < tier[wish]
                reason[wish] = FULL_BY_TIER if is_behind else FULL_BY_DRAW
