"""志愿内核: bringing coded rows into the order (pupil, slot, rank, course), and what is wrong."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32, Int64

Flags = NDArray[np.bool_]

IN_ORDER: Final = 0
OUT_OF_ORDER: Final = 1
WRONG: Final = 2

_SLOT_BIT: Final = 47
_RANK_BIT: Final = 32
_COURSE: Final = 0xFFFFFFFF
_RANK: Final = 0x7FFF
_FEW: Final = 64


class ByPupil(NamedTuple):
    """按学生: rows that stand beside each other, pupil after pupil.

    Attributes:
        start: where each pupil's begin, ``(p + 1,)``.
        course: of each row.
        number: rank or tier of each row.
    """

    start: Int64
    course: Int32
    number: Int16


@compiled
def look_over(
    pupil: Int32,
    slot: Int16,
    rank: Int16,
    course: Int32,
    course_slot: Int16,
    first: int,
    last: int,
) -> int:
    """Whether rows ``first`` to ``last`` are right and in order (通览).

    Returns:
        ``WRONG`` where a code or rank is a mark or the slot is not the course's; ``OUT_OF_ORDER``
        where a row sorts before the one above it; else ``IN_ORDER``.
    """
    found = IN_ORDER
    before = np.int64(-1)
    above = np.int32(-1)
    if first > 0 and course[first - 1] >= 0:
        above = pupil[first - 1]
        before = wish_key(slot[first - 1], rank[first - 1], course[first - 1])
    for row in range(first, last):
        if pupil[row] < 0 or slot[row] < 0 or rank[row] < 1 or course[row] < 0:
            return WRONG
        if course_slot[course[row]] != slot[row]:
            return WRONG
        key = wish_key(slot[row], rank[row], course[row])
        if pupil[row] < above or (pupil[row] == above and key < before):
            found = OUT_OF_ORDER
        above, before = pupil[row], key
    return found


@compiled
def mark_wrong_slots(slot: Int16, course: Int32, course_slot: Int16, is_wrong: Flags) -> None:
    """Mark the rows whose slot is known and not their course's (时段不符)."""
    for row in range(slot.size):
        if slot[row] >= 0 and course[row] >= 0:
            is_wrong[row] = course_slot[course[row]] != slot[row]


@compiled
def wish_key(slot: int, rank: int, course: int) -> np.int64:
    """A number that sorts the wishes of one pupil (排序键)."""
    return (np.int64(slot) << _SLOT_BIT) | (np.int64(rank) << _RANK_BIT) | np.int64(course)


@compiled
def count_by_pupil(pupil: Int32, start: Int64) -> None:
    """Where each pupil's rows will begin (按学生计数).

    Args:
        pupil: of each row, ``(n,)``.
        start: zeros; is set, ``(p + 1,)``.
    """
    for row in range(pupil.size):
        start[pupil[row] + 1] += 1
    for code in range(1, start.size):
        start[code] += start[code - 1]


@compiled
def group_wishes(
    pupil: Int32,
    slot: Int16,
    rank: Int16,
    course: Int32,
    start: Int64,
    keys: Int64,
    first: int,
    last: int,
) -> None:
    """Put the rows of pupils ``first`` to ``last`` beside each other, in order (归并).

    Args:
        pupil: of each row, in any order.
        slot: of each row.
        rank: of each row.
        course: of each row.
        start: of each pupil's rows.
        keys: is filled from ``start[first]`` to ``start[last]``.
        first: pupil.
        last: pupil, excluded.
    """
    place = start[first:last].copy()
    for row in range(pupil.size):
        code = pupil[row] - first
        if 0 <= code < place.size:
            keys[place[code]] = wish_key(slot[row], rank[row], course[row])
            place[code] += 1
    for code in range(first, last):
        sort_keys(keys[start[code] : start[code + 1]])


@compiled
def sort_keys(keys: Int64) -> None:
    """Sort a pupil's keys in place (排序); a few are quickest by insertion."""
    if keys.size > _FEW:
        keys.sort()
        return
    for row in range(1, keys.size):
        key = keys[row]
        place = row
        while place > 0 and keys[place - 1] > key:
            keys[place] = keys[place - 1]
            place -= 1
        keys[place] = key


@compiled
def open_keys(keys: Int64, rank: Int16, course: Int32, first: int, last: int) -> None:
    """Rank and course out of the keys (拆键)."""
    for row in range(first, last):
        rank[row] = (keys[row] >> _RANK_BIT) & _RANK
        course[row] = keys[row] & _COURSE


@compiled
def count_applications(
    wishes: ByPupil,
    course_slot: Int16,
    applications: Int64,
    is_wrong: Flags,
    may_tie: bool,  # noqa: FBT001 -- a kernel takes its arguments by place
    first: int,
    last: int,
) -> None:
    """How many slots each of some pupils applies in, and who wishes something twice (数报名).

    Args:
        wishes: of each pupil by (slot, rank, course).
        course_slot: of each course.
        applications: is set, ``(p,)``.
        is_wrong: is set where a rank is given twice in a slot, or a course twice, ``(p,)``.
        may_tie: equal ranks are right.
        first: pupil.
        last: pupil, excluded.
    """
    start, course, rank = wishes
    # why: a stale entry points outside the pupil's own wishes, so it is never cleared.
    seen_at = np.full(course_slot.size, -1, np.int64)
    for pupil in range(first, last):
        count = 0
        for wish in range(start[pupil], start[pupil + 1]):
            is_first = wish == start[pupil]
            if is_first or course_slot[course[wish]] != course_slot[course[wish - 1]]:
                count += 1
            elif not may_tie and rank[wish] == rank[wish - 1]:
                is_wrong[pupil] = True
            if seen_at[course[wish]] >= start[pupil]:
                is_wrong[pupil] = True
            seen_at[course[wish]] = wish
        applications[pupil] = count


@compiled
def fill_applications(
    wishes: ByPupil,
    course_slot: Int16,
    first_application: Int64,
    application_pupil: Int32,
    application_slot: Int16,
    application_start: Int64,
    first: int,
    last: int,
) -> None:
    """Write down the applications of some pupils (写报名)."""
    start, course, _ = wishes
    for pupil in range(first, last):
        application = first_application[pupil]
        for wish in range(start[pupil], start[pupil + 1]):
            slot = course_slot[course[wish]]
            if wish == start[pupil] or slot != course_slot[course[wish - 1]]:
                application_pupil[application] = pupil
                application_slot[application] = slot
                application_start[application] = wish
                application += 1


@compiled
def is_grouped(pupil: Int32) -> bool:
    """Whether rows stand by pupil (按学生排好)."""
    row = 1
    while row < pupil.size and pupil[row - 1] <= pupil[row]:
        row += 1
    return row >= pupil.size


@compiled
def group_tiers(
    pupil: Int32,
    course: Int32,
    tier: Int16,
    start: Int64,
    grouped_course: Int32,
    grouped_tier: Int16,
    first: int,
    last: int,
) -> None:
    """Put the tier rows of pupils ``first`` to ``last`` beside each other (归并优先级)."""
    place = start[first:last].copy()
    for row in range(pupil.size):
        code = pupil[row] - first
        if 0 <= code < place.size:
            grouped_course[place[code]] = course[row]
            grouped_tier[place[code]] = tier[row]
            place[code] += 1


@compiled
def give_tiers(
    wishes: ByPupil,
    wish_tier: Int16,
    rows: ByPupil,
    courses: int,
    is_wrong: Flags,
    first: int,
    last: int,
) -> None:
    """Give each wish of some pupils the tier of its row (配优先级).

    Args:
        wishes: all of them.
        wish_tier: ones; is set.
        rows: which tier a pupil has at which course.
        courses: how many there are.
        is_wrong: is set for a pupil that has two rows for a course, ``(p,)``.
        first: pupil.
        last: pupil, excluded.
    """
    start, course, tier = rows
    wished_at = np.full(courses, -1, np.int64)
    seen_at = np.full(courses, -1, np.int64)
    for pupil in range(first, last):
        if start[pupil] == start[pupil + 1]:
            continue
        for wish in range(wishes.start[pupil], wishes.start[pupil + 1]):
            wished_at[wishes.course[wish]] = wish
        for row in range(start[pupil], start[pupil + 1]):
            if seen_at[course[row]] >= start[pupil]:
                is_wrong[pupil] = True
            seen_at[course[row]] = row
            wish = wished_at[course[row]]
            if wish >= wishes.start[pupil]:
                wish_tier[wish] = tier[row]
