"""市场: who wishes for what, integer-coded; the contract between files, mechanisms and results.

Codes are places in lists sorted by the bytes of the UTF-8 ids, so they do not depend on the order
of any input row. An **application** (报名) is one pupil in one slot; its wishes stand in order.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NO_GRADE: Final = -1
EVERY_GRADE: Final = np.int64(-1)
"""A mask with every bit set: the course is open to all, also to pupils without a grade."""


@dataclass(frozen=True)
class Courses:
    """课程: one entry a course (or school), ``c`` of them, in the order of their ids.

    Attributes:
        ids: text, sorted by bytes, ``(c,)``.
        slot: index in ``Market.slots``, ``(c,)``.
        seats: places, at least 0.
        least: fewer placed than this and the course closes (不开班); 0 never closes.
        close_order: lower closes first; where all are 0, the furthest below ``least`` does.
        round: 1 is drawn first; all courses of one slot have the same.
        grades: bit ``g`` set where grade ``g`` may come; ``EVERY_GRADE`` without a limit.
        reserved: ``(c, k)`` seats that the pupils of group ``k`` have first claim on; ``k`` groups.
    """

    ids: pa.StringArray
    slot: Int16
    seats: Int32
    least: Int32
    close_order: Int32
    round: Int16
    grades: Int64
    reserved: Int32


@dataclass(frozen=True)
class Applications:
    """报名与志愿: ``a`` applications in the order (pupil, slot), ``w`` wishes in all.

    The wishes of application ``i`` are ``start[i]:start[i + 1]``, by (rank, course).

    Attributes:
        pupil: code of the pupil, ``(a,)``.
        slot: code of the slot, ``(a,)``.
        start: ``(a + 1,)``.
        course: code of the course, ``(w,)``.
        rank: as the family wrote it, at least 1; equal ranks are indifferent, ``(w,)``.
        tier: of this pupil at this course, 1 is first; ``(w,)``.
    """

    pupil: Int32
    slot: Int16
    start: Int64
    course: Int32
    rank: Int16
    tier: Int16


@dataclass(frozen=True)
class Tickets:
    """签: which tickets a pupil draws with, ``t`` rows sorted by (pupil, ticket bytes).

    Those of pupil ``i`` are ``start[i]:start[i + 1]``; several are carry-over, the best counts.
    Pupils of one bundle have the same rows here.
    """

    start: Int64
    ticket: pa.StringArray


@dataclass(frozen=True)
class Market:
    """市场: everything that an allocation is a function of, but for the seed.

    Attributes:
        pupils: ids, text sorted by bytes, ``(p,)``.
        grade: ``NO_GRADE`` where none is given, ``(p,)``.
        group: index in ``groups`` for reserved places, -1 for none, ``(p,)``.
        groups: names of the groups, sorted.
        slots: such as ``mon`` or ``mon+wed``, sorted by bytes.
        courses: see there.
        applications: see there.
        tickets: see there.
        digest: SHA-256 in hex over the coded market, which says which input a result is of.
    """

    pupils: pa.StringArray
    grade: Int16
    group: Int16
    groups: tuple[str, ...]
    slots: tuple[str, ...]
    courses: Courses
    applications: Applications
    tickets: Tickets
    digest: str

    @property
    def days(self) -> tuple[tuple[str, ...], ...]:
        """The days that each slot takes: ``mon+wed`` takes two."""
        return tuple(tuple(slot.split("+")) for slot in self.slots)
