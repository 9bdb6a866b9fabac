"""时段: the live applications of one slot, coded on their own."""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.checker.loop import Flags, Int32, Int64, compiled

_NONE: Final = np.empty(0, np.int32)
_NO_START: Final = np.zeros(1, np.int64)


class Part(NamedTuple):
    """时段市场: ``n`` applications by pupil, ``m`` courses, ``k`` live wishes.

    Live is a wish for a course that the grade may join, of a pupil whose days are still free; also
    one for a course that closed. A named tuple, so that compiled loops take it whole. What follows
    ``reserved`` is derived (``part_making.completed``).

    Attributes:
        start: the wishes of application ``i`` are ``start[i]:start[i + 1]``, at least one.
        course: local code by (rank, course), ``(k,)``.
        rank: as written, ``(k,)``.
        tier: of the pupil at that course, ``(k,)``.
        standing: place in the slot's draw, ``(n,)``.
        group: of the pupil, ``NOBODY`` for none, ``(n,)``.
        seats: ``(m,)``.
        reserved: ``(m, g)``; no column where the mechanism knows no reserve.
        level: place of the tier among the distinct tiers of this slot, 0 is first, ``(k,)``.
        component: which part of the market the course is in, ``(m,)``.
        course_start: the courses of component ``q`` are ``courses[course_start[q]:…]``.
        courses: local course codes by component.
        member_start: the applications of component ``q`` are ``members[member_start[q]:…]``.
        members: applications by component, in the order of their turns.
        turns: applications by (best tier among wishes for courses that are held, standing).
    """

    start: Int64
    course: Int32
    rank: Int32
    tier: Int32
    standing: Int32
    group: Int32
    seats: Int32
    reserved: Int32
    level: Int32 = _NONE
    component: Int32 = _NONE
    course_start: Int64 = _NO_START
    courses: Int32 = _NONE
    member_start: Int64 = _NO_START
    members: Int32 = _NONE
    turns: Int32 = _NONE


class State(NamedTuple):
    """现状: who sits where in a part, and which of its courses are held.

    Attributes:
        placed: position of the granted wish among the application's live wishes, ``(n,)``.
        is_open: ``(m,)``.
    """

    placed: Int32
    is_open: Flags


class Component(NamedTuple):
    """连通部分: one component of a part, whose courses are the first nodes of its graphs.

    The last node, ``courses.size``, stands for having no course.

    Attributes:
        part: the whole slot.
        state: who sits where in it.
        members: the component's applications in the order of their turns.
        courses: its courses.
        local: node of each course of the part; of use for this component's alone.
    """

    part: Part
    state: State
    members: Int32
    courses: Int32
    local: Int32


@compiled
def component_of(part: Part, state: State, number: int, local: Int32) -> Component:
    """Take out one component (连通部分); its entries of ``local`` are set."""
    courses = part.courses[part.course_start[number] : part.course_start[number + 1]]
    members = part.members[part.member_start[number] : part.member_start[number + 1]]
    local[courses] = np.arange(courses.size)
    return Component(part, state, members, courses, local)
