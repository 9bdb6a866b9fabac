"""稳定: that nobody has a claim to a better wish, and that no other is better for pupils.

A course takes by (tier, standing): first members of each group up to its reserve, then all others.
"""

from typing import Final

import numpy as np

from shuangjian.engines.checker.loop import NOBODY, Int64, compiled
from shuangjian.engines.checker.part import Part, State

FREE_SEAT: Final = 1
UNUSED_RESERVE: Final = 2
RESERVED_SEAT: Final = 3
OPEN_SEAT: Final = 4
NOBODY_BEHIND: Final = np.int64(-1)


@compiled
def priority(part: Part, pupil: int, wish: int) -> int:
    """The place in a course's order (优先次序): tier, then standing; lower is ahead."""
    return (int(part.tier[wish]) << 32) | int(part.standing[pupil])


@compiled
def sitting(part: Part, state: State) -> tuple[Int64, Int64]:
    """Who sits at each course by priority: ``first`` of each course, and the applications."""
    first = np.zeros(part.seats.size + 1, np.int64)
    for pupil in range(state.placed.size):
        if state.placed[pupil] != NOBODY:
            first[part.course[part.start[pupil] + state.placed[pupil]] + 1] += 1
    for course in range(part.seats.size):
        first[course + 1] += first[course]
    filled = first[:-1].copy()
    seated, keys = np.empty(first[-1], np.int64), np.empty(first[-1], np.int64)
    for pupil in range(state.placed.size):
        if state.placed[pupil] != NOBODY:
            wish = part.start[pupil] + state.placed[pupil]
            at = filled[part.course[wish]]
            seated[at], keys[at] = pupil, priority(part, pupil, wish)
            filled[part.course[wish]] += 1
    for course in range(part.seats.size):
        start, stop = first[course], first[course + 1]
        order = np.argsort(keys[start:stop])
        seated[start:stop] = seated[start:stop][order]
    return first, seated


@compiled
def last_on_seats(part: Part, state: State) -> tuple[Int64, Int64, Int64]:
    """The worst priority on each kind of seat.

    Returns:
        For seats open to all ``(m,)`` and for each reserve ``(m, g)``, ``NOBODY_BEHIND`` where
        nobody sits on one; and how many of each group sit at the course, ``(m, g)``.
    """
    courses, groups = part.reserved.shape
    first, seated = sitting(part, state)
    on_open = np.full(courses, NOBODY_BEHIND, np.int64)
    on_reserve = np.full((courses, groups), NOBODY_BEHIND, np.int64)
    of_group = np.zeros((courses, groups), np.int64)
    for course in range(courses):
        for pupil in seated[first[course] : first[course + 1]]:
            key = priority(part, pupil, part.start[pupil] + state.placed[pupil])
            group = part.group[pupil]
            if groups == 0 or group == NOBODY:
                on_open[course] = key
                continue
            of_group[course, group] += 1
            if of_group[course, group] <= part.reserved[course, group]:
                on_reserve[course, group] = key
            else:
                on_open[course] = key
    return on_open, on_reserve, of_group


@compiled
def claims(part: Part, state: State) -> Int64:
    """Every claim to a better wish (正当诉求): ``(x, 3)`` of application, wish, kind of claim."""
    on_open, on_reserve, of_group = last_on_seats(part, state)
    groups = part.reserved.shape[1]
    taken = np.diff(sitting(part, state)[0])
    found = [NOBODY]
    for pupil in range(state.placed.size):
        stop = part.start[pupil + 1]
        if state.placed[pupil] != NOBODY:
            stop = part.start[pupil] + state.placed[pupil]
        for wish in range(part.start[pupil], stop):
            course, group = part.course[wish], part.group[pupil]
            if not state.is_open[course]:
                continue
            key, kind = priority(part, pupil, wish), 0
            has_reserve = groups > 0 and group != NOBODY and part.reserved[course, group] > 0
            if taken[course] < part.seats[course]:
                kind = FREE_SEAT
            elif has_reserve and of_group[course, group] < part.reserved[course, group]:
                kind = UNUSED_RESERVE
            elif has_reserve and key < on_reserve[course, group]:
                kind = RESERVED_SEAT
            elif key < on_open[course]:
                kind = OPEN_SEAT
            if kind:
                found += [pupil, wish - part.start[pupil], kind]
    return np.array(found[1:], np.int64).reshape(len(found) // 3, 3)


@compiled
def improving_cycle(part: Part, state: State) -> Int64:
    """Applications that could all do better and leave it stable (改进环), or none.

    Every course points to the course where the first of those who would rather have it sits. A
    stable allocation without reserved places is the pupils' best exactly if no cycle of such
    courses exists (Erdil and Ergin's stable improvement cycles, here with strict priorities).
    """
    courses = part.seats.size
    ahead = np.full(courses, np.iinfo(np.int64).max, np.int64)
    who = np.full(courses, NOBODY, np.int64)
    for pupil in range(state.placed.size):
        stop = part.start[pupil + 1]
        if state.placed[pupil] != NOBODY:
            stop = part.start[pupil] + state.placed[pupil]
        for wish in range(part.start[pupil], stop):
            course, key = part.course[wish], priority(part, pupil, wish)
            if state.is_open[course] and key < ahead[course]:
                ahead[course], who[course] = key, pupil
    seen = np.zeros(courses, np.int64)
    for start in range(courses):
        course = start
        while course != NOBODY and seen[course] == 0:
            seen[course] = start + 1
            course = _seat_of(part, state, who[course])
        if course != NOBODY and seen[course] == start + 1:
            cycle = [who[course]]
            other = _seat_of(part, state, who[course])
            while other != course:
                cycle.append(who[other])
                other = _seat_of(part, state, who[other])
            return np.array(cycle)
    return np.empty(0, np.int64)


@compiled
def _seat_of(part: Part, state: State, pupil: int) -> int:
    if pupil == NOBODY or state.placed[pupil] == NOBODY:
        return NOBODY
    return int(part.course[part.start[pupil] + state.placed[pupil]])


@compiled
def late_turns(part: Part, state: State) -> Int64:
    """Where a pupil in its turn did not take the first wish with a seat (顺次选择).

    Returns:
        ``(x, 2)``: application, and position of the wish that still had a seat; ``NOBODY`` where
        its own course had none left.
    """
    left = part.seats.copy()
    found = [NOBODY]
    for pupil in part.turns:
        stop = part.start[pupil + 1]
        if state.placed[pupil] != NOBODY:
            stop = part.start[pupil] + state.placed[pupil]
        for wish in range(part.start[pupil], stop):
            if state.is_open[part.course[wish]] and left[part.course[wish]] > 0:
                found += [pupil, wish - part.start[pupil]]
                break
        if state.placed[pupil] != NOBODY:
            if left[part.course[stop]] <= 0:
                found += [pupil, NOBODY]
            left[part.course[stop]] -= 1
    return np.array(found[1:], np.int64).reshape(len(found) // 2, 2)
