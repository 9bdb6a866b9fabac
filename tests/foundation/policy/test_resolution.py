from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.foundation.policy.catalogue import UnknownPolicyKeyError
from shuangjian.foundation.policy.intervals import resolve_intervals
from shuangjian.foundation.policy.leaf import OPEN_DATE
from shuangjian.foundation.policy.resolution import (
    BandMissingError,
    State,
    lookup,
    lookup_bands,
)
from tests.foundation.policy.tree import PATH, content, leaf, tree, value

KEY = "test.minutes_max"


def answer(catalogue, on, path=PATH, **terms):
    found = lookup(catalogue, KEY, on=date.fromisoformat(on), region_path=path, **terms)
    return found.state, {v.severity.value: v.value for v in found.values}


def standings(catalogue, on, path=PATH, **terms):
    found = lookup(catalogue, KEY, on=date.fromisoformat(on), region_path=path, **terms)
    return [(c.value.region, c.standing.value) for c in found.why]


def test_the_three_states_of_a_trial_that_expires():
    trial = tree(content(leaf(), value("60", "2022-01-15", to="2023-01-15")))

    assert answer(trial, "2022-01-14") == (State.NOT_YET_IN_FORCE, {})
    assert answer(trial, "2022-01-15") == (State.IN_FORCE, {"must": 60})
    assert answer(trial, "2023-01-14") == (State.IN_FORCE, {"must": 60})
    assert answer(trial, "2023-01-15") == (State.REPEALED, {})
    assert standings(trial, "2023-01-15") == [("000000", "ended")]


def test_a_repeal_ends_and_a_later_value_revives():
    catalogue = tree(
        content(
            leaf(),
            value("60", "2020-01-01"),
            value("", "2021-01-01", repeal="true"),
            value("50", "2022-01-01"),
        )
    )

    assert answer(catalogue, "2020-12-31") == (State.IN_FORCE, {"must": 60})
    assert answer(catalogue, "2021-01-01") == (State.REPEALED, {})
    assert answer(catalogue, "2021-12-31") == (State.REPEALED, {})
    assert answer(catalogue, "2022-01-01") == (State.IN_FORCE, {"must": 50})
    assert [
        (i.starts_on.isoformat(), i.ends_on.isoformat(), i.value)
        for i in resolve_intervals(catalogue, KEY, region_path=PATH)
    ] == [("2020-01-01", "2021-01-01", 60), ("2022-01-01", OPEN_DATE.isoformat(), 50)]


def test_the_repeal_of_a_county_leaves_the_nations_value():
    catalogue = tree(
        content(leaf(), value("60", "2020-01-01")),
        counties=content(value("40", "2020-06-01"), value("", "2021-01-01", repeal="true")),
    )

    assert answer(catalogue, "2020-12-31")[1] == {"must": 40}
    assert answer(catalogue, "2021-01-01") == (State.IN_FORCE, {"must": 60})
    assert standings(catalogue, "2021-01-01") == [
        ("000000", "applies"),
        ("510107", "superseded"),
        ("510107", "repeals"),
    ]


def test_must_and_should_stand_side_by_side():
    catalogue = tree(
        content(leaf(), value("60", "2020-01-01")),
        cities=content(value("30", "2020-01-01", severity='"should"')),
    )

    assert answer(catalogue, "2020-01-01")[1] == {"must": 60, "should": 30}


def test_an_equal_value_below_leaves_the_document_above():
    catalogue = tree(
        content(leaf(), value("60", "2020-01-01")), cities=content(value("60", "2020-01-01"))
    )

    assert standings(catalogue, "2020-01-01") == [("000000", "applies"), ("510100", "equal")]


def test_replace_takes_the_lowest_region_even_if_looser():
    catalogue = tree(
        content(leaf(combine='"replace"'), value("60", "2020-01-01")),
        provinces=content(value("50", "2020-01-01")),
        cities=content(value("90", "2020-01-01")),
    )

    assert answer(catalogue, "2020-01-01")[1] == {"must": 90}
    assert standings(catalogue, "2020-01-01") == [
        ("000000", "replaced"),
        ("510000", "replaced"),
        ("510100", "applies"),
    ]


def test_local_is_not_handed_down():
    catalogue = tree(
        content(leaf(combine='"local"'), value("60", "2020-01-01")),
        cities=content(value("50", "2020-01-01")),
    )

    assert answer(catalogue, "2020-01-01", ("000000",))[1] == {"must": 60}
    assert answer(catalogue, "2020-01-01", PATH[:3])[1] == {"must": 50}
    assert answer(catalogue, "2020-01-01") == (State.NOT_YET_IN_FORCE, {})


def test_an_announced_target_plays_no_part_yet_is_told():
    catalogue = tree(
        content(leaf(), value("60", "2020-01-01"), value("30", "2021-01-01", expected="true"))
    )

    assert answer(catalogue, "2022-01-01")[1] == {"must": 60}
    assert standings(catalogue, "2022-01-01") == [("000000", "applies"), ("000000", "expected")]


def test_the_higher_is_stricter_where_the_leaf_says_so():
    catalogue = tree(
        content(leaf(direction='"higher_is_stricter"'), value("60", "2020-01-01")),
        cities=content(value("90", "2020-01-01")),
        counties=content(value("70", "2020-01-01")),
    )

    assert answer(catalogue, "2020-01-01")[1] == {"must": 90}


def test_class_size_bands_count_their_upper_end_as_said():
    """Beijing puts 35 in the middle band, Chengdu in the top one (policy facts, section 15)."""
    bands = (
        value("80", "2022-01-01", band_low="1", band_high="10", upper_inclusive="false"),
        value("60", "2022-01-01", band_low="10", band_high="35", upper_inclusive="true"),
        value("40", "2022-01-01", band_low="36"),
    )
    other = (
        value("50", "2022-01-01", band_low="1", band_high="10", upper_inclusive="false"),
        value("42", "2022-01-01", band_low="10", band_high="35", upper_inclusive="false"),
        value("35", "2022-01-01", band_low="35"),
    )
    definition = leaf(band='"class_size"', combine='"replace"')
    catalogue = tree(content(definition, *bands), cities=content(*other))

    def at(size, path):
        return answer(catalogue, "2022-01-01", path, class_size=size)[1]["must"]

    assert [at(size, ("000000",)) for size in (9, 10, 35, 36)] == [80, 60, 60, 40]
    assert [at(size, PATH) for size in (9, 10, 34, 35)] == [50, 42, 42, 35]
    assert [(r.band_low, r.band_high) for r in lookup_bands(
        catalogue, KEY, on=date(2022, 1, 1), region_path=PATH
    )] == [(1, 9), (10, 34), (35, 9999)]  # fmt: skip


def test_a_banded_leaf_wants_its_band_and_an_unknown_key_names_near_ones():
    catalogue = tree(
        content(leaf(band='"grade"', domain="[1, 9]"), value("60", "2020-01-01", band_low="1"))
    )

    with pytest.raises(BandMissingError):
        answer(catalogue, "2020-01-01")
    with pytest.raises(UnknownPolicyKeyError, match=r"test\.minutes_max"):
        lookup(catalogue, "test.minute_max", on=date(2020, 1, 1), region_path=PATH)


DAYS = st.integers(0, 40).map(lambda offset: date(2020, 1, 1) + timedelta(days=offset))
PLACES = ("national", "provinces", "cities", "counties")


@st.composite
def trees(draw):
    """Up to three dated values of either severity at each level of one path."""
    bodies = {}
    for place in PLACES:
        days = draw(st.lists(DAYS, max_size=3, unique=True))
        rows = [
            value(
                str(draw(st.integers(0, 9))),
                on.isoformat(),
                severity=f'"{draw(st.sampled_from(["must", "should"]))}"',
            )
            for on in sorted(days)
        ]
        bodies[place] = "".join(rows)
    direction = draw(st.sampled_from(["lower_is_stricter", "higher_is_stricter"]))
    national = leaf(direction=f'"{direction}"') + bodies.pop("national")
    used = {place: content(body) for place, body in bodies.items() if body}
    if "[[values]]" not in national:
        national += value("5", "2020-01-01")
    return tree(content(national), **used)


@given(trees())
def test_no_lower_region_ever_loosens(catalogue):
    definition = catalogue.leaf(KEY)
    for offset in range(-1, 42):
        on = date(2020, 1, 1) + timedelta(days=offset)
        for depth in range(1, 4):
            above = lookup(catalogue, KEY, on=on, region_path=PATH[:depth])
            below = lookup(catalogue, KEY, on=on, region_path=PATH[: depth + 1])
            value_below = {v.severity: v.value for v in below.values}
            for found in above.values:
                assert found.severity in value_below
                assert not definition.is_stricter(found.value, than=value_below[found.severity])


@given(trees())
def test_the_value_is_constant_between_edges_and_intervals_agree(catalogue):
    intervals = resolve_intervals(catalogue, KEY, region_path=PATH)
    edges = {v.starts_on for v in catalogue.values(KEY)}
    previous = None
    for offset in range(-1, 42):
        on = date(2020, 1, 1) + timedelta(days=offset)
        found = lookup(catalogue, KEY, on=on, region_path=PATH).values
        if previous is not None and on not in edges:
            assert found == previous
        previous = found
        published = [i.entry for i in intervals if i.starts_on <= on < i.ends_on]
        assert set(published) == set(found)
        assert len(published) == len(found)
