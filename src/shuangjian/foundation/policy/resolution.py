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
from shuangjian.foundation.policy.combination import (
    is_binding,
    is_elsewhere,
    is_excepted,
    is_holding,
    latest_by_region,
    values_along,
    winner,
)
from shuangjian.foundation.policy.leaf import BandKind, Combine, Leaf, PolicyValue, Severity


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


_BEGUN = frozenset({Standing.SUPERSEDED, Standing.ENDED, Standing.REPEALS})


@dataclass(frozen=True, slots=True)
class Candidate:
    """候选取值: a value along the chain, what became of it, and what it yields to."""

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


class BandMissingError(ValueError):
    """The leaf is banded and the question names no band (缺少分档); ``leaf`` says by what."""

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
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
        grade: 1-12, where the leaf is banded by grade.
        class_size: pupils, where it is banded by class size.
        school_kind: the kind of school, where it is banded by that.
        school_values: the school's own values (一校一案), if a school is asked about.

    Raises:
        UnknownPolicyKeyError: no file defines the key.
        BandMissingError: the leaf is banded by what the question does not name.
    """
    leaf = catalogue.leaf(key)
    point = grade if leaf.band is BandKind.GRADE else class_size
    if leaf.band not in (BandKind.GRADE, BandKind.CLASS_SIZE):
        point = leaf.domain[0]
    if point is None or (leaf.band is BandKind.SCHOOL_KIND and school_kind is None):
        raise BandMissingError(leaf)
    values = [
        value
        for value in values_along(catalogue, leaf, region_path, school_values)
        if value.covers(point=None, school_kind=school_kind)
    ]
    return _Question(leaf, values, on, region_path).resolve(point=point)


def lookup_bands(
    catalogue: Catalogue,
    key: str,
    *,
    on: date,
    region_path: tuple[str, ...],
    school_kind: str | None = None,
    school_values: Sequence[PolicyValue] = (),
) -> tuple[Resolution, ...]:
    """One resolution a band (各档查询), rising; neighbours with equal answers are one.

    Raises:
        UnknownPolicyKeyError: no file defines the key.
        BandMissingError: the leaf is banded by kind of school and none is named.
    """
    leaf = catalogue.leaf(key)
    if leaf.band is BandKind.SCHOOL_KIND and school_kind is None:
        raise BandMissingError(leaf)
    values = [
        value
        for value in values_along(catalogue, leaf, region_path, school_values)
        if value.covers(point=None, school_kind=school_kind)
    ]
    question = _Question(leaf, values, on, region_path)
    resolutions: list[Resolution] = []
    for point in elementary_points(values, leaf.domain):
        if not resolutions or resolutions[-1].band_high < point:
            resolutions.append(question.resolve(point=point))
    return tuple(resolutions)


@dataclass(frozen=True, slots=True)
class _Question:
    """One leaf, its values along one path and kind of school, on one day."""

    leaf: Leaf
    values: Sequence[PolicyValue]
    on: date
    region_path: tuple[str, ...]

    def chain(self, *, point: int, severity: Severity) -> list[PolicyValue]:
        """The binding values of one severity at one point, the nation's first."""
        return [
            value
            for value in self.values
            if value.severity is severity
            and value.band_low <= point <= value.band_high
            and is_binding(self.leaf, value, self.region_path)
        ]

    def applying(self, *, point: int) -> tuple[PolicyValue, ...]:
        """The winners at one point, ``must`` before ``should``."""
        winners = (
            winner(self.leaf, self.chain(point=point, severity=severity), self.on)
            for severity in (Severity.MUST, Severity.SHOULD)
        )
        return tuple(found for found in winners if found is not None)

    def band(self, *, point: int) -> tuple[int, int]:
        """The widest band around a point in which the same entries apply."""
        here = self.applying(point=point)
        band_low, band_high = self.leaf.domain
        starts = elementary_points(self.values, self.leaf.domain)
        for start, following in zip(starts, [*starts[1:], band_high + 1], strict=True):
            if self.applying(point=start) == here:
                continue
            if start <= point:
                band_low = following
            else:
                return band_low, start - 1
        return band_low, band_high

    def resolve(self, *, point: int) -> Resolution:
        """The answer at one point, with every candidate."""
        applying = self.applying(point=point)
        why = tuple(
            self._candidate(value, applying, point=point)
            for value in self.values
            if value.band_low <= point <= value.band_high
        )
        state = State.NOT_YET_IN_FORCE
        if applying:
            state = State.IN_FORCE
        elif any(candidate.standing in _BEGUN for candidate in why):
            state = State.REPEALED
        low, high = self.band(point=point)
        return Resolution(
            self.leaf, self.on, self.region_path, state, applying, why, band_low=low, band_high=high
        )

    def _candidate(
        self, value: PolicyValue, applying: Sequence[PolicyValue], *, point: int
    ) -> Candidate:
        standing = self._standing_alone(value)
        if standing is not None:
            return Candidate(value, standing)
        chain = self.chain(point=point, severity=value.severity)
        latest = latest_by_region(chain, self.on)[value.region]
        if latest is not value:
            return Candidate(value, Standing.SUPERSEDED, latest)
        if not is_holding(value, self.on):
            is_repeal = value.value is None
            return Candidate(value, Standing.REPEALS if is_repeal else Standing.ENDED)
        best = next(found for found in applying if found.severity is value.severity)
        if best is value:
            return Candidate(value, Standing.APPLIES)
        standing = Standing.REPLACED
        if self.leaf.combine is Combine.STRICTER:
            standing = Standing.EQUAL if best.value == value.value else Standing.LOOSER
        return Candidate(value, standing, best)

    def _standing_alone(self, value: PolicyValue) -> Standing | None:
        """What can be said of a value without looking at the others."""
        if value.is_expected:
            return Standing.EXPECTED
        if is_excepted(value, self.region_path):
            return Standing.EXCEPTED
        if is_elsewhere(self.leaf, value, self.region_path):
            return Standing.ELSEWHERE
        return Standing.NOT_YET if value.starts_on > self.on else None
