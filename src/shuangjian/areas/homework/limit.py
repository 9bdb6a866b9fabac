"""时长上限: the strictest limit in force for a class on a day, from the policy library."""

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
    grade = grade_of(stage=school_class.stage, entry_year=school_class.entry_year, on=on)
    strictest = (
        PolicyInForce.objects.filter(
            key=KEY,
            school=f"school:{school_class.school.pseudonym}",
            severity="must",
            band_low__lte=grade,
            band_high__gte=grade,
            starts_on__lte=on,
            ends_on__gt=on,
        )
        .order_by("value", "policy")
        .values_list("value", "policy")
        .first()
    )
    return MinutesLimit(*strictest) if strictest is not None else None
