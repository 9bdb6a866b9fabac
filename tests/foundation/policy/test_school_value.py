"""A school's own stricter value (一校一案)."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.audit.models import AuditEntry
from shuangjian.foundation.policy.leaf import Severity
from shuangjian.foundation.policy.models import PolicyInForce, SchoolPolicyValue
from shuangjian.foundation.policy.queries import policy_values, show_for_school
from shuangjian.foundation.policy.school_value import (
    OwnValue,
    SchoolValueRefusedError,
    record_school_value,
)
from shuangjian.foundation.policy.services import load_policies
from tests.foundation.policy.tree import content, leaf, value

KEY = "test.minutes_max"
OWN = OwnValue(
    key=KEY,
    band_low=3,
    band_high=4,
    severity=Severity.MUST,
    value=40,
    starts_on=date(2026, 9, 1),
    reason="本校作业一校一案",
)


@pytest.fixture
def limits(roots, school):
    graded = {"band_low": "1", "band_high": "9", "upper_inclusive": "true"}
    (roots[0] / "national" / "test.toml").write_bytes(
        content(
            leaf(band='"grade"', domain="[1, 9]"),
            value("60", "2021-04-01", **graded),
            value("50", "2027-01-01", **graded),
            leaf("test.local", combine='"replace"'),
            value("1", "2021-04-01", key="test.local"),
        )
    )
    load_policies(roots)
    return roots


def in_force(school, on, grade):
    return PolicyInForce.objects.get(
        school=f"school:{school.pseudonym}",
        key=KEY,
        starts_on__lte=on,
        ends_on__gt=on,
        band_low__lte=grade,
        band_high__gte=grade,
    )


def test_a_stricter_value_stands_from_its_day_for_its_grades(limits, school, principal):
    record_school_value(principal, school=school, own=OWN)

    assert in_force(school, date(2026, 8, 31), 3).value == 60
    found = in_force(school, date(2026, 9, 1), 3)
    assert found.value == 40
    assert found.policy == f"{KEY}@school:{school.pseudonym}@2026-09-01"
    assert in_force(school, date(2026, 9, 1), 5).value == 60
    assert policy_values(found.policy)[0].value_text == "40 分钟"
    shown = show_for_school(school, KEY, on=date(2026, 9, 1))
    assert [(b.band, b.values[0].value, b.values[0].region_name) for b in shown.bands] == [
        ("1—2 年级", 60, "全国"),
        ("3—4 年级", 40, "本校"),
        ("5—9 年级", 60, "全国"),
    ]
    assert AuditEntry.objects.get().action == "policy.school_value"
    assert not load_policies(limits).is_changed  # the rows already hold it


def test_a_looser_value_is_refused_and_nothing_is_recorded(limits, school, principal):
    with pytest.raises(SchoolValueRefusedError, match="现行规定是 60 分钟"):
        record_school_value(principal, school=school, own=replace(OWN, value=61))

    assert not SchoolPolicyValue.objects.exists()
    assert in_force(school, date(2026, 9, 1), 3).value == 60


def test_a_stricter_document_later_overtakes_the_schools_value(limits, school, principal):
    record_school_value(principal, school=school, own=replace(OWN, value=55))

    assert in_force(school, date(2026, 12, 31), 3).value == 55
    assert in_force(school, date(2027, 1, 1), 3).value == 50
    with pytest.raises(SchoolValueRefusedError, match="现行规定是 50 分钟"):
        record_school_value(
            principal,
            school=school,
            own=replace(OWN, value=55, starts_on=date(2027, 2, 1)),
        )


def test_a_school_may_take_its_own_value_back(limits, school, principal):
    record_school_value(principal, school=school, own=OWN)
    taken_back = replace(OWN, value=None, starts_on=date(2026, 11, 1), reason="试行结束")
    record_school_value(principal, school=school, own=taken_back)

    assert in_force(school, date(2026, 10, 31), 3).value == 40
    assert in_force(school, date(2026, 11, 1), 3).value == 60


def test_values_are_never_edited(limits, school, principal):
    row = record_school_value(principal, school=school, own=OWN)

    with pytest.raises(SchoolValueRefusedError, match="不能改写"):
        record_school_value(principal, school=school, own=replace(OWN, value=30, band_low=4))
    with pytest.raises(IntegrityError), transaction.atomic():
        SchoolPolicyValue.objects.filter(pk=row.pk).update(value=30)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"reason": " "}, "请写明理由"),
        ({"key": "test.local", "band_low": 0, "band_high": 9}, "不由学校自定"),
        ({"band_low": 8, "band_high": 10}, "适用范围应在 1 到 9"),
        ({"value": -1}, "不能是负数"),
    ],
)
def test_what_is_no_matter_for_a_school_is_refused(limits, school, principal, changed, words):
    with pytest.raises(SchoolValueRefusedError, match=words):
        record_school_value(principal, school=school, own=replace(OWN, **changed))


def test_only_the_schools_own_people_may_decide(limits, school, principal):
    stranger = Actor(label="别校校长")
    with pytest.raises(NotAccessibleError):
        record_school_value(stranger, school=school, own=OWN)
    assert record_school_value(principal, school=school, own=OWN).owner == "校长"
