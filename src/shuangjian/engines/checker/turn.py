"""次序: that pupils, each in turn, have the best wish compatible with those before them.

Among equally good allocations only moves that are tight under the prices lead from one to another.
A pupil could have had a better wish ``d`` without touching anybody before it exactly where tight
moves of later pupils lead from ``d`` back to its own node. So pupils are taken from the last to
the first, and for every node the set of nodes within reach grows by their moves.
"""

from typing import Final

import numpy as np

from shuangjian.engines.checker.exchange import (
    COLUMNS,
    LEFT,
    TAKEN,
    by_node,
    free_seats,
    node_of,
    write_move,
)
from shuangjian.engines.checker.loop import NOBODY, Int32, Int64, Unsigned, compiled
from shuangjian.engines.checker.part import Part, State
from shuangjian.engines.checker.price import is_tight

WORD_BITS: Final = 64


@compiled
def broken_turns(
    part: Part, state: State, members: Int32, courses: Int32, local: Int32, price: Int64
) -> Int64:
    """Where a pupil could have had better in its turn (次序不符).

    Args:
        part: the slot's market.
        state: an allocation that the prices prove best.
        members: the component's applications in the order of the turns.
        courses: the component's courses; ``local[courses[j]] == j``.
        local: node of each course of the part.
        price: ``(nodes, levels)``.

    Returns:
        ``(x, 2)``: application and position of the better wish.
    """
    nodes = courses.size + 1
    reach = _own_reach(nodes)
    _add_free_moves(reach, part, state, members, courses, local, price)
    edge = np.zeros(COLUMNS, np.int32)
    broken = [NOBODY]
    for index in range(members.size - 1, -1, -1):
        pupil = members[index]
        source = node_of(part, state, local, pupil, nodes)
        wishes = part.start[pupil + 1] - part.start[pupil]
        better = wishes if state.placed[pupil] == NOBODY else state.placed[pupil]
        for position in range(wishes + 1):
            target = _target(part, state, local, pupil, position)
            if target in (NOBODY, source):
                continue
            if position >= better and _reaches(reach, source, target):
                continue
            write_move(edge, part, state, pupil, NOBODY if position == wishes else position)
            if not is_tight(price, source, target, edge):
                continue
            if position < better and _reaches(reach, target, source):
                broken += [int(pupil), position]
            _join(reach, source, target)
    return np.array(broken[1:], np.int64).reshape(len(broken) // 2, 2)


@compiled
def _target(part: Part, state: State, local: Int32, pupil: int, position: int) -> int:
    """The node that a wish leads to; past the last wish, to having none; ``NOBODY`` if closed."""
    at = part.start[pupil] + position
    if at == part.start[pupil + 1]:
        # why: the last node's number is that of the component's courses.
        home = part.component[part.course[part.start[pupil]]]
        return int(part.course_start[home + 1] - part.course_start[home])
    if not state.is_open[part.course[at]]:
        return NOBODY
    return int(local[part.course[at]])


@compiled
def _own_reach(nodes: int) -> Unsigned:
    """Bits ``(nodes, words)``: each node reaches itself."""
    reach = np.zeros((nodes, nodes // WORD_BITS + 1), np.uint64)
    for node in range(nodes):
        reach[node, node // WORD_BITS] |= np.uint64(1) << np.uint64(node % WORD_BITS)
    return reach


@compiled
def _reaches(reach: Unsigned, source: int, target: int) -> bool:
    word = reach[source, target // WORD_BITS]
    return bool((word >> np.uint64(target % WORD_BITS)) & np.uint64(1))


@compiled
def _join(reach: Unsigned, source: int, target: int) -> None:
    """Add a move: whoever reaches the source now reaches what the target does."""
    if _reaches(reach, source, target):
        return
    for node in range(reach.shape[0]):
        if _reaches(reach, node, source) and not _reaches(reach, node, target):
            for word in range(reach.shape[1]):
                reach[node, word] |= reach[target, word]


@compiled
def _add_free_moves(
    reach: Unsigned,
    part: Part,
    state: State,
    members: Int32,
    courses: Int32,
    local: Int32,
    price: Int64,
) -> None:
    """Add the tight moves that touch nobody: into a free seat, and to start a chain anywhere."""
    last = courses.size
    first, _ = by_node(part, state, members, local, last + 1)
    free = np.zeros(COLUMNS, np.int32)
    free[LEFT] = free[TAKEN] = NOBODY
    for node in range(last):
        if free_seats(part, first, courses, node) > 0 and is_tight(price, node, last, free):
            _join(reach, node, last)
        if is_tight(price, last, node, free):
            _join(reach, last, node)
