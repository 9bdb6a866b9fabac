"""结果与理由: what every wish must be told, derived from who sits where."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.checker.given import Given, Wishes
from shuangjian.engines.checker.loop import NOBODY, Flags, Int32, Int64, compiled
from shuangjian.engines.checker.part import Part, State
from shuangjian.engines.checker.part_making import Session
from shuangjian.engines.checker.stability import NOBODY_BEHIND, last_on_seats, priority, sitting

Reasons = NDArray[np.int8]

WORDS: Final = (
    b"placed",
    b"lower_than_placed",
    b"full_by_tier",
    b"full_by_draw",
    b"closed",
    b"not_eligible",
    b"occupied",
    b"yielded",
    b"full_by_reserve",
)
SENTENCES: Final = (
    "已录取。",
    "已录取到您排得更靠前的志愿。",
    "已满：名额都给了优先级在您之前的学生；您在候补第 {place} 位。",
    "已满：同一优先级里抽签在您之前的学生占满了名额；您在候补第 {place} 位。",
    "报名人数不到开班人数，这门课没有开班。",
    "这门课不对这个年级开放。",
    "这一天已被前一轮录取的课程占用。",
    "为使总的结果最好，这门课没有安排您；您在候补第 {place} 位。",
    "已满：余下的名额是为指定类别的学生预留的；您在候补第 {place} 位。",
)
PLACED: Final = 0
LOWER: Final = 1
BY_TIER: Final = 2
BY_DRAW: Final = 3
CLOSED: Final = 4
NOT_ELIGIBLE: Final = 5
OCCUPIED: Final = 6
YIELDED: Final = 7
BY_RESERVE: Final = 8
_TIER_BITS: Final = 32


@dataclass(frozen=True)
class Expected:
    """应有结果: what every wish must be told.

    Attributes:
        reason: place in ``WORDS``, ``(w,)``.
        place: in the waiting order, 1 is next; 0 where it does not wait, ``(w,)``.
        last: per course the worst (tier, standing) that sits there, tier in the upper half;
            ``NOBODY_BEHIND`` where nobody does, ``(c,)``.
    """

    reason: Reasons
    place: Int32
    last: Int64


def plain_reasons(given: Given, may_join: Flags, is_open: Flags, is_occupied: Flags) -> Expected:
    """The reasons that need no draw; ``LOWER`` everywhere else, for ``add_reasons`` to replace.

    Args:
        given: the market.
        may_join: wishes that fit the grade, ``(w,)``.
        is_open: ``(c,)``.
        is_occupied: applications whose days were taken before, ``(a,)``.
    """
    reason = np.full(given.wishes.course.size, LOWER, np.int8)
    reason[np.repeat(is_occupied, np.diff(given.wishes.start))] = OCCUPIED
    reason[~is_open[given.wishes.course]] = CLOSED
    reason[~may_join] = NOT_ELIGIBLE
    place = np.zeros(reason.size, np.int32)
    return Expected(reason, place, np.full(is_open.size, NOBODY_BEHIND, np.int64))


def add_reasons(expected: Expected, session: Session) -> None:
    """Fill in the reasons, waiting places and last ones of one slot."""
    part, state = session.part, session.state
    last, waiting, keys = _slot_reasons(part, state, session.origin, expected.reason)
    order = np.lexsort((keys, part.course[waiting]))
    expected.place[session.origin[waiting[order]]] = _places(part.course[waiting[order]])
    expected.last[session.courses] = last


@compiled
def _slot_reasons(
    part: Part, state: State, origin: Int64, reason: Reasons
) -> tuple[Int64, Int64, Int64]:
    """Set the reasons of one slot; the last at each course, who waits, and their priorities."""
    on_open, on_reserve, _ = last_on_seats(part, state)
    free = part.seats - np.diff(sitting(part, state)[0])
    last = on_open.copy()
    for course in range(last.size):
        for group in range(part.reserved.shape[1]):
            last[course] = max(last[course], on_reserve[course, group])
    waiting = np.empty(origin.size, np.int64)
    keys = np.empty(origin.size, np.int64)
    count = 0
    for pupil in range(state.placed.size):
        stop = part.start[pupil + 1]
        if state.placed[pupil] != NOBODY:
            stop = part.start[pupil] + state.placed[pupil]
            reason[origin[stop]] = PLACED
        for wish in range(part.start[pupil], stop):
            course = part.course[wish]
            if not state.is_open[course]:
                continue
            key = priority(part, pupil, wish)
            reason[origin[wish]] = _why_full(key, last[course], on_open[course], free[course])
            waiting[count], keys[count] = wish, key
            count += 1
    return last, waiting[:count].copy(), keys[:count].copy()


@compiled
def _why_full(key: int, last: int, on_open: int, free: int) -> int:
    """Why somebody with this priority waits at a course.

    ``last`` is the worst priority that sits there, ``on_open`` the worst on a seat for all,
    ``free`` how many seats are; one may be kept for the sake of the whole (``rank-optimal``).
    """
    if free > 0 or on_open > key:
        return YIELDED
    if last > key:
        return BY_RESERVE
    return BY_DRAW if last >> _TIER_BITS == key >> _TIER_BITS else BY_TIER


@compiled
def _places(course: Int32) -> Int32:
    """Numbers from 1 within each run of one course."""
    places = np.empty(course.size, np.int32)
    for at in range(course.size):
        places[at] = places[at - 1] + 1 if at > 0 and course[at] == course[at - 1] else 1
    return places


def last_of(last: Int64) -> tuple[Int64, Int64]:
    """Tier and standing of the last at each course; meaningless where nobody is."""
    return last >> _TIER_BITS, last & ((1 << _TIER_BITS) - 1)


def count_by_course(wishes: Wishes, chosen: Flags, courses: int) -> Int64:
    """How many of the chosen wishes each course has, ``(c,)``."""
    return np.bincount(wishes.course[chosen], minlength=courses)
