from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.indicator import (
    COMBINATIONS,
    Figure,
    change_share,
    percent,
    ratio,
    rounded,
    share_without_fault,
)
from tests.engines.worked_table import worked_table

SCHOOLS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.integers(0, 9)))
PARTS = st.lists(
    st.integers(0, 50).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
)


@pytest.mark.parametrize("row", worked_table("indicators.md", "combinations"))
def test_worked_combinations(row):
    units = [tuple(map(int, unit.split())) for unit in row["schools"].split(",")]
    figure = COMBINATIONS[row["function"]].combine(units)
    assert figure == Figure(int(row["count"]), int(row["whole"]), int(row["missing"]))
    assert percent(figure.share) == row["shown"]


@given(SCHOOLS)
def test_a_school_without_a_record_never_makes_the_figure_better(schools):
    figure = share_without_fault(schools)
    without = share_without_fault([*schools, (1, 0, 0)])
    assert (without.count, without.whole) == (figure.count, figure.whole + 1)
    assert without.missing == figure.missing + 1
    concerned = [each for each in schools if COMBINATIONS["share_without_fault"].is_concern(each)]
    assert len(concerned) == figure.whole - figure.count


@given(PARTS, st.randoms(use_true_random=False))
def test_a_ratio_is_of_the_sums_in_any_order_and_grouping(parts, random):
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert ratio(shuffled) == ratio(parts)
    half = len(parts) // 2
    first, second = ratio(parts[:half]), ratio(parts[half:])
    together = ratio([(first.count, first.whole), (second.count, second.whole)])
    assert together == ratio(parts)


@given(st.fractions(min_value=0, max_value=10**6), st.integers(0, 6))
def test_rounding_is_off_by_half_a_digit_at_most_and_halves_go_up(value, places):
    shown = Fraction(rounded(value, places=places))
    assert abs(shown - value) <= Fraction(1, 2 * 10**places)
    assert rounded(Fraction(2 * 7 + 1, 2 * 10**places), places=places) == rounded(
        Fraction(8, 10**places), places=places
    )


@pytest.mark.parametrize(
    ("before", "after", "share"),
    [(80, 72, Fraction(1, 10)), (80, 88, Fraction(1, 10)), (0, 0, 0), (0, 1, None), (7, 0, 1)],
)
def test_how_far_a_figure_moved(before, after, share):
    assert change_share(before=before, after=after) == share
