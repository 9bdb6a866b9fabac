"""Answers made ready to be shown (政策展示): codes for programs, Chinese texts for people."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from shuangjian.foundation.policy.leaf import Citation, Leaf, PolicyValue
from shuangjian.foundation.policy.library import region_names
from shuangjian.foundation.policy.resolution import Resolution
from shuangjian.foundation.policy.wording import (
    SEVERITY_WORDS,
    STATE_WORDS,
    band_text,
    citation_text,
    day_text,
    standing_text,
    state_sentence,
    value_text,
)
from shuangjian.foundation.registry.models import Region


@dataclass(frozen=True, slots=True)
class ShownValue:
    """一个取值, ready to be shown: codes for programs, texts for people."""

    policy: str
    value: int | None
    unit: str
    value_text: str
    band: str
    severity: str
    severity_text: str
    wording: str
    starts_on: str
    starts_text: str
    ends_on: str
    region: str
    region_name: str
    citation: Citation
    citation_text: str
    restated: tuple[str, ...]
    note: str
    why: str
    is_expected: bool
    file: str


@dataclass(frozen=True, slots=True)
class ShownBand:
    """一档的答案: the state, the values that apply, and every candidate with its reason."""

    band: str
    state: str
    state_text: str
    sentence: str
    values: tuple[ShownValue, ...]
    why: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class ShownPolicy:
    """政策查询的答案: ``bands`` rising; ``as_json`` is what ``policy show --json`` prints."""

    key: str
    description: str
    unit: str
    combine: str
    direction: str
    on: str
    region: str
    place: str
    bands: tuple[ShownBand, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists."""
        return asdict(self)


def shown_policy(
    leaf: Leaf,
    asked: Sequence[tuple[Resolution, str | None]],
    *,
    on: date,
    region: Region,
) -> ShownPolicy:
    """The answers of one question (查询答案).

    Args:
        leaf: the leaf asked about.
        asked: a resolution for each band, with the kind of school it was asked for.
        on: the day.
        region: the place.
    """
    codes = {candidate.value.region for found, _ in asked for candidate in found.why}
    name_by_code = region_names(codes | {region.code})
    place = name_by_code[region.code]
    return ShownPolicy(
        key=leaf.key,
        description=leaf.description_zh,
        unit=leaf.unit.value,
        combine=leaf.combine.value,
        direction=leaf.direction.value,
        on=on.isoformat(),
        region=region.code,
        place=place,
        bands=tuple(
            _shown_band(found, kind, name_by_code=name_by_code, place=place)
            for found, kind in asked
        ),
    )


def _shown_band(
    resolution: Resolution, kind: str | None, *, name_by_code: Mapping[str, str], place: str
) -> ShownBand:
    leaf = resolution.leaf
    why = []
    for candidate in resolution.why:
        region_name = name_by_code.get(candidate.value.region, "本校")
        reason = standing_text(candidate, leaf, place=region_name)
        why.append(shown_value(candidate.value, leaf, name_by_code, why=reason))
    reason_by_value = dict(zip((candidate.value for candidate in resolution.why), why, strict=True))
    return ShownBand(
        band=band_text(
            leaf,
            low=resolution.band_low,
            high=resolution.band_high,
            school_kinds=(kind,) if kind else (),
        ),
        state=resolution.state.value,
        state_text=STATE_WORDS[resolution.state],
        sentence=state_sentence(resolution, place=place),
        values=tuple(reason_by_value[value] for value in resolution.values),
        why=tuple(why),
    )


def shown_value(
    value: PolicyValue, leaf: Leaf, name_by_code: Mapping[str, str], *, why: str = ""
) -> ShownValue:
    """One value for readers (取值展示).

    Args:
        value: the value.
        leaf: its leaf.
        name_by_code: names of regions; a school's own value is 「本校」.
        why: why it applies or not, where that was asked.
    """
    return ShownValue(
        policy=value.policy,
        value=value.value,
        unit=leaf.unit.value,
        value_text=value_text(value, leaf),
        band=band_text(
            leaf, low=value.band_low, high=value.band_high, school_kinds=value.school_kinds
        ),
        severity=value.severity.value,
        severity_text=SEVERITY_WORDS[value.severity],
        wording=value.wording,
        starts_on=value.starts_on.isoformat(),
        starts_text=day_text(value.starts_on, value.precision),
        ends_on=value.ends_on.isoformat() if value.ends_on else "",
        region=value.region,
        region_name=name_by_code.get(value.region, "本校"),
        citation=value.citation,
        citation_text=citation_text(value.citation),
        restated=tuple(citation_text(citation) for citation in value.restated),
        note=value.note,
        why=why,
        is_expected=value.is_expected,
        file=value.file,
    )
