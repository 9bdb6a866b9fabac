"""The oracle's digest, and its markets and results as files."""

import csv
import hashlib
import json
import struct
from pathlib import Path

from tests.engines.checker.oracle import (
    SENTENCES,
    Right,
    Scene,
    drawn_with,
    outcomes,
    wishes_rank,
)


def digest(scene: Scene) -> str:
    def ids(names: list[str]) -> bytes:
        return b"\n".join(name.encode() for name in names)

    def numbers(form: str, values: list[int]) -> bytes:
        return struct.pack(f"<{len(values)}{form}", *values)

    pupils, courses = sorted(scene.pupils, key=str.encode), sorted(scene.courses, key=str.encode)
    groups = sorted(
        {g for _, g in scene.pupils.values() if g}.union(
            *(c.reserved for c in scene.courses.values())
        )
    )
    of = [scene.courses[name] for name in courses]
    days = sorted({slot.count("+") for slot in scene.slots}, reverse=True)
    applications = sorted(scene.wishes, key=lambda at: (at[0].encode(), at[1].encode()))
    wished = [(p, c) for p, slot in applications for c in scene.wishes[p, slot]]
    held = drawn_with(scene)
    parts = [
        b"shuangjian market 1",
        ids(pupils),
        numbers("h", [-1 if scene.pupils[p][0] is None else scene.pupils[p][0] for p in pupils]),
        numbers(
            "h", [groups.index(scene.pupils[p][1]) if scene.pupils[p][1] else -1 for p in pupils]
        ),
        ids(groups),
        ids(scene.slots),
        ids(courses),
        numbers("h", [scene.slots.index(c.slot) for c in of]),
        numbers("i", [c.seats for c in of]),
        numbers("i", [c.least for c in of]),
        numbers("i", [c.close_order for c in of]),
        numbers("h", [days.index(c.slot.count("+")) + 1 for c in of]),
        numbers("q", [sum(1 << g for g in c.grades) or -1 for c in of]),
        numbers("i", [c.reserved.get(g, 0) for c in of for g in groups]),
        numbers("i", [pupils.index(p) for p, _ in applications]),
        numbers("h", [scene.slots.index(slot) for _, slot in applications]),
        numbers("i", [len(scene.wishes[at]) for at in applications]),
        numbers("i", [courses.index(c) for _, c in wished]),
        numbers("h", [wishes_rank(scene, p, c) for p, c in wished]),
        numbers("h", [scene.tier(p, c) for p, c in wished]),
        numbers("i", [len(held[p]) for p in pupils]),
        ids([ticket for p in pupils for ticket in held[p]]),
    ]
    whole = b"".join(struct.pack("<Q", len(part)) + hashlib.sha256(part).digest() for part in parts)
    return hashlib.sha256(whole).hexdigest()


def write_scene(scene: Scene, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write(
        folder / "pupils.csv",
        ["pupil", "grade", "group"],
        [[p, "" if grade is None else grade, group] for p, (grade, group) in scene.pupils.items()],
    )
    write(
        folder / "courses.csv",
        ["course", "slots", "seats", "least", "grades", "close_order", "reserved"],
        [
            [
                name,
                c.slot,
                c.seats,
                c.least,
                "、".join(map(str, c.grades)),
                c.close_order,
                "+".join(f"{g}:{n}" for g, n in c.reserved.items()),
            ]
            for name, c in scene.courses.items()
        ],
    )
    write(
        folder / "choices.csv",
        ["pupil", "slot", "rank", "course"],
        [
            [p, slot, rank, course]
            for (p, slot), own in scene.wishes.items()
            for rank, course in enumerate(own, 1)
        ],
    )
    write(
        folder / "tiers.csv",
        ["pupil", "course", "tier"],
        [[*pair, tier] for pair, tier in scene.tiers.items()],
    )
    write(
        folder / "tickets.csv", ["pupil", "ticket", "bundle"], [list(row) for row in scene.tickets]
    )


def write_right(right: Right, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scene, rows = right.scene, outcomes(right)
    titles = ["pupil", "slot", "rank", "course", "reason", "place", "sentence"]
    write(folder / "outcomes.csv", titles, [[row[title] for title in titles] for row in rows])
    placed = sorted(right.placed.items(), key=lambda item: tuple(part.encode() for part in item[0]))
    write(
        folder / "placements.csv",
        ["pupil", "slot", "course", "rank"],
        [[p, slot, course, wishes_rank(scene, p, course)] for (p, slot), course in placed],
    )
    pupils = sorted(scene.pupils, key=str.encode)
    write(
        folder / "audit.csv",
        ["pupil", "slot", "standing", "placed", "rank"],
        [
            [
                pupils.index(p),
                scene.slots.index(slot),
                right.drawn[slot].index(p),
                wishes_rank(scene, p, right.placed[p, slot]) - 1
                if (p, slot) in right.placed
                else -1,
                wishes_rank(scene, p, right.placed[p, slot]) if (p, slot) in right.placed else 0,
            ]
            for p, slot in sorted(scene.wishes, key=lambda at: (at[0].encode(), at[1].encode()))
        ],
    )
    write(
        folder / "courses_result.csv",
        [
            "course",
            "slot",
            "seats",
            "least",
            "wished",
            "placed",
            "waiting",
            "state",
            "last_tier",
            "last_standing",
        ],
        [course_row(right, rows, name) for name in sorted(scene.courses, key=str.encode)],
    )
    summary = json.dumps(figures(right, rows), ensure_ascii=False, indent=2)
    (folder / "summary.json").write_text(summary, encoding="utf-8")


def course_row(right: Right, rows: list[dict[str, object]], name: str) -> list[object]:
    course, drawn = right.scene.courses[name], right.drawn[right.scene.courses[name].slot]
    own = [row for row in rows if row["course"] == name]
    last = max(
        (
            (right.scene.tier(p, name), drawn.index(p))
            for (p, _), at in right.placed.items()
            if at == name
        ),
        default=("", ""),
    )
    return [
        name,
        course.slot,
        course.seats,
        course.least,
        len(own),
        sum(row["reason"] == "placed" for row in own),
        sum(row["place"] > 0 for row in own),
        "closed" if name in right.closed else "open",
        *last,
    ]


def figures(right: Right, rows: list[dict[str, object]]) -> dict[str, object]:
    scene = right.scene
    ranks = [wishes_rank(scene, p, course) for (p, _), course in right.placed.items()]
    applications = len(scene.wishes)
    count = [row["reason"] for row in rows].count
    return {
        "mechanism": right.mechanism,
        "seed": scene.seed.hex(),
        "hash": "sha256",
        "digest": digest(scene),
        "pupils": len(scene.pupils),
        "courses": len(scene.courses),
        "applications": applications,
        "wishes": len(rows),
        "placed": len(ranks),
        "first_choice": ranks.count(1) / applications,
        "first_choice_count": ranks.count(1),
        "mean_rank": sum(ranks) / len(ranks) if ranks else None,
        "unplaced": (applications - len(ranks)) / applications,
        "unplaced_count": applications - len(ranks),
        "rank_counts": {str(rank): ranks.count(rank) for rank in sorted(set(ranks))},
        "closed": sorted(right.closed, key=str.encode),
        "reasons": {word: count(word) for word in SENTENCES if count(word)},
        "not_eligible": next(
            (
                {title: row[title] for title in ("pupil", "slot", "course")}
                for row in rows
                if row["reason"] == "not_eligible"
            ),
            None,
        ),
        "seconds": 0.1,
    }


def write(path: Path, titles: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(titles)
        writer.writerows(rows)
