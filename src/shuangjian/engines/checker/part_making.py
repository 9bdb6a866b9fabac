"""时段的编排: which applications of a slot are live, in which turn, in which component."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shuangjian.engines.checker.given import EVERY_GRADE, NO_GRADE, Given, Int16, Wishes
from shuangjian.engines.checker.loop import NOBODY, Flags, Int32, Int64, compiled
from shuangjian.engines.checker.part import Part, State

_NO_TIER: Final = 2**15
"""Behind every tier: of an application none of whose courses is held."""


@dataclass(frozen=True)
class Session:
    """一个时段: a part, what the answer says of it, and where it lies in the whole market.

    Attributes:
        slot: its code.
        part: the live market.
        state: the answer.
        application: which application of the market each is, ``(n,)``.
        origin: which wish of the market each live wish is, ``(k,)``.
        courses: which course of the market each is, ``(m,)``.
    """

    slot: int
    part: Part
    state: State
    application: Int64
    origin: Int64
    courses: Int64


def eligible_wishes(given: Given) -> Flags:
    """Which wishes are for a course that the pupil's grade may join (年级相符), ``(w,)``."""
    return _eligible(given.wishes, given.pupils.grade, given.courses.grades)


def session_of(
    given: Given,
    slot: int,
    standing: Int32,
    is_live: Flags,
    granted: Int64,
    is_open: Flags,
    *,
    with_reserve: bool,
) -> Session:
    """Take one slot out of the market (时段).

    Args:
        given: the market.
        slot: which.
        standing: of this slot, ``(p,)``.
        is_live: wishes that take part, ``(w,)``.
        granted: the granted wish of each application, ``NOBODY`` for none, ``(a,)``.
        is_open: courses that the answer holds, ``(c,)``.
        with_reserve: whether the mechanism knows reserved places.
    """
    wishes, courses = given.wishes, np.flatnonzero(given.courses.slot == slot)
    application = np.flatnonzero(wishes.slot == slot)
    count = _live_counts(wishes, application, is_live)
    application, count = application[count > 0], count[count > 0]
    start = np.zeros(application.size + 1, np.int64)
    np.cumsum(count, out=start[1:])
    local = np.zeros(given.courses.slot.size, np.int32)
    local[courses] = np.arange(courses.size)
    origin, placed = _live_wishes(wishes, application, start, is_live, granted)
    reserved = np.ascontiguousarray(given.courses.reserved[courses])
    part = Part(
        start=start,
        course=local[wishes.course[origin]],
        rank=wishes.rank[origin].astype(np.int32),
        tier=wishes.tier[origin].astype(np.int32),
        standing=standing[wishes.pupil[application]],
        group=given.pupils.group[wishes.pupil[application]].astype(np.int32),
        seats=given.courses.seats[courses],
        reserved=reserved if with_reserve else np.empty((courses.size, 0), np.int32),
    )
    state = State(placed, is_open[courses])
    return Session(slot, completed(part, state.is_open), state, application, origin, courses)


def completed(part: Part, is_open: Flags) -> Part:
    """The part with what is derived from the rest (补全); ``is_open`` is ``(m,)``."""
    component = _components(part.start, part.course, part.seats.size)
    start, courses = _by_component(component, component)
    level = np.searchsorted(np.unique(part.tier), part.tier).astype(np.int32)
    part = part._replace(level=level, component=component, course_start=start, courses=courses)
    return with_turns(part, is_open)


def with_turns(part: Part, is_open: Flags) -> Part:
    """The part with the turns that hold while these courses do (轮次), ``is_open`` is ``(m,)``."""
    turns = np.argsort((_best_tiers(part, is_open) << 32) | part.standing).astype(np.int32)
    component = part.component[part.course[part.start[:-1]]]
    start, members = _by_component(component[turns], part.component)
    return part._replace(turns=turns, member_start=start, members=turns[members])


def _by_component(component: Int32, among: Int32) -> tuple[Int64, Int32]:
    """What belongs to each component, in order: the first of each, and all."""
    count = int(among.max()) + 1 if among.size else 0
    start = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(component, minlength=count), out=start[1:])
    return start, np.argsort(component, kind="stable").astype(np.int32)


@compiled
def _eligible(wishes: Wishes, grade: Int16, grades: Int64) -> Flags:
    may_join = np.zeros(wishes.course.size, np.bool_)
    for application in range(wishes.pupil.size):
        own = grade[wishes.pupil[application]]
        for wish in range(wishes.start[application], wishes.start[application + 1]):
            mask = grades[wishes.course[wish]]
            may_join[wish] = mask == EVERY_GRADE or (own != NO_GRADE and (mask >> own) & 1 == 1)
    return may_join


@compiled
def _live_counts(wishes: Wishes, application: Int64, is_live: Flags) -> Int64:
    """How many wishes of each application are live."""
    count = np.zeros(application.size, np.int64)
    for place in range(application.size):
        own = application[place]
        for wish in range(wishes.start[own], wishes.start[own + 1]):
            count[place] += is_live[wish]
    return count


@compiled
def _best_tiers(part: Part, is_open: Flags) -> Int64:
    """The best tier of each application among its wishes for courses that are held."""
    best = np.full(part.standing.size, _NO_TIER, np.int64)
    for pupil in range(best.size):
        for wish in range(part.start[pupil], part.start[pupil + 1]):
            if is_open[part.course[wish]]:
                best[pupil] = min(best[pupil], part.tier[wish])
    return best


@compiled
def _live_wishes(
    wishes: Wishes, application: Int64, start: Int64, is_live: Flags, granted: Int64
) -> tuple[Int64, Int32]:
    """The market's wish behind each live one, and the position of the granted one."""
    origin = np.empty(start[application.size], np.int64)
    placed = np.full(application.size, NOBODY, np.int32)
    for place in range(application.size):
        at = start[place]
        own = application[place]
        for wish in range(wishes.start[own], wishes.start[own + 1]):
            if is_live[wish]:
                if wish == granted[own]:
                    placed[place] = at - start[place]
                origin[at] = wish
                at += 1
    return origin, placed


@compiled
def _components(start: Int64, course: Int32, courses: int) -> Int32:
    """Courses that some application wishes together are of one component; numbered by course."""
    parent = np.arange(courses)
    for application in range(start.size - 1):
        one = _root(parent, course[start[application]])
        for wish in range(start[application] + 1, start[application + 1]):
            other = _root(parent, course[wish])
            parent[max(one, other)] = min(one, other)
            one = min(one, other)
    component = np.full(courses, NOBODY, np.int32)
    count = 0
    for code in range(courses):
        root = _root(parent, code)
        if component[root] == NOBODY:
            component[root] = count
            count += 1
        component[code] = component[root]
    return component


@compiled
def _root(parent: Int64, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return int(node)
