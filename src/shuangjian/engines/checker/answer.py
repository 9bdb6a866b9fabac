"""录取核对: reads placements and says which wish each application was granted."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.checker.given import Courses, Given, Int16, Wishes
from shuangjian.engines.checker.loop import NOBODY, Flags, Int32, Int64, compiled
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.sheet import open_needed
from shuangjian.engines.checker.table import Piece
from shuangjian.engines.checker.text import codes_of, ids_of, text_from, word
from shuangjian.engines.checker.wish_reading import in_threads

_COLUMNS: Final = {name: (name,) for name in ("pupil", "slot", "course", "rank")}
_INVENTED: Final = 1
_RANK: Final = 2
_TWICE: Final = 3
_UNSORTED: Final = 4
_FAULTS: Final = {
    _INVENTED: ("placement_invented", "没有这样的志愿，却写着录取"),
    _RANK: ("placement_rank", "志愿序号与报名时填写的不符"),
    _TWICE: ("placement_twice", "同一名学生在同一时段被录取两次"),
    _UNSORTED: ("rows_unsorted", "各行没有按（学生，时段）排序"),
}


@dataclass(frozen=True)
class Shown:
    """一行: how a row of a file is named in a violation."""

    pupil: str
    slot: str
    course: str

    @property
    def key(self) -> str:
        """For the reader who searches the file."""
        return f"pupil={self.pupil}, slot={self.slot}, course={self.course}"


def read_granted(folder: Path, given: Given, record: Record) -> tuple[Int64, str]:
    """The granted wish of each application (录取的志愿), ``NOBODY`` for none; and the file.

    Raises:
        UnreadableError: the file cannot be read.
    """
    table = open_needed(folder, "placements", _COLUMNS, "pupil slot course rank")
    wishes, slots = given.wishes, ids_of(text_from(given.courses.slots))
    granted = np.full(wishes.pupil.size, NOBODY, np.int64)

    def coded(piece: Piece) -> tuple[Piece, Int32, Int32, Int32, Int64]:
        rank = piece.numbers("rank")
        return (
            piece,
            codes_of(given.pupils.ids, piece.text("pupil")),
            codes_of(slots, piece.text("slot")),
            codes_of(given.courses.ids, piece.text("course")),
            np.where(rank.is_wrong, NOBODY, rank.values),
        )

    before = np.array([NOBODY, NOBODY])
    for piece, pupil, slot, course, rank in in_threads(coded, table.pieces()):
        record.looked("录取名单的行", piece.rows)
        status = _grant(wishes, given.courses.slot, pupil, slot, course, rank, granted, before)
        for fault, (code, why) in _FAULTS.items():
            rows = np.flatnonzero(status == fault)
            told = (
                (shown(piece, row).key, f"{table.file} 第 {piece.first + row + 1} 行数据：{why}。")
                for row in rows.tolist()
            )
            record.note_all(code, table.file, rows.size, told)
    return granted, table.file


def shown(piece: Piece, row: int) -> Shown:
    """The names in a row."""
    return Shown(*(word(piece.text(column), row) for column in ("pupil", "slot", "course")))


def wish_shown(given: Given, application: int, course: int) -> Shown:
    """The names of an application, and of a course."""
    pupil, slot = given.wishes.pupil[application], given.wishes.slot[application]
    return Shown(
        given.pupils.names[pupil].decode(),
        given.courses.slots[slot].decode(),
        given.courses.names[course].decode(),
    )


@compiled
def wish_of(wishes: Wishes, pupil: int, course: int) -> int:
    """Which wish of the market a pupil's for a course is, ``NOBODY`` for none."""
    first, last = wishes.of_pupil[pupil], wishes.of_pupil[pupil + 1]
    for wish in range(wishes.start[first], wishes.start[last]):
        if wishes.course[wish] == course:
            return int(wish)
    return NOBODY


@compiled
def application_of(wishes: Wishes, pupil: int, wish: int) -> int:
    """Which application of a pupil a wish belongs to."""
    application = wishes.of_pupil[pupil]
    while wishes.start[application + 1] <= wish:
        application += 1
    return int(application)


@compiled
def _grant(
    wishes: Wishes,
    slot_of: Int16,
    pupil: Int32,
    slot: Int32,
    course: Int32,
    rank: Int64,
    granted: Int64,
    before: Int64,
) -> Int16:
    """Enter the rows into ``granted``; what is wrong with each, 0 for nothing.

    ``before`` holds the pupil and the slot of the row before, and is left at the last row.
    """
    status = np.zeros(pupil.size, np.int16)
    for row in range(pupil.size):
        wish = NOBODY
        if pupil[row] != NOBODY and course[row] != NOBODY and slot_of[course[row]] == slot[row]:
            wish = wish_of(wishes, pupil[row], course[row])
        if wish == NOBODY:
            status[row] = _INVENTED
            continue
        application = application_of(wishes, pupil[row], wish)
        if granted[application] != NOBODY:
            status[row] = _TWICE
            continue
        granted[application] = wish
        if rank[row] != wishes.rank[wish]:
            status[row] = _RANK
        elif (pupil[row], slot[row]) < (before[0], before[1]):
            status[row] = _UNSORTED
        before[0], before[1] = pupil[row], slot[row]
    return status


class Days(NamedTuple):
    """时段的日子: which days each slot takes, coded, and in which round it is drawn.

    Attributes:
        start: the days of slot ``d`` are ``day[start[d]:start[d + 1]]``.
        day: codes.
        round: of each slot.
    """

    start: Int64
    day: Int64
    round: Int64


def days_of(courses: Courses) -> Days:
    """Days and rounds of the slots (时段)."""
    taken = [slot.split(b"+") for slot in courses.slots]
    code = {day: place for place, day in enumerate(sorted({day for days in taken for day in days}))}
    start = np.zeros(len(taken) + 1, np.int64)
    np.cumsum([len(days) for days in taken], out=start[1:])
    rounds = np.zeros(len(taken), np.int64)
    rounds[courses.slot] = courses.round
    return Days(start, np.array([code[day] for days in taken for day in days]), rounds)


def occupied_applications(given: Given, granted: Int64) -> Flags:
    """Applications whose pupil has a place on one of their days in an earlier round, ``(a,)``."""
    return _occupied(given.wishes, granted, days_of(given.courses))


@compiled
def _share_day(days: Days, one: int, other: int) -> bool:
    for at in range(days.start[one], days.start[one + 1]):
        for place in range(days.start[other], days.start[other + 1]):
            if days.day[at] == days.day[place]:
                return True
    return False


@compiled
def _occupied(wishes: Wishes, granted: Int64, days: Days) -> Flags:
    occupied = np.zeros(wishes.pupil.size, np.bool_)
    for pupil in range(wishes.of_pupil.size - 1):
        for one in range(wishes.of_pupil[pupil], wishes.of_pupil[pupil + 1]):
            slot = wishes.slot[one]
            for other in range(wishes.of_pupil[pupil], wishes.of_pupil[pupil + 1]):
                before = wishes.slot[other]
                if granted[other] == NOBODY or days.round[before] >= days.round[slot]:
                    continue
                occupied[one] |= _share_day(days, slot, before)
    return occupied
