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
    TARGET,
    Seating,
    is_free,
    node_of,
    target_of,
    wishes_of,
    write_free,
    write_move,
)
from shuangjian.engines.checker.loop import NOBODY, Int64, Unsigned, compiled
from shuangjian.engines.checker.part import Component
from shuangjian.engines.checker.price import is_tight

WORD_BITS: Final = 64


@compiled
def broken_turns(component: Component, seating: Seating, price: Int64) -> Int64:
    """Where a pupil could have had better in its turn (次序不符).

    Args:
        component: an allocation that the prices prove best.
        seating: the same by node.
        price: ``(nodes, levels)``.

    Returns:
        ``(x, 2)``: application and position of the better wish.
    """
    reach = _free_reach(component, seating, price)
    edge = np.zeros(COLUMNS, np.int32)
    broken = [NOBODY]
    for member in range(component.members.size - 1, -1, -1):
        source = node_of(component, member)
        wishes = wishes_of(component, member)
        sits = component.state.placed[component.members[member]]
        better = wishes if sits == NOBODY else sits
        for position in range(NOBODY, wishes):
            target = target_of(component, member, position)
            is_better = NOBODY < position < better
            if target in (NOBODY, source):
                continue
            if not is_better and _reaches(reach, source, target):
                continue
            write_move(edge, component, member, position)
            if not is_tight(price, source, edge):
                continue
            if is_better and _reaches(reach, target, source):
                broken += [int(component.members[member]), position]
            _join(reach, source, edge[TARGET])
    return np.array(broken[1:], np.int64).reshape(len(broken) // 2, 2)


@compiled
def _free_reach(component: Component, seating: Seating, price: Int64) -> Unsigned:
    """Bits ``(nodes, words)``: whom each node reaches by moves that touch nobody, and itself."""
    nodes = component.courses.size + 1
    reach = np.zeros((nodes, nodes // WORD_BITS + 1), np.uint64)
    for node in range(nodes):
        reach[node, node // WORD_BITS] |= np.uint64(1) << np.uint64(node % WORD_BITS)
    edge = np.zeros(COLUMNS, np.int32)
    for node in range(nodes):
        for target in range(nodes):
            if is_free(component, seating, node, target):
                write_free(edge, target)
                if is_tight(price, node, edge):
                    _join(reach, node, target)
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
