"""The coding and the digest of docs/algorithms/market.md once more, in plain Python."""

import hashlib
import struct
from collections import defaultdict


def plain_market(pupils, courses, choices, tiers=(), tickets=()):
    """Rows, all right, as the parts of the digest."""

    def sorted_texts(texts):
        return sorted(set(texts), key=str.encode)

    pupil_ids = sorted_texts(row[0] for row in pupils)
    course_ids = sorted_texts(row[0] for row in courses)
    slots = sorted_texts(row[1] for row in courses)
    grade = {row[0]: row[1] for row in pupils}
    group = {row[0]: row[2] or None for row in pupils if len(row) > 2}
    reserved = {
        row[0]: dict(part.split(":") for part in row[7].split("+")) if row[7] else {}
        for row in (tuple(row) + (None,) * (8 - len(row)) for row in courses)
    }
    groups = sorted_texts(
        [g for g in group.values() if g] + [g for r in reserved.values() for g in r]
    )
    by_course = {row[0]: tuple(row) + (None,) * (8 - len(row)) for row in courses}
    lengths = sorted({len(slot.split("+")) for slot in slots}, reverse=True)

    wishes = sorted(
        (pupil.encode(), slot.encode(), rank, course.encode())
        for pupil, slot, rank, course in choices
    )
    applications = defaultdict(list)
    for pupil, slot, rank, course in wishes:
        applications[pupil.decode(), slot.decode()].append((course.decode(), rank))
    tier = {(pupil, course): number for pupil, course, number in tiers}
    drawn = plain_tickets(pupil_ids, tickets)
    flat = [(pupil, *wish) for (pupil, _), own in applications.items() for wish in own]
    rows = [by_course[course] for course in course_ids]
    return [
        b"shuangjian market 1",
        texts(pupil_ids),
        integers("h", [-1 if grade[pupil] is None else grade[pupil] for pupil in pupil_ids]),
        integers("h", [groups.index(group[p]) if group.get(p) else -1 for p in pupil_ids]),
        texts(groups),
        texts(slots),
        texts(course_ids),
        integers("h", [slots.index(row[1]) for row in rows]),
        integers("i", [row[2] for row in rows]),
        integers("i", [row[3] or 0 for row in rows]),
        integers("i", [row[6] or 0 for row in rows]),
        integers("h", [row[5] or lengths.index(len(row[1].split("+"))) + 1 for row in rows]),
        integers("q", [plain_grades(row[4]) for row in rows]),
        integers("i", [int(reserved[row[0]].get(name, 0)) for row in rows for name in groups]),
        integers("i", [pupil_ids.index(pupil) for pupil, _ in applications]),
        integers("h", [slots.index(slot) for _, slot in applications]),
        integers("i", [len(own) for own in applications.values()]),
        integers("i", [course_ids.index(course) for _, course, _ in flat]),
        integers("h", [rank for _, _, rank in flat]),
        integers("h", [tier.get((pupil, course), 1) for pupil, course, _ in flat]),
        integers("i", [len(drawn[pupil]) for pupil in pupil_ids]),
        texts([ticket for pupil in pupil_ids for ticket in drawn[pupil]]),
    ]


def plain_tickets(pupil_ids, rows):
    own = defaultdict(set)
    bundle_of = {}
    for row in rows:
        own[row[0]].add(row[1])
        if len(row) > 2 and row[2]:
            bundle_of[row[0]] = row[2]
    drawn = {}
    for pupil in pupil_ids:
        if pupil not in own:
            drawn[pupil] = [pupil]
            continue
        together = [p for p in own if p == pupil or bundle_of.get(p, 0) == bundle_of.get(pupil, 1)]
        most = max(len(own[p]) for p in together)
        drawn[pupil] = sorted({t for p in together for t in own[p]}, key=str.encode)[:most]
    return drawn


def plain_grades(text):
    if not text:
        return -1
    mask = 0
    for part in text.split("+"):
        first, _, last = part.partition("-")
        for grade in range(int(first), int(last or first) + 1):
            mask |= 1 << grade
    return mask


def texts(values):
    return "\n".join(values).encode()


def integers(form, values):
    return struct.pack(f"<{len(values)}{form}", *values)


def plain_digest(parts):
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "little") + hashlib.sha256(part).digest())
    return whole.hexdigest()
