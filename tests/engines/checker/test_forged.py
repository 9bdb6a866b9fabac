"""Forged results whose files all tell the same tale: only the broken property gives them away."""

from dataclasses import replace
from pathlib import Path

import pytest

from shuangjian.engines.checker.check import check_allocation
from tests.engines.checker.oracle import Course, Right, Scene, allocate, standings
from tests.engines.checker.scenes import MECHANISMS, forge, moved, school
from tests.engines.worked_table import worked_table

BEST = ("fullest", "rank-optimal")
STABLE = ("lottery", "deferred-acceptance")


def codes(right: Right, folder: Path) -> set[str]:
    return set(check_allocation(*forge(right, folder)).counts)


def one_day(wishes: dict[str, str], seats: dict[str, int], **more: object) -> Scene:
    """A market of one slot: pupils in the order of the draw, ``"A B"`` for their wishes."""
    scene = Scene(
        pupils={name: (None, "near" if name.isupper() else "") for name in wishes},
        courses={name: Course("mon", number) for name, number in seats.items()},
        wishes={(name, "mon"): own.split() for name, own in wishes.items()},
    )
    scene = replace(scene, **more)
    # why: whoever draws with another's id stands where that one would have stood.
    drawn = standings(scene)["mon"]
    return replace(
        scene, tickets=[(name, other, "") for name, other in zip(wishes, drawn, strict=True)]
    )


def test_the_first_pupil_stands_first() -> None:
    scene = one_day({"p": "A", "q": "A", "r": "A"}, {"A": 1})
    assert standings(scene)["mon"] == ["p", "q", "r"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_controls_are_right(mechanism: str, tmp_path: Path) -> None:
    right = allocate(one_day({"p": "A B", "q": "A"}, {"A": 1, "B": 1}), mechanism)
    assert codes(right, tmp_path) == set()


@pytest.mark.parametrize("mechanism", STABLE)
def test_envy(mechanism: str, tmp_path: Path) -> None:
    right = allocate(one_day({"p": "A B", "q": "A B"}, {"A": 1, "B": 1}), mechanism)
    assert codes(moved(right, "mon", p="B", q="A"), tmp_path) == {"envy"}


@pytest.mark.parametrize("mechanism", STABLE)
def test_a_wasted_seat(mechanism: str, tmp_path: Path) -> None:
    right = allocate(one_day({"p": "A B", "q": "B"}, {"A": 1, "B": 2}), mechanism)
    assert codes(moved(right, "mon", p="B"), tmp_path) == {"wasted_seat"}


def crossed() -> Scene:
    """Two stable allocations: each pupil's first course puts the other first."""
    tiers = {("p", "A"): 2, ("q", "B"): 2}
    return one_day({"p": "A B", "q": "B A"}, {"A": 1, "B": 1}, tiers=tiers)


@pytest.mark.parametrize("mechanism", STABLE)
def test_stable_but_worse_for_pupils(mechanism: str, tmp_path: Path) -> None:
    right = allocate(crossed(), mechanism)
    assert right.placed == {("p", "mon"): "A", ("q", "mon"): "B"}
    assert codes(moved(right, "mon", p="B", q="A"), tmp_path) == {"not_pupil_optimal"}


def test_stable_but_worse_for_pupils_with_reserves(tmp_path: Path) -> None:
    scene = crossed()
    scene.courses["B"].reserved = {"near": 1}
    right = allocate(scene, "deferred-acceptance")
    assert codes(moved(right, "mon", p="B", q="A"), tmp_path) == {"not_pupil_optimal"}


def reserved() -> Scene:
    """Two seats, one of them for R and S, who stand behind p and q."""
    scene = one_day({"p": "A", "q": "A", "R": "A", "S": "A"}, {"A": 2})
    scene.courses["A"].reserved = {"near": 1}
    return scene


def test_a_reserve_not_given(tmp_path: Path) -> None:
    right = allocate(reserved(), "deferred-acceptance")
    assert right.placed == {("p", "mon"): "A", ("R", "mon"): "A"}
    assert codes(moved(right, "mon", R="none", q="A"), tmp_path) == {"reserve_broken"}


def test_a_reserve_given_to_the_wrong_member(tmp_path: Path) -> None:
    right = allocate(reserved(), "deferred-acceptance")
    assert codes(moved(right, "mon", R="none", S="A"), tmp_path) == {"reserve_broken"}


def test_a_reserve_given_beyond_its_number(tmp_path: Path) -> None:
    right = allocate(reserved(), "deferred-acceptance")
    assert codes(moved(right, "mon", p="none", S="A"), tmp_path) == {"envy"}


def test_a_reserve_honoured_where_the_mechanism_knows_none(tmp_path: Path) -> None:
    right = allocate(reserved(), "lottery")
    assert right.placed == {("p", "mon"): "A", ("q", "mon"): "A"}
    assert codes(moved(right, "mon", q="none", R="A"), tmp_path) == {"envy"}


@pytest.mark.parametrize("places", [{"p": "B", "q": "A"}, {"p": "B", "q": "none"}, {"p": "none"}])
def test_a_turn_broken_in_serial(places: dict[str, str], tmp_path: Path) -> None:
    right = allocate(one_day({"p": "A B", "q": "A"}, {"A": 1, "B": 1}), "serial")
    assert right.placed == {("p", "mon"): "A"}
    assert codes(moved(right, "mon", **places), tmp_path) == {"turn_broken"}


def test_serial_by_tier_of_the_course_is_broken(tmp_path: Path) -> None:
    """Serial goes by a pupil's best tier anywhere; the lottery by the tier at the course."""
    tiers = {("p", "A"): 2, ("p", "B"): 3, ("q", "A"): 3}
    scene = one_day({"q": "A B", "p": "A B"}, {"A": 1, "B": 1}, tiers=tiers)
    right = allocate(scene, "serial")
    assert right.placed == {("q", "mon"): "A", ("p", "mon"): "B"}
    other = replace(allocate(scene, "lottery"), mechanism="serial")
    assert codes(other, tmp_path) == {"turn_broken"}


@pytest.mark.parametrize("mechanism", BEST)
def test_more_could_be_placed(mechanism: str, tmp_path: Path) -> None:
    right = allocate(one_day({"p": "A B", "q": "A"}, {"A": 1, "B": 1}), mechanism)
    assert codes(moved(right, "mon", p="A", q="none"), tmp_path) == {"not_most_placed"}


@pytest.mark.parametrize("mechanism", BEST)
def test_a_chain_of_three_could_place_one_more(mechanism: str, tmp_path: Path) -> None:
    right = allocate(
        one_day({"p": "A B", "q": "B C", "r": "A"}, {"A": 1, "B": 1, "C": 1}), mechanism
    )
    assert len(right.placed) == 3
    assert codes(moved(right, "mon", p="A", q="B", r="none"), tmp_path) == {"not_most_placed"}


@pytest.mark.parametrize("mechanism", BEST)
def test_the_turns_are_broken(mechanism: str, tmp_path: Path) -> None:
    right = allocate(one_day({"p": "A B", "q": "A B"}, {"A": 1, "B": 1}), mechanism)
    assert codes(moved(right, "mon", p="B", q="A"), tmp_path) == {"turn_broken"}


def test_who_goes_without_is_fixed_by_the_turns(tmp_path: Path) -> None:
    scene = one_day({"p": "A", "q": "A", "r": "B"}, {"A": 1, "B": 1})
    right = allocate(scene, "fullest")
    assert codes(moved(right, "mon", p="none", q="A"), tmp_path) == {"turn_broken"}


def test_the_sum_of_ranks_is_not_least(tmp_path: Path) -> None:
    wishes = {"p": "A B", "q": "A C B", "r": "C B"}
    right = allocate(one_day(wishes, {"A": 1, "B": 1, "C": 1}), "rank-optimal")
    serial = replace(allocate(right.scene, "serial"), mechanism="rank-optimal")
    assert len(serial.placed) == len(right.placed) == 3
    assert codes(serial, tmp_path) == {"not_best"}


def test_fewer_of_the_first_tier(tmp_path: Path) -> None:
    tiers = {("p", "B"): 2, ("q", "A"): 2, ("q", "C"): 2}
    right = allocate(
        one_day({"p": "B A", "q": "A C"}, {"A": 1, "B": 1, "C": 1}, tiers=tiers), "rank-optimal"
    )
    assert right.placed == {("p", "mon"): "A", ("q", "mon"): "C"}
    assert codes(moved(right, "mon", p="B", q="A"), tmp_path) == {"not_best"}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_over_the_seats(mechanism: str, tmp_path: Path) -> None:
    right = allocate(one_day({"p": "A", "q": "A"}, {"A": 1}), mechanism)
    assert "over_seats" in codes(moved(right, "mon", q="A"), tmp_path)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_grade_that_may_not_come(mechanism: str, tmp_path: Path) -> None:
    right = allocate(school(), mechanism)
    other = moved(right, "mon", cat="box", ben="none", dan="none", ann="art")
    assert "not_eligible" in codes(other, tmp_path)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_two_courses_on_one_day(mechanism: str, tmp_path: Path) -> None:
    right = allocate(school(), mechanism)
    assert ("ann", "wed+thu") in right.placed
    assert "days_clash" in codes(moved(right, "thu", ann="gem"), tmp_path)


def sparse(mechanism: str) -> Right:
    """B closes for want of pupils; nothing else does."""
    scene = one_day({"p": "A", "q": "A C", "r": "B C"}, {"A": 2, "B": 2, "C": 2})
    scene.courses["A"].least = 1
    scene.courses["B"].least = 2
    right = allocate(scene, mechanism)
    assert right.closed == {"B"}
    return right


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_course_closed_without_need(mechanism: str, tmp_path: Path) -> None:
    right = sparse(mechanism)
    other = replace(right, closed={"A", "B"}, placed={("q", "mon"): "C", ("r", "mon"): "C"})
    assert codes(other, tmp_path) == {"closed_without_need"}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_course_kept_below_its_least(mechanism: str, tmp_path: Path) -> None:
    right = moved(replace(sparse(mechanism), closed=set()), "mon", r="B")
    assert codes(right, tmp_path) == {"below_least"}


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize(
    ("closes", "held", "close_order"),
    [
        pytest.param("A", "B", (0, 0), id="smaller id"),
        pytest.param("B", "A", (1, 0), id="lower close_order"),
        pytest.param("B", "A", (0, 0), id="further below least"),
    ],
)
def test_the_wrong_course_closed(
    mechanism: str, closes: str, held: str, close_order: tuple[int, int], tmp_path: Path
) -> None:
    """Two pupils at each course, too few for both; all four together are enough for either."""
    wishes = {"p": "A B", "q": "B A", "r": "A B", "s": "B A"}
    scene = one_day(wishes, {"A": 4, "B": 4})
    is_by_least = closes == "B" and close_order == (0, 0)
    scene.courses["A"] = Course("mon", 4, 3, close_order=close_order[0])
    scene.courses["B"] = Course("mon", 4, 4 if is_by_least else 3, close_order=close_order[1])
    right = allocate(scene, mechanism)
    assert right.closed == {closes}
    assert set(right.placed.values()) == {held}
    other = replace(right, closed={held}, placed=dict.fromkeys(right.placed, closes))
    assert codes(other, tmp_path) == {"closed_without_need", "closing_missing"}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_another_draw_with_the_same_seed_named(mechanism: str, tmp_path: Path) -> None:
    scene = one_day({"p": "A B", "q": "A B", "r": "A"}, {"A": 1, "B": 1})
    drawn = {"mon": standings(scene)["mon"][::-1]}
    right = allocate(scene, mechanism)
    other = replace(right, drawn=drawn)
    assert "standing_wrong" in codes(other, tmp_path)


@pytest.mark.parametrize("name", ["fullest", "turns"])
def test_the_worked_examples(name: str, tmp_path: Path) -> None:
    rows = worked_table("checker.md", name)
    seats = {part.split(":")[0]: int(part.split(":")[1]) for part in rows[0]["seats"].split()}
    right = allocate(one_day({row["pupil"]: row["wishes"] for row in rows}, seats), "fullest")
    assert right.placed == {(row["pupil"], "mon"): row["fullest"] for row in rows}
    claimed = {row["pupil"]: row["claimed"].replace("-", "none") for row in rows}
    assert codes(moved(right, "mon", **claimed), tmp_path) == {row["found"] for row in rows}
