"""最满录取: the most placed; then pupils in turn get the best wish that this allows."""

import numpy as np

from shuangjian.engines.allocation.augmenting import cheapest
from shuangjian.engines.allocation.options import grantable, positions, tight
from shuangjian.engines.allocation.refinement import refine
from shuangjian.engines.allocation.slot_market import SlotMarket
from shuangjian.engines.market.market import Int16


def place_fullest(market: SlotMarket) -> Int16:
    """Place as many as can be, and then the pupils in their order as well as can be (最满录取).

    Of all placements with the most pupils placed, the one where the first pupil has the best wish
    that any of them gives it, then the second the best that is left to it, and so on; a place is
    better than none. The result is one. See docs/algorithms/fullest.md.

    Args:
        market: one slot's wishes, pupils in the order in which they are to be served.

    Returns:
        Per pupil the position of the granted wish within its own, -1 for none, ``(n,)``.
    """
    options, room = grantable(market.start, market.course, market.seats, market.is_open)
    cost = np.where(options.wish >= 0, np.int64(-1), np.int64(0))
    chosen, price = cheapest(options, cost, room)
    options, chosen = tight(options, cost, price, chosen)
    return positions(options, refine(options, chosen, room, price == 0), market.start)
