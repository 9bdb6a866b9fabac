"""The worked weeks of allocation.md, lottery.md and serial.md: courses, wishes, what is told."""

from dataclasses import dataclass, replace

import numpy as np

from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import place_and_explain
from shuangjian.engines.market.build import build_market
from tests.engines.allocation.plain_run import outcomes_of
from tests.engines.worked_table import worked_table

Told = dict[tuple[str, str, str], tuple[str, int]]
"""By pupil, slot and course the reason and the place."""


@dataclass(frozen=True)
class WorkedWeek:
    """``lists``: by pupil and slot the wishes as ``(course, tier)``; ``standing`` likewise."""

    courses: list[dict[str, str]]
    lists: dict[tuple[str, str], list[tuple[str, int]]]
    standing: dict[tuple[str, str], int]
    told: Told

    def writing(self, pupil: str, slot: str, wishes: str) -> "WorkedWeek":
        return replace(self, lists={**self.lists, (pupil, slot): parsed(wishes)})

    def run(self, mechanism: str) -> Told:
        market = build_market(
            pupils=[{"pupil": pupil} for pupil in dict.fromkeys(pupil for pupil, _ in self.lists)],
            courses=self.courses,
            choices=[
                {"pupil": pupil, "slot": slot, "rank": rank, "course": course}
                for (pupil, slot), wishes in self.lists.items()
                for rank, (course, _) in enumerate(wishes, 1)
            ],
            tiers=[
                {"pupil": pupil, "course": course, "tier": tier}
                for (pupil, _), wishes in self.lists.items()
                for course, tier in wishes
            ],
        )
        pupils = market.pupils.to_pylist()
        # why: a pupil without a row in a slot stands behind all that have one.
        order = [
            sorted(pupils, key=lambda pupil: self.standing.get((pupil, slot), len(pupils)))
            for slot in market.slots
        ]
        standing = np.array([[own.index(pupil) for pupil in pupils] for own in order], np.int32)
        return outcomes_of(market, place_and_explain(market, standing, MECHANISMS[mechanism]))

    def gets(self, mechanism: str, pupil: str) -> set[str]:
        return {
            course
            for (who, _, course), (reason, _) in self.run(mechanism).items()
            if who == pupil and reason == "placed"
        }


def parsed(wishes: str) -> list[tuple[str, int]]:
    parts = [wish.partition(":") for wish in wishes.split() if wish != "-"]
    return [(course, int(tier or 1)) for course, _, tier in parts]


def worked_week(page: str, name: str) -> WorkedWeek:
    """The tables "… courses" and "… wishes" of a page."""
    rows = worked_table(page, f"{name} wishes")
    told: Told = {}
    for row in rows:
        for part in row["told"].split(";"):
            course, reason, *place = part.split()
            told[row["pupil"], row["slot"], course] = reason, int(place[0]) if place else 0
    return WorkedWeek(
        courses=worked_table(page, f"{name} courses"),
        lists={(row["pupil"], row["slot"]): parsed(row["wishes"]) for row in rows},
        standing={(row["pupil"], row["slot"]): int(row["standing"]) for row in rows},
        told=told,
    )
