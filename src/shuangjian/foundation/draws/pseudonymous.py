"""志愿文件的代号化: wishes as they are published, each child called by its ticket.

The files are written anew from what was read, so that no column, no spelling and no order of rows
of the school's own files gets out with them.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from shuangjian.engines.market.folder import read_market
from shuangjian.engines.market.market import EVERY_GRADE, NO_GRADE, Market
from shuangjian.foundation.draws.errors import WrongMarketError
from shuangjian.foundation.draws.roster import Lot

_GRADES: Final = range(63)
Row = tuple[str | int, ...]


def pseudonymous_files(folder: Path, *, lots: Sequence[Lot]) -> dict[str, bytes]:
    """The frozen files of ``allocate`` (代号化), by name.

    Args:
        folder: pupils, courses, choices and tiers, pupils by their references.
        lots: who draws together, as entered; they give groups, bundles and tickets.

    Raises:
        MarketRefusedError: the folder cannot be read as a market.
        WrongMarketError: it brings tickets of its own; its pupils are not those entered; a pupil's
            group is another.
    """
    if any(folder.glob("tickets.*")):
        raise WrongMarketError(fault="tickets")
    market = read_market(folder)
    name_by_reference = {
        reference: name
        for lot in lots
        for reference, name in zip(lot.members, lot.pseudonyms, strict=True)
    }
    _check_pupils(market, name_by_reference)
    _check_groups(market, lots)
    names = [name_by_reference[reference] for reference in market.pupils.to_pylist()]
    return {
        "pupils.csv": _table("pupil,grade,group", _pupils(market, names, lots=lots)),
        "courses.csv": _table(
            "course,slots,seats,least,grades,round,close_order,reserved", _courses(market)
        ),
        "choices.csv": _table("pupil,slot,rank,course", _choices(market, names)),
        "tiers.csv": _table("pupil,course,tier", _tiers(market, names)),
        "tickets.csv": _table("pupil,ticket,bundle", _tickets(lots)),
    }


def _check_pupils(market: Market, name_by_reference: dict[str, str]) -> None:
    references = set(market.pupils.to_pylist())
    absent = sorted(references - set(name_by_reference))
    if absent:
        raise WrongMarketError(fault="absent", references=absent)
    left_out = sorted(set(name_by_reference) - references)
    if left_out:
        raise WrongMarketError(fault="left_out", references=left_out)


def _check_groups(market: Market, lots: Sequence[Lot]) -> None:
    """The folder need not say the groups again; where it does, it says the same."""
    group_by_reference = {member: lot.group for lot in lots for member in lot.members}
    said = zip(market.pupils.to_pylist(), market.group.tolist(), strict=True)
    differing = [
        reference
        for reference, group in said
        if group >= 0 and market.groups[group] != group_by_reference[reference]
    ]
    if differing:
        raise WrongMarketError(fault="group", references=differing)


def _pupils(market: Market, names: Sequence[str], *, lots: Sequence[Lot]) -> list[Row]:
    group_by_name = {name: lot.group for lot in lots for name in lot.pseudonyms}
    return [
        (name, "" if grade == NO_GRADE else grade, group_by_name[name])
        for name, grade in zip(names, market.grade.tolist(), strict=True)
    ]


def _courses(market: Market) -> list[Row]:
    courses = market.courses
    return [
        (
            course,
            market.slots[courses.slot[place]],
            int(courses.seats[place]),
            int(courses.least[place]),
            _grades(courses.grades[place]),
            int(courses.round[place]),
            int(courses.close_order[place]),
            _reserved(market, place),
        )
        for place, course in enumerate(courses.ids.to_pylist())
    ]


def _grades(mask: np.int64) -> str:
    if mask == EVERY_GRADE:
        return ""
    return "+".join(str(grade) for grade in _GRADES if int(mask) >> grade & 1)


def _reserved(market: Market, place: int) -> str:
    seats = market.courses.reserved[place].tolist()
    return "+".join(
        f"{group}:{count}" for group, count in zip(market.groups, seats, strict=False) if count
    )


def _choices(market: Market, names: Sequence[str]) -> list[Row]:
    wishes = market.applications
    courses = market.courses.ids.to_pylist()
    counts = np.diff(wishes.start)
    pupil = np.repeat(wishes.pupil, counts).tolist()
    slot = np.repeat(wishes.slot, counts).tolist()
    return [
        (names[pupil[at]], market.slots[slot[at]], rank, courses[course])
        for at, (rank, course) in enumerate(
            zip(wishes.rank.tolist(), wishes.course.tolist(), strict=True)
        )
    ]


def _tiers(market: Market, names: Sequence[str]) -> list[Row]:
    """Tiers of wishes only, and 1 goes without saying: no other tier has any effect."""
    wishes = market.applications
    courses = market.courses.ids.to_pylist()
    pupil = np.repeat(wishes.pupil, np.diff(wishes.start)).tolist()
    rows = zip(pupil, wishes.course.tolist(), wishes.tier.tolist(), strict=True)
    return list(
        {(names[each], courses[course], tier): None for each, course, tier in rows if tier != 1}
    )


def _tickets(lots: Sequence[Lot]) -> Iterable[Row]:
    for lot in lots:
        bundle = lot.tickets[0] if len(lot.members) > 1 else ""
        for name in lot.pseudonyms:
            yield from ((name, ticket, bundle) for ticket in lot.tickets)


def _table(header: str, rows: Iterable[Row]) -> bytes:
    """A CSV in UTF-8 with its rows sorted, so that one roster has one text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(sorted(rows))
    return text.getvalue().encode()
