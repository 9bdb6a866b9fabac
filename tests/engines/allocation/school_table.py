"""The worked markets of docs/algorithms/deferred_acceptance.md."""

from dataclasses import dataclass

from tests.engines.allocation.plain_market import Placed, PlainMarket
from tests.engines.worked_table import worked_table

PAGE = "deferred_acceptance.md"


@dataclass(frozen=True)
class SchoolTable:
    """Pupils and courses are numbered as the names are sorted; ``cutoffs`` are cells as printed."""

    market: PlainMarket
    placed: Placed
    pupils: list[str]
    courses: list[str]
    holds: dict[int, set[int]]
    cutoffs: list[tuple[str, str]]
    least: list[int]


def school_table(name: str) -> SchoolTable:
    """``cycle`` has no table of courses, but one seat a course."""
    has_courses = name != "cycle"
    pupil_rows = worked_table(PAGE, f"{name} pupils" if has_courses else name)
    pupil_rows.sort(key=lambda row: row["pupil"])
    lists = [[wish.split(":") for wish in row["wishes"].split()] for row in pupil_rows]
    names = sorted({course for wishes in lists for course, _ in wishes})
    course_rows = [{"course": course, "seats": "1", "reserved": "0"} for course in names]
    if has_courses:
        course_rows = sorted(worked_table(PAGE, f"{name} courses"), key=lambda row: row["course"])
    pupils = [row["pupil"] for row in pupil_rows]
    # why: a course that a pupil does not list has no tier in the table; 1 tempts it most.
    tiers = [{course: int(tier) for course, tier in wishes} for wishes in lists]
    market = PlainMarket(
        lists=tuple(
            tuple((names.index(course), rank) for rank, (course, _) in enumerate(wishes, 1))
            for wishes in lists
        ),
        tiers=tuple(tuple(own.get(course, 1) for course in names) for own in tiers),
        standing=tuple(int(row["standing"]) for row in pupil_rows),
        group=tuple(0 if row["group"] else -1 for row in pupil_rows),
        seats=tuple(int(row["seats"]) for row in course_rows),
        reserved=tuple((int(row["reserved"]),) for row in course_rows),
        is_open=(True,) * len(names),
    )
    return SchoolTable(
        market=market,
        placed=tuple(names.index(row["placed"]) if row["placed"] else None for row in pupil_rows),
        pupils=pupils,
        courses=names,
        holds={
            index: {pupils.index(held) for held in row["holds"].split()}
            for index, row in enumerate(course_rows)
            if "holds" in row
        },
        cutoffs=[(row["cutoff g"], row["cutoff"]) for row in course_rows if "cutoff" in row],
        least=[int(row.get("least", 0)) for row in course_rows],
    )
