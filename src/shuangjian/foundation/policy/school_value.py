"""学校自定标准（一校一案）: a school's own stricter value, refused where it would loosen."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import SCHOOL_ROLES
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.policy.catalogue import Catalogue
from shuangjian.foundation.policy.leaf import AppliesTo, BandKind, Combine, Leaf, Severity
from shuangjian.foundation.policy.library import current_catalogue, path_codes, school_kind_of
from shuangjian.foundation.policy.models import SchoolPolicyValue
from shuangjian.foundation.policy.resolution import lookup_bands
from shuangjian.foundation.policy.services import republish
from shuangjian.foundation.policy.units import as_text
from shuangjian.foundation.registry.models import School


class SchoolValueRefusedError(ValueError):
    """学校自定标准被拒绝: the Chinese text says what is in force and what to do."""


@dataclass(frozen=True, slots=True)
class OwnValue:
    """A school's choice (自定标准), before it is recorded.

    ``band_low`` and ``band_high`` are grades or class sizes, both counted, the leaf's whole domain
    where it has no bands. ``value`` is in the leaf's smallest unit; ``None`` takes it back.
    """

    key: str
    band_low: int
    band_high: int
    severity: Severity
    value: int | None
    starts_on: date
    reason: str


def record_school_value(actor: Actor, *, school: School, own: OwnValue) -> SchoolPolicyValue:
    """Records a school's own stricter value (一校一案), and publishes it.

    Args:
        actor: the principal or school administrator of the school.
        school: the school.
        own: what it chose, from when, and why.

    Raises:
        NotAccessibleError: the actor may not decide for this school.
        SchoolValueRefusedError: looser than what is in force, decided already for that day, or no
            matter for schools.
        UnknownPolicyKeyError: no such leaf.
    """
    if school.pk not in actor.school_ids(*SCHOOL_ROLES):
        raise NotAccessibleError
    catalogue = current_catalogue()
    leaf = catalogue.leaf(own.key)
    _refuse_foreign(leaf, own)
    _refuse_looser(catalogue, leaf, school=school, own=own)
    with transaction.atomic():
        School.objects.select_for_update().get(pk=school.pk)
        _refuse_second(school, own)
        row = SchoolPolicyValue.objects.create(
            school=school,
            key=own.key,
            band_low=own.band_low,
            band_high=own.band_high,
            severity=own.severity.value,
            value=own.value,
            starts_on=own.starts_on,
            owner=actor.label,
            reason=own.reason.strip(),
        )
        record_action(
            actor=actor.label,
            user_id=actor.user_id,
            action="policy.school_value",
            subject=f"school:{school.pseudonym}",
            detail={
                "key": own.key,
                "band": [own.band_low, own.band_high],
                "value": own.value,
                "from": own.starts_on.isoformat(),
            },
        )
        republish()
    return row


def _refuse_foreign(leaf: Leaf, own: OwnValue) -> None:
    if not own.reason.strip():
        raise SchoolValueRefusedError("请写明理由：自定标准要说明为什么这样定。")
    is_for_schools = leaf.combine is Combine.STRICTER and leaf.applies_to is AppliesTo.SCHOOL
    if not is_for_schools or leaf.band is BandKind.SCHOOL_KIND:
        raise SchoolValueRefusedError(
            f"「{leaf.description_zh}」不由学校自定，请向区县教育局提出。"
        )
    low, high = leaf.domain
    if not low <= own.band_low <= own.band_high <= high:
        raise SchoolValueRefusedError(f"适用范围应在 {low} 到 {high} 之间，首尾不能颠倒。")
    if own.value is not None and own.value < 0:
        raise SchoolValueRefusedError("取值不能是负数。")


def _refuse_second(school: School, own: OwnValue) -> None:
    """Values are never edited, so of one day and grade there can be one only."""
    is_decided = SchoolPolicyValue.objects.filter(
        school=school,
        key=own.key,
        severity=own.severity.value,
        starts_on=own.starts_on,
        band_low__lte=own.band_high,
        band_high__gte=own.band_low,
    ).exists()
    if is_decided:
        raise SchoolValueRefusedError(
            f"{own.starts_on} 起的自定标准已经有了，不能改写；请换一个起始日期另记一条。"
        )


def _refuse_looser(catalogue: Catalogue, leaf: Leaf, *, school: School, own: OwnValue) -> None:
    """Against documents only: a school may relax its own rule as far as they allow."""
    if own.value is None:
        return
    resolutions = lookup_bands(
        catalogue,
        leaf.key,
        on=own.starts_on,
        region_path=path_codes(school.region),
        school_kind=school_kind_of(school),
    )
    for resolution in resolutions:
        if resolution.band_high < own.band_low or resolution.band_low > own.band_high:
            continue
        same = [found for found in resolution.values if found.severity is own.severity]
        for found in same or resolution.values:
            if found.value is not None and leaf.is_stricter(found.value, than=own.value):
                raise SchoolValueRefusedError(
                    f"不能定为 {as_text(own.value, leaf.unit)}：{own.starts_on} 起现行规定是 "
                    f"{as_text(found.value, leaf.unit)}（{found.citation.title}），"
                    "学校自定标准只能更严。请改为不宽于现行规定的数值。"
                )
