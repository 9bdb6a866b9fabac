"""裸内核: the least that any way must do, as compiled loops without draw, reasons or checks."""

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled

Codes = NDArray[np.int32]
Positions = NDArray[np.int8]
Places = NDArray[np.int64]


@compiled
def serial_dictatorship(choices: Codes, seats: Codes, orders: Codes) -> Positions:
    """Each in turn takes its first wish with a seat (依次选择); ``(pupils, days)``, -1 for none.

    ``choices`` is ``(pupils, days, ranks)``; ``orders`` is one order of all pupils a day.
    """
    pupils, days, ranks = choices.shape
    left = seats.copy()
    placed = np.full((pupils, days), -1, np.int8)
    for day in range(days):
        for pupil in orders[day]:
            for rank in range(ranks):
                course = choices[pupil, day, rank]
                if left[course] > 0:
                    left[course] -= 1
                    placed[pupil, day] = rank
                    break
    return placed


@compiled
def deferred_acceptance(choices: Codes, priority: Places, seats: Codes) -> Positions:
    """Pupils propose, schools keep the best (延迟录取); ``(pupils,)``, -1 for none.

    ``priority`` is ``(pupils, ranks)``, lower is better. Each school keeps whom it holds in a heap,
    the worst on top.
    """
    pupils, ranks = choices.shape
    first = np.zeros(seats.size + 1, np.int64)
    first[1:] = np.cumsum(seats)
    held = np.empty(first[-1], np.int64)
    holder = np.empty(first[-1], np.int32)
    filled = np.zeros(seats.size, np.int32)
    asked = np.full(pupils, -1, np.int8)
    for newcomer in range(pupils):
        pupil = newcomer
        while pupil >= 0 and asked[pupil] < ranks - 1:
            asked[pupil] += 1
            school = choices[pupil, asked[pupil]]
            place = priority[pupil, asked[pupil]]
            heap = held[first[school] : first[school] + seats[school]]
            whose = holder[first[school] : first[school] + seats[school]]
            if filled[school] < seats[school]:
                _rise(heap, whose, filled[school], place, pupil)
                filled[school] += 1
                pupil = -1
            elif seats[school] > 0 and place < heap[0]:
                refused = whose[0]
                _sink(heap, whose, place, pupil)
                pupil = refused
        if pupil >= 0:
            asked[pupil] = ranks
    for pupil in range(pupils):
        if asked[pupil] == ranks:
            asked[pupil] = -1
    return asked


@compiled
def _rise(heap: Places, whose: Codes, at: int, place: int, pupil: int) -> None:
    while at > 0 and heap[(at - 1) // 2] < place:
        above = (at - 1) // 2
        heap[at], whose[at] = heap[above], whose[above]
        at = above
    heap[at], whose[at] = place, pupil


@compiled
def _sink(heap: Places, whose: Codes, place: int, pupil: int) -> None:
    at, below = 0, 1
    while below < heap.size:
        if below + 1 < heap.size and heap[below + 1] > heap[below]:
            below += 1
        if heap[below] <= place:
            break
        heap[at], whose[at] = heap[below], whose[below]
        at, below = below, 2 * below + 1
    heap[at], whose[at] = place, pupil
