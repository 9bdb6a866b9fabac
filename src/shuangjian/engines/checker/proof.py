"""性质核验: of one slot, exactly what the mechanism claims, and which courses had to close."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from shuangjian.engines.checker.answer import Shown, wish_shown
from shuangjian.engines.checker.best_placing import MOST_COURSES as MOST_PLACED
from shuangjian.engines.checker.closing import Rules, follow_closings
from shuangjian.engines.checker.exchange import levels_of
from shuangjian.engines.checker.given import Given
from shuangjian.engines.checker.loop import NOBODY, Int64
from shuangjian.engines.checker.optimum import MOST_COURSES as MOST_TURNS
from shuangjian.engines.checker.optimum import lacks_of
from shuangjian.engines.checker.part_making import Session
from shuangjian.engines.checker.plain_placing import place_in_rounds
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.stability import (
    FREE_SEAT,
    OPEN_SEAT,
    RESERVED_SEAT,
    UNUSED_RESERVE,
    claims,
    improving_cycle,
    late_turns,
)

_CLAIMS: Final = {
    FREE_SEAT: ("wasted_seat", "课程 {0.course} 还有空位，学生 {0.pupil} 更想去，却没有录取。"),
    UNUSED_RESERVE: (
        "reserve_broken",
        "课程 {0.course} 为学生 {0.pupil} 的类别预留的名额没有给足。",
    ),
    RESERVED_SEAT: (
        "reserve_broken",
        "课程 {0.course} 的预留名额给了同类别里次序在学生 {0.pupil} 之后的人。",
    ),
    OPEN_SEAT: ("envy", "课程 {0.course} 录取了次序在学生 {0.pupil} 之后的人，而该生更想去。"),
}
_GAINS: Final = {
    True: ("not_most_placed", "还可以多录取学生；例如让学生 {0.pupil} 改去课程 {0.course}。"),
    False: (
        "not_best",
        "有更好的录取（各优先级人数或志愿序号之和）；例如让学生 {0.pupil} 改去课程 {0.course}。",
    ),
}


def prove(given: Given, session: Session, mechanism: str, file: str) -> Record:
    """Check what the mechanism claims of a slot (性质), and only that."""
    record = Record()
    record.looked("录取性质所涉的报名", session.application.size)
    if mechanism == "serial":
        _prove_turns(given, session, record, file)
    elif mechanism in ("lottery", "deferred-acceptance"):
        _prove_stable(given, session, record, file)
    else:
        _prove_best(given, session, mechanism, record, file)
    _prove_closings(given, session, mechanism, record, file)
    return record


def _prove_turns(given: Given, session: Session, record: Record, file: str) -> None:
    found = late_turns(session.part, session.state)
    told = (
        (
            row.key,
            f"轮到学生 {row.pupil} 时，课程 {row.course} 还有空位却没有录取，或已无空位却录取了。",
        )
        for row in _shown(given, session, found)
    )
    record.note_all("turn_broken", file, len(found), told)


def _prove_stable(given: Given, session: Session, record: Record, file: str) -> None:
    part, state = session.part, session.state
    found = claims(part, state)
    for kind, (code, sentence) in _CLAIMS.items():
        rows = found[found[:, 2] == kind]
        told = ((row.key, sentence.format(row)) for row in _shown(given, session, rows))
        record.note_all(code, file, len(rows), told)
    if len(found):
        return
    if part.reserved.any():
        every = np.ones(part.course_start.size - 1, np.bool_)
        others = np.flatnonzero(place_in_rounds(part, state.is_open, every) != state.placed)
    else:
        others = improving_cycle(part, state)
    rows = np.stack([others, np.zeros_like(others)], axis=1)
    told = (
        (
            f"pupil={row.pupil}, slot={row.slot}",
            f"学生 {row.pupil} 等人可以都录取到更想去的课程，而无人有理由不服。",
        )
        for row in _shown(given, session, rows)
    )
    record.note_all("not_pupil_optimal", file, len(rows), told)


def _prove_best(given: Given, session: Session, mechanism: str, record: Record, file: str) -> None:
    part = session.part
    levels = 1 if mechanism == "fullest" else levels_of(part)
    lacks = lacks_of(part, session.state, levels)
    for is_first, (code, sentence) in _GAINS.items():
        rows = lacks.gains[(lacks.gains[:, 1] == 0) == is_first]
        shown = (
            wish_shown(given, session.application[pupil], session.courses[max(course, 0)])
            for _, _, pupil, course in rows.tolist()
        )
        record.note_all(code, file, len(rows), ((row.key, sentence.format(row)) for row in shown))
    told = (
        (
            row.key,
            f"总的结果一样好、次序在前的学生不变时，学生 {row.pupil} 本可录取到 {row.course}。",
        )
        for row in _shown(given, session, lacks.turns)
    )
    record.note_all("turn_broken", file, len(lacks.turns), told)
    if lacks.too_large:
        slot = given.courses.slots[session.slot].decode()
        record.unproved.append(
            f"时段 {slot} 有 {lacks.too_large} 组课程各多于 {MOST_TURNS:,} 门，其中的次序没有核验。"
        )


def _prove_closings(
    given: Given, session: Session, mechanism: str, record: Record, file: str
) -> None:
    courses = session.courses
    rules = Rules(given.courses.least[courses], given.courses.close_order[courses])
    closings = follow_closings(session.part, session.state, rules, mechanism)
    record.looked("停开的步骤", closings.steps)
    file = f"courses_result{Path(file).suffix}"
    for code, wrong, why in (
        (
            "closed_without_need",
            closings.is_open & ~session.state.is_open,
            "按规则应当照开，却停开了",
        ),
        ("closing_missing", ~closings.is_open & session.state.is_open, "按规则应当停开，却照开了"),
    ):
        names = [given.courses.names[course].decode() for course in courses[wrong]]
        told = ((f"course={name}", f"课程 {name} {why}。") for name in names)
        record.note_all(code, file, len(names), told)
    if closings.too_large:
        slot = given.courses.slots[session.slot].decode()
        record.unproved.append(
            f"时段 {slot} 有 {closings.too_large} 组课程各多于 {MOST_PLACED:,} 门，停开次序未核验。"
        )


def _shown(given: Given, session: Session, rows: Int64) -> Iterator[Shown]:
    """The names of rows of (application, position of a wish, …); -1 is the granted wish."""
    part = session.part
    for row in rows:
        pupil, position = int(row[0]), int(row[1])
        position = session.state.placed[pupil] if position == NOBODY else position
        course = session.courses[part.course[part.start[pupil] + position]]
        yield wish_shown(given, int(session.application[pupil]), int(course))
