"""All that ever applies at one place (适用区间), ready for the fact ``policy_in_force``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shuangjian.foundation.policy.catalogue import Catalogue
from shuangjian.foundation.policy.chains import elementary_points
from shuangjian.foundation.policy.combination import is_binding, values_along, winner
from shuangjian.foundation.policy.leaf import OPEN_DATE, Leaf, PolicyValue, Severity


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


def resolve_intervals(
    catalogue: Catalogue,
    key: str,
    *,
    region_path: tuple[str, ...],
    school_kind: str | None = None,
    school_values: Sequence[PolicyValue] = (),
) -> tuple[ResolvedInterval, ...]:
    """Every value that ever applies at a place, by severity, band and start.

    Args:
        catalogue: the whole tree.
        key: the leaf's key.
        region_path: codes from the nation down, the place itself last.
        school_kind: the kind of school, where the leaf is banded by that.
        school_values: the school's own values.

    Returns:
        Intervals that do not overlap within a severity; equal neighbours are joined.
    """
    leaf = catalogue.leaf(key)
    values = [
        value
        for value in values_along(catalogue, leaf, region_path, school_values)
        if is_binding(leaf, value, region_path)
        and value.covers(point=None, school_kind=school_kind)
    ]
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
            chain = [value for value in series if value.band_low <= point <= value.band_high]
            columns.append(tuple(winner(leaf, chain, day) for day in days))
        intervals.extend(_joined(leaf, points, days, columns))
    return tuple(intervals)


def _joined(
    leaf: Leaf,
    points: Sequence[int],
    days: Sequence[date],
    columns: Sequence[tuple[PolicyValue | None, ...]],
) -> list[ResolvedInterval]:
    """Cells of one severity joined: equal neighbouring bands, then equal neighbouring days."""
    intervals: list[ResolvedInterval] = []
    first = 0
    while first < len(points):
        last = first
        while last + 1 < len(points) and columns[last + 1] == columns[first]:
            last += 1
        band_high = points[last + 1] - 1 if last + 1 < len(points) else leaf.domain[1]
        intervals.extend(
            ResolvedInterval(
                key=leaf.key,
                band_low=points[first],
                band_high=band_high,
                starts_on=starts_on,
                ends_on=ends_on,
                value=entry.value,
                entry=entry,
            )
            for entry, starts_on, ends_on in _spans(columns[first], days)
            if entry.value is not None
        )
        first = last + 1
    return intervals


def _spans(
    column: Sequence[PolicyValue | None], days: Sequence[date]
) -> list[tuple[PolicyValue, date, date]]:
    spans: list[tuple[PolicyValue, date, date]] = []
    for position, entry in enumerate(column):
        if entry is None:
            continue
        ends_on = days[position + 1] if position + 1 < len(days) else OPEN_DATE
        # invariant: an entry that has ended never comes back, so equal ones are neighbours.
        if spans and spans[-1][0] == entry:
            spans[-1] = (entry, spans[-1][1], ends_on)
        else:
            spans.append((entry, days[position], ends_on))
    return spans
