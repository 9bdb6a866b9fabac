"""复盘: what a mechanism saw, once more, from a market and its outcome."""

from collections.abc import Iterator

import numpy as np

from shuangjian.engines.allocation.component import (
    Components,
    Cut,
    components_of,
    cut_out,
    slot_market_of,
)
from shuangjian.engines.allocation.mechanism import Mechanism
from shuangjian.engines.allocation.placement import Placement, empty_placement
from shuangjian.engines.allocation.rounds import occupy, rounds_of
from shuangjian.engines.allocation.slot_market import SlotMarket
from shuangjian.engines.market.market import Int16, Int32, Market
from shuangjian.engines.market.result import UNPLACED, Allocation


def drawn_rounds(
    market: Market, standing: Int32, placed: Int16
) -> Iterator[tuple[Placement, Components]]:
    """Round by round (逐轮) the market as it was before anybody was placed or anything closed.

    Args:
        market: see there.
        standing: of the draw, ``(s, p)``.
        placed: the outcome of all rounds; days taken in the earlier ones are barred, ``(a,)``.
    """
    placement = empty_placement(market, standing, threads=1)
    for number, slots in enumerate(rounds_of(market)):
        if number:
            occupy(placement, slots)
        yield placement, components_of(placement, slots=slots)
        is_in = np.isin(market.applications.slot, slots)
        placement.placed[is_in] = placed[is_in]


def settled_markets(
    market: Market, allocation: Allocation, mechanism: Mechanism
) -> Iterator[tuple[SlotMarket, Int16]]:
    """Every component as it was in the end (终局市场), and the positions granted in it.

    Closed courses are shut and their wishes left out, as when the component was placed last.
    """
    for placement, components in drawn_rounds(market, allocation.standing, allocation.placed):
        for component in range(len(components.course_start) - 1):
            cut = cut_out(
                components.applications_of(component),
                placement.wishes,
                placement.screening.reason,
                allocation.is_closed,
                components.local,
                placement.standing,
            )
            slot_market = slot_market_of(
                market,
                components.courses_of(component),
                cut,
                is_closed=allocation.is_closed,
                is_reserving=mechanism.is_reserving,
            )
            yield slot_market, _positions(cut, market, allocation.placed)


def _positions(cut: Cut, market: Market, placed: Int16) -> Int16:
    """The position of each granted wish among those of the cut, ``UNPLACED`` for none."""
    own = placed[cut.application]
    granted = np.where(own == UNPLACED, UNPLACED, market.applications.start[cut.application] + own)
    positions = np.full(len(own), UNPLACED, np.int16)
    row = np.repeat(np.arange(len(own)), np.diff(cut.start))
    entry = np.flatnonzero(cut.wish == granted[row])
    positions[row[entry]] = entry - cut.start[row[entry]]
    return positions
