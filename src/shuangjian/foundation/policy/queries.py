"""政策库的读取: what applies and why, for commands and pages. Policy is public: no actor here."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shuangjian.foundation.policy.catalogue import Catalogue, load_catalogue
from shuangjian.foundation.policy.folder import read_contents
from shuangjian.foundation.policy.leaf import (
    NATION,
    SCHOOL_KINDS,
    BandKind,
    NotEncoded,
    PolicyFilesInvalidError,
    PolicyValue,
    Problem,
)
from shuangjian.foundation.policy.library import (
    current_catalogue,
    latest_refusal,
    own_values,
    path_codes,
    region_names,
    region_on,
    school_kind_of,
)
from shuangjian.foundation.policy.resolution import lookup, lookup_bands
from shuangjian.foundation.policy.shown import (
    ShownPolicy,
    ShownValue,
    shown_policy,
    shown_value,
)
from shuangjian.foundation.registry.models import Region, School


@dataclass(frozen=True, slots=True)
class ListedKey:
    """目录中的一项: a key with how many values it has and where."""

    key: str
    description: str
    unit: str
    band: str
    values_count: int
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """检查结果: every fault, or the listing of what the files hold."""

    problems: tuple[Problem, ...]
    keys: tuple[ListedKey, ...]
    not_encoded: tuple[NotEncoded, ...]
    files: tuple[str, ...]
    values_count: int
    digest: str

    @property
    def is_valid(self) -> bool:
        """Whether the files would be taken up."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        return {"is_valid": self.is_valid, **asdict(self)}


def show(
    key: str,
    *,
    on: date,
    region: str = NATION,
    grade: int | None = None,
    class_size: int | None = None,
    school_kind: str | None = None,
) -> ShownPolicy:
    """What a leaf demands at a place on a day, and why (政策查询).

    Args:
        key: the leaf's key.
        on: the day.
        region: six digits; the nation without it.
        grade: 1-12; without it every band is answered. So with the two that follow.
        class_size: pupils.
        school_kind: a word of ``SCHOOL_KINDS``.

    Raises:
        UnknownPolicyKeyError: no such leaf; the text names near ones.
        RegionUnknownError: no such region that day.
    """
    catalogue = current_catalogue()
    leaf = catalogue.leaf(key)
    row = region_on(region, on=on)
    path = path_codes(row)
    is_named = {
        BandKind.GRADE: grade is not None,
        BandKind.CLASS_SIZE: class_size is not None,
        BandKind.SCHOOL_KIND: school_kind is not None,
    }.get(leaf.band, True)
    if is_named:
        found = lookup(
            catalogue,
            key,
            on=on,
            region_path=path,
            grade=grade,
            class_size=class_size,
            school_kind=school_kind,
        )
        asked = [(found, school_kind)]
    else:
        kinds = SCHOOL_KINDS if leaf.band is BandKind.SCHOOL_KIND else (None,)
        asked = [
            (resolution, kind)
            for kind in kinds
            for resolution in lookup_bands(
                catalogue, key, on=on, region_path=path, school_kind=kind
            )
        ]
    return shown_policy(leaf, asked, on=on, region=row)


def show_for_school(school: School, key: str, *, on: date) -> ShownPolicy:
    """What a leaf demands of one school (学校适用政策), its own values counted in.

    Raises:
        UnknownPolicyKeyError: no such leaf.
    """
    catalogue = current_catalogue()
    kind = school_kind_of(school)
    resolutions = lookup_bands(
        catalogue,
        key,
        on=on,
        region_path=path_codes(school.region),
        school_kind=kind,
        school_values=own_values(school),
    )
    asked = [(resolution, kind) for resolution in resolutions]
    return shown_policy(catalogue.leaf(key), asked, on=on, region=school.region)


def chain_of(key: str) -> tuple[ShownValue, ...]:
    """Every value ever written for a key, in all regions (时间链), oldest first.

    Raises:
        UnknownPolicyKeyError: no such leaf.
    """
    catalogue = current_catalogue()
    leaf = catalogue.leaf(key)
    values = sorted(
        catalogue.values(key), key=lambda v: (v.starts_on, v.region, v.band_low, v.severity)
    )
    name_by_code = region_names({value.region for value in values})
    return tuple(shown_value(value, leaf, name_by_code) for value in values)


def policy_values(policy: str) -> tuple[ShownValue, ...]:
    """The values behind a 政策值编号, as findings and rules carry it; empty where it is unknown.

    Args:
        policy: ``key@region@start`` or ``key@school:pseudonym@start``.
    """
    catalogue = current_catalogue()
    key, _, rest = policy.partition("@")
    if key not in catalogue.leaf_by_key:
        return ()
    values: Sequence[PolicyValue] = catalogue.values(key)
    if rest.startswith("school:"):
        pseudonym = rest.removeprefix("school:").partition("@")[0]
        school = School.objects.filter(pseudonym=pseudonym).first()
        values = own_values(school) if school else ()
    found = [value for value in values if value.policy == policy]
    name_by_code = region_names({value.region for value in found})
    return tuple(shown_value(value, catalogue.leaf(key), name_by_code) for value in found)


def check(roots: Sequence[Path]) -> CheckReport:
    """Checks the files on the disk without taking them up (检查政策文件).

    Args:
        roots: as ``services.policy_roots`` gives them.
    """
    known_regions = frozenset(Region.objects.values_list("code", flat=True))
    try:
        catalogue = load_catalogue(read_contents(roots), known_regions=known_regions or None)
    except PolicyFilesInvalidError as refusal:
        return CheckReport(refusal.problems, (), (), (), values_count=0, digest="")
    return CheckReport(
        problems=(),
        keys=listed_keys(catalogue),
        not_encoded=catalogue.not_encoded,
        files=catalogue.files,
        values_count=sum(len(values) for values in catalogue.values_by_key.values()),
        digest=catalogue.digest,
    )


def listed_keys(catalogue: Catalogue | None = None) -> tuple[ListedKey, ...]:
    """The catalogue's keys (政策目录), in alphabetical order.

    Args:
        catalogue: the one to list; the one in use without it.
    """
    found = catalogue if catalogue is not None else current_catalogue()
    codes = {value.region for values in found.values_by_key.values() for value in values}
    name_by_code = region_names(codes)
    rows = []
    for key, leaf in found.leaf_by_key.items():
        values = found.values_by_key.get(key, ())
        regions = dict.fromkeys(value.region for value in values)
        rows.append(
            ListedKey(
                key=key,
                description=leaf.description_zh,
                unit=leaf.unit.value,
                band=leaf.band.value,
                values_count=len(values),
                regions=tuple(name_by_code.get(code, code) for code in regions),
            )
        )
    return tuple(rows)


def not_encoded() -> tuple[NotEncoded, ...]:
    """What is known but not encoded, with the reason (未录入清单)."""
    return current_catalogue().not_encoded


def refusal_problems() -> tuple[Problem, ...]:
    """Why the files on the disk are not the ones in use (拒绝原因); empty where they are."""
    refused = latest_refusal()
    return tuple(Problem(*fault) for fault in refused.problems) if refused else ()
