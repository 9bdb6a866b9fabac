"""最优录取的复算: the one best allocation of a component, found by exchanges one after another.

Only for what a result alone cannot show: the steps of closing. Every negative cycle is walked as
soon as it is found; then the turns are set right from the first pupil on. After each exchange only
the rows of the nodes on its way are written anew.
"""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.checker.exchange import (
    COLUMNS,
    MOVER,
    SOURCE,
    TARGET,
    Moves,
    Seating,
    fill_row,
    is_free,
    node_of,
    seat_all,
    sit,
    stand,
    target_of,
    wishes_of,
    write_free,
    write_move,
)
from shuangjian.engines.checker.loop import NOBODY, Int32, Int64, compiled
from shuangjian.engines.checker.part import Component
from shuangjian.engines.checker.price import is_tight, prices_of

MOST_COURSES: Final = 2_000
"""Larger components are not recomputed: twice the square of this many moves is held at once."""
_MOST_MOVES: Final = 3
"""Room for so many entries a wish; when it is used up the stacks are built anew."""


class Search(NamedTuple):
    """轮流改进: what is kept while the turns are set right.

    For each pair of nodes a stack of members with a tight move is kept. Whoever has had its turn or
    has left the node falls from it when next met; whoever moves is put on those of its new node.

    Attributes:
        price: ``(nodes, levels)``.
        top: for each pair of nodes the entry on top, ``NOBODY`` for none.
        who: of each entry the member.
        below: of each entry the one beneath.
        used: how many entries are, one number.
        block: nodes in different blocks lie on no common cycle of moves that are left, and as
            settling only takes moves away, they never will.
        came_from: of the latest search: from which node each was reached, ``NOBODY`` for not.
        mover: of the latest search: which member made that move, ``NOBODY`` for a free one.
    """

    price: Int64
    top: Int32
    who: Int32
    below: Int32
    used: Int64
    block: Int64
    came_from: Int64
    mover: Int32


@compiled
def place_best(component: Component, levels: int) -> None:
    """Turn any lawful allocation of a component into the mechanism's own (最优录取), in place.

    Args:
        component: within the seats; ``state.placed`` is overwritten.
        levels: of the cost: 1 for ``fullest``.
    """
    seating = seat_all(component)
    price = _improve(component, seating, levels)
    nodes = component.courses.size + 1
    room = _MOST_MOVES * nodes
    for member in range(component.members.size):
        room += _MOST_MOVES * (wishes_of(component, member) + 1)
    search = Search(
        price,
        np.empty((nodes, nodes), np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.zeros(1, np.int64),
        np.zeros(nodes, np.int64),
        np.empty(nodes, np.int64),
        np.empty(nodes, np.int32),
    )
    blocks = 1
    _stack_all(component, search, 0)
    for member in range(component.members.size):
        blocks = _take_turn(component, seating, search, member, blocks)


@compiled
def _improve(component: Component, seating: Seating, levels: int) -> Int64:
    """Walk negative cycles until none is left; the prices that prove it."""
    nodes = component.courses.size + 1
    first = np.arange(nodes) * (2 * nodes)
    moves = Moves(first, first.copy(), np.empty((2 * nodes * nodes, COLUMNS), np.int32))
    best = np.full(nodes, NOBODY, np.int64)
    for node in range(nodes):
        fill_row(moves, component, seating, node, best, levels)
    while True:
        prices = prices_of(moves, levels)
        if prices.cycle.size == 0:
            return prices.price
        walked = moves.edges[prices.cycle]
        for edge in walked:
            if edge[MOVER] != NOBODY:
                _move(component, seating, edge[MOVER], edge[TARGET])
        for edge in walked:
            fill_row(moves, component, seating, edge[SOURCE], best, levels)


@compiled
def _move(component: Component, seating: Seating, member: int, target: int) -> None:
    """Move a member to the node of one of its wishes, or to none."""
    stand(seating, member, node_of(component, member))
    found = NOBODY
    for position in range(wishes_of(component, member)):
        if target_of(component, member, position) == target:
            found = position
    component.state.placed[component.members[member]] = found
    sit(seating, member, target)


@compiled
def _stack_all(component: Component, search: Search, turn: int) -> None:
    """Put everybody who has not had its turn on the stacks, which are emptied first."""
    search.top[:] = NOBODY
    search.used[0] = 0
    for member in range(turn, component.members.size):
        _stack(component, search, member)


@compiled
def _stack(component: Component, search: Search, member: int) -> None:
    """Put a member on the stacks of its tight moves."""
    node, edge = node_of(component, member), np.zeros(COLUMNS, np.int32)
    for position in range(NOBODY, wishes_of(component, member)):
        target = target_of(component, member, position)
        if target in (NOBODY, node):
            continue
        write_move(edge, component, member, position)
        if is_tight(search.price, node, edge):
            entry = search.used[0]
            search.who[entry], search.below[entry] = member, search.top[node, target]
            search.top[node, target] = entry
            search.used[0] += 1


@compiled
def _take_turn(
    component: Component, seating: Seating, search: Search, member: int, blocks: int
) -> int:
    """Give one member the best wish that later ones make room for; how many blocks there are."""
    source = node_of(component, member)
    sits = component.state.placed[component.members[member]]
    edge = np.zeros(COLUMNS, np.int32)
    for position in range(wishes_of(component, member) if sits == NOBODY else sits):
        target = target_of(component, member, position)
        if target == NOBODY or search.block[target] != search.block[source]:
            continue
        write_move(edge, component, member, position)
        if not is_tight(search.price, source, edge):
            continue
        if _reaches(component, seating, search, target, source, member):
            _rotate(component, seating, search, member, target)
            break
        search.block[search.came_from != NOBODY] = blocks
        blocks += 1
    return blocks


@compiled
def _rotate(
    component: Component, seating: Seating, search: Search, member: int, target: int
) -> None:
    """Move the member to ``target``, and later ones along the way that was found."""
    node = node_of(component, member)
    room = 0
    while node != target:
        mover, before = search.mover[node], search.came_from[node]
        if mover != NOBODY:
            _move(component, seating, mover, node)
            room += wishes_of(component, mover) + 1
        node = before
    node = node_of(component, member)
    _move(component, seating, member, target)
    if search.used[0] + room > search.who.size:
        _stack_all(component, search, member + 1)
        return
    while node != target:
        if search.mover[node] != NOBODY:
            _stack(component, search, search.mover[node])
        node = search.came_from[node]


@compiled
def _reaches(
    component: Component, seating: Seating, search: Search, start: int, goal: int, member: int
) -> bool:
    """Whether moves of members after this one lead from ``start`` to ``goal`` within its block.

    ``search.came_from`` marks all that was reached.
    """
    nodes = search.block.size
    search.came_from[:] = NOBODY
    search.came_from[start] = start
    queue = np.empty(nodes, np.int32)
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        for target in range(nodes):
            if search.came_from[target] != NOBODY or search.block[target] != search.block[start]:
                continue
            mover = _mover(component, search, node, target, member)
            if mover == NOBODY and not _may_pass(component, seating, search, node, target):
                continue
            search.came_from[target], search.mover[target] = node, mover
            if target == goal:
                return True
            queue[tail] = target
            tail += 1
    return False


@compiled
def _mover(component: Component, search: Search, node: int, target: int, member: int) -> int:
    """A member after this one that may move from node to target, ``NOBODY`` for none."""
    entry = search.top[node, target]
    while entry != NOBODY and (
        search.who[entry] <= member or node_of(component, search.who[entry]) != node
    ):
        entry = search.below[entry]
    search.top[node, target] = entry
    return NOBODY if entry == NOBODY else int(search.who[entry])


@compiled
def _may_pass(
    component: Component, seating: Seating, search: Search, node: int, target: int
) -> bool:
    """Whether there is a tight move that touches nobody."""
    if not is_free(component, seating, node, target):
        return False
    edge = np.zeros(COLUMNS, np.int32)
    write_free(edge, target)
    return is_tight(search.price, node, edge)
