"""价格: potentials that prove an allocation best, or the exchange that makes it better.

Bellman and Ford's relaxation with a queue, over costs with levels (``exchange``).
"""

from typing import NamedTuple

import numpy as np

from shuangjian.engines.checker.exchange import SOURCE, TARGET, Moves, change
from shuangjian.engines.checker.loop import NOBODY, Int32, Int64, compiled


class Prices(NamedTuple):
    """价格与反证: one of the two is the proof.

    Attributes:
        price: ``(nodes, levels)``; every move ``u`` to ``v`` costs at least
            ``price[v] - price[u]``, level by level. Valid where ``cycle`` is empty.
        cycle: edges of a closed walk of negative cost, in walking order, or none.
    """

    price: Int64
    cycle: Int64


@compiled
def prices_of(moves: Moves, levels: int) -> Prices:
    """Prices for one component's moves, or a negative cycle (负环)."""
    nodes = moves.first.size
    price = np.zeros((nodes, levels), np.int64)
    parent = np.full(nodes, NOBODY, np.int64)
    queue = np.arange(nodes)
    is_queued = np.ones(nodes, np.bool_)
    head, waiting, since = 0, nodes, 0
    while waiting > 0:
        node = queue[head]
        head = (head + 1) % nodes
        waiting -= 1
        is_queued[node] = False
        for edge in range(moves.first[node], moves.stop[node]):
            target = moves.edges[edge, TARGET]
            if not _relax(price, node, target, moves.edges[edge], levels):
                continue
            parent[target] = edge
            since += 1
            if not is_queued[target]:
                queue[(head + waiting) % nodes] = target
                waiting += 1
                is_queued[target] = True
        if since >= nodes:
            # why: once in as many changes as there are nodes, it costs no more than they do.
            since = 0
            cycle = _cycle_among(parent, moves.edges)
            if cycle.size > 0:
                return Prices(price, cycle)
    return Prices(price, np.empty(0, np.int64))


@compiled
def is_tight(price: Int64, source: int, edge: Int32) -> bool:
    """Whether a move is one that an equally good allocation may make."""
    levels, target = price.shape[1], edge[TARGET]
    for level in range(levels):
        if price[source, level] + change(edge, level, levels) != price[target, level]:
            return False
    return True


@compiled
def _relax(price: Int64, source: int, target: int, edge: Int32, levels: int) -> bool:
    """Lower the target's price where the move offers less; whether it did."""
    for level in range(levels):
        offered = price[source, level] + change(edge, level, levels)
        if offered > price[target, level]:
            return False
        if offered < price[target, level]:
            for below in range(level, levels):
                price[target, below] = price[source, below] + change(edge, below, levels)
            return True
    return False


@compiled
def _cycle_among(parent: Int64, edges: Int32) -> Int64:
    """A cycle of the edges by which prices last fell; it is of negative cost."""
    seen = np.zeros(parent.size, np.int64)
    for start in range(parent.size):
        node = start
        while node != NOBODY and seen[node] == 0:
            seen[node] = start + 1
            node = edges[parent[node], SOURCE] if parent[node] != NOBODY else NOBODY
        if node != NOBODY and seen[node] == start + 1:
            return _walk(parent, edges, node)
    return np.empty(0, np.int64)


@compiled
def _walk(parent: Int64, edges: Int32, start: int) -> Int64:
    """The edges of the cycle through ``start``, in walking order."""
    back = [parent[start]]
    node = edges[parent[start], SOURCE]
    while node != start:
        back.append(parent[node])
        node = edges[parent[node], SOURCE]
    return np.array(back)[::-1].copy()
