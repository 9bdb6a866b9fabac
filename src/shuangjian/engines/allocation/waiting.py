"""候补: the order in which those who were turned away wait for each course."""

from typing import Final

import numpy as np

from shuangjian.engines.allocation.placement import Placement
from shuangjian.engines.allocation.turns import LEFT_OUT, turns_of
from shuangjian.engines.allocation.wishes import Flags, Int8, Wishes, slot_pieces, spread
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64
from shuangjian.engines.market.result import Reason

FULL_BY_TIER: Final = int(Reason.FULL_BY_TIER)
FULL_BY_DRAW: Final = int(Reason.FULL_BY_DRAW)
YIELDED: Final = int(Reason.YIELDED)
FULL_BY_RESERVE: Final = int(Reason.FULL_BY_RESERVE)


def number_waiting(placement: Placement, slots: Int16) -> None:
    """Number the waiting wishes of each course by (tier there, standing), 1 is next (候补次序).

    Args:
        placement: whose reasons in these slots are final; its ``place`` is written to.
        slots: codes.
    """
    is_in = np.zeros(len(placement.market.slots), np.bool_)
    is_in[slots] = True
    is_uneven = placement.screening.is_uneven
    class_of = _classes(
        placement.wishes,
        is_in,
        is_uneven,
        placement.screening.best_tier,
        placement.screening.reason,
        placement.place,
    )
    waiting = np.zeros(len(placement.taken), np.int32)

    def number(piece: Int16) -> None:
        _number(
            piece,
            placement.wishes,
            placement.standing,
            (class_of, is_uneven),
            placement.screening.reason,
            waiting,
            placement.place,
        )

    spread(number, slot_pieces(slots, placement.wishes), threads=placement.threads)


@compiled
def _waits(reason: int) -> bool:
    return reason in (FULL_BY_DRAW, FULL_BY_TIER, YIELDED, FULL_BY_RESERVE)


@compiled
def _classes(
    wishes: Wishes, is_in: Flags, is_uneven: Flags, best_tier: Int16, reason: Int8, place: Int32
) -> Int16:
    """Who waits at all, by tier where a pupil has but one in the slot; all places back to 0."""
    class_of = np.full(wishes.slot.size, LEFT_OUT, np.int16)
    _, slots, start, _, _, _ = wishes
    for application in range(slots.size):
        slot = slots[application]
        if not is_in[slot]:
            continue
        for wish in range(start[application], start[application + 1]):
            place[wish] = 0
            if _waits(reason[wish]):
                class_of[application] = 0 if is_uneven[slot] else best_tier[application]
    return class_of


@compiled
def _number(
    slots: Int16,
    wishes: Wishes,
    standing: Int32,
    classes: tuple[Int16, Flags],
    reason: Int8,
    waiting: Int32,
    place: Int32,
) -> None:
    """Number the waiting wishes of each course, slot by slot."""
    class_of, is_uneven = classes
    _, _, start, course, _, tier = wishes
    for at in range(slots.size):
        _, applications = turns_of(slots[at : at + 1], wishes, standing, class_of)
        waits = _waiting_wishes(start, applications, reason)
        # why: with one tier a pupil, its turn by (tier, standing) is its place everywhere.
        for wish in _by_tier(waits, tier) if is_uneven[slots[at]] else waits:
            waiting[course[wish]] += 1
            place[wish] = waiting[course[wish]]


@compiled
def _waiting_wishes(start: Int64, applications: Int32, reason: Int8) -> Int64:
    """The waiting wishes of applications, in the applications' order."""
    room = 0
    for application in applications:
        room += start[application + 1] - start[application]
    found = np.empty(room, np.int64)
    count = 0
    for application in applications:
        for wish in range(start[application], start[application + 1]):
            if _waits(reason[wish]):
                found[count] = wish
                count += 1
    return found[:count]


@compiled
def _by_tier(waiting: Int64, tier: Int16) -> Int64:
    """The same wishes by tier; those of one tier keep their order."""
    worst = 0
    for wish in waiting:
        worst = max(worst, int(tier[wish]))
    following = np.zeros(worst + 2, np.int64)
    for wish in waiting:
        following[tier[wish] + 1] += 1
    for number in range(worst + 1):
        following[number + 1] += following[number]
    ordered = np.empty(waiting.size, np.int64)
    for wish in waiting:
        ordered[following[tier[wish]]] = wish
        following[tier[wish]] += 1
    return ordered
