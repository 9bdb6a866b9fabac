"""A week of courses as the rows of its files, and what every allocation of it must keep to."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.market import Market
from shuangjian.engines.market.result import Allocation

SLOTS = ("mon", "tue", "wed", "mon+wed")
GRADES = range(1, 4)
GROUPS = ("east", "west")
TWINS = ("p0", "p1")

Row = dict[str, str | int]
Places = Mapping[tuple[str, str], str]
"""By pupil and slot the course."""


@dataclass(frozen=True)
class CourseScene:
    """The rows of every file."""

    pupils: list[Row]
    courses: list[Row]
    choices: list[Row]
    tiers: list[Row]
    tickets: list[Row]

    def market(self) -> Market:
        return build_market(**vars(self))

    def shuffled(self, chance: random.Random) -> "CourseScene":
        return CourseScene(
            **{name: chance.sample(rows, len(rows)) for name, rows in vars(self).items()}
        )


def places_of(market: Market, allocation: Allocation) -> dict[tuple[str, str], str]:
    pupils, courses = market.pupils.to_pylist(), market.courses.ids.to_pylist()
    applications = market.applications
    return {
        (pupils[applications.pupil[i]], market.slots[applications.slot[i]]): courses[
            applications.course[applications.start[i] + position]
        ]
        for i, position in enumerate(allocation.placed)
        if position >= 0
    }


def closed_of(market: Market, allocation: Allocation) -> set[str]:
    ids = market.courses.ids.to_pylist()
    return {course for course, closed in zip(ids, allocation.is_closed, strict=True) if closed}


def faults(scene: CourseScene, places: Places, closed: set[str]) -> set[str]:
    """What a set of places breaks, judged by the rows alone."""
    found = set()
    course_by_id = {row["course"]: row for row in scene.courses}
    grade_by_pupil = {row["pupil"]: row["grade"] for row in scene.pupils}
    wishes = {(row["pupil"], row["slot"], row["course"]) for row in scene.choices}
    taken = Counter(places.values())
    days = Counter((pupil, day) for pupil, slot in places for day in slot.split("+"))
    if any(count > course_by_id[course]["seats"] for course, count in taken.items()):
        found.add("seats")
    if any(count > 1 for count in days.values()):
        found.add("days")
    if any((pupil, slot, course) not in wishes for (pupil, slot), course in places.items()):
        found.add("wish")
    for (pupil, slot), course in places.items():
        if course_by_id[course]["slots"] != slot:
            found.add("slot")
        grades = str(course_by_id[course]["grades"])
        if grades and str(grade_by_pupil[pupil]) not in grades.split(","):
            found.add("grade")
    if closed & set(taken):
        found.add("closed")
    if any(
        taken[row["course"]] < row["least"] for row in scene.courses if row["course"] not in closed
    ):
        found.add("least")
    if any(not course_by_id[course]["least"] for course in closed):
        found.add("closed without need")
    return found


def course_scene(chance: random.Random, *, pupils: int, courses: int) -> CourseScene:
    """Any week with every optional column in use.

    Args:
        chance: what decides.
        pupils: how many.
        courses: at most so many a slot.
    """
    names = [f"p{number}" for number in range(pupils)]
    slots = chance.sample(SLOTS, chance.randint(1, len(SLOTS)))
    offered = [(slot, number) for slot in slots for number in range(chance.randint(1, courses))]
    rows: list[Row] = []
    for slot, number in offered:
        seats = chance.randint(0, 2 * pupils // courses)
        grades = sorted(chance.sample(GRADES, chance.randint(1, len(GRADES))))
        rows.append(
            {
                "course": f"{slot}-{number}",
                "slots": slot,
                "seats": seats,
                "least": chance.choice([0, 0, 1, 2, 3]),
                "grades": ",".join(map(str, grades)) if chance.randint(0, 2) == 0 else "",
                "close_order": chance.randint(0, 1),
                "reserved": f"{GROUPS[0]}:{chance.randint(0, seats)}",
            }
        )
    return CourseScene(
        pupils=[
            {
                "pupil": name,
                "grade": chance.choice(GRADES),
                "group": chance.choice(["", *GROUPS]),
            }
            for name in names
        ],
        courses=rows,
        choices=_choices(chance, names, rows),
        tiers=_tiers(chance, names, rows),
        tickets=_tickets(chance, names),
    )


def _choices(chance: random.Random, names: list[str], courses: list[Row]) -> list[Row]:
    choices: list[Row] = []
    for name in names:
        for slot in sorted({str(row["slots"]) for row in courses}):
            offered = [row["course"] for row in courses if row["slots"] == slot]
            wanted = chance.sample(offered, chance.randint(0, min(len(offered), 5)))
            choices += [
                {"pupil": name, "slot": slot, "rank": rank, "course": course}
                for rank, course in enumerate(wanted, 1)
            ]
    return choices


def _tiers(chance: random.Random, names: list[str], courses: list[Row]) -> list[Row]:
    """In one week of two a pupil has the same tier everywhere."""
    is_even = chance.randint(0, 1) == 0
    tiers: list[Row] = []
    for name in names:
        own = chance.randint(1, 3)
        tiers += [
            {
                "pupil": name,
                "course": row["course"],
                "tier": own if is_even else chance.randint(1, 3),
            }
            for row in courses
        ]
    return tiers


def _tickets(chance: random.Random, names: list[str]) -> list[Row]:
    """None, one or two a pupil; those of the first two may be a bundle."""
    bundle = chance.choice(["", "twins"])
    return [
        {"pupil": name, "ticket": f"{name}/{number}", "bundle": bundle if name in TWINS else ""}
        for name in names
        for number in range(1 if name in TWINS else chance.randint(0, 2))
    ]
