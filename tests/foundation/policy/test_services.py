"""Taking up policy files: whole or not at all, once, and what is in force in PostgreSQL."""

import json
from datetime import date

import pytest
from django.db import connection

from shuangjian.foundation.lake.services import publish_fact_views
from shuangjian.foundation.policy import library
from shuangjian.foundation.policy.catalogue import load_catalogue
from shuangjian.foundation.policy.models import PolicyEdition, PolicyInForce
from shuangjian.foundation.policy.queries import (
    chain_of,
    check,
    policy_values,
    refusal_problems,
    show,
)
from shuangjian.foundation.policy.services import PolicyWatch, load_policies
from shuangjian.foundation.registry.models import School
from shuangjian.foundation.registry.services import load_regions
from tests.foundation.policy.tree import content, leaf, value
from tests.policies.folder import POLICIES

KEY = "test.minutes_max"
GRADED = leaf(band='"grade"', domain="[1, 9]")


def graded(number, starts_on, **changed):
    return value(number, starts_on, band_low="1", **changed)


def write(root, place, *parts):
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content(*parts))
    return path


def rows(**wanted):
    found = PolicyInForce.objects.filter(key=KEY, **wanted).order_by("starts_on", "band_low")
    return [(row.starts_on.isoformat(), row.ends_on.isoformat(), row.value) for row in found]


def test_a_local_file_judges_old_days_by_the_old_and_new_days_by_the_new(roots, school):
    write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    assert load_policies(roots).is_accepted
    name = f"school:{school.pseudonym}"
    assert rows(school=name) == [("2021-04-01", "9999-12-31", 60)]

    write(roots[1], "counties/510107-wuhou/test.toml", graded("45", "2026-03-01"))
    outcome = load_policies(roots)

    assert outcome.is_changed
    assert outcome.is_accepted
    assert rows(school=name) == [
        ("2021-04-01", "2026-03-01", 60),
        ("2026-03-01", "9999-12-31", 45),
    ]
    in_force = PolicyInForce.objects.get(school=name, value=45)
    assert in_force.policy == f"{KEY}@510107@2026-03-01"
    assert (in_force.region, in_force.city) == ("510107", "510100")
    assert (in_force.unit, in_force.severity) == ("minute", "must")
    assert (in_force.band_low, in_force.band_high) == (1, 9)


def test_the_same_files_change_nothing_and_a_new_school_gets_its_rows(roots, school):
    write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    load_policies(roots)
    before = list(PolicyInForce.objects.order_by("id").values())

    assert not load_policies(roots).is_changed
    assert list(PolicyInForce.objects.order_by("id").values()) == before

    other = School.objects.create(
        code="3151010702",
        name="新学校",
        kind="junior",
        region=school.region,
        starts_on=date(2026, 9, 1),
    )
    load_policies(roots)

    assert rows(school=f"school:{other.pseudonym}") == [("2021-04-01", "9999-12-31", 60)]
    kept = PolicyInForce.objects.filter(id__in=[row["id"] for row in before])
    assert list(kept.order_by("id").values()) == before  # rows that stay are not written again
    assert PolicyEdition.objects.count() == 1


def test_a_broken_file_is_refused_whole_and_the_old_edition_stays(roots, school):
    path = write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    load_policies(roots)
    write(roots[1], "counties/510107-wuhou/good.toml", graded("45", "2026-03-01"))
    write(roots[1], "counties/510185-jianyang/bad.toml", graded("45", "2026-03-01", severity=""))

    outcome = load_policies(roots)

    assert not outcome.is_accepted
    told = [str(fault) for fault in outcome.problems]
    assert told == ["counties/510185-jianyang/bad.toml 第 2 行：缺少「severity」"]
    assert [str(fault) for fault in refusal_problems()] == told
    assert rows(school=f"school:{school.pseudonym}") == [("2021-04-01", "9999-12-31", 60)]
    assert [band.values[0].value for band in show(KEY, on=date(2026, 3, 1)).bands] == [60]
    assert not load_policies(roots).is_changed
    assert not load_policies(roots).is_accepted  # asked again, the answer is the same

    # a process that starts while the files are broken reads the old edition from the database
    library.keep(load_catalogue({}))
    path.write_text("not toml at all")
    assert [band.values[0].value for band in show(KEY, on=date(2026, 3, 1)).bands] == [60]

    write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    write(roots[1], "counties/510185-jianyang/bad.toml", graded("45", "2026-03-01"))
    assert load_policies(roots).is_accepted
    assert refusal_problems() == ()
    assert len(rows(school=f"school:{school.pseudonym}")) == 2


def test_an_unknown_region_is_refused(roots, regions):
    write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    write(roots[1], "counties/510199-nowhere/test.toml", graded("45", "2026-03-01"))

    assert "没有代码为 510199 的地区" in load_policies(roots).problems[0].message


def test_changes_are_taken_up_at_a_request_and_looked_for_once_a_second(roots, school):
    write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    watch = PolicyWatch()
    assert watch.take_up_changes(roots, monotonic=100.0).is_accepted
    write(roots[1], "cities/510100-chengdu/test.toml", graded("30", "2022-01-01"))

    assert watch.take_up_changes(roots, monotonic=100.5) is None
    assert len(rows(school=f"school:{school.pseudonym}")) == 1
    assert watch.take_up_changes(roots, monotonic=101.0).is_accepted
    assert len(rows(school=f"school:{school.pseudonym}")) == 2
    assert watch.take_up_changes(roots, monotonic=200.0) is None


def test_a_leaf_of_regions_has_rows_for_regions_with_schools_and_those_above(roots, school):
    write(
        roots[0],
        "national/test.toml",
        leaf(applies_to='"region"', combine='"local"'),
        value("60", "2021-04-01"),
    )
    write(roots[1], "cities/510100-chengdu/test.toml", value("30", "2022-01-01"))
    load_policies(roots)

    found = PolicyInForce.objects.filter(key=KEY).order_by("region")
    assert [(row.school, row.region, row.city, row.value) for row in found] == [
        ("", "000000", "", 60),
        ("", "510100", "510100", 30),
    ]


def test_kinds_of_school_differ_and_boarding_goes_first(roots, school):
    write(
        roots[0],
        "national/test.toml",
        leaf(band='"school_kind"', unit='"flag"', combine='"replace"'),
        value(
            "true",
            "2021-04-01",
            school_kinds='["primary", "junior", "nine_year", "teaching_point", '
            '"village_primary", "boarding"]',
        ),
    )
    write(
        roots[1],
        "cities/510100-chengdu/test.toml",
        value("false", "2022-04-22", school_kinds='["boarding", "teaching_point"]'),
    )
    boarding = School.objects.create(
        code="2151010703",
        name="寄宿小学",
        kind="primary",
        is_boarding=True,
        region=school.region,
        starts_on=date(2010, 9, 1),
    )
    load_policies(roots)

    assert [value for *_, value in rows(school=f"school:{school.pseudonym}")] == [1]
    assert [value for *_, value in rows(school=f"school:{boarding.pseudonym}")] == [1, 0]
    told = {band.band: band.values[0].value for band in show(
        KEY, on=date(2022, 4, 22), region="510107"
    ).bands}  # fmt: skip
    assert (told["小学"], told["教学点"], told["寄宿制学校"]) == (1, 0, 0)


def test_the_fact_has_its_subject_and_period(roots, school):
    write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    load_policies(roots)
    publish_fact_views(using="default")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, period, effective_on, city, value, ends_on FROM policy_in_force"
        )
        found = cursor.fetchall()
    assert found == [
        (
            f"school:{school.pseudonym}",
            "2021-04-01",
            date(2021, 4, 1),
            "510100",
            60,
            date(9999, 12, 31),
        )
    ]


def test_the_shipped_files_load_and_answer(db):
    load_regions()
    outcome = load_policies([POLICIES])

    assert outcome.problems == ()
    shown = show("homework.written_minutes_max", on=date(2021, 4, 1), region="330102", grade=8)
    assert json.dumps(shown.as_json(), ensure_ascii=False, default=str)
    (band,) = shown.bands
    (applying,) = band.values
    assert (band.state, band.band) == ("in_force", "7—9 年级")
    assert (applying.value, applying.unit, applying.severity) == (90, "minute", "must")
    assert applying.region_name == "全国"
    assert "教基厅函〔2021〕13号" in applying.citation_text
    assert "文号" in applying.citation_text  # what is from memory says so
    assert applying.starts_text == "2021年4月（只知月份，按当月第一天起算）"
    assert [told.why for told in band.why] == [
        "适用：各级现行规定中最严的一个",
        "不适用：不如 90 分钟 严格，从严执行",
    ]
    assert [told.policy for told in policy_values(applying.policy)] == [applying.policy] * 3
    assert next(told.region_name for told in chain_of("class_size.gate_max")) == "成都市"
    every = show("homework.written_minutes_max", on=date(2026, 1, 1))
    assert [(band.band, band.values[0].value) for band in every.bands] == [
        ("1—2 年级", 0),
        ("3—6 年级", 60),
        ("7—9 年级", 90),
    ]


def test_check_lists_without_taking_up(roots, regions):
    write(roots[0], "national/test.toml", GRADED, graded("60", "2021-04-01"))
    report = check(roots)

    assert report.is_valid
    assert [(row.key, row.values_count, row.regions) for row in report.keys] == [
        (KEY, 1, ("全国",))
    ]
    assert PolicyEdition.objects.count() == 0

    write(roots[1], "national/test.toml", GRADED, graded("60", "2021-04-01"), GRADED)
    assert "定义了两次" in str(check(roots).problems[0])


@pytest.mark.parametrize("policy", ["nothing@000000@2021-01-01", "", "a.b@school:x"])
def test_an_unknown_policy_is_no_value(db, policy):
    assert policy_values(policy) == ()
