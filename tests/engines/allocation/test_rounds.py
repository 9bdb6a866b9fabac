"""Rounds: whose days are taken, and that nobody else's are."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.rounds import clashes, rounds_of
from shuangjian.engines.allocation.run import allocate
from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.market import Market
from tests.engines.allocation.course_scene import course_scene, places_of
from tests.engines.allocation.plain_run import outcomes_of, plain_run
from tests.engines.allocation.worked_week import worked_week

SEED = bytes(range(32))


def test_the_worked_week():
    week = worked_week("allocation.md", "rounds")
    assert week.run("lottery") == week.told


@pytest.mark.parametrize("mechanism", ["fullest", "rank-optimal", "serial", "deferred-acceptance"])
def test_days_are_taken_under_every_mechanism(mechanism):
    week = worked_week("allocation.md", "rounds")
    told = {wish: reason for wish, (reason, _) in week.run(mechanism).items()}
    assert told["a", "mon", "chess"] == told["a", "wed", "choir"] == "occupied"
    assert told["b", "mon", "chess"] == told["b", "fri", "swim"] == "placed"


def market_of(slots: str, rounds: str) -> Market:
    return build_market(
        pupils=[("a",)],
        courses=[
            {"course": f"c{at}", "slots": slot, "seats": 1, "round": number}
            for at, (slot, number) in enumerate(
                zip(slots.split(), rounds.split() or [""] * 9, strict=False)
            )
        ],
        choices=[],
    )


@pytest.mark.parametrize(
    ("slots", "rounds", "expected"),
    [
        ("mon tue", "", [["mon", "tue"]]),
        ("mon tue mon+wed", "", [["mon+wed"], ["mon", "tue"]]),
        ("mon mon+wed mon+wed+fri", "", [["mon+wed+fri"], ["mon+wed"], ["mon"]]),
        ("mon mon+wed", "1 2", [["mon"], ["mon+wed"]]),
        ("mon tue wed", "9 4 9", [["tue"], ["mon", "wed"]]),
    ],
)
def test_lower_rounds_come_first(slots, rounds, expected):
    market = market_of(slots, rounds)
    assert [[market.slots[code] for code in codes] for codes in rounds_of(market)] == expected


def test_slots_clash_where_they_share_a_day():
    market = market_of("mon mon+wed wed+fri tue", "1 2 3 1")
    assert market.slots == ("mon", "mon+wed", "tue", "wed+fri")
    assert clashes(market).tolist() == [
        [True, True, False, False],
        [True, True, False, True],
        [False, False, True, False],
        [False, True, False, True],
    ]


@settings(max_examples=100, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_order_of_rounds_is_kept(chance):
    """Single days before the course of two, or each day in a round of its own."""
    scene = course_scene(chance, pupils=10, courses=3)
    slots = sorted({str(row["slots"]) for row in scene.courses})
    numbers = dict(zip(slots, chance.sample(range(1, 9), len(slots)), strict=True))
    scene = replace(
        scene, courses=[{**row, "round": numbers[str(row["slots"])]} for row in scene.courses]
    )
    market = scene.market()
    allocation = allocate(market, mechanism="lottery", seed=SEED)
    plain = plain_run(scene, "lottery", SEED)
    assert places_of(market, allocation) == plain.placed
    assert outcomes_of(market, allocation) == plain.outcomes()


def test_the_order_of_rounds_decides():
    """Control: in the other order the same pupil gets the single day."""
    week = worked_week("allocation.md", "rounds")
    turned = replace(
        week,
        courses=[{**row, "round": str(1 + ("+" in row["slots"]))} for row in week.courses],
    )
    assert week.gets("lottery", "a") == {"drums"}
    assert turned.gets("lottery", "a") == {"chess", "choir"}
    assert turned.run("lottery")["a", "mon+wed", "drums"] == ("occupied", 0)
