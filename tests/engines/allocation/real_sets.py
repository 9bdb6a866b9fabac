"""Real wishes that lie beside the repository: project choices of eight years, and a sign-up.

Neither set is committed. Who runs the tests without them sees them fail, never pass by.
"""

import json
from pathlib import Path

from shuangjian.engines.market.build import market_of
from shuangjian.engines.market.market import Market
from shuangjian.engines.market.preflib import read_preflib
from shuangjian.engines.market.row_reading import read_rows

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
YEARS = {f"{year}-{year - 1999:02}": number for number, year in enumerate(range(2007, 2015), 1)}
SIGN_UP = "2023 sign-up"


def project_choices(year: str, *, seats: int) -> Market:
    """Students' choices of projects at the University of Glasgow (PrefLib 00038)."""
    path = DATA / "preflib-00038-project" / f"00038-{YEARS[year]:08}.soi"
    return read_preflib(path, seats=seats)


def course_sign_up(*, students_a_seat: int) -> Market:
    """The sign-up of fairpyx's experiments, as one slot in which each student takes one course.

    The more points a course got, the better its rank; equal points are equal ranks, none is no
    wish. Its seats are the published capacity, divided and rounded down.
    """
    path = DATA / "fairpyx-course-allocation" / "ariel_5783_input.json"
    given = json.loads(path.read_text(encoding="utf-8"))
    seats = {name: most // students_a_seat for name, most in given["item_capacities"].items()}
    choices = [
        (student, "term", 1 + sum(other > own for other in points.values()), course)
        for student, points in given["valuations"].items()
        for course, own in points.items()
        if own > 0
    ]
    rows = {
        "pupils": [(student,) for student in given["valuations"]],
        "courses": [(name, "term", most) for name, most in seats.items()],
        "choices": choices,
    }
    tables = {name: read_rows(name, own) for name, own in rows.items()}
    return market_of(tables, may_tie=True, threads=1)
