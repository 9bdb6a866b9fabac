from fractions import Fraction
from itertools import combinations

import pytest

from shuangjian.engines.draw.streak import (
    longest_run,
    run_bound,
    run_probability,
    streak_sentence,
)
from tests.engines.worked_table import worked_table


@pytest.mark.parametrize("count", range(1, 10))
def test_the_probability_is_that_of_trying_all(count):
    numbers = range(1, count + 1)
    for winners in range(count + 1):
        subsets = list(combinations(numbers, winners))
        for length in range(1, count + 1):
            found = sum(longest_run(each) >= length for each in subsets)
            exact = run_probability(count=count, winners=winners, length=length)
            assert exact == Fraction(found, len(subsets))
            assert run_bound(count=count, winners=winners, length=length) >= exact


@pytest.mark.parametrize("row", worked_table("draw.md", "streaks"), ids=lambda row: row["case"])
def test_worked_cases(row):
    given = {
        "count": int(row["count"]),
        "winners": int(row["winners"]),
        "length": int(row["length"]),
    }
    assert f"{float(run_probability(**given)):.3g}" == row["probability"]
    assert f"{float(run_bound(**given)):.3g}" == row["bound"]


def test_impossible_numbers_are_refused():
    for wrong in ({"winners": 6}, {"length": 0}, {"winners": -1}):
        with pytest.raises(ValueError, match="数目不合理"):
            run_probability(**{"count": 5, "winners": 2, "length": 2} | wrong)


def test_the_sentence_says_how_likely_it_is():
    assert streak_sentence(count=5, winners=[1, 2]) == (
        "5 个签里取 2 个，名册上连号最长的有 2 个；随机抽取时，出现至少这么长的连号的概率是 0.4。"
    )
    assert "概率不超过 " in streak_sentence(count=5141, winners=range(1, 125))
