"""建市场: tables become one market; every form of input comes through here."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from shuangjian.engines.market.choice_coding import code_choices
from shuangjian.engines.market.column import GROUP, INT16_HIGHEST
from shuangjian.engines.market.course_coding import CodedCourses, code_courses, reserved_seats
from shuangjian.engines.market.digest import digest_of
from shuangjian.engines.market.fault import refused
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.market import Applications, Int16, Market
from shuangjian.engines.market.pupil_coding import CodedPupils, code_pupils
from shuangjian.engines.market.roll import Roll
from shuangjian.engines.market.row_reading import Row, read_rows
from shuangjian.engines.market.table import CHOICES, COURSES, PUPILS, TICKETS, TIERS, Table
from shuangjian.engines.market.threads import processors
from shuangjian.engines.market.ticket_coding import code_tickets
from shuangjian.engines.market.tier_coding import code_tiers
from shuangjian.engines.market.vocabulary import Vocabulary


def build_market(
    *,
    pupils: Iterable[Row],
    courses: Iterable[Row],
    choices: Iterable[Row],
    tiers: Iterable[Row] = (),
    tickets: Iterable[Row] = (),
) -> Market:
    """A market from rows (由行建市场), checked as a folder is.

    A row is a mapping by column, or a tuple in the order of ``column.COLUMNS``, whose end may be
    missing: ``(pupil, grade, group)``, ``(course, slots, seats, least, grades, round,
    close_order, reserved)``, ``(pupil, slot, rank, course)``, ``(pupil, course, tier)``,
    ``(pupil, ticket, bundle)``. Cells are text, whole numbers or ``None``.

    Raises:
        MarketRefusedError: with all faults; the line is the number of the row, from 1.
    """
    rows = {
        PUPILS: pupils,
        COURSES: courses,
        CHOICES: choices,
        TIERS: tiers,
        TICKETS: tickets,
    }
    return market_of({name: read_rows(name, given) for name, given in rows.items()}, threads=1)


def market_of(
    tables: Mapping[str, Table], *, may_tie: bool = False, threads: int | None = None
) -> Market:
    """A market from tables (由表建市场).

    Args:
        tables: by name; tiers and tickets may be missing.
        may_tie: equal ranks in one application are indifferent, not a fault.
        threads: all processors where it is not said; the result is the same.

    Raises:
        MarketRefusedError: with all faults of the pupils and courses or, if there is none, with
            all of the other tables.
    """
    threads = processors() if threads is None else threads
    faults = FaultList()
    pupils = code_pupils(tables[PUPILS], faults)
    courses = code_courses(tables[COURSES], faults)
    faults.refuse_if_any(unread=f"{CHOICES} 等表")
    roll = Roll(
        pupils=Vocabulary.of(pupils.ids),
        slots=Vocabulary.of(pa.array(courses.slots, pa.string())),
        courses=Vocabulary.of(courses.courses.ids),
        course_slot=courses.courses.slot,
    )
    choices = code_choices(tables[CHOICES], roll, faults, may_tie=may_tie, threads=threads)
    tiers = code_tiers(tables.get(TIERS), choices.wishes, roll, faults, threads=threads)
    tickets = code_tickets(tables.get(TICKETS), roll, faults, threads=threads)
    faults.refuse_if_any()
    groups, group = _groups(pupils, courses)
    market = Market(
        pupils=pupils.ids,
        grade=pupils.grade,
        group=group,
        groups=groups,
        slots=courses.slots,
        courses=replace(courses.courses, reserved=reserved_seats(courses.reserved, groups)),
        applications=Applications(
            pupil=choices.pupil,
            slot=choices.slot,
            start=choices.start,
            course=choices.wishes.course,
            rank=choices.wishes.number,
            tier=tiers,
        ),
        tickets=tickets,
        digest="",
    )
    return replace(market, digest=digest_of(market, threads=threads))


def _groups(pupils: CodedPupils, courses: CodedCourses) -> tuple[tuple[str, ...], Int16]:
    """The names of all groups by bytes, and the code of each pupil's."""
    names = {name for by_group in courses.reserved for name in by_group}
    if pupils.group is None:
        return _limited(names), np.full(len(pupils.ids), -1, np.int16)
    coded = pupils.group.dictionary_encode()
    given = coded.dictionary.to_pylist()
    groups = _limited(names.union(given) - {""})
    code = {name: place for place, name in enumerate(groups)}
    codes = np.array([code.get(name, -1) for name in given], np.int16)
    return groups, codes[coded.indices.to_numpy()]


def _limited(names: set[str]) -> tuple[str, ...]:
    if len(names) > INT16_HIGHEST:
        raise refused(PUPILS, None, f"{GROUP.shown}多于 {INT16_HIGHEST} 种。请核对这一列是否填错。")
    return tuple(sorted(names, key=str.encode))
