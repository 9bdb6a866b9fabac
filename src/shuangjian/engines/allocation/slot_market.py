"""单时段市场: one slot's live applications, locally coded; what a mechanism's kernel works on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.market.market import Int16, Int32, Int64

TIER_SHIFT: Final = 32
"""A priority is one number, ``tier << 32 | standing``; lower is better."""


@dataclass(frozen=True)
class SlotMarket:
    """单时段市场: ``n`` pupils in the order of (best tier, standing), ``m`` courses, ``k`` wishes.

    Wishes that cannot be granted (ineligible, occupied, closed for good) are left out, or their
    course has ``is_open`` false; kernels must skip those.

    Attributes:
        start: the wishes of pupil ``i`` are ``start[i]:start[i + 1]``, ``(n + 1,)``.
        course: local code, ``(k,)``; by (rank, course) within a pupil.
        rank: as written, at least 1; equal ranks are indifferent, ``(k,)``.
        tier: of the pupil at that course, 1 is first, ``(k,)``.
        standing: the place in the draw, unique, lower is better, ``(n,)``.
        group: index of the pupil's group for reserved places, -1 for none, ``(n,)``.
        seats: ``(m,)``.
        reserved: ``(m, g)``; no column where nothing is reserved.
        is_open: ``(m,)``.
    """

    start: Int64
    course: Int32
    rank: Int16
    tier: Int16
    standing: Int32
    group: Int16
    seats: Int32
    reserved: Int32
    is_open: NDArray[np.bool_]


Placing = Callable[[SlotMarket], Int16]
"""A mechanism: per pupil the position of the granted wish within its own, -1 for none.

It knows nothing of ``least``: the run closes courses one by one and asks again.
"""
