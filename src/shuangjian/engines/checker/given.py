"""输入: the market as the checker itself reads it from the input folder.

Coded as ``docs/algorithms/market.md`` says, with this package's own code.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.checker.loop import Int32, Int64
from shuangjian.engines.checker.text import Ids

Int16 = NDArray[np.int16]

NO_GRADE = -1
EVERY_GRADE = -1


@dataclass(frozen=True)
class Pupils:
    """学生: ``p`` pupils by the bytes of their ids.

    Attributes:
        ids: code to id.
        names: the ids as bytes.
        grade: ``NO_GRADE`` for none, ``(p,)``.
        group: code, -1 for none, ``(p,)``.
        groups: names of the groups.
    """

    ids: Ids
    names: list[bytes]
    grade: Int16
    group: Int16
    groups: list[bytes]


@dataclass(frozen=True)
class Courses:
    """课程: ``c`` courses by the bytes of their ids.

    Attributes:
        ids: code to id.
        names: the ids as bytes.
        slots: names of the slots; a course's ``slot`` is its code.
        slot: ``(c,)``.
        seats: ``(c,)``.
        least: ``(c,)``.
        close_order: ``(c,)``.
        round: ``(c,)``.
        grades: bit ``g`` for grade ``g``; ``EVERY_GRADE`` without a limit, ``(c,)``.
        reserved: ``(c, g)``.
    """

    ids: Ids
    names: list[bytes]
    slots: list[bytes]
    slot: Int16
    seats: Int32
    least: Int32
    close_order: Int32
    round: Int16
    grades: Int64
    reserved: Int32


class Wishes(NamedTuple):
    """志愿: ``a`` applications by (pupil, slot), ``w`` wishes by (rank, course) within each.

    Attributes:
        pupil: of each application, ``(a,)``.
        slot: of each application, ``(a,)``.
        start: the wishes of application ``i`` are ``start[i]:start[i + 1]``, ``(a + 1,)``.
        of_pupil: the applications of pupil ``p`` are ``of_pupil[p]:of_pupil[p + 1]``.
        course: ``(w,)``.
        rank: ``(w,)``.
        tier: ``(w,)``.
    """

    pupil: Int32
    slot: Int16
    start: Int64
    of_pupil: Int64
    course: Int32
    rank: Int16
    tier: Int16


@dataclass(frozen=True)
class Tickets:
    """签: what every pupil draws with; those of pupil ``i`` are ``start[i]:start[i + 1]``."""

    start: Int64
    tickets: list[bytes]


@dataclass(frozen=True)
class Given:
    """输入市场: all of the input."""

    pupils: Pupils
    courses: Courses
    wishes: Wishes
    tickets: Tickets
