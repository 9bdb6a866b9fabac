"""志愿读取: choices and tiers of the input folder, by far the largest files."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from shuangjian.engines.checker.given import Courses, Int16, Pupils, Wishes
from shuangjian.engines.checker.loop import NOBODY, Flags, Int32, Int64, compiled
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.sheet import COURSE, PUPIL, SLOT, open_needed
from shuangjian.engines.checker.table import Piece, open_table
from shuangjian.engines.checker.text import Text, codes_of, is_same, text_from

_CHOICES: Final = {"pupil": PUPIL, "slot": SLOT, "rank": ("rank", "志愿"), "course": COURSE}
_TIERS: Final = {"pupil": PUPIL, "course": COURSE, "tier": ("tier", "优先级")}
_LAST: Final = 2**15 - 1
_SORTED_BY_HAND: Final = 40
THREADS: Final = 2

Coded = TypeVar("Coded")
Rows = tuple[Int32, Int32, Int16, Int64]


def read_wishes(folder: Path, pupils: Pupils, courses: Courses, record: Record) -> Wishes:
    """All wishes (志愿) with their tiers, in order.

    Raises:
        UnreadableError: a file cannot be read.
    """
    table = open_needed(folder, "choices", _CHOICES, "pupil slot rank course")
    slots = text_from(courses.slots)

    def coded(piece: Piece) -> Rows:
        pupil = codes_of(pupils.ids, piece.text("pupil"))
        course = codes_of(courses.ids, piece.text("course"))
        rank = piece.numbers("rank")
        wrong = _wrong_wishes(pupil, course, rank.values, piece.text("slot"), slots, courses.slot)
        rows = np.flatnonzero(wrong | rank.is_wrong) + piece.first
        return pupil, course, np.clip(rank.values, 0, _LAST).astype(np.int16), rows

    parts = list(in_threads(coded, table.pieces()))
    for *_, wrong in parts:
        told = ((f"row {row + 1}", _refused(table.file, row)) for row in wrong.tolist())
        record.note_all("input_wrong", table.file, wrong.size, told)
    if not sum(part[0].size for part in parts):
        record.note("input_wrong", table.file, "", f"{table.file} 没有一行内容，没有可录取的志愿。")
    if record.counts:
        return _none(len(pupils.names))
    pupil = np.concatenate([part[0] for part in parts])
    course = np.concatenate([part[1] for part in parts])
    rank = np.concatenate([part[2] for part in parts])
    parts.clear()
    of_pupil, course, rank = _sorted(pupil, course, rank, courses.slot, len(pupils.names))
    del pupil
    twice = _first_twice(of_pupil, course, rank, courses.slot)
    if twice != NOBODY:
        name = pupils.names[twice].decode()
        record.note(
            "input_wrong",
            table.file,
            f"pupil={name}",
            f"{table.file}：学生 {name} 在同一时段里有重复的志愿或志愿序号。",
        )
    wishes = _gathered(of_pupil, course, rank, courses.slot)
    _read_tiers(folder, pupils, courses, wishes, record)
    return wishes


def _read_tiers(
    folder: Path, pupils: Pupils, courses: Courses, wishes: Wishes, record: Record
) -> None:
    """Fill in the tiers (优先级)."""
    if open_table(folder, "tiers", _TIERS) is None:
        wishes.tier[:] = 1
        return
    table = open_needed(folder, "tiers", _TIERS, "pupil course tier")

    def coded(piece: Piece) -> Rows:
        pupil = codes_of(pupils.ids, piece.text("pupil"))
        course = codes_of(courses.ids, piece.text("course"))
        tier = piece.numbers("tier")
        wrong = (pupil == NOBODY) | (course == NOBODY) | tier.is_wrong
        wrong |= (tier.values < 1) | (tier.values > _LAST)
        pupil[wrong] = NOBODY
        tiers = np.clip(tier.values, 0, _LAST).astype(np.int16)
        return pupil, course, tiers, np.flatnonzero(wrong) + piece.first

    first = 0
    for pupil, course, tiers, wrong in in_threads(coded, table.pieces()):
        twice = _fill_tiers(pupil, course, tiers, wishes) + first
        first += pupil.size
        for rows in (wrong, twice):
            told = ((f"row {row + 1}", _refused(table.file, row)) for row in rows.tolist())
            record.note_all("input_wrong", table.file, rows.size, told)
    wishes.tier[wishes.tier == 0] = 1


def in_threads(work: Callable[[Piece], Coded], pieces: Iterator[Piece]) -> Iterator[Coded]:
    """Work on pieces side by side, in order; few are held at once."""
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = [pool.submit(work, piece) for piece in islice(pieces, THREADS)]
        while waiting:
            yield waiting.pop(0).result()
            waiting += [pool.submit(work, piece) for piece in islice(pieces, 1)]


def _refused(file: str, row: int) -> str:
    return f"{file} 第 {row + 1} 行数据有误（编号、时段或数字不对），这样的输入不能录取。"


def _none(pupils: int) -> Wishes:
    empty = np.empty(0, np.int16)
    return Wishes(
        pupil=np.empty(0, np.int32),
        slot=empty,
        start=np.zeros(1, np.int64),
        of_pupil=np.zeros(pupils + 1, np.int64),
        course=np.empty(0, np.int32),
        rank=empty,
        tier=empty.copy(),
    )


@compiled
def _wrong_wishes(
    pupil: Int32, course: Int32, rank: Int64, slot: Text, slots: Text, slot_of: Int16
) -> Flags:
    """Rows that name nobody, no course, another slot than the course's, or no rank."""
    wrong = np.zeros(pupil.size, np.bool_)
    for row in range(pupil.size):
        is_known = pupil[row] != NOBODY and course[row] != NOBODY and 1 <= rank[row] <= _LAST
        # why: without a course there is no slot to compare with.
        wrong[row] = not is_known or not is_same(slot, row, slots, slot_of[course[row]])
    return wrong


@compiled
def _sorted(
    pupil: Int32, course: Int32, rank: Int16, slot_of: Int16, pupils: int
) -> tuple[Int64, Int32, Int16]:
    """Wishes by (pupil, slot, rank, course): where each pupil's begin, and both columns."""
    of_pupil = np.zeros(pupils + 1, np.int64)
    is_sorted = True
    for row in range(pupil.size):
        of_pupil[pupil[row] + 1] += 1
        is_sorted &= row == 0 or pupil[row] >= pupil[row - 1]
    for code in range(pupils):
        of_pupil[code + 1] += of_pupil[code]
    if not is_sorted:
        filled = of_pupil[:-1].copy()
        moved_course, moved_rank = np.empty_like(course), np.empty_like(rank)
        for row in range(pupil.size):
            to = filled[pupil[row]]
            moved_course[to], moved_rank[to] = course[row], rank[row]
            filled[pupil[row]] += 1
        course, rank = moved_course, moved_rank
    for code in range(pupils):
        start, stop = of_pupil[code], of_pupil[code + 1]
        if stop - start > _SORTED_BY_HAND:
            _sort_many(course[start:stop], rank[start:stop], slot_of)
        else:
            _sort_few(course[start:stop], rank[start:stop], slot_of)
    return of_pupil, course, rank


@compiled
def _place(course: int, rank: int, slot: int) -> int:
    """A number by which wishes of one pupil are sorted: slot, rank, course."""
    return (int(slot) << 46) | (int(rank) << 31) | int(course)


@compiled
def _sort_few(course: Int32, rank: Int16, slot_of: Int16) -> None:
    for row in range(1, course.size):
        own_course, own_rank = course[row], rank[row]
        own = _place(own_course, own_rank, slot_of[own_course])
        at = row
        while at > 0 and own < _place(course[at - 1], rank[at - 1], slot_of[course[at - 1]]):
            course[at], rank[at] = course[at - 1], rank[at - 1]
            at -= 1
        course[at], rank[at] = own_course, own_rank


@compiled
def _sort_many(course: Int32, rank: Int16, slot_of: Int16) -> None:
    places = np.empty(course.size, np.int64)
    for row in range(course.size):
        places[row] = _place(course[row], rank[row], slot_of[course[row]])
    places.sort()
    for row in range(course.size):
        course[row] = places[row] & 0x7FFFFFFF
        rank[row] = (places[row] >> 31) & 0x7FFF


@compiled
def _first_twice(of_pupil: Int64, course: Int32, rank: Int16, slot_of: Int16) -> int:
    """A pupil with a rank or a course twice in one slot, ``NOBODY`` if there is none."""
    for code in range(of_pupil.size - 1):
        for row in range(of_pupil[code] + 1, of_pupil[code + 1]):
            if rank[row] == rank[row - 1] and slot_of[course[row]] == slot_of[course[row - 1]]:
                return code
        if _has_twice(course[of_pupil[code] : of_pupil[code + 1]]):
            return code
    return NOBODY


@compiled
def _has_twice(course: Int32) -> bool:
    if course.size > _SORTED_BY_HAND:
        return np.unique(course).size < course.size
    for row in range(1, course.size):
        for earlier in range(row):
            if course[row] == course[earlier]:
                return True
    return False


@compiled
def _gathered(of_pupil: Int64, course: Int32, rank: Int16, slot_of: Int16) -> Wishes:
    """Wishes gathered into applications; tiers 0, to be filled in."""
    count = 0
    for code in range(of_pupil.size - 1):
        for row in range(of_pupil[code], of_pupil[code + 1]):
            if row == of_pupil[code] or slot_of[course[row]] != slot_of[course[row - 1]]:
                count += 1
    pupil, slot = np.empty(count, np.int32), np.empty(count, np.int16)
    start, first = np.empty(count + 1, np.int64), np.zeros(of_pupil.size, np.int64)
    count = 0
    for code in range(of_pupil.size - 1):
        for row in range(of_pupil[code], of_pupil[code + 1]):
            if row == of_pupil[code] or slot_of[course[row]] != slot_of[course[row - 1]]:
                pupil[count], slot[count], start[count] = code, slot_of[course[row]], row
                count += 1
        first[code + 1] = count
    start[count] = course.size
    return Wishes(pupil, slot, start, first, course, rank, np.zeros(course.size, np.int16))


@compiled
def _fill_tiers(pupil: Int32, course: Int32, tier: Int16, wishes: Wishes) -> Int64:
    """Set the tiers of wished pairs; rows whose pair had one already."""
    twice = [NOBODY]
    for row in range(pupil.size):
        code = pupil[row]
        if code == NOBODY:
            continue
        start = wishes.start[wishes.of_pupil[code]]
        stop = wishes.start[wishes.of_pupil[code + 1]]
        for at in range(start, stop):
            if wishes.course[at] == course[row]:
                if wishes.tier[at] != 0:
                    twice.append(row)
                wishes.tier[at] = tier[row]
    return np.array(twice[1:], np.int64)
