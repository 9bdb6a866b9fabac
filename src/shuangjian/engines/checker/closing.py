"""开班核验: which courses close, step by step, followed with the checker's own placings."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from shuangjian.engines.checker.best_placing import MOST_COURSES, place_best
from shuangjian.engines.checker.exchange import levels_of
from shuangjian.engines.checker.loop import NOBODY, Flags, Int32, Int64, compiled
from shuangjian.engines.checker.part import Component, Part, State, component_of
from shuangjian.engines.checker.part_making import with_turns
from shuangjian.engines.checker.plain_placing import place_in_rounds, place_in_turns


class Rules(NamedTuple):
    """开班规则: of the courses of one slot, ``(m,)`` each; ties go to the smaller code."""

    least: Int32
    close_order: Int32


class Closings(NamedTuple):
    """停开: what the steps lead to.

    Attributes:
        is_open: courses held in the end, ``(m,)``; as the answer has it where not followed.
        is_followed: components whose steps were followed, ``(q,)``.
        steps: how many courses were closed in following them.
        too_large: components that were not, because of their size.
    """

    is_open: Flags
    is_followed: Flags
    steps: int
    too_large: int


def follow_closings(part: Part, answer: State, rules: Rules, mechanism: str) -> Closings:
    """Close one course after another as the rule says (开班), in every component where any closed.

    A component where the answer closes nothing needs no steps: that its placing is the mechanism's
    own with all courses open, and that none is below ``least``, is checked on the answer.
    """
    components = part.course_start.size - 1
    is_active = np.zeros(components, np.bool_)
    is_active[part.component[~answer.is_open]] = True
    too_large = np.zeros(components, np.bool_)
    if mechanism in ("fullest", "rank-optimal"):
        too_large = is_active & (np.diff(part.course_start) > MOST_COURSES)
        is_active &= ~too_large
    is_followed = is_active.copy()
    is_open = answer.is_open.copy()
    is_open[is_active[part.component]] = True
    place = _placing(answer, mechanism)
    steps = 0
    while is_active.any():
        taken = _taken(part, place(with_turns(part, is_open), is_open, is_active))
        closing = _to_close(part, rules, taken, is_open & is_active[part.component])
        is_open[closing] = False
        steps += closing.size
        is_active[:] = False
        is_active[part.component[closing]] = True
    return Closings(is_open, is_followed, steps, int(too_large.sum()))


def _placing(answer: State, mechanism: str) -> Callable[[Part, Flags, Flags], Int32]:
    if mechanism == "serial":
        return place_in_turns
    if mechanism in ("lottery", "deferred-acceptance"):
        return place_in_rounds
    placed = answer.placed.copy()

    def place(part: Part, is_open: Flags, is_active: Flags) -> Int32:
        # why: what the step before led to is near what this one leads to.
        levels = 1 if mechanism == "fullest" else levels_of(part)
        place_components(part, State(placed, is_open), is_active, levels)
        return placed

    return place


def _to_close(part: Part, rules: Rules, taken: Int64, may_close: Flags) -> Int64:
    """The one course of each component that closes now (停开次序)."""
    below = np.flatnonzero(may_close & (taken < rules.least))
    lack = taken[below] - rules.least[below]
    order = np.lexsort((below, lack, rules.close_order[below], part.component[below]))
    below = below[order]
    _, first = np.unique(part.component[below], return_index=True)
    return below[first]


@compiled
def _taken(part: Part, placed: Int32) -> Int64:
    taken = np.zeros(part.seats.size, np.int64)
    for pupil in range(placed.size):
        if placed[pupil] != NOBODY:
            taken[part.course[part.start[pupil] + placed[pupil]]] += 1
    return taken


@compiled
def place_components(part: Part, state: State, is_active: Flags, levels: int) -> None:
    """Place whole components anew (``place_best``), starting from what ``state`` has, in place."""
    local = np.zeros(part.seats.size, np.int32)
    left = part.seats.copy()
    for number in range(is_active.size):
        if is_active[number]:
            component = component_of(part, state, number, local)
            _leave_unlawful(component, left)
            place_best(component, levels)


@compiled
def _leave_unlawful(component: Component, left: Int32) -> None:
    """Take back places at closed courses and beyond the seats; ``left`` is counted down."""
    part, state = component.part, component.state
    for pupil in component.members:
        if state.placed[pupil] == NOBODY:
            continue
        course = part.course[part.start[pupil] + state.placed[pupil]]
        left[course] -= 1
        if not state.is_open[course] or left[course] < 0:
            state.placed[pupil] = NOBODY
