"""逐人择优: of all optima the one that is best for the first pupil, then for the second, and so on.

A course points to another where a pupil in the one, who is not settled yet, may as well be in the
other; and to nowhere where it has a seat to spare, and nowhere to it where it may do with one pupil
less. Two optima differ by cycles of such steps. So a pupil can move to a course exactly if the
course it leaves can be reached from there, that is if one cycle runs through both. To settle a
pupil takes steps away, and a cycle gone round is the same cycle backwards: what lies on no common
cycle never will. Hence a search that fails parts the courses for good, and no more searches fail
than there are courses.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.allocation.options import Options
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int32, Int64

SEAT: Final = -1
"""Stands for the pupil in a step that moves none: a seat is left free, or a free one taken."""
FOUND: Final = 0
SETTLED: Final = -1


class Unsettled(NamedTuple):
    """未定学生: who may still move, by course.

    Attributes:
        seats: ``(m + 1,)``, nowhere last, as in all of these.
        may_empty: whether the course may do with fewer pupils.
        first: the places of course ``c`` begin at ``first[c]``, ``(m + 2,)``.
        movable: how many of its pupils may still move.
        taken: how many pupils it has, settled or not.
        part: courses of different parts lie on no common cycle.
        pupil: who may still move, at each place.
        place: of each pupil, ``SETTLED`` for one who may not, ``(n,)``.
        chosen: the option of each pupil, ``(n,)``.
    """

    seats: Int32
    may_empty: NDArray[np.bool_]
    first: Int64
    movable: Int64
    taken: Int64
    part: Int64
    pupil: Int32
    place: Int64
    chosen: Int64


class Trail(NamedTuple):
    """足迹: how the latest search reached each course; all ``(m + 1,)``.

    Attributes:
        seen: the number of the last search that reached the course.
        origin: the course that it was reached from.
        mover: whose step it was, or ``SEAT``.
        step: that pupil's option.
        queue: the courses reached, in order.
    """

    seen: Int64
    origin: Int32
    mover: Int32
    step: Int64
    queue: Int32


@compiled
def refine(options: Options, chosen: Int64, seats: Int32, may_empty: NDArray[np.bool_]) -> Int64:
    """Let the pupils in turn take the best option that some optimum gives them (逐人择优).

    Args:
        options: those that an optimum may use, of each pupil the best first.
        chosen: one optimum, ``(n,)``.
        seats: of the courses and of nowhere, ``(m + 1,)``.
        may_empty: whether an optimum may leave a seat of the course free, ``(m + 1,)``; so it is
            for nowhere and wherever the optimum given leaves one free.

    Returns:
        The option of each pupil, ``(n,)``; the same from whichever optimum it starts.
    """
    unsettled = _all_unsettled(options, chosen, seats, may_empty)
    part = unsettled.part
    trail = Trail(
        np.zeros(seats.size, np.int64),
        np.empty(seats.size, np.int32),
        np.empty(seats.size, np.int32),
        np.empty(seats.size, np.int64),
        np.empty(seats.size, np.int32),
    )
    searches = 0
    for pupil in range(chosen.size):
        if unsettled.place[pupil] == SETTLED:
            continue
        home = options.course[unsettled.chosen[pupil]]
        _remove(unsettled, pupil, home)
        for option in range(options.start[pupil], unsettled.chosen[pupil]):
            target = options.course[option]
            if part[target] != part[home]:
                continue
            searches += 1
            reached = _seek(options, unsettled, trail, searches, target, home)
            if reached == FOUND:
                _go_round(unsettled, trail, target, home)
                unsettled.taken[home] -= 1
                unsettled.taken[target] += 1
                unsettled.chosen[pupil] = option
                break
            for mark in range(reached):
                part[trail.queue[mark]] = searches
    return unsettled.chosen


@compiled
def _all_unsettled(
    options: Options, chosen: Int64, seats: Int32, may_empty: NDArray[np.bool_]
) -> Unsettled:
    """Everybody with more than one option may move."""
    courses, pupils = seats.size, chosen.size
    first = np.zeros(courses + 1, np.int64)
    for pupil in range(pupils):
        if options.start[pupil + 1] - options.start[pupil] > 1:
            for option in range(options.start[pupil], options.start[pupil + 1]):
                first[options.course[option] + 1] += 1
    for course in range(courses):
        first[course + 1] += first[course]
    unsettled = Unsettled(
        seats,
        may_empty,
        first,
        np.zeros(courses, np.int64),
        np.zeros(courses, np.int64),
        np.zeros(courses, np.int64),
        np.empty(first[courses], np.int32),
        np.full(pupils, SETTLED, np.int64),
        chosen.copy(),
    )
    for pupil in range(pupils):
        course = options.course[chosen[pupil]]
        unsettled.taken[course] += 1
        if options.start[pupil + 1] - options.start[pupil] > 1:
            _add(unsettled, pupil, course)
    return unsettled


@compiled
def _add(unsettled: Unsettled, pupil: int, course: int) -> None:
    place = unsettled.first[course] + unsettled.movable[course]
    unsettled.movable[course] += 1
    unsettled.pupil[place] = pupil
    unsettled.place[pupil] = place


@compiled
def _remove(unsettled: Unsettled, pupil: int, course: int) -> None:
    unsettled.movable[course] -= 1
    last = unsettled.pupil[unsettled.first[course] + unsettled.movable[course]]
    unsettled.pupil[unsettled.place[pupil]] = last
    unsettled.place[last] = unsettled.place[pupil]
    unsettled.place[pupil] = SETTLED


@compiled
def _seek(
    options: Options, unsettled: Unsettled, trail: Trail, search: int, target: int, home: int
) -> int:
    """Look for steps from the target to home: ``FOUND``, or how many courses it does reach."""
    part, opened, reached = unsettled.part[home], 0, 1
    trail.seen[target] = search
    trail.queue[0] = target
    if _is_home(unsettled, trail, target, home):
        return FOUND
    while opened < reached:
        course = trail.queue[opened]
        opened += 1
        first = unsettled.first[course]
        for pupil in unsettled.pupil[first : first + unsettled.movable[course]]:
            for option in range(options.start[pupil], options.start[pupil + 1]):
                other = options.course[option]
                if trail.seen[other] != search and unsettled.part[other] == part:
                    _mark(trail, search, reached, course, pupil, option, other)
                    reached += 1
                    if _is_home(unsettled, trail, other, home):
                        return FOUND
        reached = _seek_by_seats(unsettled, trail, search, reached, course)
    return reached


@compiled
def _is_home(unsettled: Unsettled, trail: Trail, course: int, home: int) -> bool:
    """Whether the way is at its end, be it by leaving a seat free at home and taking one here."""
    if course == home:
        return True
    if unsettled.may_empty[home] and unsettled.taken[course] < unsettled.seats[course]:
        trail.origin[home] = course
        trail.mover[home] = SEAT
        return True
    return False


@compiled
def _seek_by_seats(
    unsettled: Unsettled, trail: Trail, search: int, reached: int, course: int
) -> int:
    """Steps that move nobody; home is none of their ends, as ``_is_home`` has looked before."""
    nowhere = unsettled.seats.size - 1
    part = unsettled.part[course]
    if course == nowhere:
        for other in range(nowhere):
            if (
                unsettled.may_empty[other]
                and trail.seen[other] != search
                and unsettled.part[other] == part
            ):
                _mark(trail, search, reached, course, SEAT, 0, other)
                reached += 1
    elif (
        unsettled.taken[course] < unsettled.seats[course]
        and trail.seen[nowhere] != search
        and unsettled.part[nowhere] == part
    ):
        _mark(trail, search, reached, course, SEAT, 0, nowhere)
        reached += 1
    return reached


@compiled
def _mark(
    trail: Trail, search: int, reached: int, origin: int, mover: int, step: int, course: int
) -> None:
    trail.seen[course] = search
    trail.queue[reached] = course
    trail.origin[course] = origin
    trail.mover[course] = mover
    trail.step[course] = step


@compiled
def _go_round(unsettled: Unsettled, trail: Trail, target: int, home: int) -> None:
    """Let everybody on the trail take one step, from home back to the target."""
    course = home
    while course != target:
        origin = trail.origin[course]
        mover = trail.mover[course]
        if mover != SEAT:
            _remove(unsettled, mover, origin)
            _add(unsettled, mover, course)
            unsettled.chosen[mover] = trail.step[course]
            unsettled.taken[origin] -= 1
            unsettled.taken[course] += 1
        course = origin
