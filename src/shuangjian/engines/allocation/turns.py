"""次序: the applications of some slots in the order in which they are met."""

from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.allocation.wishes import Wishes
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64

LEFT_OUT: Final = -1


class Turns(NamedTuple):
    """次序: those of one class in one slot are ``application[start[i]:start[i + 1]]``.

    The classes of the first slot asked for come first, then those of the second.
    """

    start: Int64
    application: Int32


@compiled
def turns_of(slots: Int16, wishes: Wishes, standing: Int32, class_of: Int16 | Int32) -> Turns:
    """The applications of slots by (class, standing) (次序), in time linear in their number.

    Args:
        slots: codes of the slots.
        wishes: of the whole market.
        standing: ``(s, p)``.
        class_of: such as the best tier; negative leaves an application out, ``(a,)``.
    """
    pupil, slot_of, _, _, _, _ = wishes
    row_of = np.full(standing.shape[0], LEFT_OUT, np.int64)
    for row in range(slots.size):
        row_of[slots[row]] = row
    classes = 1 + max(0, class_of.max()) if class_of.size else 1
    at = np.full((slots.size, standing.shape[1]), LEFT_OUT, np.int32)
    following = np.zeros(slots.size * classes + 1, np.int64)
    for application in range(class_of.size):
        slot = slot_of[application]
        row = row_of[slot]
        own = class_of[application]
        if row >= 0 and own >= 0:
            at[row, standing[slot, pupil[application]]] = application
            following[row * classes + own + 1] += 1
    for place in range(following.size - 1):
        following[place + 1] += following[place]
    start = following.copy()
    turns = np.empty(following[-1], np.int32)
    for row in range(slots.size):
        for place in range(standing.shape[1]):
            application = at[row, place]
            if application >= 0:
                own = row * classes + class_of[application]
                turns[following[own]] = application
                following[own] += 1
    return Turns(start, turns)
