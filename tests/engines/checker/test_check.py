"""Right results are found right, whoever made them: the oracle, or the engine."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.checker.check import check_allocation
from tests.engines.checker.oracle import SEED, Scene, allocate, outcomes
from tests.engines.checker.scenes import MECHANISMS, edit, markets, publish, school


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_right_result_is_right(mechanism: str, tmp_path: Path) -> None:
    report = check_allocation(*publish(school(), mechanism, tmp_path), seed=SEED)
    assert report.is_right, report.violations
    assert report.mechanism == mechanism
    assert report.unproved == ()
    looked = dict(report.checks)
    assert looked["志愿"] == looked["志愿结果的行"] == 31
    assert looked["审计文件的行"] == 19
    assert looked["课程名额"] == 8
    assert looked["停开的步骤"] >= 1


def test_the_scene_shows_every_reason() -> None:
    seen = {
        row["reason"] for mechanism in MECHANISMS for row in outcomes(allocate(school(), mechanism))
    }
    assert seen >= {
        "placed",
        "lower_than_placed",
        "full_by_tier",
        "full_by_draw",
        "closed",
        "not_eligible",
        "occupied",
        "full_by_reserve",
    }


@settings(max_examples=60, deadline=None)
@given(markets(), st.sampled_from(MECHANISMS))
def test_what_the_oracle_makes_is_right(scene: Scene, mechanism: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = check_allocation(*publish(scene, mechanism, Path(folder)))
    assert report.is_right, report.violations


@pytest.mark.parametrize("mechanism", ["lottery", "rank-optimal"])
def test_the_order_of_input_rows_does_not_matter(mechanism: str, tmp_path: Path) -> None:
    given_folder, answered = publish(school(), mechanism, tmp_path)
    for name in ("pupils", "courses", "choices", "tiers", "tickets"):
        edit(given_folder / f"{name}.csv", lambda rows: [rows[0], *rows[:0:-1]])
    assert check_allocation(given_folder, answered).is_right
