"""最优: proves by prices that no allocation of a slot is better, and that every turn was kept."""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.checker.exchange import MOVER, TARGET, Moves, change, moves_of, seat_all
from shuangjian.engines.checker.loop import NOBODY, Int64, compiled
from shuangjian.engines.checker.part import Part, State, component_of
from shuangjian.engines.checker.price import prices_of
from shuangjian.engines.checker.turn import broken_turns

MOST_COURSES: Final = 20_000
"""In larger components the turns are not proved: who reaches whom takes the square in bits."""


class Optimum(NamedTuple):
    """最优核验: what one slot's components lack.

    Attributes:
        gains: ``(x, 4)``: component, level of the cost that falls first, application that moves,
            and the course that it moves to (``NOBODY``: gives its place up).
        turns: ``(x, 2)``: application, and position of the better wish it could have had.
        too_large: components whose turns were not proved.
    """

    gains: Int64
    turns: Int64
    too_large: int


@compiled
def lacks_of(part: Part, state: State, levels: int) -> Optimum:
    """What is left to gain (最优核验).

    Args:
        part: the slot's market.
        state: the answer.
        levels: 1 where only the number placed counts, else the number of tiers and 2.
    """
    gains, turns = [NOBODY], [NOBODY]
    too_large = 0
    local = np.zeros(part.seats.size, np.int32)
    for number in range(part.course_start.size - 1):
        component = component_of(part, state, number, local)
        if component.members.size == 0:
            continue
        seating = seat_all(component)
        moves = moves_of(component, seating, levels)
        prices = prices_of(moves, levels)
        if prices.cycle.size > 0:
            level = _first_gain(moves, prices.cycle, levels)
            for edge in moves.edges[prices.cycle]:
                if edge[MOVER] != NOBODY:
                    is_last = edge[TARGET] == component.courses.size
                    course = NOBODY if is_last else component.courses[edge[TARGET]]
                    gains += [number, level, component.members[edge[MOVER]], course]
        elif component.courses.size > MOST_COURSES:
            too_large += 1
        else:
            for broken in broken_turns(component, seating, prices.price):
                turns += [broken[0], broken[1]]
    return Optimum(
        np.array(gains[1:], np.int64).reshape(len(gains) // 4, 4),
        np.array(turns[1:], np.int64).reshape(len(turns) // 2, 2),
        too_large,
    )


@compiled
def _first_gain(moves: Moves, cycle: Int64, levels: int) -> int:
    for level in range(levels):
        total = 0
        for edge in cycle:
            total += change(moves.edges[edge], level, levels)
        if total != 0:
            return level
    return levels
