"""The markets of fullest.md and rank_optimal.md: ``course:rank/tier`` wishes, ``course:seats``."""

from dataclasses import dataclass, replace

import numpy as np

from shuangjian.engines.allocation.slot_market import Placing, SlotMarket
from tests.engines.allocation.optimal_placement import market_of
from tests.engines.worked_table import worked_table


@dataclass(frozen=True)
class PageMarket:
    """One market of a page, pupils in the order of serving, and what the page says of it."""

    seats: dict[str, int]
    wishes: dict[str, str]
    serial: dict[str, str]
    claimed: dict[str, str]

    @property
    def coded(self) -> SlotMarket:
        codes = {course: code for code, course in enumerate(self.seats)}
        lists = [
            [(codes[course], rank, tier) for course, rank, tier in parsed(text)]
            for text in self.wishes.values()
        ]
        return market_of(lists, list(self.seats.values()))

    def placed_by(self, placing: Placing) -> dict[str, str]:
        return {
            pupil: "-" if at < 0 else parsed(self.wishes[pupil])[at][0]
            for pupil, at in zip(self.wishes, np.asarray(placing(self.coded)), strict=True)
        }

    def handing_in(self, pupil: str, wishes: str) -> "PageMarket":
        return replace(self, wishes={**self.wishes, pupil: wishes})

    def likes_better(self, pupil: str, course: str, other: str) -> bool:
        ranks = {wished: rank for wished, rank, _ in parsed(self.wishes[pupil])}
        return ranks[course] < ranks.get(other, float("inf"))


def parsed(text: str) -> list[tuple[str, int, int]]:
    """Course, rank (its place if none is written) and tier (1 if none) of each wish."""
    wishes = []
    for place, wish in enumerate([] if text == "-" else text.split(), 1):
        course, _, rest = wish.partition(":")
        rank, _, tier = rest.partition("/")
        wishes.append((course, int(rank or place), int(tier or 1)))
    return wishes


def page_markets(page: str, claim: str) -> dict[str, PageMarket]:
    """The table "markets" of a page, by name; ``claim`` is the column of its mechanism."""
    rows = worked_table(page, "markets")
    found = {}
    for name in dict.fromkeys(row["market"] for row in rows):
        own = [row for row in rows if row["market"] == name]
        seats = dict(part.split(":") for part in own[0]["seats"].split())
        found[name] = PageMarket(
            seats={course: int(count) for course, count in seats.items()},
            wishes={row["pupil"]: row["wishes"] for row in own},
            serial={row["pupil"]: row["serial"] for row in own},
            claimed={row["pupil"]: row[claim] for row in own},
        )
    return found
