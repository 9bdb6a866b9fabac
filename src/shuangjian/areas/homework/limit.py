"""时长上限: the strictest limit in force for a class on a day, from the policy library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shuangjian.foundation.policy.models import PolicyInForce
from shuangjian.foundation.registry.models import SchoolClass
from shuangjian.foundation.registry.school_year import grade_of

KEY = "homework.written_minutes_max"


@dataclass(frozen=True)
class MinutesLimit:
    """The limit (上限) in minutes with the policy value that gives it."""

    minutes: int
    policy: str


def minutes_limit(school_class: SchoolClass, *, on: date) -> MinutesLimit | None:
    """The strictest ``must`` limit for a class on a day; ``None`` before any was in force."""
    return minutes_limits([school_class], on=on)[school_class.pk]


def minutes_limits(
    classes: Sequence[SchoolClass], *, on: date
) -> Mapping[int, MinutesLimit | None]:
    """The strictest ``must`` limit (上限) of each class on a day, by its key, in one query."""
    rows = list(
        PolicyInForce.objects.filter(
            key=KEY,
            school__in={_school(each) for each in classes},
            severity="must",
            starts_on__lte=on,
            ends_on__gt=on,
        )
        .order_by("value", "policy")
        .values_list("school", "band_low", "band_high", "value", "policy")
    )
    found: dict[int, MinutesLimit | None] = {}
    for each in classes:
        grade = grade_of(stage=each.stage, entry_year=each.entry_year, on=on)
        found[each.pk] = next(
            (
                MinutesLimit(value, policy)
                for school, low, high, value, policy in rows
                if school == _school(each) and low <= grade <= high
            ),
            None,
        )
    return found


def _school(school_class: SchoolClass) -> str:
    return f"school:{school_class.school.pseudonym}"
