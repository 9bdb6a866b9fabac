"""录取进展: a market, its draw and the places given so far; what the steps of a run share."""

from dataclasses import dataclass

import numpy as np

from shuangjian.engines.allocation.wishes import (
    Flags,
    Screening,
    Wishes,
    read_only,
    screened,
    wishes_of,
)
from shuangjian.engines.market.market import Int16, Int32, Market
from shuangjian.engines.market.result import UNPLACED, Allocation


@dataclass(frozen=True)
class Placement:
    """录取进展: who has a place so far, and which courses are closed.

    Attributes:
        market: the whole.
        wishes: of the market.
        standing: the draw, ``(s, p)``; never written to.
        screening: which wishes can be granted, and why others were not; written to.
        placed: as in ``Allocation``, as are those below; written to, ``(a,)``.
        place: ``(w,)``.
        is_closed: ``(c,)``.
        taken: seats taken, ``(c,)``.
        threads: how many may work at once; no result depends on it.
    """

    market: Market
    wishes: Wishes
    standing: Int32
    screening: Screening
    placed: Int16
    place: Int32
    is_closed: Flags
    taken: Int32
    threads: int

    def finished(self) -> Allocation:
        """The allocation (录取结果), once every reason and place is told."""
        return Allocation(
            placed=self.placed,
            reason=self.screening.reason,
            place=self.place,
            is_closed=self.is_closed,
            seats_taken=self.taken,
            standing=self.standing,
        )


def empty_placement(market: Market, standing: Int32, *, threads: int) -> Placement:
    """Nobody placed, nothing closed (未录取); wishes screened by grade."""
    wishes = wishes_of(market)
    applications, courses = len(wishes.pupil), len(market.courses.seats)
    return Placement(
        market=market,
        wishes=wishes,
        standing=read_only(standing),
        screening=screened(market, wishes, threads=threads),
        placed=np.full(applications, UNPLACED, np.int16),
        place=np.zeros(len(wishes.course), np.int32),
        is_closed=np.zeros(courses, np.bool_),
        taken=np.zeros(courses, np.int32),
        threads=threads,
    )
