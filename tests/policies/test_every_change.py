"""Situations at the day before, of and after every change that the shipped files make."""

from datetime import date, timedelta

import pytest

from shuangjian.foundation.policy.intervals import resolve_intervals
from shuangjian.foundation.policy.leaf import (
    OPEN_DATE,
    SCHOOL_KINDS,
    BandKind,
    Combine,
    PolicyValue,
)
from shuangjian.foundation.policy.resolution import Resolution, Standing, State, lookup
from tests.policies.folder import region_paths, shipped

ONE_DAY = timedelta(days=1)
SHIPPED_VALUES = [value for values in shipped().values_by_key.values() for value in values]


def path_below(code: str, *, beside: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The path of a place where the value of ``code`` counts."""
    paths = region_paths()
    below = [path for path in paths.values() if code in path and not set(beside) & set(path)]
    return max(below, key=lambda path: (len(path), path)) if code != "000000" else (code,)


def ask(value: PolicyValue, on: date, path: tuple[str, ...] | None = None) -> Resolution:
    leaf = shipped().leaf(value.key)
    default = path_below(value.region, beside=value.except_regions)
    if leaf.combine is Combine.LOCAL:
        default = region_paths()[value.region]
    return lookup(
        shipped(),
        value.key,
        on=on,
        region_path=path or default,
        grade=value.band_low if leaf.band is BandKind.GRADE else None,
        class_size=value.band_low if leaf.band is BandKind.CLASS_SIZE else None,
        school_kind=value.school_kinds[0] if value.school_kinds else None,
    )


def standing_of(value: PolicyValue, found: Resolution) -> Standing:
    return next(candidate.standing for candidate in found.why if candidate.value is value)


@pytest.mark.parametrize("value", SHIPPED_VALUES, ids=lambda v: f"{v.policy}:{v.band_low}")
def test_a_value_counts_from_its_first_day_on(value):
    before = ask(value, value.starts_on - ONE_DAY)
    first = ask(value, value.starts_on)
    after = ask(value, value.starts_on + ONE_DAY)

    assert standing_of(value, before) is Standing.NOT_YET
    assert value not in before.values
    for found in (first, after):
        assert found.state is State.IN_FORCE
        standing = standing_of(value, found)
        assert standing in {Standing.APPLIES, Standing.LOOSER, Standing.EQUAL}
        assert (value in found.values) is (standing is Standing.APPLIES)
    assert [v.policy for v in first.values] == [v.policy for v in after.values]


def edges(key: str) -> list[date]:
    values = shipped().values(key)
    found = {v.starts_on for v in values} | {v.ends_on for v in values if v.ends_on}
    return sorted({edge + timedelta(days=shift) for edge in found for shift in (-1, 0, 1)})


def situations(key: str):
    leaf = shipped().leaf(key)
    paths = {path_below(value.region) for value in shipped().values(key)}
    paths |= {region_paths()["510185"], region_paths()["510104"], ("000000",)}
    kinds = SCHOOL_KINDS if leaf.band is BandKind.SCHOOL_KIND else (None,)
    points = range(leaf.domain[0], leaf.domain[1] + 1) if leaf.band is BandKind.GRADE else (1,)
    return [(path, kind, point) for path in sorted(paths) for kind in kinds for point in points]


@pytest.mark.parametrize("key", sorted(shipped().leaf_by_key))
def test_the_published_intervals_say_what_lookup_says(key):
    leaf = shipped().leaf(key)
    for path, kind, point in situations(key):
        intervals = resolve_intervals(shipped(), key, region_path=path, school_kind=kind)
        for on in edges(key):
            found = lookup(
                shipped(), key, on=on, region_path=path, grade=point, class_size=point,
                school_kind=kind,
            )  # fmt: skip
            here = point if leaf.band is BandKind.GRADE else leaf.domain[0]
            published = [
                interval.entry
                for interval in intervals
                if interval.band_low <= here <= interval.band_high
                and interval.starts_on <= on < interval.ends_on
            ]
            assert sorted(v.severity for v in published) == sorted({v.severity for v in published})
            assert {v.policy for v in published} == {v.policy for v in found.values}


@pytest.mark.parametrize("key", sorted(shipped().leaf_by_key))
def test_a_lower_region_never_loosens(key):
    leaf = shipped().leaf(key)
    if leaf.combine is not Combine.STRICTER:
        # why: these are written to differ below; that they do is told by the table of chains.
        assert leaf.combine in {Combine.REPLACE, Combine.LOCAL}
        return
    for path, kind, point in situations(key):
        for on in edges(key):
            for depth in range(1, len(path)):
                terms = {"on": on, "grade": point, "class_size": point, "school_kind": kind}
                above = lookup(shipped(), key, region_path=path[:depth], **terms)
                below = lookup(shipped(), key, region_path=path, **terms)
                excepted = {
                    candidate.value
                    for candidate in below.why
                    if candidate.standing is Standing.EXCEPTED
                }
                for value in above.values:
                    if value in excepted:
                        continue
                    same = [v for v in below.values if v.severity is value.severity]
                    assert same
                    assert not leaf.is_stricter(value.value, than=same[0].value)


def test_open_values_stay_open_and_every_file_is_used():
    open_ends = [
        interval.ends_on
        for key in shipped().leaf_by_key
        for interval in resolve_intervals(
            shipped(), key, region_path=("000000",), school_kind="primary"
        )
    ]
    assert open_ends.count(OPEN_DATE) > 40
    assert {value.file for value in SHIPPED_VALUES} == {
        name for name in shipped().files if "/" in name
    }


def test_every_citation_says_where_it_was_read_or_that_it_was_not():
    for value in SHIPPED_VALUES:
        citation = value.citation
        assert citation.title
        assert citation.sources or citation.status == "from_memory"


def test_what_is_not_encoded_says_why():
    rows = shipped().not_encoded
    assert len(rows) >= 8
    assert {row.reason for row in rows} >= {"no_date", "no_region"}
    assert all(row.explanation for row in rows)
