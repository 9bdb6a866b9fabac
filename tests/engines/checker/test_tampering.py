"""Every fault made by hand is found, and by its name."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.checker.check import check_allocation
from tests.engines.checker.oracle import Course, Scene
from tests.engines.checker.scenes import (
    MECHANISMS,
    Rows,
    edit,
    edit_summary,
    publish,
    publish_school,
)

Change = Callable[[Rows], Rows]


def cell(row: int, column: int, value: str) -> Change:
    """Another value in one cell; row 0 is the header."""

    def change(rows: Rows) -> Rows:
        assert rows[row][column] != value
        rows[row][column] = value
        return rows

    return change


def where(column: int, value: str, target: int, new: str) -> Change:
    """Another value in the first row that has ``value`` in ``column``."""

    def change(rows: Rows) -> Rows:
        row = next(row for row in rows if row[column] == value)
        assert row[target] != new
        row[target] = new
        return rows

    return change


def swapped(one: int, other: int, columns: tuple[int, ...] | None = None) -> Change:
    def change(rows: Rows) -> Rows:
        for column in columns if columns is not None else range(len(rows[0])):
            rows[one][column], rows[other][column] = rows[other][column], rows[one][column]
        return rows

    return change


def without(row: int) -> Change:
    return lambda rows: rows[:row] + rows[row + 1 :]


def doubled(row: int) -> Change:
    return lambda rows: [*rows[: row + 1], *rows[row:]]


def with_row(*row: str) -> Change:
    """One more row, where it belongs by order."""
    return lambda rows: [rows[0], *sorted([*rows[1:], list(row)])]


def without_column(column: int) -> Change:
    return lambda rows: [row[:column] + row[column + 1 :] for row in rows]


def last(rows: Rows) -> Rows:
    """The last row with another number in its last cell."""
    rows[-1][-1] = str(int(rows[-1][-1]) + 1)
    return rows


ANSWER: dict[str, tuple[str, Change, str]] = {
    "a place given to another pupil": ("placements", where(0, "ann", 0, "dan"), "envy"),
    "two placements swapped": ("placements", swapped(1, 2, (2,)), "placement_invented"),
    "a placement without an application": (
        "placements",
        with_row("zoe", "mon", "art", "1"),
        "placement_invented",
    ),
    "a placement in another slot": ("placements", cell(1, 1, "tue"), "placement_invented"),
    "a placement at no course": ("placements", cell(1, 2, "zoo"), "placement_invented"),
    "a wrong rank": ("placements", last, "placement_rank"),
    "a rank that is no number": ("placements", cell(1, 3, "first"), "placement_rank"),
    "a placement twice": ("placements", doubled(1), "placement_twice"),
    "a placement missing": ("placements", without(1), "wasted_seat"),
    "placements unsorted": ("placements", swapped(1, 4), "rows_unsorted"),
    "placements without a column": ("placements", without_column(3), "column_missing"),
    "a wish missing": ("outcomes", without(3), "outcome_missing"),
    "the last wish missing": ("outcomes", lambda rows: rows[:-1], "outcome_missing"),
    "no wishes at all": ("outcomes", lambda rows: rows[:1], "outcome_missing"),
    "a wish twice": ("outcomes", doubled(3), "outcome_twice"),
    "a wish invented": ("outcomes", cell(1, 3, "hut"), "outcome_invented"),
    "a wish of another pupil": ("outcomes", cell(1, 0, "zoe"), "outcome_invented"),
    "a wish in another slot": ("outcomes", cell(1, 1, "thu"), "outcome_invented"),
    "another rank told": ("outcomes", cell(1, 2, "7"), "outcome_rank"),
    "outcomes unsorted": ("outcomes", swapped(1, 2), "rows_unsorted"),
    "another reason": ("outcomes", where(4, "full_by_draw", 4, "full_by_tier"), "reason_wrong"),
    "a reason that does not exist": ("outcomes", cell(1, 4, "because"), "reason_wrong"),
    "told to be placed": ("outcomes", where(4, "full_by_tier", 4, "placed"), "reason_wrong"),
    "another waiting place": ("outcomes", where(5, "1", 5, "2"), "place_wrong"),
    "a waiting place that is no number": ("outcomes", cell(1, 5, ""), "place_wrong"),
    "another sentence": ("outcomes", where(4, "closed", 6, "已录取。"), "sentence_wrong"),
    "outcomes without reasons": ("outcomes", without_column(4), "column_missing"),
    "outcomes without sentences": ("outcomes", without_column(6), "column_missing"),
    "another standing": ("audit", cell(1, 2, "99"), "standing_wrong"),
    "two standings swapped": ("audit", swapped(1, 5, (2,)), "standing_wrong"),
    "another position in the audit": ("audit", cell(1, 3, "9"), "audit_placed"),
    "another rank in the audit": ("audit", cell(1, 4, "9"), "audit_placed"),
    "an audit row missing": ("audit", without(4), "audit_rows"),
    "the last audit row missing": ("audit", lambda rows: rows[:-1], "audit_rows"),
    "an audit row twice": ("audit", doubled(4), "audit_rows"),
    "an audit row of nobody": ("audit", cell(1, 0, "99"), "audit_rows"),
    "a course's row missing": ("courses_result", without(2), "courses_rows"),
    "courses unsorted": ("courses_result", swapped(2, 3), "courses_rows"),
    "a state that does not exist": ("courses_result", cell(1, 7, "perhaps"), "malformed"),
    "closed without need": ("courses_result", where(0, "dig", 7, "closed"), "closed_has_pupils"),
    "said to be held": ("courses_result", where(7, "closed", 7, "open"), "below_least"),
    "other seats in the result": ("courses_result", cell(1, 2, "3"), "course_figure"),
    "another slot in the result": ("courses_result", cell(1, 1, "tue"), "course_figure"),
    "another number placed": ("courses_result", cell(1, 5, "1"), "course_figure"),
    "another number waiting": ("courses_result", cell(1, 6, "9"), "course_figure"),
    "another cutoff": ("courses_result", cell(1, 9, "5000"), "course_figure"),
    "another cutoff tier": ("courses_result", cell(1, 8, "3"), "course_figure"),
}

GIVEN: dict[str, tuple[str, Change]] = {
    "seats": ("courses", where(0, "dig", 2, "3")),
    "least": ("courses", where(0, "cub", 3, "1")),
    "grades": ("courses", where(0, "box", 4, "1-3")),
    "close_order": ("courses", where(0, "gem", 5, "2")),
    "reserved": ("courses", where(0, "elf", 6, "near:2")),
    "a tier": ("tiers", cell(1, 2, "3")),
    "a tier taken away": ("tiers", without(1)),
    "a choice": ("choices", swapped(1, 2, (3,))),
    "a choice taken away": ("choices", without(1)),
    "a rank": ("choices", cell(2, 2, "3")),
    "a ticket": ("tickets", where(1, "t5", 1, "t6")),
    "a ticket taken away": ("tickets", where(0, "dan", 0, "eve")),
    "a bundle": ("tickets", where(0, "ben", 2, "others")),
    "a grade": ("pupils", where(0, "cat", 1, "2")),
    "a group": ("pupils", where(0, "ann", 2, "near")),
    "a pupil more": ("pupils", with_row("gus", "1", "")),
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("right")
    publish_school("lottery", folder)
    return folder


def copied(published: Path, folder: Path) -> tuple[Path, Path]:
    shutil.copytree(published, folder, dirs_exist_ok=True)
    return folder / "in", folder / "out"


@pytest.mark.parametrize("fault", ANSWER)
def test_a_changed_answer_is_rejected(fault: str, published: Path, tmp_path: Path) -> None:
    asked, answered = copied(published, tmp_path)
    name, change, code = ANSWER[fault]
    edit(answered / f"{name}.csv", change)
    report = check_allocation(asked, answered)
    assert code in report.counts
    assert all(violation.sentence for violation in report.violations)


@pytest.mark.parametrize("fault", GIVEN)
def test_an_input_changed_afterwards_is_rejected(
    fault: str, published: Path, tmp_path: Path
) -> None:
    asked, answered = copied(published, tmp_path)
    name, change = GIVEN[fault]
    edit(asked / f"{name}.csv", change)
    assert "digest_wrong" in check_allocation(asked, answered).counts


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"first_choice": 0.6}, {"summary_wrong"}),
        ({"first_choice_count": 12}, {"summary_wrong"}),
        ({"mean_rank": 1.0}, {"summary_wrong"}),
        ({"mean_rank": None}, {"summary_wrong"}),
        ({"unplaced": 0.0}, {"summary_wrong"}),
        ({"unplaced_count": "6"}, {"summary_wrong"}),
        ({"placed": 14}, {"summary_wrong"}),
        ({"pupils": 7}, {"summary_wrong"}),
        ({"wishes": True}, {"summary_wrong"}),
        ({"closed": []}, {"summary_wrong"}),
        ({"rank_counts": {"1": 13}}, {"summary_wrong"}),
        ({"reasons": {}}, {"summary_wrong"}),
        ({"not_eligible": None}, {"summary_wrong"}),
        ({"digest": "0" * 64}, {"digest_wrong"}),
        ({"mechanism": "first-come"}, {"mechanism_unknown"}),
        ({"mechanism": ["lottery"]}, {"mechanism_unknown"}),
        ({"hash": "md5"}, {"hash_unknown"}),
        ({"hash": {}}, {"hash_unknown"}),
        ({"seed": "secret"}, {"unreadable"}),
        ({"seconds": 3.5}, set()),
    ],
)
def test_a_changed_summary_is_rejected(
    changes: dict[str, object], codes: set[str], published: Path, tmp_path: Path
) -> None:
    asked, answered = copied(published, tmp_path)
    edit_summary(answered / "summary.json", **changes)
    assert set(check_allocation(asked, answered).counts) == codes


def test_another_seed_is_rejected(published: Path, tmp_path: Path) -> None:
    asked, answered = copied(published, tmp_path)
    assert set(check_allocation(asked, answered, seed=b"\1" * 32).counts) == {"seed_wrong"}
    edit_summary(answered / "summary.json", seed="01" * 32)
    assert "standing_wrong" in check_allocation(asked, answered).counts


def test_another_hash_is_rejected(published: Path, tmp_path: Path) -> None:
    asked, answered = copied(published, tmp_path)
    edit_summary(answered / "summary.json", hash="sm3")
    assert not check_allocation(asked, answered).is_right


@pytest.mark.parametrize("mechanism", [name for name in MECHANISMS if name != "lottery"])
def test_the_wrong_mechanism_named_is_rejected(mechanism: str, tmp_path: Path) -> None:
    """Only where it matters: the properties claimed are those of the mechanism that is named."""
    scene = differing()
    asked, answered = publish(scene, "lottery", tmp_path)
    edit_summary(answered / "summary.json", mechanism=mechanism)
    report = check_allocation(asked, answered)
    assert not report.is_right


def differing() -> Scene:
    """A market in which no two mechanisms place alike."""
    one = Course("mon", 1)
    return Scene(
        pupils={name: (None, "near" if name == "s" else "") for name in "pqrs"},
        courses={"A": one, "B": one, "C": one, "D": Course("mon", 1, reserved={"near": 1})},
        wishes={
            ("p", "mon"): ["B", "A", "C"],
            ("q", "mon"): ["A", "B"],
            ("r", "mon"): ["A", "D"],
            ("s", "mon"): ["A", "D", "B"],
        },
        tiers={
            ("p", "B"): 2,
            ("q", "A"): 3,
            ("r", "A"): 2,
            ("r", "D"): 1,
            ("s", "A"): 4,
            ("s", "D"): 2,
        },
        seed=b"\7" * 32,
    )


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(MECHANISMS), st.data())
def test_any_other_cell_of_placements_is_rejected(mechanism: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = publish_school(mechanism, Path(folder))
        path = answered / "placements.csv"
        before = path.read_bytes()

        def change(rows: Rows) -> Rows:
            row = data.draw(st.integers(1, len(rows) - 1))
            column = data.draw(st.integers(0, 3))
            known = sorted(
                {other[column] for other in rows[1:]} | {"", "0", "hut", "art", "fay", "thu"}
            )
            rows[row][column] = data.draw(st.sampled_from(known))
            return rows

        edit(path, change)
        report = check_allocation(asked, answered)
        assert report.is_right == (path.read_bytes() == before)
