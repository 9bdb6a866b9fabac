"""Who stands before whom: the keys, their ties, several tickets, bundles."""

import hmac
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.standing import standing_by_digests, standing_of
from shuangjian.engines.draw.rank import ranked
from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.market import Market, Tickets
from tests.engines.allocation.array_market import array_market
from tests.engines.allocation.course_scene import CourseScene, course_scene
from tests.engines.allocation.plain_run import plain_draw
from tests.engines.worked_table import worked_table

PAGE = "allocation.md"
SEED = bytes.fromhex("5eed" * 16)


def drawn(scene: CourseScene) -> dict[str, list[str]]:
    return order_of(scene.market())


def order_of(market: Market, **given) -> dict[str, list[str]]:
    """Per slot the pupils in the engine's order."""
    pupils = market.pupils.to_pylist()
    standing = standing_of(market, **{"seed": SEED, **given})
    assert standing.dtype == np.int32
    return {
        slot: [pupils[code] for code in np.argsort(standing[number])]
        for number, slot in enumerate(market.slots)
    }


def scene_of(pupils: str, tickets: list, slots: int) -> CourseScene:
    return CourseScene(
        pupils=[{"pupil": pupil} for pupil in pupils],
        courses=[
            {"course": f"c{number}", "slots": f"d{number}", "seats": 1}
            for number in range(1, slots + 1)
        ],
        choices=[],
        tiers=[],
        tickets=tickets,
    )


def test_the_worked_draw():
    order = drawn(scene_of("abctu", worked_table(PAGE, "tickets"), slots=6))
    assert order == {
        row["slot"]: row["pupils in order"].split() for row in worked_table(PAGE, "standing")
    }


@pytest.mark.parametrize("row", worked_table(PAGE, "keys"), ids=lambda row: row["ticket"])
def test_the_worked_keys_are_bytes_of_the_hmac(row):
    ticket, whole, first, second, sixth = row.values()
    assert hmac.digest(SEED, ticket.encode(), "sha256").hex() == whole
    assert (first, second) == (whole[:12], whole[12:24])
    assert hmac.digest(SEED, ticket.encode() + b"\x001", "sha256").hex()[:12] == sixth


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_the_order_is_that_of_the_keys(chance, slots):
    scene = course_scene(chance, pupils=chance.randint(1, 9), courses=1)
    week = scene_of("", [], slots)
    scene = CourseScene(scene.pupils, week.courses, [], [], scene.tickets)
    assert drawn(scene) == plain_draw(scene, SEED)


def test_the_first_slot_stands_as_the_draw_publishes():
    tickets = [f"t{number}" for number in range(500)]
    scene = scene_of("", [], 2)
    scene.pupils.extend({"pupil": ticket} for ticket in tickets)
    order = drawn(scene)
    assert order["d1"] == [each.ticket for each in ranked(SEED, tickets)]
    assert order["d2"] != order["d1"]


def test_the_other_hash_gives_another_order():
    market = scene_of("abcdefgh", [], 1).market()
    assert order_of(market, hash_name="sm3") != order_of(market)


def test_threads_do_not_matter():
    market = array_market(schools=80, pupils=260)
    alone, together = (standing_of(market, seed=SEED, threads=threads) for threads in (1, 4))
    assert np.array_equal(alone, together)
    assert all(np.array_equal(np.sort(row), np.arange(80 * 260)) for row in alone)


def test_a_market_without_courses_has_no_draw():
    market = build_market(pupils=[("a",)], courses=[], choices=[])
    assert standing_of(market, seed=SEED).shape == (0, 1)


# Ties, with hashes made up: in real ones they do not happen.


def tickets_of(names: list[list[str]]) -> Tickets:
    return Tickets(
        start=np.cumsum([0, *map(len, names)], dtype=np.int64),
        ticket=pa.array([name for own in names for name in own], pa.string()),
    )


def made_up(chance: random.Random, count: int) -> np.ndarray:
    """Digests of few different bytes, so that many keys, high bits and wholes are equal."""
    pool = [bytes(chance.choice([0, 1]) for _ in range(32)) for _ in range(max(1, count // 2))]
    rows = []
    for _ in range(count):
        digest = bytearray(chance.choice(pool))
        for _ in range(chance.choice([0, 0, 1, 3])):
            digest[chance.choice([0, 5, 6, 11, 29, 30, 31])] = chance.choice([0, 1, 255])
        rows.append(np.frombuffer(bytes(digest), np.uint8))
    return np.array(rows).reshape(count, 32)


def literal_order(digests: list[np.ndarray], names: list[list[str]], slot: int) -> list[int]:
    """By comparing what the page says, in that order."""
    block, at = divmod(slot, 5)
    rank: list[tuple] = []
    first = 0
    for own in names:
        rows = range(first, first + len(own))
        first += len(own)
        rank.append(
            min(
                (
                    digests[block][row].tobytes()[6 * at : 6 * at + 6],
                    digests[0][row].tobytes(),
                    name.encode(),
                )
                for row, name in zip(rows, own, strict=True)
            )
        )
    return sorted(range(len(names)), key=lambda pupil: (rank[pupil], pupil))


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_ties_are_decided_as_the_page_says(chance):
    names = [
        sorted({f"{chance.choice('äbc')}{chance.randint(0, 1) or ''}" for _ in range(size)})
        for size in (chance.randint(1, 3) for _ in range(chance.randint(1, 9)))
    ]
    count = sum(map(len, names))
    digests = [made_up(chance, count), made_up(chance, count)]
    standing = standing_by_digests(digests, tickets_of(names), slots=7, threads=1)
    for slot in range(7):
        assert np.argsort(standing[slot]).tolist() == literal_order(digests, names, slot)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [0, 1, 2]),  # the ticket's bytes: a < aa < b
        ({(2, 31): 0}, [2, 0, 1]),  # the whole digest, up to its last byte
        ({(0, 5): 2}, [1, 2, 0]),  # the key's last byte
        ({(0, 5): 2, (2, 31): 0, (1, 0): 9}, [2, 0, 1]),
    ],
)
def test_what_decides_a_tie(changed, expected):
    digest = np.ones((3, 32), np.uint8)
    for place, byte in changed.items():
        digest[place] = byte
    tickets = tickets_of([["a"], ["aa"], ["b"]])
    standing = standing_by_digests([digest], tickets, slots=1, threads=1)
    assert np.argsort(standing[0]).tolist() == expected


def test_a_wrong_tie_rule_is_caught():
    """Control: by the ticket before the whole digest, or by the pupil alone, orders differ."""
    chance = random.Random(1)
    names = [[f"t{9 - number}"] for number in range(8)]
    digests = [made_up(chance, 8)]
    true = literal_order(digests, names, 0)
    standing = standing_by_digests(digests, tickets_of(names), slots=1, threads=1)
    assert np.argsort(standing[0]).tolist() == true
    keys = [digests[0][row].tobytes()[:6] for row in range(8)]
    assert len(set(keys)) < 8
    by_ticket = sorted(range(8), key=lambda pupil: (keys[pupil], names[pupil]))
    by_pupil = sorted(range(8), key=lambda pupil: (keys[pupil], pupil))
    assert true not in (by_ticket, by_pupil)


def test_a_slot_reads_its_own_bytes_only():
    chance = np.random.default_rng(4)
    blocks = [chance.integers(0, 256, (40, 32), np.uint8) for _ in range(2)]
    tickets = tickets_of([[f"t{number}"] for number in range(40)])
    before = standing_by_digests(blocks, tickets, slots=10, threads=1)
    for slot in range(10):
        block, at = divmod(slot, 5)
        changed = [each.copy() for each in blocks]
        changed[block][:, 6 * at : 6 * at + 6] = chance.integers(0, 256, (40, 6), np.uint8)
        after = standing_by_digests(changed, tickets, slots=10, threads=1)
        differs = (before != after).any(axis=1)
        assert differs.tolist() == [other == slot for other in range(10)]


def test_twins_stand_side_by_side_and_draw_no_better_than_one():
    """Of 600 draws with one ticket each, twins are first as often as any one of four others."""
    rows = [("a", "a/1"), ("b", "b/1", "twins"), ("c", "c/1"), ("d", "d/1"), ("e", "e/1", "twins")]
    first = dict.fromkeys("abcde", 0)
    columns = ("pupil", "ticket", "bundle")
    tickets = [dict(zip(columns, row, strict=False)) for row in rows]
    market = scene_of("abcde", tickets, slots=1).market()
    for number in range(600):
        order = order_of(market, seed=number.to_bytes(32))["d1"]
        assert order.index("e") == order.index("b") + 1
        first[order[0]] += 1
    assert first["e"] == 0
    assert all(110 <= first[pupil] <= 190 for pupil in "abcd")


def test_two_tickets_are_first_twice_as_often():
    tickets = [{"pupil": "a", "ticket": name} for name in ("x", "y")]
    market = scene_of("abc", tickets, slots=1).market()
    firsts = [order_of(market, seed=number.to_bytes(32))["d1"][0] for number in range(600)]
    assert 260 <= firsts.count("a") <= 340
