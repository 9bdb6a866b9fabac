"""指标的可见范围: which schools' figures an actor may read, in a region, as of a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from shuangjian.foundation.accounts.access import (
    NotAccessibleError,
    visible_regions,
    visible_schools,
)
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.registry.models import Region, School
from shuangjian.oversight.indicators.measure import Scope


@dataclass(frozen=True)
class Reach:
    """可见范围: a region, its codes below, and the schools where only own ones may be read."""

    region: Region
    codes: tuple[str, ...]
    schools: tuple[str, ...] | None

    @property
    def is_whole_region(self) -> bool:
        """Whether the figures are the region's, not those of own schools."""
        return self.schools is None

    def scope(self, *, first_on: date, last_on: date) -> Scope:
        """The same over a window; both days count."""
        return Scope(first_on, last_on, self.codes, self.schools)

    def narrowed(self, school: School) -> "Reach":
        """The same for one of its schools."""
        return Reach(self.region, self.codes, (f"school:{school.pseudonym}",))


def reach_of(actor: Actor, *, region_code: str, on: date) -> Reach:
    """What the actor may read of a region's figures (可见范围), over the tree as of a day.

    Bureau roles read the region; school roles read their own schools in it.

    Raises:
        NotAccessibleError: no such region that day, or another's.
    """
    own = visible_regions(actor, on=on).filter(code=region_code).first()
    if own is not None:
        return Reach(region=own, codes=codes_below(own, on=on), schools=None)
    region = Region.objects.filter(_current(on), code=region_code).first()
    if region is None:
        raise NotAccessibleError
    schools = visible_schools(actor, on=on).filter(Q(region__path__within=str(region.path)))
    names = tuple(f"school:{each}" for each in _pseudonyms(schools))
    if not names:
        raise NotAccessibleError
    return Reach(region=region, codes=codes_below(region, on=on), schools=names)


def codes_below(region: Region, *, on: date) -> tuple[str, ...]:
    """The codes of a region and of all below it on a day (下辖区划代码), ascending."""
    within = Region.objects.filter(_current(on) & Q(path__within=str(region.path)))
    return tuple(sorted(set(within.values_list("code", flat=True))))


def _pseudonyms(schools: QuerySet[School]) -> list[str]:
    return [str(each) for each in schools.order_by("pseudonym").values_list("pseudonym", flat=True)]


def _current(on: date) -> Q:
    return (Q(ends_on__isnull=True) | Q(ends_on__gt=on)) & (
        Q(starts_on__isnull=True) | Q(starts_on__lte=on)
    )
