"""How the values along a region chain meet (合并): per region the latest, then the leaf's way."""

from collections.abc import Iterable, Sequence
from datetime import date

from shuangjian.foundation.policy.catalogue import Catalogue
from shuangjian.foundation.policy.leaf import Combine, Leaf, PolicyValue


def values_along(
    catalogue: Catalogue,
    leaf: Leaf,
    region_path: Sequence[str],
    school_values: Iterable[PolicyValue] = (),
) -> list[PolicyValue]:
    """Every value of the leaf along the chain (沿线取值), the nation's first, older before newer.

    Args:
        catalogue: the whole tree.
        leaf: the leaf.
        region_path: codes from the nation down.
        school_values: a school's own values of any leaf; those of this leaf come last.
    """
    rank_by_region = {code: rank for rank, code in enumerate(region_path)}
    values = [value for value in catalogue.values(leaf.key) if value.region in rank_by_region]
    values.sort(key=lambda v: (rank_by_region[v.region], v.starts_on, v.severity, v.band_low))
    own = [value for value in school_values if value.key == leaf.key]
    return values + sorted(own, key=lambda v: (v.starts_on, v.severity, v.band_low))


def is_excepted(value: PolicyValue, region_path: Sequence[str]) -> bool:
    """Whether the document itself leaves this place out (文件另有规定的地区)."""
    return not set(value.except_regions).isdisjoint(region_path)


def is_elsewhere(leaf: Leaf, value: PolicyValue, region_path: Sequence[str]) -> bool:
    """Whether a value that isn't handed down belongs to a region above (只在本级适用)."""
    return leaf.combine is Combine.LOCAL and value.region in region_path[:-1]


def is_binding(leaf: Leaf, value: PolicyValue, region_path: Sequence[str]) -> bool:
    """Whether the value can ever apply at this place: announced ones and exceptions cannot."""
    return not (
        value.is_expected
        or is_excepted(value, region_path)
        or is_elsewhere(leaf, value, region_path)
    )


def latest_by_region(values: Iterable[PolicyValue], on: date) -> dict[str, PolicyValue]:
    """Each region's latest entry begun by a day, in the order given (各级最新条目).

    Args:
        values: binding values of one severity and one point, in the chain's order.
        on: the day; an entry begins on its own first day.
    """
    latest: dict[str, PolicyValue] = {}
    for value in values:
        if value.starts_on <= on:
            latest[value.region] = value
    return latest


def is_holding(value: PolicyValue, on: date) -> bool:
    """Whether a region's latest entry is a value still valid that day, not an end."""
    return value.value is not None and (value.ends_on is None or on < value.ends_on)


def winner(leaf: Leaf, values: Iterable[PolicyValue], on: date) -> PolicyValue | None:
    """The value that applies (适用的取值), or ``None``.

    Args:
        leaf: says which is stricter and how regions combine.
        values: binding values of one severity and one point, in the chain's order.
        on: the day.

    Returns:
        The stricter of all for ``stricter`` (of equals the higher region's), else the lowest
        region's.
    """
    best: PolicyValue | None = None
    for value in latest_by_region(values, on).values():
        if value.value is None or not is_holding(value, on):
            continue
        is_lowest_taken = leaf.combine is not Combine.STRICTER
        if best is None or best.value is None or is_lowest_taken:
            best = value
            continue
        if leaf.is_stricter(value.value, than=best.value):
            best = value
    return best
