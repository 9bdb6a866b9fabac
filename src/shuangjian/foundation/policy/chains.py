"""Gaps and overlaps of dates and bands (空档与重叠) among the values of one leaf in one region."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise

from shuangjian.foundation.policy.leaf import (
    SCHOOL_KINDS,
    BandKind,
    Leaf,
    PolicyValue,
    Problem,
)


def elementary_points(values: Iterable[PolicyValue], domain: tuple[int, int]) -> list[int]:
    """The lowest grade or class size of each band that no edge cuts (最细分档), rising.

    Args:
        values: entries whose bands' edges cut the axis.
        domain: the axis, both ends counted.
    """
    low, high = domain
    cuts = {low}
    for value in values:
        cuts.add(value.band_low)
        cuts.add(value.band_high + 1)
    return sorted(cut for cut in cuts if low <= cut <= high)


def chain_problems(leaf: Leaf, values: Sequence[PolicyValue]) -> list[Problem]:
    """Every gap and overlap among one leaf's values, region by region.

    Args:
        leaf: the leaf that the values belong to.
        values: all its values, in any order; announced ones take no part.
    """
    problems: dict[tuple[str, int, str], Problem] = {}
    binding = [value for value in values if not value.is_expected]
    binding.sort(key=lambda value: (value.region, value.starts_on, value.band_low, value.line))
    for _, grouped in groupby(binding, key=lambda value: value.region):
        regional = list(grouped)
        for severity in sorted({value.severity for value in regional}):
            series = [value for value in regional if value.severity == severity]
            for problem in _date_problems(leaf, series):
                problems.setdefault((problem.file, problem.line, problem.message), problem)
        for problem in _hole_problems(leaf, regional):
            problems.setdefault((problem.file, problem.line, problem.message), problem)
    return list(problems.values())


def _cells(leaf: Leaf, values: Sequence[PolicyValue]) -> list[tuple[int | None, str | None, str]]:
    """Each finest band as point, kind of school and name."""
    if leaf.band is BandKind.SCHOOL_KIND:
        return [(None, kind, f"学校类别 {kind}") for kind in SCHOOL_KINDS]
    if leaf.band is BandKind.NONE:
        return [(None, None, "")]
    unit = "年级" if leaf.band is BandKind.GRADE else "人"
    starts = elementary_points(values, leaf.domain)
    cells: list[tuple[int | None, str | None, str]] = []
    for start, following in zip(starts, [*starts[1:], leaf.domain[1] + 1], strict=True):
        last = following - 1
        name = f"{start} {unit}" if start == last else f"{start}—{last} {unit}"
        cells.append((start, None, name))
    return cells


def _date_problems(leaf: Leaf, series: Sequence[PolicyValue]) -> list[Problem]:
    problems = []
    for point, kind, name in _cells(leaf, series):
        place = f"「{leaf.key}」（{name}）" if name else f"「{leaf.key}」"
        chain = [value for value in series if value.covers(point=point, school_kind=kind)]
        if chain and chain[0].value is None:
            problems.append(_at(chain[0], f"{place}没有可以废止的取值"))
        for earlier, later in pairwise(chain):
            fault = _fault_between(earlier, later)
            if fault:
                problems.append(_at(later, f"{place}{fault}"))
    return problems


def _fault_between(earlier: PolicyValue, later: PolicyValue) -> str:
    """What is wrong between two entries of one cell that follow each other, or nothing."""
    other = f"{earlier.file} 第 {earlier.line} 行"
    if earlier.starts_on == later.starts_on:
        return f"与{other}重叠：都从 {later.starts_on} 起"
    if earlier.ends_on is None or earlier.ends_on == later.starts_on:
        return ""
    if earlier.ends_on > later.starts_on:
        return f"与{other}重叠：那一条到 {earlier.ends_on} 才止"
    return (
        f"有空档：{earlier.ends_on} 到 {later.starts_on} 没有值；"
        f"若确已停止，请在 {earlier.ends_on} 写一条 repeal = true"
    )


def _hole_problems(leaf: Leaf, regional: Sequence[PolicyValue]) -> list[Problem]:
    """Bands without a value on a day when their neighbours have one."""
    problems = []
    is_home = regional[0].region == leaf.region
    cells = _cells(leaf, regional)
    for starts_on in sorted({value.starts_on for value in regional}):
        covered = [_is_covered(regional, starts_on, point, kind) for point, kind, _ in cells]
        first, last = 0, len(cells) - 1
        if not is_home:
            if leaf.band is BandKind.SCHOOL_KIND:
                continue
            first, last = covered.index(True), last - covered[::-1].index(True)
        holes = [cells[index][2] for index in range(first, last + 1) if not covered[index]]
        if holes:
            anchor = next(value for value in regional if value.starts_on == starts_on)
            problems.append(
                _at(
                    anchor,
                    f"「{leaf.key}」分档有空档：自 {starts_on} 起，{'、'.join(holes)} 没有值",
                )
            )
    return problems


def _is_covered(
    regional: Sequence[PolicyValue], on: date, point: int | None, kind: str | None
) -> bool:
    return any(
        value.starts_on <= on and value.covers(point=point, school_kind=kind) for value in regional
    )


def _at(value: PolicyValue, message: str) -> Problem:
    return Problem(value.file, value.line, message)
