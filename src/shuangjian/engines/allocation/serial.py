"""依次选课: pupils in order, each takes its first wish that still has a seat.

What it promises, and under which conditions, stands in ``docs/algorithms/serial.md``.
"""

from typing import Final

import numpy as np

from shuangjian.engines.allocation.slot_market import SlotMarket
from shuangjian.engines.allocation.turns import turns_of
from shuangjian.engines.allocation.wishes import UNTOLD, Int8, Screening, Wishes
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64
from shuangjian.engines.market.result import UNPLACED, Reason

PLACED: Final = int(Reason.PLACED)
FULL_BY_TIER: Final = int(Reason.FULL_BY_TIER)
FULL_BY_DRAW: Final = int(Reason.FULL_BY_DRAW)


LEFT: Final = 0
LAST_TURN: Final = 1
WAITING: Final = 2
"""Columns of the desks: seats left, turn of the last admitted (-1 for none), how many wait."""
BLOCK: Final = 128
"""Turns whose wishes are fetched from memory together; fewer or many more take longer."""


def open_desks(seats: Int32) -> Int32:
    """What is known of each course before the first turn (报名台), ``(c, 4)``.

    The numbers of a course lie side by side, with one spare, so that they are fetched at once.
    """
    desks = np.zeros((len(seats), 4), np.int32)
    desks[:, LEFT] = seats
    desks[:, LAST_TURN] = -1
    return desks


def place_serial(market: SlotMarket) -> Int16:
    """Serial dictatorship (依次选课) in the order of the market's pupils.

    Returns:
        Position of the granted wish within the pupil's own, -1 for none, ``(n,)``.

    Source: docs/algorithms/serial.md
    """
    return _take_turns(market.start, market.course, np.where(market.is_open, market.seats, 0))


@compiled
def _take_turns(start: Int64, course: Int32, left: Int64) -> Int16:
    placed = np.full(start.size - 1, UNPLACED, np.int16)
    for pupil in range(placed.size):
        for wish in range(start[pupil], start[pupil + 1]):
            if left[course[wish]] > 0:
                left[course[wish]] -= 1
                placed[pupil] = wish - start[pupil]
                break
    return placed


@compiled
def take_turns(
    slots: Int16,
    wishes: Wishes,
    standing: Int32,
    screening: Screening,
    desks: Int32,
    placed: Int16,
    place: Int32,
) -> int:
    """The same for whole slots of a market, with reasons and waiting places (整个时段依次).

    Where each pupil's tier is the same at all its courses, pupils are met in the order in which
    they wait: whoever is turned away is the next there, and the last admitted is the worst.

    Args:
        slots: codes of slots.
        wishes: of the market.
        standing: ``(s, p)``.
        screening: untold in these slots. The reasons written are right only where all courses stay
            open and the slot is even; the same holds for ``place``.
        desks: from ``open_desks``; written to for courses of these slots.
        placed: written to for applications of these slots.
        place: written to for wishes that wait.

    Returns:
        Nothing of use: a sum of all that was fetched ahead, without which it would not be fetched.
    """
    begin, turns = turns_of(slots, wishes, standing, screening.best_tier)
    # why: an array is taken out of its tuple once; within a loop it would cost more than the work.
    _, _, start, course, rank, _ = wishes
    reason, _, _ = screening
    tier = fetched = 0
    for turn in range(turns.size):
        if turn % BLOCK == 0:
            fetched += _fetch(turns[turn : turn + BLOCK], start, course, reason, placed)
        while begin[tier + 1] <= turn:
            tier += 1
        first, granted = start[turns[turn]], start[turns[turn]] - 1
        for wish in range(first, start[turns[turn] + 1]):
            desk = course[wish]
            if reason[wish] != UNTOLD:
                continue
            if desks[desk, LEFT] > 0:
                desks[desk, LEFT] -= 1
                desks[desk, LAST_TURN] = turn
                reason[wish] = PLACED
                granted = wish
                break
            desks[desk, WAITING] += 1
            place[wish] = desks[desk, WAITING]
            is_behind = desks[desk, LAST_TURN] < begin[tier]
            reason[wish] = FULL_BY_TIER if is_behind else FULL_BY_DRAW
        if granted >= first:
            placed[turns[turn]] = granted - first
        if granted > first and rank[granted] == rank[granted - 1]:
            _withdraw(first, granted, course, rank, desks, reason, place)
    return fetched


@compiled
def _fetch(turns: Int32, start: Int64, course: Int32, reason: Int8, placed: Int16) -> int:
    """Touch what the next turns need: without a branch between, many fetches run side by side."""
    fetched = 0
    for application in turns:
        first = start[application]
        if first < course.size:
            fetched += course[first] + reason[first] + placed[application]
    return fetched


@compiled
def _withdraw(
    first: int, granted: int, course: Int32, rank: Int16, desks: Int32, reason: Int8, place: Int32
) -> None:
    """Nobody waits for a course that is as good as the one got: no refusal of equal rank stands."""
    for wish in range(granted - 1, first - 1, -1):
        if rank[wish] == rank[granted] and place[wish] > 0:
            desks[course[wish], WAITING] -= 1
            place[wish] = 0
            reason[wish] = UNTOLD
