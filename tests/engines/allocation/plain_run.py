"""A whole run from the rows of the files, read literally: draw, rounds, closings, reasons, places."""

import hmac
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from shuangjian.engines.market.market import Market
from shuangjian.engines.market.result import CODES, Allocation, Reason
from tests.engines.allocation.course_scene import CourseScene

Key = tuple[str, str]
"""Pupil and slot."""
Wish = tuple[str, str, str]
"""Pupil, slot and course."""
WAITS = {"full_by_tier", "full_by_draw", "yielded", "full_by_reserve"}


def encoded(text) -> bytes:
    return str(text).encode()


def plain_tickets(scene: CourseScene) -> dict[str, list[bytes]]:
    """What each pupil draws with; twins draw with the first of all their tickets."""
    own = defaultdict(set)
    bundle = {}
    for row in scene.tickets:
        own[row["pupil"]].add(encoded(row["ticket"]))
        if row.get("bundle"):
            bundle[row["pupil"]] = row["bundle"]
    drawn = {}
    for pupil in (row["pupil"] for row in scene.pupils):
        members = [m for m in own if pupil in bundle and bundle.get(m) == bundle[pupil]] or [pupil]
        most = max(len(own[member]) for member in members) if own.get(pupil) else 0
        drawn[pupil] = sorted(set().union(*(own[member] for member in members)))[:most]
        drawn[pupil] = drawn[pupil] or [encoded(pupil)]
    return drawn


def plain_key(seed: bytes, ticket: bytes, slot: int) -> tuple[bytes, bytes, bytes]:
    """What a ticket counts in the slot of this number, lower is better."""
    whole = hmac.digest(seed, ticket, "sha256")
    block, at = divmod(slot, 5)
    digest = hmac.digest(seed, ticket + b"\0" + encoded(block), "sha256") if block else whole
    return digest[6 * at : 6 * at + 6], whole, ticket


def plain_draw(scene: CourseScene, seed: bytes) -> dict[str, list[str]]:
    """Per slot the pupils in their order."""
    slots = sorted({str(row["slots"]) for row in scene.courses}, key=encoded)
    tickets = plain_tickets(scene)
    return {
        slot: sorted(
            tickets,
            key=lambda pupil: (
                min(plain_key(seed, ticket, number) for ticket in tickets[pupil]),
                encoded(pupil),
            ),
        )
        for number, slot in enumerate(slots)
    }


@dataclass
class PlainRun:
    """One run of one mechanism; ``placed`` and ``closed`` fill up round by round."""

    scene: CourseScene
    draw: Mapping[str, list[str]]
    mechanism: str
    placed: dict[Key, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    @cached_property
    def course(self):
        return {row["course"]: row for row in self.scene.courses}

    @cached_property
    def standing(self):
        return {
            (pupil, slot): place
            for slot, order in self.draw.items()
            for place, pupil in enumerate(order)
        }

    @cached_property
    def tiers(self):
        return {(row["pupil"], row["course"]): row["tier"] for row in self.scene.tiers}

    @cached_property
    def pupil(self):
        return {row["pupil"]: row for row in self.scene.pupils}

    @cached_property
    def wishes(self) -> dict[Key, list[tuple[int, str]]]:
        found = defaultdict(list)
        for row in self.scene.choices:
            found[row["pupil"], row["slot"]].append((row["rank"], row["course"]))
        return {
            key: sorted(own, key=lambda wish: (wish[0], encoded(wish[1])))
            for key, own in found.items()
        }

    @cached_property
    def rounds(self) -> list[list[str]]:
        days = {slot: len(slot.split("+")) for slot in self.draw}
        counts = sorted(set(days.values()), reverse=True)
        default = {slot: counts.index(days[slot]) + 1 for slot in days}
        for row in self.scene.courses:
            default[row["slots"]] = row.get("round") or default[row["slots"]]
        return [
            sorted(slot for slot in default if default[slot] == number)
            for number in sorted(set(default.values()))
        ]

    def priority(self, pupil: str, course: str) -> tuple[int, int]:
        slot = self.course[course]["slots"]
        return self.tiers.get((pupil, course), 1), self.standing[pupil, slot]

    def is_eligible(self, pupil: str, course: str) -> bool:
        grades = str(self.course[course].get("grades") or "")
        return not grades or str(self.pupil[pupil].get("grade")) in grades.split(",")

    def is_occupied(self, pupil: str, slot: str) -> bool:
        """By a course of an earlier round."""
        number = next(n for n, slots in enumerate(self.rounds) if slot in slots)
        earlier = {other for slots in self.rounds[:number] for other in slots}
        return any(
            who == pupil and other in earlier and set(other.split("+")) & set(slot.split("+"))
            for who, other in self.placed
        )

    def grantable(self, pupil: str, slot: str) -> list[str]:
        if self.is_occupied(pupil, slot):
            return []
        return [
            course
            for _, course in self.wishes.get((pupil, slot), [])
            if self.is_eligible(pupil, course) and course not in self.closed
        ]

    def run(self) -> "PlainRun":
        for slots in self.rounds:
            for slot in slots:
                self.draw_slot(slot)
        return self

    def draw_slot(self, slot: str) -> None:
        """Place the whole slot, and again after each closing."""
        while True:
            for key in [key for key in self.placed if key[1] == slot]:
                del self.placed[key]
            lists = {pupil: self.grantable(pupil, slot) for pupil in self.draw[slot]}
            lists = {pupil: own for pupil, own in lists.items() if own}
            place = self.in_turn if self.mechanism == "serial" else self.by_proposals
            self.placed |= {(pupil, slot): course for pupil, course in place(lists).items()}
            closing = self.next_to_close(slot)
            if closing is None:
                return
            self.closed.add(closing)

    def next_to_close(self, slot: str) -> str | None:
        taken = Counter(self.placed.values())
        short = [
            (row["close_order"], taken[row["course"]] - row["least"], encoded(row["course"]))
            for row in self.scene.courses
            if row["slots"] == slot and row["course"] not in self.closed
        ]
        short = [entry for entry in short if entry[1] < 0]
        return min(short)[2].decode() if short else None

    def in_turn(self, lists: dict[str, list[str]]) -> dict[str, str]:
        placed: dict[str, str] = {}
        for pupil in sorted(lists, key=lambda p: min(self.turn(p, c) for c in lists[p])):
            for course in lists[pupil]:
                if list(placed.values()).count(course) < self.course[course]["seats"]:
                    placed[pupil] = course
                    break
        return placed

    def turn(self, pupil: str, course: str) -> tuple[int, int]:
        return self.priority(pupil, course)

    def by_proposals(self, lists: dict[str, list[str]]) -> dict[str, str]:
        left = {pupil: list(own) for pupil, own in lists.items()}
        held: dict[str, str] = {}
        while free := [pupil for pupil in left if pupil not in held and left[pupil]]:
            course = left[free[0]].pop(0)
            claimants = {free[0], *(pupil for pupil in held if held[pupil] == course)}
            chosen = self.choice(course, claimants)
            for pupil in claimants:
                held.pop(pupil, None)
            held |= dict.fromkeys(chosen, course)
        return held

    def choice(self, course: str, claimants: set[str]) -> list[str]:
        in_order = sorted(claimants, key=lambda pupil: self.priority(pupil, course))
        chosen: list[str] = []
        for group, seats in self.reserved(course):
            members = [pupil for pupil in in_order if self.pupil[pupil].get("group") == group]
            chosen += members[:seats]
        others = [pupil for pupil in in_order if pupil not in chosen]
        return chosen + others[: self.course[course]["seats"] - len(chosen)]

    def reserved(self, course: str) -> list[tuple[str, int]]:
        text = str(self.course[course].get("reserved") or "")
        if self.mechanism != "deferred-acceptance" or not text:
            return []
        return [
            (group, int(seats)) for group, seats in (part.split(":") for part in text.split("+"))
        ]

    def outcomes(self) -> dict[Wish, tuple[str, int]]:
        """Reason and place of every wish."""
        reasons = {
            (pupil, slot, course): self.reason(pupil, slot, rank, course)
            for (pupil, slot), own in self.wishes.items()
            for rank, course in own
        }
        waiting = defaultdict(list)
        for (pupil, _, course), reason in reasons.items():
            if reason in WAITS:
                waiting[course].append((self.priority(pupil, course), pupil))
        place = {
            (pupil, course): at
            for course, pupils in waiting.items()
            for at, (_, pupil) in enumerate(sorted(pupils), 1)
        }
        return {
            wish: (reason, place.get((wish[0], wish[2]), 0)) for wish, reason in reasons.items()
        }

    def reason(self, pupil: str, slot: str, rank: int, course: str) -> str:
        granted = self.placed.get((pupil, slot))
        if not self.is_eligible(pupil, course):
            return "not_eligible"
        if course in self.closed:
            return "closed"
        if self.is_occupied(pupil, slot):
            return "occupied"
        if course == granted:
            return "placed"
        if granted is not None:
            granted_rank = next(r for r, c in self.wishes[pupil, slot] if c == granted)
            if granted_rank <= rank:
                return "lower_than_placed"
        return self.why_full(pupil, course)

    def why_full(self, pupil: str, course: str) -> str:
        behind = "full_by_reserve" if self.mechanism == "deferred-acceptance" else "yielded"
        own = self.priority(pupil, course)
        admitted = [
            self.priority(who, course) for (who, _), at in self.placed.items() if at == course
        ]
        if len(admitted) < self.course[course]["seats"] or any(own < other for other in admitted):
            return behind
        worst = max((tier for tier, _ in admitted), default=0)
        return "full_by_tier" if worst < own[0] else "full_by_draw"


def plain_run(scene: CourseScene, mechanism: str, seed: bytes) -> PlainRun:
    return PlainRun(scene, plain_draw(scene, seed), mechanism).run()


def outcomes_of(market: Market, allocation: Allocation) -> dict[Wish, tuple[str, int]]:
    """What the engine says of every wish, in words."""
    pupils, courses = market.pupils.to_pylist(), market.courses.ids.to_pylist()
    applications = market.applications
    return {
        (
            pupils[applications.pupil[i]],
            market.slots[applications.slot[i]],
            courses[applications.course[wish]],
        ): (CODES[Reason(allocation.reason[wish])], int(allocation.place[wish]))
        for i in range(len(applications.pupil))
        for wish in range(applications.start[i], applications.start[i + 1])
    }


def told(
    scene: CourseScene,
    draw: Mapping[str, list[str]],
    mechanism: str,
    placed: dict[Key, str],
    closed: set[str],
) -> dict[Wish, tuple[str, int]]:
    """What must be said of every wish, where the places are given."""
    return PlainRun(scene, draw, mechanism, dict(placed), set(closed)).outcomes()
