"""违规对象的所在: the registry's school and county behind the codes that a violation carries."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from shuangjian.foundation.findings.decision import Violation
from shuangjian.foundation.findings.errors import UnknownPlaceError
from shuangjian.foundation.registry.models import Region, School

SCHOOL_SUBJECT = "school:"


class Place(NamedTuple):
    """所在: the registry's keys; ``school_id`` is ``None`` where no school is concerned."""

    region_id: int
    school_id: int | None


def places_of(violations: Collection[Violation], *, on: date) -> dict[Violation, Place]:
    """Where each violation belongs (违规对象的所在).

    Args:
        violations: as the rule gave them.
        on: the day as of which a county's code is read.

    Raises:
        UnknownPlaceError: a school or county that is not in this installation.
    """
    if not violations:
        return {}
    school_ids = _school_ids({violation.school for violation in violations if violation.school})
    region_ids = _region_ids({violation.region for violation in violations}, on=on)
    places = {}
    for violation in violations:
        region_id = region_ids.get(violation.region)
        school_id = school_ids.get(violation.school)
        if region_id is None or (violation.school and school_id is None):
            raise UnknownPlaceError(
                subject=violation.subject, school=violation.school, region=violation.region
            )
        places[violation] = Place(region_id, school_id)
    return places


def _school_ids(subjects: Collection[str]) -> Mapping[str, int]:
    pseudonyms = []
    for subject in subjects:
        try:
            pseudonyms.append(UUID(subject.removeprefix(SCHOOL_SUBJECT)))
        except ValueError:  # why: the caller refuses what is left out, with its subject.
            continue
    schools = School.objects.filter(pseudonym__in=pseudonyms).values_list("pseudonym", "pk")
    return {f"{SCHOOL_SUBJECT}{pseudonym}": pk for pseudonym, pk in schools}


def _region_ids(codes: Collection[str], *, on: date) -> Mapping[str, int]:
    """The row in force on the day; for a code that has ended by then, its latest row."""
    rows = Region.objects.filter(code__in=codes).order_by(
        F("starts_on").asc(nulls_first=True), "pk"
    )
    latest = {row.code: row.pk for row in rows}
    in_force = {
        row.code: row.pk
        for row in rows
        if (row.starts_on is None or row.starts_on <= on)
        and (row.ends_on is None or on < row.ends_on)
    }
    return latest | in_force
