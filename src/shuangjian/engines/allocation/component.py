"""连通分量: courses and applications that bear on one another, as a market of their own."""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.allocation.placement import Placement
from shuangjian.engines.allocation.slot_market import SlotMarket
from shuangjian.engines.allocation.turns import turns_of
from shuangjian.engines.allocation.wishes import Flags, Int8, Wishes, is_grantable
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64, Market

NO_COMPONENT: Final = -1


class Components(NamedTuple):
    """连通分量: the courses of some slots, joined where one application wishes for both.

    They are numbered by their first course. A course lies in one slot, and so does a component.

    Attributes:
        of_course: the component of each course, ``NO_COMPONENT`` in other slots, ``(c,)``.
        course_start: the courses of component ``i`` are ``course[course_start[i]:…[i + 1]]``.
        course: codes, in order within a component.
        local: the place of each course within its component, ``(c,)``.
        application_start: as ``course_start``, of the applications.
        application: codes, in the order of the draw within a component; those without a grantable
            wish are in none.
    """

    of_course: Int32
    course_start: Int64
    course: Int32
    local: Int32
    application_start: Int64
    application: Int32

    def courses_of(self, component: int) -> Int32:
        """The courses of one component (分量的课程)."""
        return self.course[self.course_start[component] : self.course_start[component + 1]]

    def applications_of(self, component: int) -> Int32:
        """The applications of one component in the order of the draw (分量的报名)."""
        return self.application[
            self.application_start[component] : self.application_start[component + 1]
        ]


class Cut(NamedTuple):
    """截取: what stands in a ``SlotMarket``, and which application and wish each entry is."""

    application: Int32
    start: Int64
    wish: Int64
    course: Int32
    rank: Int16
    tier: Int16
    standing: Int32


def components_of(placement: Placement, *, slots: Int16) -> Components:
    """The connected components of some slots (连通分量), by their grantable wishes."""
    market, wishes, reason = placement.market, placement.wishes, placement.screening.reason
    is_in = np.zeros(len(market.slots), np.bool_)
    is_in[slots] = True
    of_course, count = _unite(wishes, reason, is_in, is_in[market.courses.slot])
    course_start, course, local = _members(of_course, count)
    component_of = _components_of(wishes, reason, of_course)
    application_start, application = _followers(
        slots, wishes, placement.standing, component_of, count
    )
    return Components(of_course, course_start, course, local, application_start, application)


def slot_market_of(
    market: Market, members: Int32, cut: Cut, *, is_closed: Flags, is_reserving: bool
) -> SlotMarket:
    """One component as a market of its own (单时段市场).

    Args:
        market: the whole.
        members: the component's courses, ``(m,)``.
        cut: the component's open wishes, from ``cut_out``.
        is_closed: per course of the whole, ``(c,)``.
        is_reserving: whether reserved places count under this mechanism.
    """
    courses = market.courses
    reserved = courses.reserved[members]
    return SlotMarket(
        start=cut.start,
        course=cut.course,
        rank=cut.rank,
        tier=cut.tier,
        standing=cut.standing,
        group=market.group[market.applications.pupil[cut.application]],
        seats=courses.seats[members],
        reserved=reserved if is_reserving else reserved[:, :0],
        is_open=~is_closed[members],
    )


@compiled
def _unite(wishes: Wishes, reason: Int8, is_in: Flags, is_member: Flags) -> tuple[Int32, int]:
    """Join the courses of each application; the component of each course, and how many."""
    _, slot, start, course_of, _, _ = wishes
    above = np.arange(is_member.size).astype(np.int32)
    for application in range(slot.size):
        if not is_in[slot[application]]:
            continue
        root = -1
        for wish in range(start[application], start[application + 1]):
            if not is_grantable(reason[wish]):
                continue
            other = _root(above, course_of[wish])
            if root < 0:
                root = other
            elif other != root:
                # why: the root is the first course, so that numbers go by it.
                root, other = min(root, other), max(root, other)
                above[other] = root
    of_course = np.full(is_member.size, NO_COMPONENT, np.int32)
    count = 0
    for course in range(is_member.size):
        if is_member[course]:
            root = _root(above, course)
            if root == course:
                of_course[course] = count
                count += 1
            else:
                of_course[course] = of_course[root]
    return of_course, count


@compiled
def _root(above: Int32, course: int) -> int:
    while above[course] != course:
        above[course] = above[above[course]]
        course = above[course]
    return course


@compiled
def _members(of_course: Int32, count: int) -> tuple[Int64, Int32, Int32]:
    """The courses of each component one after another, and the place of each among its own."""
    start = np.zeros(count + 1, np.int64)
    local = np.zeros(of_course.size, np.int32)
    for course in range(of_course.size):
        if of_course[course] >= 0:
            local[course] = start[of_course[course] + 1]
            start[of_course[course] + 1] += 1
    for component in range(count):
        start[component + 1] += start[component]
    members = np.empty(start[count], np.int32)
    for course in range(of_course.size):
        if of_course[course] >= 0:
            members[start[of_course[course]] + local[course]] = course
    return start, members, local


@compiled
def _components_of(wishes: Wishes, reason: Int8, of_course: Int32) -> Int32:
    """The component of each application, by its first grantable wish."""
    _, slot, start, course, _, _ = wishes
    component_of = np.full(slot.size, NO_COMPONENT, np.int32)
    for application in range(slot.size):
        for wish in range(start[application], start[application + 1]):
            if is_grantable(reason[wish]):
                component_of[application] = of_course[course[wish]]
                break
    return component_of


@compiled
def _followers(
    slots: Int16, wishes: Wishes, standing: Int32, component_of: Int32, count: int
) -> tuple[Int64, Int32]:
    """The applications of each component, in the order of the draw."""
    start = np.zeros(count + 1, np.int64)
    for component in component_of:
        if component != NO_COMPONENT:
            start[component + 1] += 1
    for component in range(count):
        start[component + 1] += start[component]
    following = start[:-1].copy()
    followers = np.empty(start[count], np.int32)
    for at in range(slots.size):
        _, applications = turns_of(slots[at : at + 1], wishes, standing, component_of)
        for application in applications:
            followers[following[component_of[application]]] = application
            following[component_of[application]] += 1
    return start, followers


@compiled
def cut_out(
    applications: Int32,
    wishes: Wishes,
    reason: Int8,
    is_closed: Flags,
    local: Int32,
    standing: Int32,
) -> Cut:
    """Applications with their open wishes (截取), in the order of (best tier, standing).

    Args:
        applications: of one component, in the order of the draw.
        wishes: of the whole market.
        reason: as in ``Screening``.
        is_closed: per course; its wishes are left out, as if they had not been made.
        local: the code of each course within the component.
        standing: ``(s, p)``.
    """
    pupil, slot, start, course, rank, tier = wishes
    best, count = _open_wishes(applications, wishes, reason, is_closed)
    turn = _by_best_tier(best)
    chosen = applications[turn]
    begin = np.zeros(chosen.size + 1, np.int64)
    stands = np.empty(chosen.size, np.int32)
    for row in range(chosen.size):
        begin[row + 1] = begin[row] + count[turn[row]]
        stands[row] = standing[slot[chosen[row]], pupil[chosen[row]]]
    kept = np.empty(begin[chosen.size], np.int64)
    entry = 0
    for application in chosen:
        for wish in range(start[application], start[application + 1]):
            if is_grantable(reason[wish]) and not is_closed[course[wish]]:
                kept[entry] = wish
                entry += 1
    return Cut(chosen, begin, kept, local[course[kept]], rank[kept], tier[kept], stands)


@compiled
def _open_wishes(
    applications: Int32, wishes: Wishes, reason: Int8, is_closed: Flags
) -> tuple[Int16, Int64]:
    """The best tier among the open wishes of each application, 0 without any, and their number."""
    _, _, start, course, _, tier = wishes
    best = np.zeros(applications.size, np.int16)
    count = np.zeros(applications.size, np.int64)
    for row in range(applications.size):
        for wish in range(start[applications[row]], start[applications[row] + 1]):
            if is_grantable(reason[wish]) and not is_closed[course[wish]]:
                count[row] += 1
                if best[row] == 0 or tier[wish] < best[row]:
                    best[row] = tier[wish]
    return best, count


@compiled
def _by_best_tier(best: Int16) -> Int32:
    """The rows by their best tier, without those that have none; a tier's keep their order."""
    worst = best.max() if best.size else 0
    following = np.zeros(worst + 2, np.int64)
    for own in best:
        following[own + 1] += 1
    following[1] = 0
    for tier in range(1, worst + 1):
        following[tier + 1] += following[tier]
    turn = np.empty(following[worst + 1], np.int32)
    for row in range(best.size):
        own = best[row]
        if own > 0:
            turn[following[own]] = row
            following[own] += 1
    return turn
