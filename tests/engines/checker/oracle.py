"""A right result of a small market, made as plainly as can be: by definition, with brute force.

It shares nothing with the engine and nothing with the checker.
"""

import hmac
import itertools
from dataclasses import dataclass, field, replace

SEED = bytes(range(32))
SENTENCES = {
    "placed": "已录取。",
    "lower_than_placed": "已录取到您排得更靠前的志愿。",
    "full_by_tier": "已满：名额都给了优先级在您之前的学生；您在候补第 {} 位。",
    "full_by_draw": "已满：同一优先级里抽签在您之前的学生占满了名额；您在候补第 {} 位。",
    "closed": "报名人数不到开班人数，这门课没有开班。",
    "not_eligible": "这门课不对这个年级开放。",
    "occupied": "这一天已被前一轮录取的课程占用。",
    "yielded": "为使总的结果最好，这门课没有安排您；您在候补第 {} 位。",
    "full_by_reserve": "已满：余下的名额是为指定类别的学生预留的；您在候补第 {} 位。",
}


@dataclass
class Course:
    slot: str
    seats: int
    least: int = 0
    grades: tuple[int, ...] = ()
    close_order: int = 0
    reserved: dict[str, int] = field(default_factory=dict)


@dataclass
class Scene:
    """`wishes[pupil, slot]` lists courses, the first has rank 1."""

    pupils: dict[str, tuple[int | None, str]]
    courses: dict[str, Course]
    wishes: dict[tuple[str, str], list[str]]
    tiers: dict[tuple[str, str], int] = field(default_factory=dict)
    tickets: list[tuple[str, str, str]] = field(default_factory=list)
    seed: bytes = SEED

    @property
    def slots(self) -> list[str]:
        return sorted({course.slot for course in self.courses.values()}, key=str.encode)

    def tier(self, pupil: str, course: str) -> int:
        return self.tiers.get((pupil, course), 1)

    def may_join(self, pupil: str, course: str) -> bool:
        return (
            not self.courses[course].grades or self.pupils[pupil][0] in self.courses[course].grades
        )


def drawn_with(scene: Scene) -> dict[str, list[str]]:
    held = {pupil: [t for p, t, _ in scene.tickets if p == pupil] for pupil in scene.pupils}
    for bundle in {b for *_, b in scene.tickets if b}:
        members = sorted({p for p, _, b in scene.tickets if b == bundle})
        most = max(len(held[p]) for p in members)
        shared = sorted({t for p in members for t in held[p]}, key=str.encode)[:most]
        held.update(dict.fromkeys(members, shared))
    return {pupil: sorted(own, key=str.encode) or [pupil] for pupil, own in held.items()}


def standings(scene: Scene) -> dict[str, list[str]]:
    """Per slot the pupils, first in the draw first."""
    held, drawn = drawn_with(scene), {}
    for index, slot in enumerate(scene.slots):
        block, place = divmod(index, 5)

        def key(pupil: str, block: int = block, place: int = place) -> tuple[bytes, ...]:
            best = []
            for ticket in held[pupil]:
                first = hmac.digest(scene.seed, ticket.encode(), "sha256")
                suffix = b"\x00%d" % block if block else b""
                own = hmac.digest(scene.seed, ticket.encode() + suffix, "sha256")
                best.append((own[6 * place : 6 * place + 6], first, ticket.encode()))
            return (*min(best), pupil.encode())

        drawn[slot] = sorted(scene.pupils, key=key)
    return drawn


def choose(
    scene: Scene, course: str, claimants: list[str], drawn: list[str]
) -> tuple[list[str], list[str]]:
    """Whom a course takes: on reserved seats, and on seats for all."""
    ranked = sorted(claimants, key=lambda p: (scene.tier(p, course), drawn.index(p)))
    reserved: list[str] = []
    for group, seats in scene.courses[course].reserved.items():
        reserved += [p for p in ranked if scene.pupils[p][1] == group][:seats]
    others = [p for p in ranked if p not in reserved]
    return reserved, others[: scene.courses[course].seats - len(reserved)]


def order_of(scene: Scene, wishes: dict[str, list[str]], drawn: list[str]) -> list[str]:
    return sorted(wishes, key=lambda p: (min(scene.tier(p, c) for c in wishes[p]), drawn.index(p)))


def serial(
    scene: Scene, wishes: dict[str, list[str]], order: list[str], drawn: list[str], closed: set[str]
) -> dict[str, str]:
    placed: dict[str, str] = {}
    for pupil in order:
        for course in wishes[pupil]:
            if (
                course not in closed
                and list(placed.values()).count(course) < scene.courses[course].seats
            ):
                placed[pupil] = course
                break
    return placed


def deferred(
    scene: Scene, wishes: dict[str, list[str]], order: list[str], drawn: list[str], closed: set[str]
) -> dict[str, str]:
    left = {pupil: [c for c in own if c not in closed] for pupil, own in wishes.items()}
    while True:
        for course in scene.courses:
            asking = [p for p, own in left.items() if own and own[0] == course]
            kept = {*itertools.chain(*choose(scene, course, asking, drawn))}
            turned_away = [p for p in asking if p not in kept]
            if turned_away:
                for pupil in turned_away:
                    left[pupil].pop(0)
                break
        else:
            return {pupil: own[0] for pupil, own in left.items() if own}


def brute(
    scene: Scene, wishes: dict[str, list[str]], order: list[str], closed: set[str], *, by_rank: bool
) -> dict[str, str]:
    options = [[*(c for c in wishes[p] if c not in closed), None] for p in order]
    best_cost, best = None, None
    for choice in itertools.product(*options):
        taken = [course for course in choice if course]
        if any(taken.count(course) > scene.courses[course].seats for course in set(taken)):
            continue
        pairs = [(p, c) for p, c in zip(order, choice, strict=True) if c]
        cost: tuple = (-len(pairs),)
        if by_rank:
            tiers = sorted({scene.tier(p, c) for p in wishes for c in wishes[p]})
            cost += tuple(-sum(scene.tier(p, c) == tier for p, c in pairs) for tier in tiers)
            cost += (sum(wishes_rank(scene, p, c) for p, c in pairs),)
        turns = tuple(own.index(c) for own, c in zip(options, choice, strict=True))
        if best_cost is None or (cost, turns) < best_cost:
            best_cost, best = (cost, turns), dict(pairs)
    return best or {}


def wishes_rank(scene: Scene, pupil: str, course: str) -> int:
    return scene.wishes[pupil, scene.courses[course].slot].index(course) + 1


PLACING = {
    "serial": serial,
    "lottery": deferred,
    "deferred-acceptance": deferred,
    "fullest": lambda s, w, o, d, c: brute(s, w, o, c, by_rank=False),
    "rank-optimal": lambda s, w, o, d, c: brute(s, w, o, c, by_rank=True),
}


@dataclass
class Right:
    scene: Scene
    mechanism: str
    placed: dict[tuple[str, str], str]
    closed: set[str]
    occupied: set[tuple[str, str]]
    drawn: dict[str, list[str]]

    @property
    def rules(self) -> Scene:
        """What the mechanism knows of: reserved places are for deferred acceptance alone."""
        if self.mechanism == "deferred-acceptance":
            return self.scene
        courses = {
            name: replace(course, reserved={}) for name, course in self.scene.courses.items()
        }
        return replace(self.scene, courses=courses)


def allocate(scene: Scene, mechanism: str) -> Right:
    drawn = standings(scene)
    right = Right(scene, mechanism, {}, set(), set(), drawn)
    scene = right.rules
    days = {slot: set(slot.split("+")) for slot in scene.slots}
    for size in sorted({len(taken) for taken in days.values()}, reverse=True):
        before = dict(right.placed)
        for slot in (slot for slot in scene.slots if len(days[slot]) == size):
            busy = {p for p, other in before if days[other] & days[slot]}
            right.occupied |= {(p, slot) for p, at in scene.wishes if at == slot and p in busy}
            live = {
                p: [c for c in own if scene.may_join(p, c)]
                for (p, at), own in scene.wishes.items()
                if at == slot and p not in busy
            }
            live = {p: own for p, own in live.items() if own}
            closed: set[str] = set()
            while True:
                held = {p: [c for c in own if c not in closed] for p, own in live.items()}
                order = order_of(scene, {p: own for p, own in held.items() if own}, drawn[slot])
                placed = PLACING[mechanism](scene, live, order, drawn[slot], closed)
                count = list(placed.values()).count
                below = [
                    (course.close_order, count(name) - course.least, name.encode())
                    for name, course in scene.courses.items()
                    if course.slot == slot and name not in closed and count(name) < course.least
                ]
                if not below:
                    break
                closed.add(min(below)[2].decode())
            right.closed |= closed
            right.placed |= {(p, slot): course for p, course in placed.items()}
    return right


def outcomes(right: Right) -> list[dict[str, object]]:
    scene, rows = right.scene, []
    waiting: dict[str, list[tuple[int, int, str]]] = {course: [] for course in scene.courses}
    seated = {c: [p for (p, _), at in right.placed.items() if at == c] for c in scene.courses}
    for pupil, slot in sorted(scene.wishes, key=lambda at: (at[0].encode(), at[1].encode())):
        got = right.placed.get((pupil, slot))
        own, drawn = scene.wishes[pupil, slot], right.drawn[slot]
        for rank, course in enumerate(own, 1):
            mine = (scene.tier(pupil, course), drawn.index(pupil))
            there = sorted((scene.tier(p, course), drawn.index(p)) for p in seated[course])
            if not scene.may_join(pupil, course):
                reason = "not_eligible"
            elif course in right.closed:
                reason = "closed"
            elif (pupil, slot) in right.occupied:
                reason = "occupied"
            elif course == got:
                reason = "placed"
            elif got and own.index(got) < rank:
                reason = "lower_than_placed"
            else:
                reason = why_full(right, course, mine, there)
                waiting[course].append((*mine, pupil))
            rows.append(
                {"pupil": pupil, "slot": slot, "rank": rank, "course": course, "reason": reason}
            )
    for row in rows:
        queue = sorted(waiting[row["course"]])
        places = [place for place, (*_, p) in enumerate(queue, 1) if p == row["pupil"]]
        row["place"] = places[0] if places else 0
        row["sentence"] = SENTENCES[row["reason"]].format(row["place"])
    return rows


def why_full(right: Right, course: str, mine: tuple[int, int], there: list[tuple[int, int]]) -> str:
    scene, drawn = right.rules, right.drawn[right.scene.courses[course].slot]
    if len(there) < scene.courses[course].seats:
        return "yielded"
    if there and there[-1] > mine:
        on_open = choose(scene, course, [drawn[at] for _, at in there], drawn)[1]
        behind = [p for p in on_open if (scene.tier(p, course), drawn.index(p)) > mine]
        return "yielded" if behind else "full_by_reserve"
    return "full_by_draw" if there and there[-1][0] == mine[0] else "full_by_tier"
