"""名册读取: pupils, courses and tickets of the input folder.

What would have been refused is a violation ``input_wrong``: no result can be right for it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from shuangjian.engines.checker.given import EVERY_GRADE, NO_GRADE, Courses, Int16, Pupils, Tickets
from shuangjian.engines.checker.loop import NOBODY, Int32, Int64
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.table import Piece, Table, UnreadableError, open_table
from shuangjian.engines.checker.text import as_bytes, codes_of, ids_of, text_from

PUPIL: Final = ("pupil", "学生", "学生编号", "学号")
COURSE: Final = ("course", "课程", "课程编号", "学校")
SLOT: Final = ("slots", "slot", "时段", "上课日", "上课时间")
_PUPILS: Final = {"pupil": PUPIL, "grade": ("grade", "年级"), "group": ("group", "类别")}
_COURSES: Final = {
    "course": COURSE,
    "slots": SLOT,
    "seats": ("seats", "名额"),
    "least": ("least", "开班人数"),
    "grades": ("grades", "年级", "面向年级"),
    "round": ("round", "轮次"),
    "close_order": ("close_order", "停开次序"),
    "reserved": ("reserved", "预留", "预留名额"),
}
_TICKETS: Final = {
    "pupil": PUPIL,
    "ticket": ("ticket", "签", "签号"),
    "bundle": ("bundle", "捆绑"),
}
_LAST_GRADE: Final = 62
_MOST: Final = 2**31 - 1
_LAST_ROUND: Final = 2**15 - 1
_RANGE: Final = re.compile(r"(\d+)(?:[-~～－–—至](\d+))?")  # noqa: RUF001  # why: as written.
_BETWEEN: Final = re.compile(r"[+,;/、，；\s]+")


def open_needed(
    folder: Path, name: str, titles: Mapping[str, tuple[str, ...]], needed: str
) -> Table:
    """A file that must be there with the columns that must be there.

    Args:
        folder: where it is.
        name: without ending.
        titles: column to the titles it may have.
        needed: names of the columns that must be there, parted by spaces.

    Raises:
        UnreadableError: it is not, or lacks one.
    """
    table = open_table(folder, name, titles)
    if table is None:
        raise UnreadableError(
            "file_missing", f"{name}.csv", f"缺少文件 {name}.csv（或 {name}.parquet）。"
        )
    missing = [column for column in needed.split() if not table.has(column)]
    if missing:
        raise UnreadableError(
            "column_missing", table.file, f"{table.file} 缺少列：{'、'.join(missing)}。"
        )
    return table


def read_pupils(folder: Path, record: Record) -> Pupils:
    """All pupils (学生), sorted by the bytes of their ids.

    Raises:
        UnreadableError: the file cannot be read.
    """
    piece = open_needed(folder, "pupils", _PUPILS, "pupil").whole()
    names, order = _sorted_names(piece, "pupil", record)
    grades = piece.numbers("grade", empty=NO_GRADE)
    outside = (grades.values < NO_GRADE) | (grades.values > _LAST_GRADE) | grades.is_wrong
    _refuse(record, piece.file, np.flatnonzero(outside), "年级不是 0 到 62 的整数")
    group, groups = np.full(len(names), NOBODY, np.int16), list[bytes]()
    if piece.has("group"):
        written = as_bytes(piece.text("group"))
        groups = sorted(set(written) - {b""})
        code = {name: place for place, name in enumerate(groups)}
        group = np.array([code.get(name, NOBODY) for name in written], np.int16)[order]
    grade = np.where(outside, NO_GRADE, grades.values).astype(np.int16)[order]
    return Pupils(ids_of(text_from(names)), names, grade, group, groups)


def read_courses(folder: Path, record: Record, groups: list[bytes]) -> tuple[Courses, list[bytes]]:
    """All courses (课程), and the groups' names with those that only ``reserved`` names.

    Raises:
        UnreadableError: the file cannot be read.
    """
    piece = open_needed(folder, "courses", _COURSES, "course slots seats").whole()
    names, order = _sorted_names(piece, "course", record)
    slot_cells = as_bytes(piece.text("slots"))
    written = [slot_cells[row] for row in order]
    slots = sorted(set(written))
    code = {slot: place for place, slot in enumerate(slots)}
    for slot in slots:
        days = slot.split(b"+")
        if b"" in days or len(set(days)) < len(days):
            _refuse_file(record, piece.file, f"时段 {slot.decode()} 的写法不对")
    amounts = {
        column: _amount(piece, column, record)[order]
        for column in ("seats", "least", "close_order")
    }
    grades = np.array([_grades(cell, record, piece.file) for cell in _cells(piece, "grades")])
    seats_by_group = [_reserved(cell, record, piece.file) for cell in _cells(piece, "reserved")]
    groups = sorted(set(groups).union(*seats_by_group))
    reserved = np.zeros((len(names), len(groups)), np.int32)
    for place, row in enumerate(order):
        for name, seats in seats_by_group[row].items():
            reserved[place, groups.index(name)] = seats
    if (reserved.sum(axis=1) > amounts["seats"]).any():
        _refuse_file(record, piece.file, "有课程的预留名额之和超过名额")
    slot_of = np.array([code[slot] for slot in written], np.int16)
    courses = Courses(
        ids=ids_of(text_from(names)),
        names=names,
        slots=slots,
        slot=slot_of,
        seats=amounts["seats"],
        least=amounts["least"],
        close_order=amounts["close_order"],
        round=_rounds(piece, order, slots, slot_of, record),
        grades=grades[order].astype(np.int64),
        reserved=reserved,
    )
    return courses, groups


def read_tickets(folder: Path, record: Record, pupils: Pupils) -> Tickets:
    """What each pupil draws with (签); its id where it has no row.

    Raises:
        UnreadableError: the file cannot be read.
    """
    count = len(pupils.names)
    table = open_table(folder, "tickets", _TICKETS)
    if table is None:
        return Tickets(np.arange(count + 1), pupils.names)
    piece = open_needed(folder, "tickets", _TICKETS, "pupil ticket").whole()
    code = codes_of(pupils.ids, piece.text("pupil"))
    _refuse(record, piece.file, np.flatnonzero(code == NOBODY), "这名学生不在 pupils 里")
    written = as_bytes(piece.text("ticket"))
    bundles = as_bytes(piece.text("bundle")) if piece.has("bundle") else [b""] * piece.rows
    held: list[list[bytes]] = [[] for _ in range(count)]
    bundle_of: dict[int, bytes] = {}
    for pupil, ticket, bundle in zip(code.tolist(), written, bundles, strict=True):
        if pupil == NOBODY:
            continue
        if not ticket or ticket in held[pupil]:
            _refuse_file(record, piece.file, f"{_shown(pupils, pupil)} 的签为空或重复")
        held[pupil].append(ticket)
        if bundle and bundle_of.setdefault(pupil, bundle) != bundle:
            _refuse_file(record, piece.file, f"{_shown(pupils, pupil)} 在两个捆绑里")
    _check_owners(held, bundle_of, record, piece.file)
    return _drawn_with(held, bundle_of, pupils)


def _check_owners(
    held: list[list[bytes]], bundle_of: dict[int, bytes], record: Record, file: str
) -> None:
    owner: dict[bytes, int] = {}
    for pupil, tickets in enumerate(held):
        for ticket in tickets:
            other = owner.setdefault(ticket, pupil)
            shared = bundle_of.get(pupil)
            if other != pupil and (shared is None or shared != bundle_of.get(other)):
                _refuse_file(record, file, f"签 {ticket.decode()} 属于两名学生")


def _drawn_with(held: list[list[bytes]], bundle_of: dict[int, bytes], pupils: Pupils) -> Tickets:
    members: dict[bytes, list[int]] = {}
    for pupil, bundle in bundle_of.items():
        members.setdefault(bundle, []).append(pupil)
    for together in members.values():
        most = max(len(held[pupil]) for pupil in together)
        shared = sorted({ticket for pupil in together for ticket in held[pupil]})[:most]
        for pupil in together:
            held[pupil] = shared
    start, tickets = np.zeros(len(held) + 1, np.int64), list[bytes]()
    for pupil, own in enumerate(held):
        tickets += sorted(own) if own else [pupils.names[pupil]]
        start[pupil + 1] = len(tickets)
    return Tickets(start, tickets)


def _sorted_names(piece: Piece, column: str, record: Record) -> tuple[list[bytes], list[int]]:
    """The ids of a column by their bytes, and the rows in that order."""
    written = as_bytes(piece.text(column))
    order = sorted(range(len(written)), key=written.__getitem__)
    names = [written[row] for row in order]
    _refuse(record, piece.file, [row for row, name in enumerate(written) if not name], "编号为空")
    twice = [name for name, following in pairwise(names) if name == following]
    for name in twice[:1]:
        _refuse_file(record, piece.file, f"编号 {name.decode()} 重复")
    return names, order


def _amount(piece: Piece, column: str, record: Record) -> Int32:
    found = piece.numbers(column, empty=None if column == "seats" else 0)
    outside = found.is_wrong | (found.values < 0) | (found.values > _MOST)
    _refuse(record, piece.file, np.flatnonzero(outside), f"{column} 不是 0 以上的整数")
    return np.where(outside, 0, found.values).astype(np.int32)


def _cells(piece: Piece, column: str) -> list[str]:
    if not piece.has(column):
        return [""] * piece.rows
    return [cell.decode() for cell in as_bytes(piece.text(column))]


def _grades(cell: str, record: Record, file: str) -> int:
    """The mask of a cell such as ``1-3、5``."""
    mask = 0
    for part in _BETWEEN.split(cell):
        if not part:
            continue
        fitting = _RANGE.fullmatch(part)
        first, last = (0, -1) if fitting is None else (int(fitting[1]), int(fitting[2] or part))
        if not first <= last <= _LAST_GRADE:
            _refuse_file(record, file, f"年级 {cell} 的写法不对")
            return EVERY_GRADE
        for grade in range(first, last + 1):
            mask |= 1 << grade
    return mask or EVERY_GRADE


def _reserved(cell: str, record: Record, file: str) -> dict[bytes, int]:
    """Seats by group of a cell such as ``a:5+b:3``."""
    seats: dict[bytes, int] = {}
    for part in cell.replace("：", ":").split("+") if cell else ():
        group, _, amount = part.rpartition(":")
        name = group.strip().encode()
        if not name or not amount.strip().isdecimal() or name in seats:
            _refuse_file(record, file, f"预留名额 {cell} 的写法不对")
            continue
        seats[name] = min(int(amount), _MOST)
    return seats


def _rounds(
    piece: Piece,
    order: list[int],
    slots: list[bytes],
    slot_of: Int16,
    record: Record,
) -> Int16:
    """The round of each course; without any, slots of more days come first."""
    found = piece.numbers("round", empty=0)
    days = [set(slot.split(b"+")) for slot in slots]
    if not found.values.any() and not found.is_wrong.any():
        sizes = sorted({len(taken) for taken in days}, reverse=True)
        of_slot = [sizes.index(len(taken)) + 1 for taken in days]
        return np.array([of_slot[slot] for slot in slot_of], np.int16)
    outside = found.is_wrong | (found.values < 1) | (found.values > _LAST_ROUND)
    _refuse(record, piece.file, np.flatnonzero(outside), "轮次不是 1 以上的整数")
    rounds = np.where(outside, 1, found.values).astype(np.int16)[order]
    by_slot = [set(rounds[slot_of == slot].tolist()) for slot in range(len(slots))]
    by_day = Counter(
        (day, turn) for slot, taken in enumerate(days) for day in taken for turn in by_slot[slot]
    )
    if any(len(turns) > 1 for turns in by_slot) or any(count > 1 for count in by_day.values()):
        _refuse_file(record, piece.file, "同一时段须同一轮次，有同一天的时段须不同轮次")
    return rounds


def _shown(pupils: Pupils, pupil: int) -> str:
    return f"学生 {pupils.names[pupil].decode()}"


def _refuse(record: Record, file: str, rows: Int64 | list[int], why: str) -> None:
    told = (
        (f"row {row + 1}", f"{file} 第 {row + 1} 行数据：{why}，这样的输入不能录取。")
        for row in rows
    )
    record.note_all("input_wrong", file, len(rows), told)


def _refuse_file(record: Record, file: str, why: str) -> None:
    record.note("input_wrong", file, "", f"{file}：{why}，这样的输入不能录取。")
