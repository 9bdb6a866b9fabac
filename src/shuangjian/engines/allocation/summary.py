"""汇总: an allocation in a few figures, as they stand in ``summary.json``."""

from typing import Any, NamedTuple

import numpy as np

from shuangjian.engines.allocation.wishes import Int8, Wishes, wishes_of
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int64, Market
from shuangjian.engines.market.result import CODES, Allocation, Reason


class Tally(NamedTuple):
    """计数: applications with at least one wish, counted.

    Attributes:
        applications: how many there are.
        first: how many got a wish of their lowest rank.
        by_rank: how many got a wish of each rank; the index is the rank.
        by_reason: how many wishes have each ``Reason``.
    """

    applications: int
    first: int
    by_rank: Int64
    by_reason: Int64


def summarise(market: Market, allocation: Allocation) -> dict[str, Any]:
    """The figures of an allocation (汇总), ready for JSON; the caller adds the draw and the time.

    Returns:
        ``digest`` of the market; ``pupils``, ``courses``, ``applications`` (with at least one
        wish), ``wishes``; ``placed``, ``first_choice_count``, ``unplaced_count`` of applications,
        ``first_choice`` and ``unplaced`` as shares of them, ``mean_rank`` of the placed (``None``
        for shares and means of nothing); ``rank_counts`` by rank as text, ``reasons`` by code,
        ``closed`` ids of courses, ``not_eligible`` the first such wish or ``None``.
    """
    tally = tallied(market, allocation)
    placed = int(tally.by_rank.sum())
    total_rank = int((tally.by_rank * np.arange(len(tally.by_rank))).sum())
    unplaced = tally.applications - placed
    return {
        "digest": market.digest,
        "pupils": len(market.pupils),
        "courses": len(market.courses.ids),
        "applications": tally.applications,
        "wishes": len(market.applications.course),
        "placed": placed,
        "first_choice": _share(tally.first, tally.applications),
        "first_choice_count": tally.first,
        "mean_rank": _share(total_rank, placed),
        "unplaced": _share(unplaced, tally.applications),
        "unplaced_count": unplaced,
        "rank_counts": {str(rank): int(count) for rank, count in enumerate(tally.by_rank) if count},
        "closed": [
            market.courses.ids[int(course)].as_py()
            for course in np.flatnonzero(allocation.is_closed)
        ],
        "reasons": {CODES[reason]: int(tally.by_reason[reason]) for reason in Reason},
        "not_eligible": _first_not_eligible(market, allocation),
    }


def tallied(market: Market, allocation: Allocation) -> Tally:
    """Count an allocation (计数)."""
    applications, first, by_rank, by_reason = _tally(
        wishes_of(market),
        allocation.placed,
        allocation.reason,
        int(market.applications.rank.max(initial=0)),
        len(Reason),
    )
    return Tally(int(applications), int(first), by_rank, by_reason)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _first_not_eligible(market: Market, allocation: Allocation) -> dict[str, str] | None:
    """The first wish for a course that is not open to the pupil's grade, in words."""
    is_not = allocation.reason == Reason.NOT_ELIGIBLE
    if not is_not.any():
        return None
    applications = market.applications
    wish = int(is_not.argmax())
    application = int(np.searchsorted(applications.start, wish, side="right")) - 1
    return {
        "pupil": market.pupils[int(applications.pupil[application])].as_py(),
        "slot": market.slots[applications.slot[application]],
        "course": market.courses.ids[int(applications.course[wish])].as_py(),
    }


@compiled
def _tally(
    wishes: Wishes, placed: Int16, reason: Int8, last_rank: int, reasons: int
) -> tuple[int, int, Int64, Int64]:
    _, _, start, _, rank, _ = wishes
    by_rank = np.zeros(last_rank + 1, np.int64)
    by_reason = np.zeros(reasons, np.int64)
    applications = first = 0
    for application in range(placed.size):
        begin = start[application]
        applications += start[application + 1] > begin
        if placed[application] >= 0:
            got = rank[begin + placed[application]]
            by_rank[got] += 1
            first += got == rank[begin]
    for wish in range(reason.size):
        by_reason[reason[wish]] += 1
    return applications, first, by_rank, by_reason
