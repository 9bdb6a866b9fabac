"""Inspections over the lake: the same findings as over the database, and nothing from what it lacks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from shuangjian.foundation.findings.models import Finding, FindingEvent
from shuangjian.foundation.findings.tally import Tally
from shuangjian.foundation.lake.change import record_change
from shuangjian.foundation.lake.export import export_lake
from shuangjian.foundation.policy.models import PolicyInForce
from shuangjian.foundation.registry.setting import PUBLISH_BY, Choice, choose_value
from shuangjian.oversight.supervision.services import inspect_changes
from tests.scene import MONDAY, TUESDAY, at, build_scene

from .day import class_size_limit, override, plan
from .test_services import changed, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db):
    return build_scene()


def told():
    return sorted(
        Finding.objects.values_list("rule", "subject", "period", "effective_on", "state__measured")
    )


def test_duckdb_finds_what_postgres_finds(scene, tmp_path):
    class_size_limit(scene.school, 0)
    plan(scene.fifth, MONDAY, 90, published_at=at(MONDAY, 19))
    override(scene.fifth, MONDAY, 90)
    plan(scene.first, TUESDAY, 5)
    plan(scene.other_class, TUESDAY, 90)
    export_lake(lake=tmp_path)
    over_lake = run(engine="duckdb", lake=tmp_path, dry_run=True)
    over_database = run(dry_run=True)
    assert over_lake == over_database
    assert over_lake.total == Tally(opened=5)
    assert run(engine="duckdb", lake=tmp_path).total == Tally(opened=5)
    found = told()
    assert run().total == Tally(kept=5)
    assert told() == found


def test_what_changed_since_the_export_is_left_alone(scene, tmp_path):
    plan(scene.fifth, MONDAY, 90)
    plan(scene.first, MONDAY, 5)
    export_lake(lake=tmp_path)
    run()
    events = FindingEvent.objects.count()
    for on in (MONDAY, TUESDAY):
        plan(scene.fifth, on, 70)
    changed(scene, MONDAY)
    assert inspect_changes(at=at(MONDAY)).total == Tally(corrected=2, kept=2)
    assert run(engine="duckdb", lake=tmp_path).total == Tally()
    assert FindingEvent.objects.count() == events + 2
    export_lake(lake=tmp_path)
    assert run(engine="duckdb", lake=tmp_path).total == Tally(opened=2, kept=4)


def test_control_without_the_change_being_told_the_old_lake_would_undo_it(scene, tmp_path):
    plan(scene.fifth, MONDAY, 90)
    export_lake(lake=tmp_path)
    plan(scene.fifth, MONDAY, 70)
    run()
    assert run(engine="duckdb", lake=tmp_path).total == Tally(corrected=2)


def test_a_lake_without_all_facts_of_one_moment_ceases_and_corrects_nothing(scene, tmp_path):
    class_size_limit(scene.school, 0)
    plan(scene.fifth, MONDAY, 90, published_at=at(MONDAY, 19))
    opened = run().total
    assert opened == Tally(opened=4)
    facts = {"class_homework_day", "class_roster", "homework_published_day"}
    export_lake(lake=tmp_path, only=facts)
    over_lake = run(engine="duckdb", lake=tmp_path)
    assert over_lake.by_rule["homework.published_late"] == Tally(kept=1)
    assert over_lake.total == Tally(kept=1)
    assert len(over_lake.notes) == 4
    assert "湖里没有 policy_in_force" in over_lake.notes[0]
    export_lake(lake=tmp_path, only={"policy_in_force"})
    mixed = run(engine="duckdb", lake=tmp_path)
    assert (mixed.total, "不是同一时刻" in mixed.notes[0]) == (Tally(kept=1), True)
    export_lake(lake=tmp_path)
    whole = run(engine="duckdb", lake=tmp_path)
    assert (whole.total, whole.notes) == (Tally(kept=4), ())


def test_a_save_and_a_full_inspection_at_once_open_nothing_twice(scene):
    for on in (MONDAY, TUESDAY):
        plan(scene.fifth, on, 90)
        record_change(fact="class_homework_day", school_id=scene.school.pk, first=on, last=on)
    start = Barrier(2)

    def act(inspection):
        try:
            start.wait()
            return inspection().total
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        acts = [lambda: inspect_changes(at=at(MONDAY)), run]
        tallies = [future.result(timeout=60) for future in [pool.submit(act, a) for a in acts]]
    assert sum(tallies, Tally()) == Tally(opened=4, kept=4)
    assert Finding.objects.count() == FindingEvent.objects.count() == 4


def test_a_policy_that_changed_since_the_export_makes_a_lake_conclude_nothing(scene, tmp_path):
    plan(scene.fifth, MONDAY, 55)
    plan(scene.fifth, TUESDAY, 90)
    export_lake(lake=tmp_path)
    assert run().total == Tally(opened=2)  # over the limit, and without a reason
    PolicyInForce.objects.filter(school=f"school:{scene.school.pseudonym}", value=60).update(
        value=50
    )
    assert run().total == Tally(opened=2, corrected=2)  # Monday too; Tuesday's limit moved
    events = FindingEvent.objects.count()
    over_lake = run(engine="duckdb", lake=tmp_path)
    assert over_lake.total == Tally()
    assert any("policy_in_force 与数据库不一致" in note for note in over_lake.notes)
    assert FindingEvent.objects.count() == events
    export_lake(lake=tmp_path)
    assert run(engine="duckdb", lake=tmp_path).total == Tally(kept=4)


def test_a_setting_that_changed_since_the_export_is_left_alone_too(scene, tmp_path):
    plan(scene.fifth, TUESDAY, 10, published_at=at(TUESDAY, 17, 30))
    export_lake(lake=tmp_path)
    choice = Choice(value=17 * 60, starts_on=TUESDAY, owner="专班", reason="放学提前")
    choose_value(PUBLISH_BY, choice=choice, region=scene.county, today=MONDAY)
    assert run().total == Tally(opened=1)
    assert run(engine="duckdb", lake=tmp_path).total == Tally()
    export_lake(lake=tmp_path)
    assert run(engine="duckdb", lake=tmp_path).total == Tally(kept=1)
