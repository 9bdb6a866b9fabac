"""增广路: a cheapest placement of every pupil, and the prices that prove it the cheapest.

Pupils come one by one. A newcomer takes the cheapest way to a free seat: it enters a course, where
that is full somebody moves on to another of its own options, and so forth. Prices keep the cost of
every single step at or above nought, so Dijkstra's search finds the way.
"""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.allocation.options import Options
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int32, Int64

FAR: Final = 2**62
"""Farther than anything: distances stay below if no way costs more than ``DEAREST``."""
DEAREST: Final = FAR // 4
"""The most that the costs of the options on one way may add up to, whatever their signs."""


class Seating(NamedTuple):
    """座次: who sits where so far; course ``m`` is nowhere, ``m + 1`` the door to come in by.

    Attributes:
        seats: ``(m + 2,)``.
        first: the places of course ``c`` begin at ``first[c]``, ``(m + 2,)``.
        taken: how many of them are taken, ``(m + 2,)``.
        pupil: who sits at each place.
        place: of each pupil, ``(n,)``.
        chosen: the option of each pupil, ``(n,)``; of a newcomer the cheapest, price included.
        price: of each course, at least 0; 0 where a seat is free, ``(m + 2,)``.
    """

    seats: Int32
    first: Int64
    taken: Int64
    pupil: Int32
    place: Int64
    chosen: Int64
    price: Int64


class Search(NamedTuple):
    """寻路: the marks of one search, each ``(m + 2,)``.

    Attributes:
        distance: of each course from the door, ``FAR`` where none is known.
        mover: who enters the course at the end of the way.
        step: that pupil's option.
        reached: the courses with a known distance, in the order found.
        ready: those at the distance looked at, whose pupils were not yet asked.
    """

    distance: Int64
    mover: Int32
    step: Int64
    reached: Int32
    ready: Int32


@compiled
def cheapest(options: Options, cost: Int64, seats: Int32) -> tuple[Int64, Int64]:
    """Place every pupil at the least total cost (最小费用).

    Args:
        options: among them must be a placement of all.
        cost: of each option, ``(k,)``; on no way more than ``DEAREST`` in all.
        seats: of the courses and of nowhere, ``(m + 1,)``.

    Returns:
        The option of each pupil, ``(n,)``, and the price of each course and of nowhere,
        ``(m + 1,)``. No pupil has a cheaper option, price included, and a course with a price is
        full. A placement with these two properties is an optimum, and every optimum has them.
    """
    seating = _empty_seating(options, seats)
    door = seats.size
    search = Search(
        np.full(door + 1, FAR, np.int64),
        np.empty(door + 1, np.int32),
        np.empty(door + 1, np.int64),
        np.empty(door + 1, np.int32),
        np.empty(door + 1, np.int32),
    )
    for pupil in range(options.start.size - 1):
        best = options.start[pupil]
        for option in range(best + 1, options.start[pupil + 1]):
            gain = cost[best] - cost[option]
            if gain + seating.price[options.course[best]] > seating.price[options.course[option]]:
                best = option
        seating.chosen[pupil] = best
        seating.price[door] = seating.price[options.course[best]]
        seating.pupil[seating.first[door]] = pupil
        end, reached = _nearest_seat(options, cost, seating, search)
        _raise_prices(seating, search, reached, search.distance[end])
        _move_up(options, seating, search, pupil, end)
        for mark in range(reached):
            search.distance[search.reached[mark]] = FAR
    return seating.chosen, seating.price[:door]


@compiled
def _empty_seating(options: Options, seats: Int32) -> Seating:
    door = seats.size
    pupils = options.start.size - 1
    wishers = np.zeros(door, np.int64)
    for course in options.course:
        wishers[course] += 1
    first = np.zeros(door + 1, np.int64)
    for course in range(door):
        first[course + 1] = first[course] + min(wishers[course], np.int64(seats[course]))
    # why: the newcomer counts as seated at the door, so that it is asked like the others.
    room = np.zeros(door + 1, np.int32)
    room[:door] = seats
    taken = np.zeros(door + 1, np.int64)
    taken[door] = 1
    return Seating(
        room,
        first,
        taken,
        np.empty(first[door] + 1, np.int32),
        np.empty(pupils, np.int64),
        np.empty(pupils, np.int64),
        np.zeros(door + 1, np.int64),
    )


@compiled
def _nearest_seat(
    options: Options, cost: Int64, seating: Seating, search: Search
) -> tuple[int, int]:
    """The nearest course with a free seat, and how many courses have got a distance."""
    distance, price, ready = search.distance, seating.price, search.ready
    ready[0] = seating.first.size - 1
    waiting, reached, level, nearest, end = 1, 0, 0, FAR, -1
    while True:
        while waiting > 0 and nearest > level:
            waiting -= 1
            course = ready[waiting]
            for place in range(
                seating.first[course], seating.first[course] + seating.taken[course]
            ):
                pupil = seating.pupil[place]
                base = level - cost[seating.chosen[pupil]] - price[course]
                for option in range(options.start[pupil], options.start[pupil + 1]):
                    target = options.course[option]
                    total = base + cost[option] + price[target]
                    if total >= nearest or total >= distance[target]:
                        continue
                    if distance[target] == FAR:
                        search.reached[reached] = target
                        reached += 1
                    distance[target] = total
                    search.mover[target] = pupil
                    search.step[target] = option
                    if seating.taken[target] < seating.seats[target]:
                        nearest, end = total, target
                    elif total == level:
                        ready[waiting] = target
                        waiting += 1
        level, waiting = _next_level(search, reached, level, nearest)
        if level == nearest:
            return end, reached


@compiled
def _next_level(search: Search, reached: int, level: int, nearest: int) -> tuple[int, int]:
    """The next greater distance up to the nearest free seat, and how many courses lie there."""
    following = nearest
    for mark in range(reached):
        distance = search.distance[search.reached[mark]]
        if level < distance < following:
            following = distance
    waiting = 0
    for mark in range(reached):
        if search.distance[search.reached[mark]] == following:
            search.ready[waiting] = search.reached[mark]
            waiting += 1
    return following, waiting


@compiled
def _raise_prices(seating: Seating, search: Search, reached: int, nearest: int) -> None:
    """Make the way just found cost nought, and no other step less."""
    for mark in range(reached):
        course = search.reached[mark]
        if search.distance[course] < nearest:
            seating.price[course] += nearest - search.distance[course]


@compiled
def _move_up(options: Options, seating: Seating, search: Search, newcomer: int, end: int) -> None:
    """Let everybody on the way move, from the free seat back to the newcomer."""
    place = seating.first[end] + seating.taken[end]
    seating.taken[end] += 1
    course = end
    while True:
        mover = search.mover[course]
        left = seating.place[mover]
        course_left = options.course[seating.chosen[mover]]
        seating.pupil[place] = mover
        seating.place[mover] = place
        seating.chosen[mover] = search.step[course]
        if mover == newcomer:
            return
        place, course = left, course_left
