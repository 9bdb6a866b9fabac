"""The catalogue that this process reads (现行政策库): the latest accepted edition, parsed once."""

from datetime import date

from django.db.models import Q

from shuangjian.foundation.policy.catalogue import Catalogue, load_catalogue
from shuangjian.foundation.policy.leaf import (
    NATION,
    Citation,
    CitationStatus,
    PolicyValue,
    Precision,
    Severity,
)
from shuangjian.foundation.policy.models import PolicyEdition, SchoolPolicyValue
from shuangjian.foundation.registry.models import Region, School

_EMPTY = load_catalogue({})
_catalogue_by_digest: dict[str, Catalogue] = {_EMPTY.digest: _EMPTY}


def current_edition() -> PolicyEdition | None:
    """The latest accepted edition (现行版本), or ``None`` before the first."""
    return PolicyEdition.objects.filter(is_accepted=True).order_by("-id").first()


def latest_refusal() -> PolicyEdition | None:
    """The refused edition that is newer than the one in use (未采用的版本), if there is one."""
    latest = PolicyEdition.objects.order_by("-id").first()
    return latest if latest is not None and not latest.is_accepted else None


def current_catalogue() -> Catalogue:
    """The catalogue of the edition in use (现行政策库); without any leaf before the first.

    One cheap query asks which edition it is; its files are parsed once a process.
    """
    digest = (
        PolicyEdition.objects.filter(is_accepted=True)
        .order_by("-id")
        .values_list("digest", flat=True)
        .first()
    )
    if digest is None:
        return _EMPTY
    found = _catalogue_by_digest.get(digest)
    if found is None:
        edition = PolicyEdition.objects.filter(is_accepted=True, digest=digest).order_by("-id")[0]
        found = catalogue_of(edition)
    return found


def catalogue_of(edition: PolicyEdition) -> Catalogue:
    """An accepted edition's catalogue (版本内容), from the files kept with it."""
    found = _catalogue_by_digest.get(edition.digest)
    if found is None:
        contents = {name: text.encode() for name, text in edition.contents.items()}
        found = load_catalogue(contents)
        keep(found)
    return found


def keep(catalogue: Catalogue) -> None:
    """Keeps the parsed catalogue for this process (缓存), and only the newest."""
    _catalogue_by_digest.clear()
    _catalogue_by_digest[catalogue.digest] = catalogue


class RegionUnknownError(LookupError):
    """No such region on that day (当日没有这个地区)."""

    def __init__(self, code: str, on: date) -> None:
        self.code = code
        self.on = on
        super().__init__(
            f"{on} 没有「{code}」这个地区。请核对六位行政区划代码或全称；"
            "区划有变更的，换一个日期再查。"
        )


class RegionAmbiguousError(LookupError):
    """Several regions have this name (地区重名); ``codes`` holds theirs."""

    def __init__(self, name: str, codes: tuple[str, ...]) -> None:
        self.name = name
        self.codes = codes
        super().__init__(
            f"叫「{name}」的地区不止一个（{'、'.join(codes)}）。请改填六位行政区划代码。"
        )


def region_on(code: str, *, on: date) -> Region:
    """The region of a code as of a day (当日地区).

    Raises:
        RegionUnknownError: the code was not in use that day.
    """
    region = (
        Region.objects.filter(code=code)
        .filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
        .order_by("id")
        .first()
    )
    if region is None:
        raise RegionUnknownError(code, on)
    return region


def find_region(text: str, *, on: date) -> Region:
    """The region that a person means by a code or a name (查找地区), as of a day.

    Args:
        text: six digits, or the whole name.
        on: the day.

    Raises:
        RegionUnknownError: no such region that day.
        RegionAmbiguousError: several regions have the name.
    """
    wanted = text.strip()
    if wanted.isdigit():
        return region_on(wanted, on=on)
    found = list(
        Region.objects.filter(name=wanted)
        .filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
        .order_by("code", "id")[:8]
    )
    if not found:
        raise RegionUnknownError(wanted, on)
    if len(found) > 1:
        raise RegionAmbiguousError(wanted, tuple(region.code for region in found))
    return found[0]


def path_codes(region: Region) -> tuple[str, ...]:
    """The codes from the nation down to a region (区划路径)."""
    return tuple(str(region.path).split("."))


def region_names(codes: set[str]) -> dict[str, str]:
    """Names by code (地区名称), the latest of each code; the nation is 「全国」."""
    rows = Region.objects.filter(code__in=codes).order_by("code", "starts_on", "id")
    name_by_code = dict(rows.values_list("code", "name"))
    return {**name_by_code, NATION: "全国"}


def school_kind_of(school: School) -> str:
    """The kind by which values are banded (学校类别): boarding goes before the registry's kind."""
    return "boarding" if school.is_boarding else str(school.kind)


def own_values(school: School) -> tuple[PolicyValue, ...]:
    """A school's own values (一校一案), oldest first, in the shape of any other value."""
    rows = SchoolPolicyValue.objects.filter(school=school).order_by("starts_on", "id")
    return tuple(as_policy_value(row, school=f"school:{school.pseudonym}") for row in rows)


def as_policy_value(row: SchoolPolicyValue, *, school: str) -> PolicyValue:
    """A school's own row as a value (一校一案取值); its citation is the school's decision."""
    return PolicyValue(
        key=row.key,
        region=school,
        starts_on=row.starts_on,
        precision=Precision.DAY,
        ends_on=None,
        value=row.value,
        band_low=row.band_low,
        band_high=row.band_high,
        school_kinds=(),
        severity=Severity(row.severity),
        wording="",
        citation=Citation(
            title=f"学校自定标准（一校一案），{row.owner}", status=CitationStatus.VERIFIED
        ),
        note=row.reason,
    )
