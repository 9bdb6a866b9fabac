from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.draw.interval import (
    IntervalDraw,
    counted_order,
    side_by_side_probability,
    weakness,
)
from shuangjian.engines.draw.refusal import DrawRefusedError
from tests.engines.draw.scene import Scene, interval_scene, moment
from tests.engines.worked_table import worked_table


def by_walking(count, *, start, interval):
    """Round the circle step by step, passing over those already taken."""
    taken = [False] * (count + 1)
    order = [start]
    taken[start] = True
    at = start
    while len(order) < count:
        steps = interval
        while steps:
            at = at % count + 1
            steps -= not taken[at]
        taken[at] = True
        order.append(at)
    return order


@given(st.integers(1, 12), st.data())
def test_counting_is_walking_round_the_circle(count, data):
    start = data.draw(st.integers(1, count))
    interval = data.draw(st.integers(1, count))
    assert counted_order(count, start=start, interval=interval) == by_walking(
        count, start=start, interval=interval
    )


def test_interval_one_takes_neighbours():
    assert counted_order(5, start=4, interval=1) == [4, 5, 1, 2, 3]


@pytest.mark.parametrize("row", worked_table("draw.md", "interval"), ids=lambda row: row["count"])
def test_worked_weakness(row):
    count, winners = int(row["count"]), int(row["winners"])
    sets = {
        frozenset(counted_order(count, start=start, interval=interval)[:winners])
        for start in range(1, count + 1)
        for interval in range(1, count + 1)
    }
    assert len(sets) == int(row["sets that can win"])
    assert len(sets) <= count**2 == int(row["outcomes at most"])
    assert comb(count, winners) == int(row["sets of an independent draw"])
    found = side_by_side_probability(count=count, winners=winners)
    assert f"{float(found):.2%}" == row["all winners side by side"]
    assert f"{count / comb(count, winners):.2%}" == row["independent"]


def test_the_weakness_stands_in_the_file_and_cannot_be_left_out():
    data = interval_scene().files()["interval.json"]
    assert weakness(5) in data.decode()
    with pytest.raises(DrawRefusedError, match="弱点必须原样写在结果旁边"):
        IntervalDraw.from_bytes(data.replace("左右全部结果".encode(), "影响结果".encode()))


@pytest.mark.parametrize("numbers", [(0, 1), (6, 1), (1, 0), (1, 6)])
def test_numbers_that_are_not_on_the_roster_are_refused(numbers):
    scene = interval_scene()
    freezes, _ = scene.freezes()
    with pytest.raises(DrawRefusedError, match="名册有 5 个签，号码应当在 1 到 5 之间"):
        IntervalDraw.drawn(
            scene.announced,
            freezes[-1],
            count=5,
            numbers=numbers,
            at=moment("2023-08-24T00:00:00"),
        )


def test_the_ordinary_draw_has_no_such_file():
    assert "interval.json" not in Scene().files()


def test_the_example_of_the_rules_in_use():
    rows = worked_table("draw.md", "nanchang")
    taken = [int(number) for row in rows for number in row["numbers taken"].split()]
    assert counted_order(20, start=6, interval=3)[:15] == taken
