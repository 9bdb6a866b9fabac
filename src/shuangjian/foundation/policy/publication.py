"""The rows in force (适用政策的展开): resolved per place and kind of school, fanned out by SQL."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from shuangjian.foundation.policy.catalogue import Catalogue
from shuangjian.foundation.policy.intervals import ResolvedInterval, resolve_intervals
from shuangjian.foundation.policy.leaf import AppliesTo, PolicyValue
from shuangjian.foundation.policy.library import as_policy_value, path_codes, school_kind_of
from shuangjian.foundation.policy.models import SchoolPolicyValue
from shuangjian.foundation.registry.models import Region, School

_COLUMNS = (
    "key, school, region, city, band_low, band_high, starts_on, ends_on, value, unit, severity, "
    "policy"
)
_TABLES = """
    CREATE TEMPORARY TABLE policy_subject (
        place bigint, school text, region text, city text
    ) ON COMMIT DROP;
    CREATE TEMPORARY TABLE policy_resolved (
        place bigint, key text, band_low int, band_high int, starts_on date, ends_on date,
        value bigint, unit text, severity text, policy text
    ) ON COMMIT DROP
"""
_FRESH = f"""
    CREATE TEMPORARY TABLE policy_fresh ON COMMIT DROP AS
    SELECT {_COLUMNS} FROM policy_resolved JOIN policy_subject USING (place)
"""  # noqa: S608  -- names of columns, written above
# why: rows that stay keep their id and recorded_at, so that only what changed is exported again.
_REMOVE = f"""
    DELETE FROM policy_policyinforce WHERE id IN (
        SELECT id FROM policy_policyinforce
        LEFT JOIN (SELECT {_COLUMNS}, true AS is_kept FROM policy_fresh) fresh
        USING ({_COLUMNS})
        WHERE is_kept IS NULL
    )
"""  # noqa: S608  -- names of columns, written above
_ADD = f"""
    INSERT INTO policy_policyinforce ({_COLUMNS})
    SELECT {_COLUMNS} FROM policy_fresh
    EXCEPT
    SELECT {_COLUMNS} FROM policy_policyinforce
"""  # noqa: S608  -- names of columns, written above
# why: what the rows depend on beside the files; equal digests mean that nothing needs resolving.
_SUBJECTS_DIGEST = """
    SELECT md5(concat_ws('|',
        (SELECT md5(coalesce(string_agg(
            concat_ws(',', code, path::text, city_code, starts_on, ends_on), ';'
            ORDER BY code, starts_on), '')) FROM registry_region),
        (SELECT md5(coalesce(string_agg(
            concat_ws(',', pseudonym, kind, is_boarding, region_id), ';'
            ORDER BY pseudonym), '')) FROM registry_school),
        (SELECT concat_ws(',', count(*), max(id)) FROM policy_schoolpolicyvalue)))
"""


def subjects_digest() -> str:
    """A digest of the regions, schools and schools' own values (对象指纹), 32 hex digits."""
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECTS_DIGEST)
        return str(cursor.fetchone()[0])


def publish_rows(catalogue: Catalogue) -> None:
    """Makes ``policy_in_force`` say what the catalogue says (展开适用政策).

    Runs in the caller's transaction. Regions are those with schools and all above them.
    """
    subjects, resolved = _resolved_places(catalogue)
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        _copy(cursor, "policy_subject (place, school, region, city)", subjects)
        _copy(
            cursor,
            "policy_resolved (place, key, band_low, band_high, starts_on, ends_on, value, unit, "
            "severity, policy)",
            resolved,
        )
        cursor.execute(_FRESH)
        cursor.execute("ANALYZE policy_fresh")
        cursor.execute(_REMOVE)
        cursor.execute(_ADD)
        # why: a second publication in the same transaction makes these tables again.
        cursor.execute("DROP TABLE policy_subject, policy_resolved, policy_fresh")


Row = tuple[Any, ...]


def _resolved_places(catalogue: Catalogue) -> tuple[list[Row], list[Row]]:
    """Who is where, and what applies there: one place per path, kind and own values."""
    place_by_terms: dict[tuple[Any, ...], int] = {}
    subjects: list[Row] = []
    resolved: list[Row] = []
    own_by_school = _own_by_school()
    regions: dict[str, Region] = {}
    for school in School.objects.select_related("region").order_by("id"):
        path = path_codes(school.region)
        regions.update(dict.fromkeys(path[-1:], school.region))
        own = own_by_school.get(school.pk, ())
        terms = (path, school_kind_of(school), school.pk if own else None)
        if terms not in place_by_terms:
            place_by_terms[terms] = len(place_by_terms)
            intervals = _intervals(catalogue, AppliesTo.SCHOOL, path, terms[1], own)
            resolved.extend(_resolved_rows(catalogue, place_by_terms[terms], intervals))
        name = f"school:{school.pseudonym}"
        subjects.append((place_by_terms[terms], name, path[-1], school.region.city_code))
    for offset, (path, city) in enumerate(_region_paths(regions.values())):
        place = len(place_by_terms) + offset
        subjects.append((place, "", path[-1], city))
        intervals = _intervals(catalogue, AppliesTo.REGION, path, None, ())
        resolved.extend(_resolved_rows(catalogue, place, intervals))
    return subjects, resolved


def _own_by_school() -> dict[int, tuple[PolicyValue, ...]]:
    own_by_school: dict[int, list[PolicyValue]] = defaultdict(list)
    rows = SchoolPolicyValue.objects.select_related("school").order_by("starts_on", "id")
    for row in rows:
        name = f"school:{row.school.pseudonym}"
        own_by_school[row.school_id].append(as_policy_value(row, school=name))
    return {school_id: tuple(values) for school_id, values in own_by_school.items()}


def _region_paths(regions: Iterable[Region]) -> list[tuple[tuple[str, ...], str]]:
    """The paths of regions and of all above them, each with its city's code."""
    city_by_path: dict[tuple[str, ...], str] = {}
    for region in regions:
        path = path_codes(region)
        for depth in range(1, len(path) + 1):
            city = region.city_code if region.city_code in path[:depth] else ""
            city_by_path[path[:depth]] = city
        city_by_path[path] = region.city_code
    return sorted(city_by_path.items())


def _intervals(
    catalogue: Catalogue,
    applies_to: AppliesTo,
    path: tuple[str, ...],
    school_kind: str | None,
    own: tuple[PolicyValue, ...],
) -> Iterator[ResolvedInterval]:
    for key, leaf in catalogue.leaf_by_key.items():
        if leaf.applies_to is applies_to:
            yield from resolve_intervals(
                catalogue, key, region_path=path, school_kind=school_kind, school_values=own
            )


def _resolved_rows(
    catalogue: Catalogue, place: int, intervals: Iterable[ResolvedInterval]
) -> Iterator[Row]:
    for interval in intervals:
        yield (
            place,
            interval.key,
            interval.band_low,
            interval.band_high,
            interval.starts_on,
            interval.ends_on,
            interval.value,
            catalogue.leaf(interval.key).unit.value,
            interval.entry.severity.value,
            interval.entry.policy,
        )


def _copy(cursor: Any, target: str, rows: Iterable[Row]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
