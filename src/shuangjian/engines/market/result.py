"""录取结果: what an allocation answers, integer-coded, one entry a wish and one a course."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.market.market import Int16, Int32

UNPLACED: Final = -1


class Reason(IntEnum):
    """理由: why a wish got a place or none."""

    PLACED = 0
    LOWER_THAN_PLACED = 1
    FULL_BY_TIER = 2
    FULL_BY_DRAW = 3
    CLOSED = 4
    NOT_ELIGIBLE = 5
    OCCUPIED = 6
    YIELDED = 7
    FULL_BY_RESERVE = 8


CODES: Final = {
    Reason.PLACED: "placed",
    Reason.LOWER_THAN_PLACED: "lower_than_placed",
    Reason.FULL_BY_TIER: "full_by_tier",
    Reason.FULL_BY_DRAW: "full_by_draw",
    Reason.CLOSED: "closed",
    Reason.NOT_ELIGIBLE: "not_eligible",
    Reason.OCCUPIED: "occupied",
    Reason.YIELDED: "yielded",
    Reason.FULL_BY_RESERVE: "full_by_reserve",
}
"""What stands in ``outcomes``: stable words, in lower case."""

SENTENCES: Final = {
    Reason.PLACED: "已录取。",
    Reason.LOWER_THAN_PLACED: "已录取到您排得更靠前的志愿。",
    Reason.FULL_BY_TIER: "已满：名额都给了优先级在您之前的学生；您在候补第 {place} 位。",
    Reason.FULL_BY_DRAW: "已满：同一优先级里抽签在您之前的学生占满了名额；您在候补第 {place} 位。",
    Reason.CLOSED: "报名人数不到开班人数，这门课没有开班。",
    Reason.NOT_ELIGIBLE: "这门课不对这个年级开放。",
    Reason.OCCUPIED: "这一天已被前一轮录取的课程占用。",
    Reason.YIELDED: "为使总的结果最好，这门课没有安排您；您在候补第 {place} 位。",
    Reason.FULL_BY_RESERVE: "已满：余下的名额是为指定类别的学生预留的；您在候补第 {place} 位。",
}

TITLES: Final = {
    Reason.PLACED: "录取",
    Reason.LOWER_THAN_PLACED: "已录取到更靠前的志愿",
    Reason.FULL_BY_TIER: "已满，名额给了优先级在前的学生",
    Reason.FULL_BY_DRAW: "已满，同一优先级里抽签在后",
    Reason.CLOSED: "没有开班",
    Reason.NOT_ELIGIBLE: "不对这个年级开放",
    Reason.OCCUPIED: "这一天已被前一轮占用",
    Reason.YIELDED: "为总的结果让出",
    Reason.FULL_BY_RESERVE: "已满，余下的是预留名额",
}
"""The same in a few words, for a table of counts."""


@dataclass(frozen=True)
class Allocation:
    """录取结果: of one market under one mechanism and one draw.

    Attributes:
        placed: per application, the position of the wish that was granted within its own wishes
            (0 is the first), ``UNPLACED`` otherwise, ``(a,)``.
        reason: ``Reason`` per wish, ``(w,)``.
        place: per wish that waits, its place in the course's waiting order, 1 is next; 0 otherwise.
        is_closed: per course, ``(c,)``.
        seats_taken: per course, ``(c,)``.
        standing: per slot and pupil, the place in the draw, 0 is first, ``(s, p)``.
    """

    placed: Int16
    reason: NDArray[np.int8]
    place: Int32
    is_closed: NDArray[np.bool_]
    seats_taken: Int32
    standing: Int32
