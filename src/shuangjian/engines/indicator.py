"""指标算法: integer components of many units become one figure; exact until it is shown.

Pure. A *unit* is what the figure counts over, for instance a school; its *components* are the
integers that a query gave for it. Worked tables stand in ``docs/algorithms/indicators.md``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

Components = Sequence[int]
PERCENT = 100


@dataclass(frozen=True)
class Figure:
    """指标数值: ``count`` out of ``whole``, of which ``missing`` could not be judged.

    ``missing`` is part of ``whole`` and never of ``count``: what has no record is not good.
    """

    count: int
    whole: int
    missing: int = 0

    def __post_init__(self) -> None:
        # invariant: the parts lie within the whole.
        assert self.count >= 0
        assert self.missing >= 0
        assert self.count + self.missing <= self.whole

    @property
    def share(self) -> Fraction | None:
        """``count`` over ``whole``, exact; ``None`` where there is nothing to count over."""
        return Fraction(self.count, self.whole) if self.whole else None


@dataclass(frozen=True)
class Combination:
    """合成方法: how the components of all units become one figure, and which units need a look."""

    name: str
    arity: int
    combine: Callable[[Iterable[Components]], Figure]
    is_concern: Callable[[Components], bool]


def share_without_fault(units: Iterable[Components]) -> Figure:
    """How many units have no fault (无问题单位数), each unit counting once.

    Args:
        units: per unit ``(is_counted, is_observed, faults)``: 0 or 1, 0 or 1, at least 0.

    Returns:
        ``count`` units counted, observed and without a fault; ``whole`` units counted; ``missing``
        units counted but not observed.

    >>> share_without_fault([(1, 1, 0), (1, 1, 3), (1, 0, 0), (0, 1, 0)])
    Figure(count=1, whole=3, missing=1)
    """
    count = whole = missing = 0
    for is_counted, is_observed, faults in units:
        if not is_counted:
            continue
        whole += 1
        missing += 0 if is_observed else 1
        count += 1 if is_observed and not faults else 0
    return Figure(count=count, whole=whole, missing=missing)


def ratio(units: Iterable[Components]) -> Figure:
    """The sum of parts over the sum of wholes (合计之比), never the mean of the units' ratios.

    Args:
        units: per unit ``(part, whole)``, at least 0, the part within the whole.

    >>> ratio([(1, 4), (0, 12)])
    Figure(count=1, whole=16, missing=0)
    """
    count = whole = 0
    for part, of_whole in units:
        count += part
        whole += of_whole
    return Figure(count=count, whole=whole)


def _is_faulty_or_unseen(components: Components) -> bool:
    is_counted, is_observed, faults = components
    return bool(is_counted and (faults or not is_observed))


def _has_part(components: Components) -> bool:
    return components[0] > 0


COMBINATIONS: Mapping[str, Combination] = MappingProxyType(
    {
        each.name: each
        for each in (
            Combination("share_without_fault", 3, share_without_fault, _is_faulty_or_unseen),
            Combination("ratio", 2, ratio, _has_part),
        )
    }
)


def rounded(value: Fraction, *, places: int) -> str:
    """A figure as it is shown (显示值), rounded once, halves away from zero (四舍五入).

    Args:
        value: exact, at least 0.
        places: digits after the point, 0 to 9.

    >>> rounded(Fraction(1, 8) * 100, places=1), rounded(Fraction(2, 3), places=0)
    ('12.5', '1')
    """
    scaled = value * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    if not places:
        return str(whole)
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def percent(share: Fraction | None, *, places: int = 1) -> str:
    """A share in per cent with its sign (百分比), empty where there is none.

    >>> percent(Fraction(5, 90)), percent(None)
    ('5.6%', '')
    """
    return "" if share is None else f"{rounded(share * PERCENT, places=places)}%"


def change_share(*, before: int, after: int) -> Fraction | None:
    """How far a figure moved from the one before (变动幅度), at least 0.

    Returns:
        The absolute difference over ``before``; ``None`` where ``before`` is 0 and ``after`` is
        not, since no share expresses that.

    >>> change_share(before=80, after=72), change_share(before=0, after=0)
    (Fraction(1, 10), Fraction(0, 1))
    """
    if before == after:
        return Fraction(0)
    return Fraction(abs(after - before), before) if before else None
