"""最优录取的复算: the one best allocation of a component, found by exchanges one after another.

Only for what a result alone cannot show: the steps of closing. Slow and plain: every negative cycle
is walked as soon as it is found, and then the turns are set right from the first pupil on.
"""

from typing import Final

import numpy as np

from shuangjian.engines.checker.exchange import (
    COLUMNS,
    LEFT,
    MOVER,
    TAKEN,
    TARGET,
    by_node,
    free_seats,
    moves_of,
    node_of,
    write_move,
)
from shuangjian.engines.checker.loop import NOBODY, Int32, Int64, compiled
from shuangjian.engines.checker.part import Part, State
from shuangjian.engines.checker.price import is_tight, prices_of

MOST_COURSES: Final = 2_000
"""Larger components are not recomputed: the square of this many moves is held at once."""


@compiled
def place_best(
    part: Part, state: State, members: Int32, courses: Int32, local: Int32, levels: int
) -> None:
    """Turn any lawful allocation of a component into the mechanism's own (最优录取), in place.

    Args:
        part: the slot's market.
        state: within the seats; ``placed`` is overwritten.
        members: the component's applications in the order of the turns.
        courses: the component's courses; ``local[courses[j]] == j``.
        local: node of each course of the part.
        levels: of the cost: 1 for ``fullest``.
    """
    while True:
        moves = moves_of(part, state, members, courses, local, levels)
        prices = prices_of(moves, levels)
        if prices.cycle.size == 0:
            break
        for edge in prices.cycle:
            _move(part, state, local, moves.edges[edge, MOVER], moves.edges[edge, TARGET])
    latest = _latest_movers(part, state, members, courses, local, prices.price)
    for index in range(members.size):
        if _give_best(part, state, members, courses, local, prices.price, latest, index):
            latest = _latest_movers(part, state, members, courses, local, prices.price)


@compiled
def _move(part: Part, state: State, local: Int32, pupil: int, target: int) -> None:
    """Move an application to the node of one of its wishes, or to none."""
    if pupil == NOBODY:
        return
    start, stop = part.start[pupil], part.start[pupil + 1]
    state.placed[pupil] = NOBODY
    for at in range(start, stop):
        if local[part.course[at]] == target:
            state.placed[pupil] = at - start


@compiled
def _latest_movers(
    part: Part, state: State, members: Int32, courses: Int32, local: Int32, price: Int64
) -> Int64:
    """Who is last in turn of those with a tight move, for each pair of nodes.

    Returns:
        ``(nodes, nodes)``: index in ``members``; their number for a move that touches nobody, and
        ``NOBODY`` for none.
    """
    last = courses.size
    latest = np.full((last + 1, last + 1), NOBODY, np.int64)
    edge = np.zeros(COLUMNS, np.int32)
    for index in range(members.size):
        pupil = members[index]
        source = node_of(part, state, local, pupil, last + 1)
        wishes = part.start[pupil + 1] - part.start[pupil]
        for position in range(NOBODY, wishes):
            target = last
            if position != NOBODY:
                course = part.course[part.start[pupil] + position]
                if not state.is_open[course]:
                    continue
                target = local[course]
            if target == source:
                continue
            write_move(edge, part, state, pupil, position)
            if is_tight(price, source, target, edge):
                latest[source, target] = index
    edge[:] = 0
    edge[LEFT] = edge[TAKEN] = NOBODY
    first, _ = by_node(part, state, members, local, last + 1)
    for node in range(last):
        if free_seats(part, first, courses, node) > 0 and is_tight(price, node, last, edge):
            latest[node, last] = members.size
        if is_tight(price, last, node, edge):
            latest[last, node] = members.size
    return latest


@compiled
def _give_best(
    part: Part,
    state: State,
    members: Int32,
    courses: Int32,
    local: Int32,
    price: Int64,
    latest: Int64,
    index: int,
) -> bool:
    """Give one application the best wish that later ones can make room for; whether it moved."""
    pupil = members[index]
    nodes = courses.size + 1
    source = node_of(part, state, local, pupil, nodes)
    wishes = part.start[pupil + 1] - part.start[pupil]
    better = wishes if state.placed[pupil] == NOBODY else state.placed[pupil]
    edge = np.zeros(COLUMNS, np.int32)
    for position in range(better):
        course = part.course[part.start[pupil] + position]
        if not state.is_open[course]:
            continue
        write_move(edge, part, state, pupil, position)
        if not is_tight(price, source, local[course], edge):
            continue
        came_from = _paths(latest, local[course], index)
        if came_from[source] == NOBODY:
            continue
        target = source
        while target != local[course]:
            mover = latest[came_from[target], target]
            if mover < members.size:
                _move(part, state, local, members[mover], target)
            target = came_from[target]
        state.placed[pupil] = position
        return True
    return False


@compiled
def _paths(latest: Int64, start: int, index: int) -> Int64:
    """Breadth first over moves of those after ``index``: from which node each was reached."""
    nodes = latest.shape[0]
    came_from = np.full(nodes, NOBODY, np.int64)
    came_from[start] = start
    queue = np.empty(nodes, np.int64)
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        for target in range(nodes):
            if latest[node, target] > index and came_from[target] == NOBODY:
                came_from[target] = node
                queue[tail] = target
                tail += 1
    return came_from
