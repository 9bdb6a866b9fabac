"""交换图: who could move where in one component, and what each move would change.

Nodes are the component's courses and, last, one node that stands for having no course and for
every free seat at once. An edge from ``u`` to ``v`` is the cheapest move of one pupil there.
A closed walk of negative cost is a better allocation, and where none exists there are prices under
which every move costs at least nothing (the duality of shortest paths): the allocation is best.

A cost has levels, compared in order: pupils without a place; then, for ``rank-optimal``, minus the
number placed at each tier from the first on; last the sum of ranks. No weight joins them, so
nothing can overflow.
"""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.checker.loop import NOBODY, Int32, Int64, compiled
from shuangjian.engines.checker.part import Part, State

TARGET: Final = 0
STEP: Final = 1
LEFT: Final = 2
TAKEN: Final = 3
RANK: Final = 4
MOVER: Final = 5
SOURCE: Final = 6
COLUMNS: Final = 7


class Moves(NamedTuple):
    """移动: the edges of one component's graph by source.

    Attributes:
        first: those from node ``u`` are ``first[u]:first[u + 1]``.
        edges: ``(e, 7)``: target, change of the number without a place, tier level left and
            taken (``NOBODY`` for none), change of the rank, the application that moves
            (``NOBODY`` where only a free seat does), source.
    """

    first: Int64
    edges: Int32


def levels_of(part: Part) -> int:
    """Levels of the cost of ``rank-optimal``: places, every tier of the slot, ranks."""
    return int(part.level.max(initial=NOBODY)) + 3


@compiled
def change(edge: Int32, level: int, levels: int) -> int:
    """What a move changes at one level of the cost."""
    if level == 0:
        return int(edge[STEP])
    if level == levels - 1:
        return int(edge[RANK])
    return int(edge[LEFT] == level - 1) - int(edge[TAKEN] == level - 1)


@compiled
def is_less(one: Int32, other: Int32, levels: int) -> bool:
    """Whether a move is cheaper than another, level by level."""
    for level in range(levels):
        mine, its = change(one, level, levels), change(other, level, levels)
        if mine != its:
            return mine < its
    return False


@compiled
def node_of(part: Part, state: State, local: Int32, pupil: int, nodes: int) -> int:
    """The node where an application sits: its course's, or the last."""
    position = state.placed[pupil]
    if position == NOBODY:
        return nodes - 1
    return int(local[part.course[part.start[pupil] + position]])


@compiled
def write_move(edge: Int32, part: Part, state: State, pupil: int, position: int) -> None:
    """Fill an edge with what the move of one application to one of its wishes changes.

    ``position`` is that of the wish, ``NOBODY`` for giving the place up. ``TARGET`` is left alone.
    """
    sits = state.placed[pupil]
    edge[STEP] = int(position == NOBODY) - int(sits == NOBODY)
    edge[LEFT] = edge[TAKEN] = NOBODY
    edge[RANK] = 0
    if sits != NOBODY:
        edge[LEFT] = part.level[part.start[pupil] + sits]
        edge[RANK] -= part.rank[part.start[pupil] + sits]
    if position != NOBODY:
        edge[TAKEN] = part.level[part.start[pupil] + position]
        edge[RANK] += part.rank[part.start[pupil] + position]
    edge[MOVER] = pupil


@compiled
def by_node(
    part: Part, state: State, members: Int32, local: Int32, nodes: int
) -> tuple[Int64, Int32]:
    """The members by the node where they sit: ``first`` of each node, and the members."""
    first = np.zeros(nodes + 1, np.int64)
    for pupil in members:
        first[node_of(part, state, local, pupil, nodes) + 1] += 1
    for node in range(nodes):
        first[node + 1] += first[node]
    filled = first[:-1].copy()
    sorted_members = np.empty(members.size, np.int32)
    for pupil in members:
        node = node_of(part, state, local, pupil, nodes)
        sorted_members[filled[node]] = pupil
        filled[node] += 1
    return first, sorted_members


@compiled
def free_seats(part: Part, first: Int64, courses: Int32, node: int) -> int:
    """Seats of a course that nobody sits on; never below 0."""
    taken = first[node + 1] - first[node]
    return max(0, int(part.seats[courses[node]] - taken))


@compiled
def moves_of(
    part: Part, state: State, members: Int32, courses: Int32, local: Int32, levels: int
) -> Moves:
    """The graph of one component.

    Args:
        part: the slot's market.
        state: who sits where.
        members: the component's applications.
        courses: the component's courses; ``local[courses[j]] == j``.
        local: node of each course of the part.
        levels: of the cost: 1 counts places only.

    Returns:
        At most one edge of a pupil for each pair of nodes, the cheapest, then those of free seats.
    """
    nodes = courses.size + 1
    first, sitting = by_node(part, state, members, local, nodes)
    bound = 2 * courses.size + 1
    for pupil in members:
        bound += part.start[pupil + 1] - part.start[pupil] + 1
    edges = np.empty((bound, COLUMNS), np.int32)
    starts = np.zeros(nodes + 1, np.int64)
    best = np.full(nodes, NOBODY, np.int64)
    count = 0
    for node in range(nodes):
        for pupil in sitting[first[node] : first[node + 1]]:
            count = _add_moves_of(edges, count, best, part, state, pupil, local, levels)
        for edge in range(starts[node], count):
            best[edges[edge, TARGET]] = NOBODY
        count = _add_free(edges, count, part, first, courses, node)
        for edge in range(starts[node], count):
            edges[edge, SOURCE] = node
        starts[node + 1] = count
    return Moves(starts, edges[:count])


@compiled
def _add_moves_of(
    edges: Int32,
    count: int,
    best: Int64,
    part: Part,
    state: State,
    pupil: int,
    local: Int32,
    levels: int,
) -> int:
    """Add one pupil's moves where they are cheaper than those known; how many edges there are."""
    nodes = best.size
    for position in range(NOBODY, part.start[pupil + 1] - part.start[pupil]):
        if position == state.placed[pupil]:
            continue
        target = nodes - 1
        if position != NOBODY:
            course = part.course[part.start[pupil] + position]
            if not state.is_open[course]:
                continue
            target = local[course]
        write_move(edges[count], part, state, pupil, position)
        edges[count, TARGET] = target
        known = best[target]
        if known == NOBODY:
            best[target] = count
            count += 1
        elif is_less(edges[count], edges[known], levels):
            edges[known] = edges[count]
    return count


@compiled
def _add_free(edges: Int32, count: int, part: Part, first: Int64, courses: Int32, node: int) -> int:
    """Add the free moves: into a free seat, and out of the last node to start a chain anywhere."""
    last = courses.size
    if node < last:
        if free_seats(part, first, courses, node) > 0:
            _write_free(edges[count], last)
            count += 1
        return count
    for course in range(last):
        _write_free(edges[count], course)
        count += 1
    return count


@compiled
def _write_free(edge: Int32, target: int) -> None:
    edge[STEP] = edge[RANK] = 0
    edge[LEFT] = edge[TAKEN] = edge[MOVER] = NOBODY
    edge[TARGET] = target
