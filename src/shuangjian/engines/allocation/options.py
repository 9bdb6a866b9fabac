"""可行去向: where each pupil may end: its wishes that can be granted and, last, nowhere."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64


class Options(NamedTuple):
    """可行去向: of ``n`` pupils among ``m`` courses and nowhere, which is course ``m``.

    Attributes:
        start: the options of pupil ``i`` are ``start[i]:start[i + 1]``, ``(n + 1,)``.
        course: ``m`` for nowhere, ``(k,)``; in the order of the pupil's wishes, nowhere last.
        wish: index of the wish in the market, -1 for nowhere, ``(k,)``.
    """

    start: Int64
    course: Int32
    wish: Int64


@compiled
def grantable(
    start: Int64, course: Int32, seats: Int32, is_open: NDArray[np.bool_]
) -> tuple[Options, Int32]:
    """What can be granted at all (可行去向), and the seats, with those of nowhere added.

    Args:
        start: the wishes of pupil ``i`` are ``start[i]:start[i + 1]``, ``(n + 1,)``.
        course: of each wish.
        seats: ``(m,)``.
        is_open: ``(m,)``.

    Returns:
        The options, and the seats of the courses and of nowhere, ``(m + 1,)``: a course that is
        not open has none, and nowhere always has one free.
    """
    pupils = start.size - 1
    nowhere = seats.size
    room = np.empty(nowhere + 1, np.int32)
    for code in range(nowhere):
        room[code] = seats[code] if is_open[code] else 0
    room[nowhere] = pupils + 1
    first = np.empty(pupils + 1, np.int64)
    courses = np.empty(course.size + pupils, np.int32)
    wishes = np.empty(course.size + pupils, np.int64)
    count = 0
    for pupil in range(pupils):
        first[pupil] = count
        for wish in range(start[pupil], start[pupil + 1]):
            if room[course[wish]] > 0:
                courses[count] = course[wish]
                wishes[count] = wish
                count += 1
        courses[count] = nowhere
        wishes[count] = -1
        count += 1
    first[pupils] = count
    return Options(first, courses[:count], wishes[:count]), room


@compiled
def tight(options: Options, cost: Int64, price: Int64, chosen: Int64) -> tuple[Options, Int64]:
    """Those that an optimum may use (紧去向): as cheap, price included, as the chosen one.

    Args:
        options: see there.
        cost: of each option, ``(k,)``.
        price: of the courses and of nowhere, ``(m + 1,)``.
        chosen: the option of each pupil in one optimum, ``(n,)``.

    Returns:
        The fewer options, and the index of the chosen one among them.
    """
    pupils = chosen.size
    first = np.empty(pupils + 1, np.int64)
    courses = np.empty(options.course.size, np.int32)
    wishes = np.empty(options.course.size, np.int64)
    kept = np.empty(pupils, np.int64)
    count = 0
    for pupil in range(pupils):
        first[pupil] = count
        least = cost[chosen[pupil]] + price[options.course[chosen[pupil]]]
        for option in range(options.start[pupil], options.start[pupil + 1]):
            if cost[option] + price[options.course[option]] == least:
                if option == chosen[pupil]:
                    kept[pupil] = count
                courses[count] = options.course[option]
                wishes[count] = options.wish[option]
                count += 1
    first[pupils] = count
    return Options(first, courses[:count], wishes[:count]), kept


def positions(options: Options, chosen: Int64, start: Int64) -> Int16:
    """The place of the chosen wish in the pupil's own list (录取志愿序号), -1 for nowhere.

    Args:
        options: see there.
        chosen: the option of each pupil, ``(n,)``.
        start: of each pupil's wishes in the market, ``(n + 1,)``.
    """
    wish = options.wish[chosen]
    return np.where(wish >= 0, wish - start[:-1], -1).astype(np.int16)
