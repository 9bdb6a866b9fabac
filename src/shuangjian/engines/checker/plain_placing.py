"""逐轮复算: serial choice and deferred acceptance, plainly, to follow the steps of closing.

Deferred acceptance goes in rounds: all who are turned away propose at once, and each course sorts
those it holds together with those who come.
"""

import numpy as np

from shuangjian.engines.checker.loop import NOBODY, Flags, Int32, Int64, compiled
from shuangjian.engines.checker.part import Part
from shuangjian.engines.checker.stability import priority


@compiled
def place_in_turns(part: Part, is_open: Flags, is_active: Flags) -> Int32:
    """Each application in turn takes its first wish with a seat (顺次录取).

    Args:
        part: the slot's market.
        is_open: courses that are held, ``(m,)``.
        is_active: components to place, ``(q,)``; nobody is placed elsewhere.
    """
    left = part.seats.copy()
    placed = np.full(part.standing.size, NOBODY, np.int32)
    for pupil in part.turns:
        if not is_active[part.component[part.course[part.start[pupil]]]]:
            continue
        for wish in range(part.start[pupil], part.start[pupil + 1]):
            course = part.course[wish]
            if is_open[course] and left[course] > 0:
                left[course] -= 1
                placed[pupil] = wish - part.start[pupil]
                break
    return placed


@compiled
def place_in_rounds(part: Part, is_open: Flags, is_active: Flags) -> Int32:
    """Deferred acceptance with reserved places (延迟接受); arguments as for ``place_in_turns``."""
    pupils, courses = part.standing.size, part.seats.size
    asked = np.full(pupils, NOBODY, np.int32)
    room, count = _rooms(part), np.zeros(courses, np.int64)
    held = np.empty(room[-1], np.int64)
    coming = np.empty(pupils, np.int64)
    coming_count = 0
    for pupil in range(pupils):
        if is_active[part.component[part.course[part.start[pupil]]]]:
            coming[coming_count] = pupil
            coming_count += 1
    is_touched = np.zeros(courses, np.bool_)
    touched = np.empty(courses, np.int64)
    while coming_count > 0:
        touched_count = 0
        for pupil in coming[:coming_count]:
            asked[pupil] = _next_open(part, is_open, pupil, asked[pupil])
            if asked[pupil] == NOBODY:
                continue
            course = part.course[part.start[pupil] + asked[pupil]]
            held[room[course] + count[course]] = pupil
            count[course] += 1
            if not is_touched[course]:
                is_touched[course] = True
                touched[touched_count] = course
                touched_count += 1
        coming_count = 0
        for course in touched[:touched_count]:
            is_touched[course] = False
            start = room[course]
            kept = _choose(part, course, held[start : start + count[course]], asked)
            for pupil in held[start + kept : start + count[course]]:
                coming[coming_count] = pupil
                coming_count += 1
            count[course] = kept
    return asked


@compiled
def _rooms(part: Part) -> Int64:
    """Where the list of each course begins: everybody who wishes for it could come at once."""
    room = np.zeros(part.seats.size + 1, np.int64)
    for course in part.course:
        room[course + 1] += 1
    for course in range(part.seats.size):
        room[course + 1] += room[course]
    return room


@compiled
def _next_open(part: Part, is_open: Flags, pupil: int, asked: int) -> int:
    """The next wish for a course that is held, ``NOBODY`` behind the last."""
    for wish in range(part.start[pupil] + asked + 1, part.start[pupil + 1]):
        if is_open[part.course[wish]]:
            return int(wish - part.start[pupil])
    return NOBODY


@compiled
def _choose(part: Part, course: int, claimants: Int64, asked: Int32) -> int:
    """Sort the claimants, those whom the course takes first; how many it takes."""
    keys = np.empty(claimants.size, np.int64)
    for at in range(claimants.size):
        pupil = claimants[at]
        keys[at] = priority(part, pupil, part.start[pupil] + asked[pupil])
    ordered = claimants[np.argsort(keys)]
    is_taken = np.zeros(claimants.size, np.bool_)
    left = part.seats[course]
    unused = part.reserved[course].copy()
    for at in range(ordered.size):
        group = part.group[ordered[at]]
        if unused.size > 0 and group != NOBODY and unused[group] > 0 and left > 0:
            unused[group] -= 1
            left -= 1
            is_taken[at] = True
    for at in range(ordered.size):
        if not is_taken[at] and left > 0:
            left -= 1
            is_taken[at] = True
    kept = 0
    for at in range(ordered.size):
        if is_taken[at]:
            claimants[kept] = ordered[at]
            kept += 1
    back = kept
    for at in range(ordered.size):
        if not is_taken[at]:
            claimants[back] = ordered[at]
            back += 1
    return kept
