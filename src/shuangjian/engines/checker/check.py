"""核验: proves or refutes an allocation from the files alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from shuangjian.engines.checker.answer import occupied_applications, read_granted
from shuangjian.engines.checker.audit_check import check_audit
from shuangjian.engines.checker.course_check import check_courses, read_open
from shuangjian.engines.checker.digest import digest_of
from shuangjian.engines.checker.draw_order import standing_of
from shuangjian.engines.checker.given import Given
from shuangjian.engines.checker.loop import Int32
from shuangjian.engines.checker.outcome import add_reasons, plain_reasons
from shuangjian.engines.checker.outcome_check import check_outcomes
from shuangjian.engines.checker.part_making import eligible_wishes, session_of
from shuangjian.engines.checker.proof import prove
from shuangjian.engines.checker.record import CheckReport, Record
from shuangjian.engines.checker.seat_check import check_days, check_seats
from shuangjian.engines.checker.sheet import read_courses, read_pupils, read_tickets
from shuangjian.engines.checker.summary import FILE, Claimed, check_summary, read_summary
from shuangjian.engines.checker.table import UnreadableError
from shuangjian.engines.checker.wish_reading import THREADS, read_wishes


def check_allocation(given: Path, answered: Path, *, seed: bytes | None = None) -> CheckReport:
    """Prove or refute an allocation (核验录取结果).

    Args:
        given: the input folder.
        answered: the output folder.
        seed: where it is known from elsewhere, such as a public draw; then the summary's must be
            the same.

    Returns:
        What was looked at and what is wrong. Broken and absent files are violations, no errors.
    """
    record = Record()
    try:
        claimed = read_summary(answered)
    except UnreadableError as error:
        record.note(error.code, error.file, "", error.sentence)
        return record.report("")
    if seed is not None and seed != claimed.seed:
        record.note("seed_wrong", FILE, "seed", f"{FILE} 里的种子不是公布的种子。")
    try:
        market = read_given(given, record)
        if market is not None:
            _check_answer(market, answered, claimed, record)
    except UnreadableError as error:
        record.note(error.code, error.file, "", error.sentence)
    return record.report(claimed.mechanism)


def read_given(folder: Path, record: Record) -> Given | None:
    """The input market, or none where it would have been refused."""
    pupils = read_pupils(folder, record)
    courses, groups = read_courses(folder, record, pupils.groups)
    code = {name: place for place, name in enumerate(groups)}
    renumbered = np.array([*map(code.__getitem__, pupils.groups), -1], np.int16)
    pupils = replace(pupils, group=renumbered[pupils.group], groups=groups)
    tickets = read_tickets(folder, record, pupils)
    if record.counts:
        return None
    wishes = read_wishes(folder, pupils, courses, record)
    record.looked("志愿", wishes.course.size)
    return None if record.counts else Given(pupils, courses, wishes, tickets)


def _check_answer(given: Given, folder: Path, claimed: Claimed, record: Record) -> None:
    with ThreadPoolExecutor(1) as aside:
        # why: it holds the interpreter while the digest and the files mostly do not.
        drawing = aside.submit(_standing, given, claimed)
        if claimed.figures.get("digest") != digest_of(given):
            record.note(
                "digest_wrong",
                FILE,
                "digest",
                f"{FILE} 里输入的散列值与输入文件不符：录取之后输入被改过，或拿错了文件夹。",
            )
        granted, file = read_granted(folder, given, record)
        is_open, courses_result = read_open(folder, given, record)
        standing = drawing.result()
    may_join = eligible_wishes(given)
    is_occupied = occupied_applications(given, granted)
    check_seats(given, granted, may_join, is_open, record, file)
    check_days(given, granted, is_occupied, record, file)
    expected = plain_reasons(given, may_join, is_open, is_occupied)
    is_live = may_join & ~np.repeat(is_occupied, np.diff(given.wishes.start))

    with_reserve = claimed.mechanism == "deferred-acceptance"

    def proved(slot: int) -> Record:
        session = session_of(
            given, slot, standing[slot], is_live, granted, is_open, with_reserve=with_reserve
        )
        add_reasons(expected, session)
        return prove(given, session, claimed.mechanism, file)

    with ThreadPoolExecutor(THREADS) as pool:
        for found in pool.map(proved, range(len(given.courses.slots))):
            record.add(found)
    for check in (
        partial(check_outcomes, folder, given, expected),
        partial(check_audit, folder, given, granted, standing),
        partial(check_courses, courses_result, given, expected),
        partial(check_summary, claimed, given, expected, granted, is_open),
    ):
        _try(check, record)


def _standing(given: Given, claimed: Claimed) -> Int32:
    slots = len(given.courses.slots)
    try:
        return standing_of(given.tickets, slots, seed=claimed.seed, hash_name=claimed.hash_name)
    except ValueError as error:
        raise UnreadableError(
            "hash_unknown", FILE, f"本机没有散列算法 {claimed.hash_name}，请换一台有它的机器核验。"
        ) from error


def _try(check: Callable[[Record], None], record: Record) -> None:
    """Run one check; a file that cannot be read must not hide what the others would show."""
    try:
        check(record)
    except UnreadableError as error:
        record.note(error.code, error.file, "", error.sentence)
