"""延迟接受: pupils propose down their lists, courses hold the best claims until the end.

What it promises, and under which conditions, stands in ``docs/algorithms/deferred_acceptance.md``.
"""

from typing import NamedTuple

import numpy as np

from shuangjian.engines.allocation.slot_market import TIER_SHIFT, SlotMarket
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64


class _Seating(NamedTuple):
    """暂录名单: per course one heap a group for its reserved seats, and last the one for all.

    The worst held claim is on top of a heap; the heap of course ``c`` and column ``x`` is
    ``first[c, x]`` to ``first[c, x] + held[c, x]`` of ``priority`` and ``pupil``.
    """

    priority: Int64
    pupil: Int32
    first: Int64
    held: Int32
    free: Int64
    reserved: Int32


def place_deferred_acceptance(market: SlotMarket) -> Int16:
    """Pupil-proposing deferred acceptance with reserved places (延迟接受).

    A course holds, per group, the group's best claims up to ``reserved``, then of all other claims
    the best up to the seats left; so unused reserved seats go to all. Equal ranks are proposed to
    in the order of the list.

    Args:
        market: a course's reserved seats are at most its seats.

    Returns:
        Position of the granted wish within the pupil's own, -1 for none, ``(n,)``.

    Source: docs/algorithms/deferred_acceptance.md
    """
    # invariant: the reserve comes out of the seats, or a course would hold more than it has.
    assert (market.reserved.sum(axis=1) <= market.seats).all()
    groups = market.reserved.shape[1]
    # why: where nothing is reserved, a pupil's group has no column to look at.
    group = market.group if groups else np.full(len(market.group), -1, np.int16)
    return _propose(
        market.start,
        market.course,
        market.tier,
        market.standing,
        group,
        _empty_seating(market),
    )


def _empty_seating(market: SlotMarket) -> _Seating:
    """Nobody held yet; room for no more than wish for a course, however many seats it has."""
    courses = len(market.seats)
    wished = np.bincount(market.course, minlength=courses)
    free = np.where(market.is_open, np.minimum(market.seats, wished), 0)
    reserved = np.minimum(market.reserved, free[:, np.newaxis]).astype(np.int32)
    room = np.column_stack([reserved, free])
    first = (np.cumsum(room) - room.ravel()).reshape(room.shape)
    total = int(room.sum())
    return _Seating(
        priority=np.empty(total, np.int64),
        pupil=np.empty(total, np.int32),
        first=first,
        held=np.zeros(room.shape, np.int32),
        free=free,
        reserved=reserved,
    )


@compiled
def _propose(
    start: Int64,
    course: Int32,
    tier: Int16,
    standing: Int32,
    group: Int16,
    seating: _Seating,
) -> Int16:
    """One pupil after the other claims its next wish; whom that turns away goes on at once."""
    priorities, pupils, first, held, free, reserved = seating
    to_all = held.shape[1] - 1
    placed = np.full(len(standing), -1, np.int16)
    proposed = start[:-1].copy()
    for newcomer in range(len(standing)):
        pupil = newcomer
        while pupil >= 0 and proposed[pupil] < start[pupil + 1]:
            wish = proposed[pupil]
            proposed[pupil] += 1
            placed[pupil] = wish - start[pupil]
            priority = int(tier[wish]) << TIER_SHIFT | int(standing[pupil])
            wanted = course[wish]
            if group[pupil] >= 0 and reserved[wanted, group[pupil]] > 0:
                priority, pupil = _claim_reserved(seating, wanted, group[pupil], priority, pupil)
                if pupil < 0:
                    break
            heap = first[wanted, to_all]
            if free[wanted] > 0:
                _push(priorities, pupils, heap, held[wanted, to_all], priority, pupil)
                held[wanted, to_all] += 1
                free[wanted] -= 1
                break
            if held[wanted, to_all] > 0 and priority < priorities[heap]:
                pupil = _replace(priorities, pupils, heap, held[wanted, to_all], priority, pupil)
            placed[pupil] = -1
    return placed


@compiled
def _claim_reserved(
    seating: _Seating, course: int, group: int, priority: int, pupil: int
) -> tuple[int, int]:
    """A claim to a seat reserved for the group; who must look for a seat for all, -1 for nobody."""
    priorities, pupils, first, held, free, reserved = seating
    heap = first[course, group]
    if held[course, group] == reserved[course, group]:
        worst = priorities[heap]
        if priority > worst:
            return priority, pupil
        return worst, _replace(priorities, pupils, heap, held[course, group], priority, pupil)
    _push(priorities, pupils, heap, held[course, group], priority, pupil)
    held[course, group] += 1
    if free[course] > 0:
        free[course] -= 1
        return priority, -1
    # why: this seat had been lent to all; the worst of them must give it back, and is turned away,
    # since it is behind all others there.
    to_all = held.shape[1] - 1
    held[course, to_all] -= 1
    last = first[course, to_all] + held[course, to_all]
    worst = priorities[first[course, to_all]]
    return worst, _replace(
        priorities,
        pupils,
        first[course, to_all],
        held[course, to_all],
        priorities[last],
        pupils[last],
    )


@compiled
def _push(
    priorities: Int64, pupils: Int32, first: int, held: int, priority: int, pupil: int
) -> None:
    """One more on the heap that starts at ``first`` and holds ``held``."""
    at = held
    while at > 0:
        above = (at - 1) // 2
        if priorities[first + above] >= priority:
            break
        priorities[first + at] = priorities[first + above]
        pupils[first + at] = pupils[first + above]
        at = above
    priorities[first + at] = priority
    pupils[first + at] = pupil


@compiled
def _replace(
    priorities: Int64, pupils: Int32, first: int, held: int, priority: int, pupil: int
) -> int:
    """Put a claim in the place of the worst on a heap; the pupil that was there."""
    gone = int(pupils[first])
    at = 0
    below = 1
    while below < held:
        if below + 1 < held and priorities[first + below + 1] > priorities[first + below]:
            below += 1
        if priorities[first + below] <= priority:
            break
        priorities[first + at] = priorities[first + below]
        pupils[first + at] = pupils[first + below]
        at = below
        below = 2 * at + 1
    priorities[first + at] = priority
    pupils[first + at] = pupil
    return gone
