"""稳定性: the proof that nobody has a claim to a seat that somebody else holds, or nobody.

The proof is one table of cutoffs; why it is one, and how a stranger checks it in one pass, stands
in ``docs/algorithms/deferred_acceptance.md``.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.allocation.slot_market import TIER_SHIFT, SlotMarket
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64

NOBODY: Final = -1
EVERYBODY: Final = np.iinfo(np.int64).max


class BlockingKind(IntEnum):
    """阻塞类型: what gives a pupil a claim to a seat that it did not get."""

    NONE = 0
    FREE_SEAT = 1
    UNUSED_RESERVE = 2
    RESERVED_SEAT = 3
    OPEN_SEAT = 4


@dataclass(frozen=True)
class StabilityProof:
    """稳定性证明: the cutoffs (录取线), and whatever speaks against the placement.

    A cutoff is a priority, ``tier << 32 | standing``: ``divmod(cutoff, 2**32)`` gives the two.

    Attributes:
        cutoff: per course one column a group and last the one for all, ``(m, g + 1)``: a pupil has
            a claim to a seat of that kind if its priority is lower; ``EVERYBODY`` and ``NOBODY``.
        blocking_pupil: who has a claim to a better wish than it got, ``(b,)``.
        blocking_course: to which course, ``(b,)``.
        blocking_kind: why; the first ``BlockingKind`` in the order of that list, ``(b,)``.
        wasted: per course the free seats that somebody would rather have than its own, ``(m,)``.
        overfull: courses that hold more than their seats.
        misplaced: pupils on a course that is not open.
    """

    cutoff: Int64
    blocking_pupil: Int32
    blocking_course: Int32
    blocking_kind: NDArray[np.int8]
    wasted: Int32
    overfull: Int32
    misplaced: Int32

    @property
    def is_stable(self) -> bool:
        """Nothing speaks against the placement."""
        return not (len(self.blocking_pupil) or len(self.overfull) or len(self.misplaced))


class _Wishes(NamedTuple):
    """志愿与结果: the wishes, in the columns of ``SlotMarket``, and what was granted."""

    start: Int64
    course: Int32
    rank: Int16
    tier: Int16
    standing: Int32
    group: Int16
    placed: Int16


class _Holders(NamedTuple):
    """就座名单: who sits where, per course and column sorted by priority.

    Those of cell ``c * (g + 1) + x`` are ``start[cell]:start[cell + 1]``; in the column of a group
    the first ``reserved[c, x]`` have its reserved seats, all others sit on seats for all, as do
    those in the last column, which reserves none. ``free`` is below 0 at an overfull course.
    """

    priority: Int64
    start: Int64
    reserved: Int32
    free: Int64


def prove_stability(market: SlotMarket, placed: Int16) -> StabilityProof:
    """Look for every claim to a better wish (阻塞对) and give the cutoffs that show the rest.

    Args:
        market: as the mechanism saw it.
        placed: position of the granted wish within the pupil's own, -1 for none, ``(n,)``.

    Returns:
        The proof, blocking pairs in the order of ``market.course``.

    Source: docs/algorithms/deferred_acceptance.md
    """
    holders = _holders(market, placed)
    cutoff = _cutoffs(holders, market.is_open)
    kind = _claims(_wishes(market, placed), cutoff, holders.free)
    blocking = np.flatnonzero(kind)
    course = market.course[blocking]
    pupil = np.searchsorted(market.start, blocking, side="right") - 1
    wanting = np.bincount(
        course[kind[blocking] == BlockingKind.FREE_SEAT], minlength=len(market.seats)
    )
    seated = np.flatnonzero(placed >= 0)
    is_open = market.is_open[market.course[market.start[seated] + placed[seated]]]
    return StabilityProof(
        cutoff=cutoff,
        blocking_pupil=pupil.astype(np.int32),
        blocking_course=course,
        blocking_kind=kind[blocking],
        wasted=np.minimum(wanting, np.maximum(holders.free, 0)).astype(np.int32),
        overfull=np.flatnonzero(holders.free < 0).astype(np.int32),
        misplaced=seated[~is_open].astype(np.int32),
    )


def envy_pairs(market: SlotMarket, placed: Int16) -> int:
    """How many pairs show justified envy (合理嫉妒): the first has a claim to the second's seat.

    The second sits at a course that the first would rather have, behind it in (tier, standing), on
    a seat for all or one reserved for the first's own group. Where the first's group has reserved
    seats there that it does not use, all those on seats for all count, also those ahead.

    Args:
        market: as the mechanism saw it.
        placed: position of the granted wish within the pupil's own, -1 for none, ``(n,)``.

    Returns:
        Pairs of pupils; one pupil may envy many.
    """
    return int(_envy(_wishes(market, placed), _holders(market, placed)))


def _wishes(market: SlotMarket, placed: Int16) -> _Wishes:
    # invariant: the placement is one of this market.
    assert ((placed >= -1) & (placed < np.diff(market.start))).all()
    groups = market.reserved.shape[1]
    return _Wishes(
        start=market.start,
        course=market.course,
        rank=market.rank,
        tier=market.tier,
        standing=market.standing,
        # why: where nothing is reserved, a pupil's group has no column to look at.
        group=market.group if groups else np.full(len(placed), -1, np.int16),
        placed=placed,
    )


def _holders(market: SlotMarket, placed: Int16) -> _Holders:
    courses, groups = market.reserved.shape
    # invariant: the reserve comes out of the seats.
    assert (market.reserved.sum(axis=1) <= market.seats).all()
    reserved = np.column_stack([market.reserved, np.zeros(courses, np.int32)])
    seated = np.flatnonzero(placed >= 0)
    wish = market.start[seated] + placed[seated]
    course = market.course[wish].astype(np.int64)
    priority = market.tier[wish].astype(np.int64) << TIER_SHIFT | market.standing[seated]
    # why: group -1 is the last column, whose reserve is 0 like that of a group without one.
    group = market.group[seated] if groups else np.full(len(seated), -1, np.int16)
    column = np.where(reserved[course, group] > 0, group, groups)
    cell = course * (groups + 1) + column
    held = np.bincount(cell, minlength=courses * (groups + 1))
    return _Holders(
        priority=priority[np.lexsort((priority, cell))],
        start=np.concatenate([[0], np.cumsum(held)]),
        reserved=reserved,
        free=market.seats - held.reshape(reserved.shape).sum(axis=1),
    )


def _cutoffs(holders: _Holders, is_open: NDArray[np.bool_]) -> Int64:
    """Per course and column the worst priority that has such a seat, if none is to be had."""
    shape = holders.reserved.shape
    start, end = holders.start[:-1].reshape(shape), holders.start[1:].reshape(shape)
    reserved = holders.reserved
    # why: a course without holders may point one past the last of them.
    priority = np.append(holders.priority, NOBODY)
    is_used = end - start >= reserved
    cutoff = np.where(is_used, priority[np.where(is_used, start + reserved - 1, -1)], EVERYBODY)
    cutoff[reserved == 0] = NOBODY
    worst = np.where(end - start > reserved, priority[end - 1], NOBODY).max(axis=1)
    cutoff[:, -1] = np.where(holders.free > 0, EVERYBODY, worst)
    cutoff[~is_open] = NOBODY
    return cutoff


@compiled
def _claims(wishes: _Wishes, cutoff: Int64, free: Int64) -> NDArray[np.int8]:
    """Per wish that a pupil would rather have than its place the ``BlockingKind``, if any."""
    start, course, rank, tier, standing, group, placed = wishes
    kind = np.zeros(len(course), np.int8)
    for pupil in range(len(standing)):
        for wish in range(start[pupil], start[pupil + 1]):
            if placed[pupil] >= 0 and rank[wish] >= rank[start[pupil] + placed[pupil]]:
                break
            wanted = course[wish]
            priority = int(tier[wish]) << TIER_SHIFT | int(standing[pupil])
            is_below = priority < cutoff[wanted, -1]
            if is_below and free[wanted] > 0:
                kind[wish] = BlockingKind.FREE_SEAT
            elif group[pupil] >= 0 and priority < cutoff[wanted, group[pupil]]:
                is_unused = cutoff[wanted, group[pupil]] == EVERYBODY
                kind[wish] = (
                    BlockingKind.UNUSED_RESERVE if is_unused else BlockingKind.RESERVED_SEAT
                )
            elif is_below:
                kind[wish] = BlockingKind.OPEN_SEAT
    return kind


@compiled
def _envy(wishes: _Wishes, holders: _Holders) -> int:
    """Count the holders of seats that somebody else has a claim to, once for each claimant."""
    start, course, rank, tier, standing, group, placed = wishes
    pairs = 0
    for pupil in range(len(standing)):
        for wish in range(start[pupil], start[pupil + 1]):
            if placed[pupil] >= 0 and rank[wish] >= rank[start[pupil] + placed[pupil]]:
                break
            priority = int(tier[wish]) << TIER_SHIFT | int(standing[pupil])
            pairs += _envied(holders, course[wish], group[pupil], priority)
    return pairs


@compiled
def _envied(holders: _Holders, course: int, group: int, priority: int) -> int:
    """How many holders of a course have a seat that this pupil has a better claim to."""
    priorities, start, reserved, free = holders
    columns = reserved.shape[1]
    envied = 0
    ahead_of = priority
    if group >= 0 and reserved[course, group] > 0:
        own = course * columns + group
        held = start[own + 1] - start[own]
        used = min(held, reserved[course, group])
        envied += _behind(priorities, start[own], start[own] + used, priority)
        if held < reserved[course, group] and free[course] <= 0:
            # why: a reserved seat was lent to all although its group wants it.
            ahead_of = NOBODY
    for column in range(columns):
        cell = course * columns + column
        to_all = min(start[cell] + reserved[course, column], start[cell + 1])
        envied += _behind(priorities, to_all, start[cell + 1], ahead_of)
    return envied


@compiled
def _behind(priorities: Int64, start: int, end: int, priority: int) -> int:
    """How many of the sorted ``priorities[start:end]`` are behind one."""
    return end - start - int(np.searchsorted(priorities[start:end], priority))
