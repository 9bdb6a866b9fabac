"""What applies where and when, and why (政策查询): lookup over the region chain.

Pure. ``region_path`` is the chain of codes from the nation down to the place asked about.
Within one severity the leaf's way to combine decides; ``must`` and ``should`` stand side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shuangjian.foundation.policy.catalogue import Catalogue
from shuangjian.foundation.policy.chains import elementary_points
from shuangjian.foundation.policy.leaf import (
    BAND_OPEN,
    OPEN_DATE,
    BandKind,
    Combine,
    Leaf,
    PolicyValue,
    Severity,
)


class State(StrEnum):
    """效力状态: the three answers of a lookup."""

    NOT_YET_IN_FORCE = "not_yet_in_force"
    IN_FORCE = "in_force"
    REPEALED = "repealed"


class Standing(StrEnum):
    """候选结果: what became of a candidate on the day asked about."""

    APPLIES = "applies"
    LOOSER = "looser"
    EQUAL = "equal"
    REPLACED = "replaced"
    SUPERSEDED = "superseded"
    NOT_YET = "not_yet"
    ENDED = "ended"
    REPEALS = "repeals"
    EXPECTED = "expected"
    EXCEPTED = "excepted"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Candidate:
    """候选取值: a value along the chain, whether it applies, and what it yielded to."""

    value: PolicyValue
    standing: Standing
    yields_to: PolicyValue | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """查询结果: the values that apply, ``must`` before ``should``, and every candidate.

    ``band_low`` and ``band_high`` are the widest band around the point asked about in which the
    same entries apply. ``why`` runs from the nation downwards, older before newer.
    """

    leaf: Leaf
    on: date
    region_path: tuple[str, ...]
    state: State
    values: tuple[PolicyValue, ...]
    why: tuple[Candidate, ...]
    band_low: int
    band_high: int


@dataclass(frozen=True, slots=True)
class ResolvedInterval:
    """适用区间: one value over a band (both ends counted) and days (``ends_on`` excluded)."""

    key: str
    band_low: int
    band_high: int
    starts_on: date
    ends_on: date
    value: int
    entry: PolicyValue


class BandMissing(ValueError):
    """The leaf is banded and the question names no band (缺少分档); ``band`` says by what."""

    def __init__(self, leaf: Leaf) -> None:
        self.band = leaf.band
        super().__init__(f"「{leaf.key}」按 {leaf.band} 分档，查询时要给出它")


def lookup(
    catalogue: Catalogue,
    key: str,
    *,
    on: date,
    region_path: tuple[str, ...],
    grade: int | None = None,
    class_size: int | None = None,
    school_kind: str | None = None,
    school_values: Sequence[PolicyValue] = (),
) -> Resolution:
    """What a leaf demands on a day at a place (政策查询).

    Args:
        catalogue: the whole tree.
        key: the leaf's key.
        on: the day asked about.
        region_path: codes from the nation down, the place itself last.
        grade: 1–12, where the leaf is banded by grade.
        class_size: pupils, where it is banded by class size.
        school_kind: the kind of school, where it is banded by that.
        school_values: the school's own values (一校一案), if a school is asked about.

    Raises:
        UnknownPolicyKey: no file defines the key.
        BandMissing: the leaf is banded by what the question does not name.
    """
    leaf = catalogue.leaf(key)
    point = {BandKind.GRADE: grade, BandKind.CLASS_SIZE: class_size}.get(leaf.band)
    is_missing = point is None and leaf.band in (BandKind.GRADE, BandKind.CLASS_SIZE)
    if is_missing or (leaf.band is BandKind.SCHOOL_KIND and school_kind is None):
        raise BandMissing(leaf)
    return _resolve(
        leaf,
        _along(catalogue, leaf, region_path, school_values),
        on=on,
        region_path=region_path,
        point=point,
        school_kind=school_kind,
    )


def lookup_bands(
    catalogue: Catalogue,
    key: str,
    *,
    on: date,
    region_path: tuple[str, ...],
    school_kind: str | None = None,
    school_values: Sequence[PolicyValue] = (),
) -> tuple[Resolution, ...]:
    """One resolution a band (各档查询), rising, neighbours with equal answers joined.

    Raises:
        UnknownPolicyKey: no file defines the key.
        BandMissing: the leaf is banded by kind of school and none is named.
    """
    leaf = catalogue.leaf(key)
    if leaf.band is BandKind.SCHOOL_KIND and school_kind is None:
        raise BandMissing(leaf)
    values = _along(catalogue, leaf, region_path, school_values)
    points: list[int | None] = [None]
    if leaf.band in (BandKind.GRADE, BandKind.CLASS_SIZE):
        points = list(elementary_points(values, leaf.domain))
    resolutions: list[Resolution] = []
    for point in points:
        found = _resolve(
            leaf, values, on=on, region_path=region_path, point=point, school_kind=school_kind
        )
        if not resolutions or resolutions[-1].band_high < found.band_low:
            resolutions.append(found)
    return tuple(resolutions)


def resolve_intervals(
    catalogue: Catalogue,
    key: str,
    *,
    region_path: tuple[str, ...],
    school_kind: str | None = None,
    school_values: Sequence[PolicyValue] = (),
) -> tuple[ResolvedInterval, ...]:
    """All that ever applies at a place (适用区间), by severity, band and start.

    Args:
        catalogue: the whole tree.
        key: the leaf's key.
        region_path: codes from the nation down, the place itself last.
        school_kind: required where the leaf is banded by it.
        school_values: the school's own values.

    Returns:
        Intervals that do not overlap within a severity; equal neighbours are joined.
    """
    leaf = catalogue.leaf(key)
    values = [
        value
        for value in _along(catalogue, leaf, region_path, school_values)
        if _disqualified(leaf, value, region_path) is None
        and value.covers(point=None, school_kind=school_kind)
    ]
    if not values:
        return ()
    days = sorted(
        {value.starts_on for value in values}
        | {value.ends_on for value in values if value.ends_on is not None}
    )
    points = elementary_points(values, leaf.domain)
    intervals: list[ResolvedInterval] = []
    for severity in (Severity.MUST, Severity.SHOULD):
        series = [value for value in values if value.severity is severity]
        columns = []
        for point in points:
            spans = [_winner(leaf, series, on=day, point=point) for day in days]
            columns.append(tuple(spans))
        intervals.extend(_joined(leaf, points, days, columns))
    return tuple(intervals)


def _winner(
    leaf: Leaf, series: Sequence[PolicyValue], *, on: date, point: int
) -> PolicyValue | None:
    covering = [value for value in series if value.covers(point=point, school_kind=None)] if not (
        leaf.band is BandKind.SCHOOL_KIND
    ) else list(series)
    return _combine(leaf, _standing_values(covering, on))


def _joined(
    leaf: Leaf,
    points: Sequence[int],
    days: Sequence[date],
    columns: Sequence[tuple[PolicyValue | None, ...]],
) -> list[ResolvedInterval]:
    """Cells of one severity joined: first along the days, then across equal bands."""
    intervals = []
    index = 0
    while index < len(points):
        last = index
        while last + 1 < len(points) and columns[last + 1] == columns[index]:
            last += 1
        band_high = points[last + 1] - 1 if last + 1 < len(points) else leaf.domain[1]
        for entry, starts_on, ends_on in _spans(columns[index], days):
            if entry.value is not None:
                intervals.append(
                    ResolvedInterval(
                        leaf.key, points[index], band_high, starts_on, ends_on, entry.value, entry
                    )
                )
        index = last + 1
    return intervals


def _spans(
    column: Sequence[PolicyValue | None], days: Sequence[date]
) -> list[tuple[PolicyValue, date, date]]:
    spans: list[tuple[PolicyValue, date, date]] = []
    for position, entry in enumerate(column):
        ends_on = days[position + 1] if position + 1 < len(days) else OPEN_DATE
        if entry is None:
            continue
        if spans and spans[-1][0] == entry and spans[-1][2] == days[position]:
            spans[-1] = (entry, spans[-1][1], ends_on)
        else:
            spans.append((entry, days[position], ends_on))
    return spans
