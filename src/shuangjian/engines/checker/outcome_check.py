"""结果核对: reads outcomes and compares reason and place with what every wish must be told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from shuangjian.engines.checker.answer import Shown, shown, wish_of, wish_shown
from shuangjian.engines.checker.given import Given, Int16, Wishes
from shuangjian.engines.checker.loop import NOBODY, Flags, Int32, Int64, compiled
from shuangjian.engines.checker.outcome import SENTENCES, WORDS, Expected, Reasons
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.sheet import open_needed
from shuangjian.engines.checker.table import Piece, UnreadableError
from shuangjian.engines.checker.text import (
    Ids,
    Text,
    as_bytes,
    code_at,
    is_same,
    text_from,
)
from shuangjian.engines.checker.wish_reading import in_threads

_COLUMNS: Final = {
    name: (name,) for name in ("pupil", "slot", "rank", "course", "reason", "place", "sentence")
}
_INVENTED: Final = 1
_RANK: Final = 2
_UNSORTED: Final = 4
_REASON: Final = 8
_PLACE: Final = 16
_SENTENCE: Final = 32
_FAULTS: Final = {
    _INVENTED: ("outcome_invented", "没有这样的志愿"),
    _RANK: ("outcome_rank", "志愿序号与报名时填写的不符"),
    _UNSORTED: ("rows_unsorted", "各行没有按（学生，时段，志愿序号，课程）排序"),
    _REASON: ("reason_wrong", "理由应为 {reason}"),
    _PLACE: ("place_wrong", "候补位次应为 {place}"),
    _SENTENCE: ("sentence_wrong", "中文说明与理由不符"),
}


class Names(NamedTuple):
    """名称: ids of pupils and courses, and the words for slots and reasons."""

    pupils: Ids
    courses: Ids
    slots: Text
    words: Text


class Rows(NamedTuple):
    """读到的行: the columns of some rows; a number that is none is -1."""

    pupil: Text
    slot: Text
    course: Text
    reason: Text
    rank: Int64
    place: Int64


def check_outcomes(folder: Path, given: Given, expected: Expected, record: Record) -> None:
    """Every wish exactly once, in order, with its reason and place (志愿结果).

    Raises:
        UnreadableError: the file cannot be read.
    """
    table = open_needed(folder, "outcomes", _COLUMNS, "pupil slot rank course reason place")
    if table.is_csv and not table.has("sentence"):
        raise UnreadableError("column_missing", table.file, f"{table.file} 缺少列：sentence。")
    wishes = given.wishes
    slots, words = text_from(given.courses.slots), text_from(list(WORDS))
    names = Names(given.pupils.ids, given.courses.ids, slots, words)

    def compared(piece: Piece) -> tuple[Piece, Int64, Int64]:
        rank, place = piece.numbers("rank"), piece.numbers("place")
        rows = Rows(
            piece.text("pupil"),
            piece.text("slot"),
            piece.text("course"),
            piece.text("reason"),
            np.where(rank.is_wrong, NOBODY, rank.values),
            np.where(place.is_wrong, NOBODY, place.values),
        )
        wish = _wishes_of(rows, wishes, names, given.courses.slot, piece.first)
        faults = _faults_of(rows, wish, wishes.rank, expected.reason, expected.place, words)
        if table.is_csv:
            faults |= _wrong_sentences(piece, wish, expected) * _SENTENCE
        return piece, wish, faults

    seen = np.zeros(wishes.course.size, np.int8)
    before = NOBODY
    for piece, wish, faults in in_threads(compared, table.pieces()):
        record.looked("志愿结果的行", piece.rows)
        _count(seen, wish)
        if wish.size and NOBODY < wish[0] < before:
            faults[0] |= _UNSORTED
        before = int(wish.max(initial=before))
        for fault, (code, why) in _FAULTS.items():
            _tell(record, code, piece, np.flatnonzero(faults & fault), why, wish, expected)
    _tell_seen(record, given, table.file, seen)


def _tell(
    record: Record,
    code: str,
    piece: Piece,
    rows: Int64,
    why: str,
    wish: Int64,
    expected: Expected,
) -> None:
    def told() -> Iterator[tuple[str, str]]:
        for row in rows.tolist():
            reason, place = expected.reason[wish[row]], expected.place[wish[row]]
            should = why.format(reason=WORDS[reason].decode(), place=place)
            yield (
                shown(piece, row).key,
                f"{piece.file} 第 {piece.first + row + 1} 行数据：{should}。",
            )

    record.note_all(code, piece.file, rows.size, told())


def _tell_seen(record: Record, given: Given, file: str, seen: Reasons) -> None:
    """Wishes that have no row, or several."""
    for code, found, why in (
        ("outcome_missing", np.flatnonzero(seen == 0), "没有结果"),
        ("outcome_twice", np.flatnonzero(seen > 1), "有不止一行结果"),
    ):
        rows = (_shown_wish(given, wish) for wish in found.tolist())
        record.note_all(
            code,
            file,
            found.size,
            (
                (row.key, f"{file}：学生 {row.pupil} 对课程 {row.course} 的志愿{why}。")
                for row in rows
            ),
        )


def _shown_wish(given: Given, wish: int) -> Shown:
    application = int(np.searchsorted(given.wishes.start, wish, side="right")) - 1
    return wish_shown(given, application, int(given.wishes.course[wish]))


def _wrong_sentences(piece: Piece, wish: Int64, expected: Expected) -> Flags:
    """Rows whose Chinese sentence is not the one of the right reason and place."""
    wrong = np.zeros(piece.rows, np.bool_)
    reasons, places = expected.reason[wish].tolist(), expected.place[wish].tolist()
    written = as_bytes(piece.text("sentence"))
    for row, (reason, place, sentence) in enumerate(zip(reasons, places, written, strict=True)):
        right = SENTENCES[reason].format(place=place)
        wrong[row] = wish[row] != NOBODY and sentence != right.encode()
    return wrong


@compiled
def _wishes_of(rows: Rows, wishes: Wishes, names: Names, slot_of: Int16, first: int) -> Int64:
    """The wish that each row is about, ``NOBODY`` for none.

    Rows are in the order of the wishes where all is right; then no id is searched for.
    """
    found = np.full(rows.rank.size, NOBODY, np.int64)
    application = 0
    for row in range(found.size):
        wish = first + row
        if row == 0:
            application = int(np.searchsorted(wishes.start, wish, side="right")) - 1
        while application < wishes.pupil.size and wishes.start[application + 1] <= wish:
            application += 1
        if (
            application < wishes.pupil.size
            and is_same(rows.course, row, names.courses.text, wishes.course[wish])
            and is_same(rows.pupil, row, names.pupils.text, wishes.pupil[application])
        ):
            found[row] = wish
        else:
            pupil = code_at(names.pupils, rows.pupil, row)
            course = code_at(names.courses, rows.course, row)
            if NOBODY not in (pupil, course):
                found[row] = wish_of(wishes, pupil, course)
        if found[row] != NOBODY:
            slot = slot_of[wishes.course[found[row]]]
            if not is_same(rows.slot, row, names.slots, slot):
                found[row] = NOBODY
    return found


@compiled
def _faults_of(
    rows: Rows, wish: Int64, rank: Int16, reason: Reasons, place: Int32, words: Text
) -> Int64:
    """What is wrong with each row, as a sum of bits; 0 for nothing."""
    faults = np.zeros(wish.size, np.int64)
    before = NOBODY
    for row in range(wish.size):
        own = wish[row]
        if own == NOBODY:
            faults[row] = _INVENTED
            continue
        if own < before:
            faults[row] |= _UNSORTED
        if rows.rank[row] != rank[own]:
            faults[row] |= _RANK
        if not is_same(rows.reason, row, words, reason[own]):
            faults[row] |= _REASON
        if rows.place[row] != place[own]:
            faults[row] |= _PLACE
        before = own
    return faults


@compiled
def _count(seen: Reasons, wish: Int64) -> None:
    """Count the rows of each wish, to 2."""
    for own in wish:
        if own != NOBODY and seen[own] < 2:
            seen[own] += 1
