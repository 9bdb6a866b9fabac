"""结果行: what stands in placements, outcomes, courses_result and audit."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int32, Int64, Market
from shuangjian.engines.market.result import CODES, SENTENCES, UNPLACED, Allocation, Reason
from shuangjian.engines.market.result_table import Cells, NumberCells, ResultTable, TextCells

PLACEMENTS: Final = "placements"
OUTCOMES: Final = "outcomes"
COURSES_RESULT: Final = "courses_result"
AUDIT: Final = "audit"

_WISHES_AT_ONCE: Final = 1 << 20
# why: so few that the ids of a batch stay a dictionary of less than a mebibyte.
_PLACEMENTS_AT_ONCE: Final = 1 << 18
_STATES: Final = ("open", "closed")
_TIER_BIT: Final = 32
_STANDING: Final = 0xFFFFFFFF


def placements_of(market: Market, allocation: Allocation) -> ResultTable:
    """One row a placed application, by (pupil, slot) (录取名单)."""
    applications = market.applications
    placed = np.flatnonzero(allocation.placed != UNPLACED)
    slots = pa.array(market.slots, pa.string())

    def batch(first: int, last: int) -> Sequence[Cells]:
        application = placed[first:last]
        wish = applications.start[application] + allocation.placed[application]
        return (
            TextCells(market.pupils, applications.pupil[application]),
            TextCells(slots, applications.slot[application]),
            TextCells(market.courses.ids, applications.course[wish]),
            NumberCells(applications.rank[wish]),
        )

    columns = ("pupil", "slot", "course", "rank")
    return ResultTable(PLACEMENTS, columns, placed.size, _PLACEMENTS_AT_ONCE, batch)


def outcomes_of(market: Market, allocation: Allocation, *, with_sentences: bool) -> ResultTable:
    """One row a wish, by (pupil, slot, rank, course) (志愿结果)."""
    applications = market.applications
    slots = pa.array(market.slots, pa.string())
    codes = pa.array([CODES[reason] for reason in Reason], pa.string())

    def batch(first: int, last: int) -> Sequence[Cells]:
        pupil, slot = np.empty(last - first, np.int32), np.empty(last - first, np.int16)
        begin = int(np.searchsorted(applications.start, first, side="right")) - 1
        spread(applications.start, applications.pupil, begin, first, pupil)
        spread(applications.start, applications.slot, begin, first, slot)
        reason, place = allocation.reason[first:last], allocation.place[first:last]
        cells: tuple[Cells, ...] = (
            TextCells(market.pupils, pupil),
            TextCells(slots, slot),
            NumberCells(applications.rank[first:last]),
            TextCells(market.courses.ids, applications.course[first:last]),
            TextCells(codes, reason),
            NumberCells(place),
        )
        return (*cells, _sentences(reason, place)) if with_sentences else cells

    columns = ["pupil", "slot", "rank", "course", "reason", "place"]
    columns += ["sentence"] if with_sentences else []
    return ResultTable(OUTCOMES, columns, applications.course.size, _WISHES_AT_ONCE, batch)


def courses_result_of(market: Market, allocation: Allocation) -> ResultTable:
    """One row a course (课程结果), with its cutoff."""
    courses = market.courses
    wished, waiting = np.zeros((2, courses.slot.size), np.int32)
    count_wishes(market.applications.course, allocation.place, wished, waiting)
    last_placed = _last_placed(market, allocation)
    is_empty = last_placed < 0
    slots = pa.array(market.slots, pa.string())
    states = pa.array(_STATES, pa.string())

    def batch(first: int, last: int) -> Sequence[Cells]:
        rows = slice(first, last)
        return (
            TextCells(courses.ids, np.arange(first, last, dtype=np.int32)),
            TextCells(slots, courses.slot[rows]),
            NumberCells(courses.seats[rows]),
            NumberCells(courses.least[rows]),
            NumberCells(wished[rows]),
            NumberCells(allocation.seats_taken[rows]),
            NumberCells(waiting[rows]),
            TextCells(states, allocation.is_closed[rows].astype(np.int8)),
            NumberCells((last_placed[rows] >> _TIER_BIT).astype(np.int16), is_empty[rows]),
            NumberCells((last_placed[rows] & _STANDING).astype(np.int32), is_empty[rows]),
        )

    columns = (
        *("course", "slot", "seats", "least", "wished", "placed", "waiting", "state"),
        *("last_tier", "last_standing"),
    )
    return ResultTable(COURSES_RESULT, columns, courses.slot.size, _PLACEMENTS_AT_ONCE, batch)


def audit_of(market: Market, allocation: Allocation) -> ResultTable:
    """One row an application, in codes (核对表)."""
    applications = market.applications

    def batch(first: int, last: int) -> Sequence[Cells]:
        pupil, slot = applications.pupil[first:last], applications.slot[first:last]
        placed = allocation.placed[first:last]
        # why: the last wish of an unplaced application is looked at, and then left out.
        wish = applications.start[first:last] + np.maximum(placed, 0)
        rank = np.where(placed == UNPLACED, 0, applications.rank[wish]).astype(np.int16)
        return (
            NumberCells(pupil),
            NumberCells(slot),
            NumberCells(allocation.standing[slot, pupil]),
            NumberCells(placed),
            NumberCells(rank),
        )

    columns = ("pupil", "slot", "standing", "placed", "rank")
    return ResultTable(AUDIT, columns, applications.pupil.size, _WISHES_AT_ONCE, batch)


def _sentences(reason: NDArray[np.int8], place: Int32) -> TextCells:
    """The sentence of each wish; equal ones are made once."""
    keys, codes = np.unique((reason.astype(np.int64) << _TIER_BIT) | place, return_inverse=True)
    sentences = [
        SENTENCES[Reason(key >> _TIER_BIT)].format(place=key & _STANDING) for key in keys.tolist()
    ]
    return TextCells(pa.array(sentences, pa.string()), codes)


def _last_placed(market: Market, allocation: Allocation) -> Int64:
    """For each course the last (tier, standing) of those placed, as one number; -1 for nobody."""
    applications = market.applications
    placed = np.flatnonzero(allocation.placed != UNPLACED)
    wish = applications.start[placed] + allocation.placed[placed]
    standing = allocation.standing[applications.slot[placed], applications.pupil[placed]]
    last = np.full(market.courses.slot.size, -1, np.int64)
    np.maximum.at(
        last,
        applications.course[wish],
        (applications.tier[wish].astype(np.int64) << _TIER_BIT) | standing,
    )
    return last


@compiled
def spread(
    start: Int64, values: NDArray[Any], application: int, first: int, found: NDArray[Any]
) -> None:
    """For consecutive wishes the value of their application (铺开).

    Args:
        start: of each application's wishes.
        values: one an application.
        application: that of the first wish.
        first: wish.
        found: is filled, one a wish.
    """
    for place in range(found.size):
        while start[application + 1] <= first + place:
            application += 1
        found[place] = values[application]


@compiled
def count_wishes(course: Int32, place: Int32, wished: Int32, waiting: Int32) -> None:
    """How many wish for each course, and how many of them wait (数志愿)."""
    for wish in range(course.size):
        wished[course[wish]] += 1
        if place[wish] > 0:
            waiting[course[wish]] += 1
