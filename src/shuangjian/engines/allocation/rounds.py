"""轮次: a pupil who got a course has its days taken in the rounds that follow."""

import numpy as np

from shuangjian.engines.allocation.placement import Placement
from shuangjian.engines.allocation.wishes import (
    NOT_ELIGIBLE,
    OCCUPIED,
    Flags,
    Screening,
    Wishes,
)
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Market


def rounds_of(market: Market) -> list[Int16]:
    """The slots that are drawn in each round (轮次), the first round first."""
    courses = market.courses
    return [np.unique(courses.slot[courses.round == number]) for number in np.unique(courses.round)]


def clashes(market: Market) -> Flags:
    """Whether two slots share a day (时间冲突), ``(s, s)``."""
    days = [frozenset(slot) for slot in market.days]
    return np.array([[bool(one & other) for other in days] for one in days], np.bool_).reshape(
        len(days), len(days)
    )


def occupy(placement: Placement, slots: Int16) -> None:
    """Bar the wishes of those whose days an earlier round has taken (占用).

    Args:
        placement: its screening is written to.
        slots: that are drawn in this round.
    """
    is_in = np.zeros(len(placement.market.slots), np.bool_)
    is_in[slots] = True
    _occupy(
        placement.wishes,
        placement.placed,
        clashes(placement.market),
        is_in,
        placement.screening,
    )


@compiled
def _occupy(
    wishes: Wishes, placed: Int16, clash: Flags, is_in: Flags, screening: Screening
) -> None:
    pupil, slot, start, _, _, _ = wishes
    reason, best_tier, _ = screening
    first = 0
    for application in range(pupil.size):
        if pupil[application] != pupil[first]:
            first = application
        if not is_in[slot[application]]:
            continue
        is_taken = False
        other = first
        while other < pupil.size and pupil[other] == pupil[application]:
            # why: within a round no two slots share a day, so only earlier places can clash.
            if placed[other] >= 0 and clash[slot[application], slot[other]]:
                is_taken = True
            other += 1
        if is_taken:
            best_tier[application] = 0
            for wish in range(start[application], start[application + 1]):
                if reason[wish] != NOT_ELIGIBLE:
                    reason[wish] = OCCUPIED
