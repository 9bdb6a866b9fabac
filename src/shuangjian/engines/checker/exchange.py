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
from shuangjian.engines.checker.part import Component, Part

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
        first: those from node ``u`` are ``first[u]:stop[u]``.
        stop: see there.
        edges: rows of ``COLUMNS``: target, change of the number without a place, tier level left
            and taken (``NOBODY`` for none), change of the rank, which of the members moves
            (``NOBODY`` where only a free seat does), source.
    """

    first: Int64
    stop: Int64
    edges: Int32


class Seating(NamedTuple):
    """座次: which members sit at which node, as lists that are changed in one step.

    Attributes:
        head: a member at each node, ``NOBODY`` where there is none.
        following: the next member at the same node.
        before: the one before it, ``NOBODY`` for the first.
        taken: how many sit at each node.
    """

    head: Int32
    following: Int32
    before: Int32
    taken: Int32


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
def node_of(component: Component, member: int) -> int:
    """The node where a member sits: its course's, or the last."""
    pupil = component.members[member]
    position = component.state.placed[pupil]
    if position == NOBODY:
        return int(component.courses.size)
    return int(component.local[component.part.course[component.part.start[pupil] + position]])


@compiled
def target_of(component: Component, member: int, position: int) -> int:
    """The node of one of a member's wishes; the last for ``NOBODY``, and -1 if it is closed."""
    if position == NOBODY:
        return int(component.courses.size)
    course = component.part.course[component.part.start[component.members[member]] + position]
    return int(component.local[course]) if component.state.is_open[course] else -1


@compiled
def wishes_of(component: Component, member: int) -> int:
    """How many live wishes a member has."""
    pupil = component.members[member]
    return int(component.part.start[pupil + 1] - component.part.start[pupil])


@compiled
def write_move(edge: Int32, component: Component, member: int, position: int) -> None:
    """Fill an edge with what the move of one member to one of its wishes changes.

    ``position`` is that of the wish, ``NOBODY`` for giving the place up.
    """
    pupil = component.members[member]
    start, sits = component.part.start[pupil], component.state.placed[pupil]
    edge[STEP] = int(position == NOBODY) - int(sits == NOBODY)
    edge[LEFT] = edge[TAKEN] = NOBODY
    edge[RANK] = 0
    if sits != NOBODY:
        edge[LEFT] = component.part.level[start + sits]
        edge[RANK] -= component.part.rank[start + sits]
    if position != NOBODY:
        edge[TAKEN] = component.part.level[start + position]
        edge[RANK] += component.part.rank[start + position]
    edge[MOVER] = member
    edge[TARGET] = target_of(component, member, position)


@compiled
def write_free(edge: Int32, target: int) -> None:
    """Fill an edge with a move that touches nobody and changes nothing."""
    edge[STEP] = edge[RANK] = 0
    edge[LEFT] = edge[TAKEN] = edge[MOVER] = NOBODY
    edge[TARGET] = target


@compiled
def seat_all(component: Component) -> Seating:
    """Who sits where now (座次)."""
    nodes = component.courses.size + 1
    seating = Seating(
        np.full(nodes, NOBODY, np.int32),
        np.full(component.members.size, NOBODY, np.int32),
        np.full(component.members.size, NOBODY, np.int32),
        np.zeros(nodes, np.int32),
    )
    for member in range(component.members.size):
        sit(seating, member, node_of(component, member))
    return seating


@compiled
def sit(seating: Seating, member: int, node: int) -> None:
    """Seat a member who sits nowhere."""
    other = seating.head[node]
    seating.following[member], seating.before[member] = other, NOBODY
    if other != NOBODY:
        seating.before[other] = member
    seating.head[node] = member
    seating.taken[node] += 1


@compiled
def stand(seating: Seating, member: int, node: int) -> None:
    """Take a member from its seat."""
    before, following = seating.before[member], seating.following[member]
    if before == NOBODY:
        seating.head[node] = following
    else:
        seating.following[before] = following
    if following != NOBODY:
        seating.before[following] = before
    seating.taken[node] -= 1


@compiled
def moves_of(component: Component, seating: Seating, levels: int) -> Moves:
    """The graph of one component, without gaps.

    Args:
        component: and who sits where.
        seating: the same by node.
        levels: of the cost; 1 counts places only.

    Returns:
        For each pair of nodes at most one edge of a pupil, the cheapest, and one of a free seat.
    """
    nodes = component.courses.size + 1
    bound = 2 * nodes
    for member in range(component.members.size):
        bound += wishes_of(component, member) + 1
    moves = Moves(
        np.zeros(nodes, np.int64),
        np.zeros(nodes, np.int64),
        np.empty((bound, COLUMNS), np.int32),
    )
    best = np.full(nodes, NOBODY, np.int64)
    for node in range(nodes):
        if node > 0:
            moves.first[node] = moves.stop[node - 1]
        fill_row(moves, component, seating, node, best, levels)
    return moves


@compiled
def fill_row(
    moves: Moves, component: Component, seating: Seating, node: int, best: Int64, levels: int
) -> None:
    """Write the edges from one node, from ``first[node]`` on.

    ``best`` is room for as many numbers as there are nodes, all ``NOBODY``, and is left so.
    """
    edges, count = moves.edges, moves.first[node]
    member = seating.head[node]
    while member != NOBODY:
        sits = component.state.placed[component.members[member]]
        for position in range(NOBODY, wishes_of(component, member)):
            target = target_of(component, member, position)
            if position == sits or target == NOBODY:
                continue
            write_move(edges[count], component, member, position)
            known = best[target]
            if known == NOBODY:
                best[target] = count
                count += 1
            elif is_less(edges[count], edges[known], levels):
                edges[known] = edges[count]
        member = seating.following[member]
    for edge in range(moves.first[node], count):
        best[edges[edge, TARGET]] = NOBODY
    last = component.courses.size
    for target in range(last + 1):
        if is_free(component, seating, node, target):
            write_free(edges[count], target)
            count += 1
    for edge in range(moves.first[node], count):
        edges[edge, SOURCE] = node
    moves.stop[node] = count


@compiled
def is_free(component: Component, seating: Seating, node: int, target: int) -> bool:
    """Whether a chain may pass here and touch nobody: into a free seat, or out to any course."""
    last = component.courses.size
    if node == last:
        return target != last
    return target == last and component.part.seats[component.courses[node]] > seating.taken[node]
