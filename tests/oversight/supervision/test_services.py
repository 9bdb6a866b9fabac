from datetime import date, timedelta

import pytest
from django.db.models import F

from shuangjian.areas.homework.models import PlannedHomework
from shuangjian.foundation.audit.models import AuditEntry
from shuangjian.foundation.findings.models import Finding, FindingEvent
from shuangjian.foundation.findings.tally import Tally
from shuangjian.foundation.lake.change import pending_changes, record_change
from shuangjian.foundation.registry.models import Region
from shuangjian.oversight.supervision.errors import (
    LakeMissingError,
    UnknownRegionError,
    UnknownRuleError,
    WindowReversedError,
)
from shuangjian.oversight.supervision.models import InspectionRun
from shuangjian.oversight.supervision.services import county_codes, inspect, inspect_changes
from tests.scene import MONDAY, TUESDAY, at

from .day import class_size_limit, enrol, override, plan

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 15)
DAY_FACTS = ("planned_homework", "class_homework_day", "homework_published_day")


def run(**choices):
    choices = {"first": FIRST, "last": LAST, "region": "990101", "at": at(LAST)} | choices
    return inspect(actor_label="测试", **choices)


def found() -> list:
    return sorted(
        Finding.objects.values_list("rule", "subject", "period", "state__status", "state__measured")
    )


def of(school_class) -> str:
    return f"class:{school_class.pseudonym}"


def test_each_rule_finds_its_own_and_twice_changes_nothing(scene):
    plan(scene.fifth, MONDAY, 40)
    plan(scene.fifth, MONDAY, 50, course="chinese")
    override(scene.fifth, MONDAY, 90)
    plan(scene.fifth, TUESDAY, 61, published_at=at(TUESDAY, 18, 10))
    plan(scene.first, MONDAY, 5, origin="import", published_at=None)
    inspection = run()
    assert found() == sorted(
        [
            ("homework.override_without_reason", of(scene.fifth), "2026-11-10", "opened", 61),
            ("homework.override_without_reason", of(scene.first), "2026-11-09", "opened", 5),
            ("homework.published_late", of(scene.fifth), "2026-11-10", "opened", 18 * 60 + 10),
            ("homework.total_over_limit", of(scene.fifth), "2026-11-09", "opened", 90),
            ("homework.total_over_limit", of(scene.fifth), "2026-11-10", "opened", 61),
            ("homework.written_in_first_grades", of(scene.first), "2026-11-09", "opened", 5),
        ]
    )
    assert inspection.total == Tally(opened=6)
    assert inspection.by_rule["homework.total_over_limit"] == Tally(opened=2)
    events = FindingEvent.objects.count()
    assert run().total == Tally(kept=6)
    assert FindingEvent.objects.count() == events


def test_what_is_within_the_limit_held_or_elsewhere_is_not_found(scene):
    plan(scene.fifth, MONDAY, 60)
    plan(scene.fifth, TUESDAY, 90, state="held", published_at=None)
    plan(scene.other_class, MONDAY, 90)
    assert run().total == Tally()
    assert run(region="990102").total == Tally(opened=2)
    assert run(region="990000").total == Tally(kept=2)


def test_a_correction_is_followed_and_a_withdrawal_is_seen(scene):
    plan(scene.fifth, MONDAY, 90)
    override(scene.fifth, MONDAY, 90)
    run()
    plan(scene.fifth, MONDAY, 80)
    assert run().total == Tally(corrected=1)
    plan(scene.fifth, MONDAY, 80, state="withdrawn", published_at=None)
    assert run().total == Tally(opened=1, corrected=1)
    assert run().total == Tally()
    PlannedHomework.objects.filter(superseded_at__isnull=True).update(
        superseded_at=F("recorded_at")
    )
    assert run().total == Tally()


def test_only_the_window_and_the_rules_asked_for(scene):
    plan(scene.fifth, MONDAY, 90)
    plan(scene.fifth, TUESDAY, 90)
    only = ["homework.total_over_limit"]
    assert run(first=TUESDAY, last=TUESDAY, rules=only).by_rule == {only[0]: Tally(opened=1)}
    assert run(rules=only).total == Tally(opened=1, kept=1)
    assert Finding.objects.exclude(rule=only[0]).count() == 0


def test_a_dry_run_tells_the_same_and_writes_nothing(scene):
    plan(scene.fifth, MONDAY, 90)
    plan(scene.fifth, TUESDAY, 90)
    told = run(dry_run=True)
    assert (Finding.objects.count(), InspectionRun.objects.count()) == (0, 0)
    assert run() == told
    for on in (MONDAY, TUESDAY):
        plan(scene.fifth, on, 10)
    told = run(dry_run=True)
    assert run() == told
    # Two rules were corrected away on each of two days: one correction a day.
    assert told.total == Tally(opened=2, corrected=4)


def test_the_run_is_kept_and_audited(scene):
    plan(scene.fifth, MONDAY, 90)
    run(region="000000.990000.990100.990101")
    kept = InspectionRun.objects.get()
    assert (kept.engine, kept.region, kept.first_on, kept.last_on, kept.actor) == (
        "postgres",
        "990101",
        FIRST,
        LAST,
        "测试",
    )
    assert kept.tally["total"]["opened"] == 2
    assert kept.tally["homework.total_over_limit"]["opened"] == 1
    assert kept.started_at <= kept.finished_at
    entry = AuditEntry.objects.get(action="supervision.inspect")
    assert entry.detail == {"opened": 2, "ceased": 0, "reopened": 0, "corrected": 0, "kept": 0}


def test_a_large_class_is_a_state_with_episodes(scene):
    class_size_limit(scene.school, 3)
    enrolled = enrol(scene.fifth, 3)  # with the scene's own pupil, four
    assert run().by_rule["quality.large_class"] == Tally(opened=1)
    assert found() == [
        ("quality.large_class", of(scene.fifth), Finding.objects.get().period, "opened", 4)
    ]
    later = LAST + timedelta(days=1)
    enrolled[0].ends_on = later
    enrolled[0].save()
    assert run(last=later, at=at(later)).total == Tally(ceased=1)
    enrol(scene.fifth, 1, starts_on=later + timedelta(days=1))
    again = later + timedelta(days=1)
    assert run(last=again, at=at(again)).total == Tally(opened=1)
    assert list(Finding.objects.order_by("pk").values_list("episode", flat=True)) == [1, 2]
    assert run().total == Tally(kept=1)  # the old window, inspected again


def test_a_state_of_a_day_to_come_is_not_known(scene):
    class_size_limit(scene.school, 0)
    run(last=LAST, at=at(MONDAY), rules=["quality.large_class"])
    assert {finding.seen_on for finding in Finding.objects.all()} == {MONDAY}
    assert run(first=TUESDAY, last=LAST, at=at(MONDAY), rules=["quality.large_class"]).total == (
        Tally()
    )


@pytest.mark.parametrize(
    ("choices", "error", "words"),
    [
        ({"first": LAST, "last": FIRST}, WindowReversedError, "请对调两个日期"),
        ({"region": "123456"}, UnknownRegionError, "没有行政区划代码 123456"),
        ({"rules": ["homework.nothing"]}, UnknownRuleError, "没有名为"),
    ],
)
def test_what_is_refused(scene, choices, error, words):
    with pytest.raises(error, match=words):
        run(**choices)
    assert InspectionRun.objects.count() == 0


def test_a_lake_that_is_not_there_is_refused(scene, tmp_path):
    with pytest.raises(LakeMissingError, match="shuangjian lake export"):
        run(engine="duckdb", lake=tmp_path)


def test_regions_are_those_of_the_window(scene):
    Region.objects.filter(pk=scene.other_county.pk).update(ends_on=date(2026, 11, 5))
    before = county_codes("990000", first=FIRST, last=date(2026, 11, 4))
    assert {"990101", "990102"} <= before
    after = county_codes("990000", first=date(2026, 11, 5), last=LAST)
    assert "990102" not in after
    with pytest.raises(UnknownRegionError):
        county_codes("990102", first=date(2026, 11, 5), last=LAST)


def changed(scene, on, *, school=None, facts=DAY_FACTS):
    for fact in facts:
        record_change(fact=fact, school_id=(school or scene.school).pk, first=on, last=on)


def test_a_write_is_inspected_at_once_and_only_once(scene):
    plan(scene.fifth, MONDAY, 90)
    plan(scene.fifth, TUESDAY, 90)
    plan(scene.other_class, MONDAY, 90)
    changed(scene, MONDAY)
    assert inspect_changes(at=at(MONDAY)).total == Tally(opened=2)
    assert {finding.period for finding in Finding.objects.all()} == {"2026-11-09"}
    assert {finding.school for finding in Finding.objects.all()} == {scene.school}
    assert pending_changes() == ()
    assert inspect_changes(at=at(MONDAY)).total == Tally()
    kept = InspectionRun.objects.get()
    assert (kept.schools, kept.region) == ([f"school:{scene.school.pseudonym}"], "990101")


def test_a_plan_for_tomorrow_is_inspected_today(scene):
    plan(scene.fifth, TUESDAY, 90)
    changed(scene, TUESDAY)
    assert inspect_changes(at=at(MONDAY)).total == Tally(opened=2)


def test_a_changed_roster_is_looked_at_as_of_today(scene):
    class_size_limit(scene.school, 0)
    changed(scene, date(2026, 9, 1), facts=["class_roster"])
    assert inspect_changes(at=at(MONDAY)).by_rule == {"quality.large_class": Tally(opened=1)}
    assert Finding.objects.get().effective_on == MONDAY


def test_one_schools_trouble_does_not_hold_up_the_others(scene):
    plan(scene.fifth, MONDAY, 90)
    plan(scene.other_class, MONDAY, 90)
    Region.objects.filter(pk=scene.county.pk).update(code="990191")
    changed(scene, MONDAY)
    changed(scene, MONDAY, school=scene.other_school)
    assert inspect_changes(at=at(MONDAY)).total == Tally(opened=4)


def test_a_change_of_every_school_is_inspected_everywhere(scene):
    Region.objects.create(code="000000", name="全国", level="nation", path="000000")
    plan(scene.fifth, MONDAY, 90)
    plan(scene.other_class, MONDAY, 90)
    record_change(fact="class_homework_day", school_id=None, first=MONDAY, last=MONDAY)
    assert inspect_changes(at=at(MONDAY)).total == Tally(opened=4)


def test_a_fact_that_nobody_observes_is_done_with(scene):
    record_change(fact="planned_homework", school_id=scene.school.pk, first=MONDAY, last=MONDAY)
    assert inspect_changes(at=at(MONDAY)).by_rule == {}
    assert pending_changes() == ()
