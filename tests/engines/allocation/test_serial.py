"""Serial dictatorship: the worked week, and what it promises and does not."""

from hypothesis import given, settings

from shuangjian.engines.allocation.serial import place_serial
from tests.engines.allocation.plain_market import (
    Placed,
    PlainMarket,
    gains,
    held_at,
    placed_by,
    plain_markets,
)
from tests.engines.allocation.worked_week import worked_week
from tests.engines.worked_table import worked_table

PAGE = "serial.md"


def literal(market: PlainMarket) -> Placed:
    """Each in turn takes its first open wish with a seat, by the order of the page."""
    placed: list[int | None] = [None] * len(market.lists)
    order = sorted(
        (min(market.priority(pupil, course) for course, _ in market.lists[pupil]), pupil)
        for pupil in range(len(market.lists))
        if market.lists[pupil]
    )
    for _, pupil in order:
        for course in market.wished(pupil):
            if len(held_at(tuple(placed), course)) < market.seats[course]:
                placed[pupil] = course
                break
    return tuple(placed)


def test_the_worked_week():
    week = worked_week(PAGE, "example")
    assert week.run("serial") == week.told
    assert week.run("lottery") != week.told


def test_the_worked_gain():
    for row in worked_table(PAGE, "gains"):
        honest = worked_week(PAGE, "example").writing(row["pupil"], row["slot"], row["truly"])
        gamed = honest.writing(row["pupil"], row["slot"], row["writes instead"])
        assert honest.gets("serial", row["pupil"]) == {row["gets"]} - {"-"}
        assert gamed.gets("serial", row["pupil"]) == {row["then gets"]}
        assert gamed.gets("lottery", row["pupil"]) == honest.gets("lottery", row["pupil"]) | {"Z"}


@settings(max_examples=300, deadline=None)
@given(plain_markets(tied=True))
def test_each_in_turn_takes_its_first_free_wish(market):
    assert placed_by(market, place_serial) == literal(market)


@settings(max_examples=200, deadline=None)
@given(plain_markets(closed=False))
def test_a_better_place_in_the_draw_is_never_worse(market):
    placed = literal(market)
    for pupil, stands in enumerate(market.standing):
        for ahead in range(stands):
            better = literal(market.lifted(pupil, ahead))
            assert market.rank(pupil, better[pupil]) <= market.rank(pupil, placed[pupil])


def test_the_search_for_gains_finds_the_worked_one():
    """Control: the page's market is within reach of the search that finds nothing elsewhere."""
    week = worked_week(PAGE, "example")
    market = PlainMarket(
        lists=(((0, 1),), ((0, 1), (1, 2)), ((0, 1),)),
        tiers=((2, 2), (2, 2), (2, 1)),
        standing=(0, 1, 2),
        group=(-1, -1, -1),
        seats=(1, 1),
        reserved=((), ()),
        is_open=(True, True),
    )
    assert [row["pupil"] for row in worked_table(PAGE, "example wishes")] == ["q", "r", "p"]
    assert week.gets("serial", "p") == {"A"}
    assert (2, (0, 1)) in gains(market, lambda each: placed_by(each, place_serial))
