"""志愿表: the arrays that every kernel of an allocation reads, and which wishes can be granted."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import EVERY_GRADE, Int16, Int32, Int64, Market
from shuangjian.engines.market.result import Reason

Int8 = NDArray[np.int8]
Flags = NDArray[np.bool_]
Piece = TypeVar("Piece")
Array = TypeVar("Array", Int16, Int32, Int64)

NOT_ELIGIBLE: Final = int(Reason.NOT_ELIGIBLE)
OCCUPIED: Final = int(Reason.OCCUPIED)
UNTOLD: Final = int(Reason.LOWER_THAN_PLACED)
"""The reason of a grantable wish until it is told: for most it will stay, once all are placed."""
WORTH_A_THREAD: Final = 200_000
"""With fewer wishes, starting threads takes longer than the work."""


class Wishes(NamedTuple):
    """志愿表: ``a`` applications with ``w`` wishes, as in ``Applications``; never written to."""

    pupil: Int32
    slot: Int16
    start: Int64
    course: Int32
    rank: Int16
    tier: Int16


class Screening(NamedTuple):
    """资格审查: what can be granted at all, before anybody is placed.

    Attributes:
        reason: ``NOT_ELIGIBLE`` or, in later rounds, ``OCCUPIED`` where a wish cannot be granted;
            otherwise ``UNTOLD``, or what has been told of it since, ``(w,)``.
        best_tier: the best tier among the grantable wishes, 0 without any, ``(a,)``.
        is_uneven: whether some application of the slot has grantable wishes of several tiers,
            ``(s,)``.
    """

    reason: Int8
    best_tier: Int16
    is_uneven: Flags


def wishes_of(market: Market) -> Wishes:
    """The wishes of a market (志愿表), as views that cannot be written to."""
    applications = market.applications
    return Wishes(
        pupil=read_only(applications.pupil),
        slot=read_only(applications.slot),
        start=read_only(applications.start),
        course=read_only(applications.course),
        rank=read_only(applications.rank),
        tier=read_only(applications.tier),
    )


def read_only(array: Array) -> Array:
    """The same numbers as a view that cannot be written to (只读).

    A kernel is compiled once for each kind of array, and arrays from a file cannot be written to.
    """
    view = array.view()
    view.flags.writeable = False
    return view


def screened(market: Market, wishes: Wishes, *, threads: int) -> Screening:
    """Which wishes can be granted by grade (资格审查), and the best tier of each application."""
    screening = Screening(
        reason=np.empty(len(wishes.course), np.int8),
        best_tier=np.empty(len(wishes.pupil), np.int16),
        is_uneven=np.zeros(len(market.slots), np.bool_),
    )
    grade, grades = read_only(market.grade), read_only(market.courses.grades)

    def screen(piece: tuple[int, int]) -> None:
        _screen(wishes, grade, grades, piece[0], piece[1], screening)

    spread(screen, stretches(wishes, threads=threads), threads=threads)
    return screening


def stretches(wishes: Wishes, *, threads: int) -> list[tuple[int, int]]:
    """The applications in stretches (分段) that threads may take, ``(first, behind the last)``."""
    count = len(wishes.pupil)
    pieces = 1 if len(wishes.course) < WORTH_A_THREAD else 2 * threads
    bounds = [count * piece // pieces for piece in range(pieces + 1)]
    return list(pairwise(bounds))


def slot_pieces(slots: Int16, wishes: Wishes) -> list[Int16]:
    """Slots in pieces (分段) that threads may take: one each, or all where it is little."""
    if len(wishes.course) < WORTH_A_THREAD:
        return [slots]
    return [slots[at : at + 1] for at in range(len(slots))]


def spread(work: Callable[[Piece], None], pieces: Sequence[Piece], *, threads: int) -> None:
    """Do every piece (分工), on threads where there are several; each writes to its own place."""
    if threads == 1 or len(pieces) == 1:
        for piece in pieces:
            work(piece)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, pieces):
            pass


@compiled
def is_grantable(reason: int) -> bool:
    """Whether a wish of this reason took part (可录取)."""
    return reason not in (NOT_ELIGIBLE, OCCUPIED)


@compiled
def _screen(
    wishes: Wishes, grade: Int16, grades: Int64, first: int, behind: int, found: Screening
) -> None:
    is_limited = (grades != EVERY_GRADE).any()
    # why: an array is taken out of its tuple once; within a loop it would cost more than the work.
    pupil, slot, start, course, _, tiers = wishes
    reason, best_tier, is_uneven = found
    for application in range(first, behind):
        best = np.int16(0)
        own = grade[pupil[application]]
        for wish in range(start[application], start[application + 1]):
            reason[wish] = UNTOLD
            if is_limited:
                allowed = grades[course[wish]]
                if allowed != EVERY_GRADE and (own < 0 or not (allowed >> own) & 1):
                    reason[wish] = NOT_ELIGIBLE
                    continue
            tier = tiers[wish]
            if tier != best:
                is_uneven[slot[application]] |= best > 0
                best = min(best, tier) if best else tier
        best_tier[application] = best
