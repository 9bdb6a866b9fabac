from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction

from shuangjian.areas.homework.models import ClassDay, LimitOverride, PlannedHomework
from shuangjian.edges.demo.limits import limits_on
from shuangjian.edges.demo.load import DemoRefusedError, load_demonstration
from shuangjian.edges.demo.window import BEIJING
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.registry.models import Enrolment, Guardianship, Pupil, Region, School
from tests.edges.demo.conftest import TODAY, no_progress

DIGEST = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(',', d.pseudonym, d."on", p.course, p.content, p.kind, p.place, p.minutes,
            p.state, p.origin, t.pseudonym, p.recorded_by, p.recorded_at, p.published_at,
            p.superseded_at) AS line
        FROM homework_plannedhomework p JOIN homework_classday d ON d.id = p.class_day_id
        LEFT JOIN registry_teacher t ON t.id = p.teacher_id
        UNION ALL
        SELECT concat_ws(',', p.pseudonym, p.name, c.pseudonym, e.starts_on, g.pseudonym, g.name,
            s.relation)
        FROM registry_enrolment e JOIN registry_pupil p ON p.id = e.pupil_id
        JOIN registry_schoolclass c ON c.id = e.school_class_id
        JOIN registry_guardianship s ON s.pupil_id = p.id
        JOIN registry_guardian g ON g.id = s.guardian_id
        UNION ALL
        SELECT concat_ws(',', t.pseudonym, t.name, c.pseudonym, a.course, a.is_class_teacher)
        FROM registry_teachingassignment a JOIN registry_teacher t ON t.id = a.teacher_id
        JOIN registry_schoolclass c ON c.id = a.school_class_id
        UNION ALL
        SELECT concat_ws(',', d.pseudonym, o.reason, o.minutes, o.limit_minutes, o.recorded_at)
        FROM homework_limitoverride o JOIN homework_classday d ON d.id = o.class_day_id
    ) rows
"""


def rows(query, params=()):
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()


def digest_of_a_load(load, *, seed):
    """Load, take the digest, and undo the load."""
    with transaction.atomic():
        load(seed=seed)
        ((digest,),) = rows(DIGEST)
        transaction.set_rollback(True)
    return digest


def test_the_same_seed_gives_the_same_rows(load):
    first = digest_of_a_load(load, seed=11)
    assert first == digest_of_a_load(load, seed=11)
    assert first != digest_of_a_load(load, seed=12)


def test_the_summary_counts_what_lies_in_the_tables(load):
    summary = load()
    assert not summary.is_reused
    assert summary.schools == School.objects.count() == 2
    assert summary.pupils == Enrolment.objects.count() == Pupil.objects.count()
    assert summary.pupils == Guardianship.objects.count()
    assert summary.class_days == ClassDay.objects.count()
    assert summary.plans == PlannedHomework.objects.count()
    assert summary.overrides == LimitOverride.objects.count() > 0


def test_a_second_start_reuses_what_is_there(load):
    first = load()
    again = load(today=TODAY + timedelta(days=1))
    assert again.is_reused
    assert again.today == TODAY
    assert (again.plans, again.pupils, again.classes) == (first.plans, first.pupils, first.classes)


@pytest.mark.parametrize("other", [{"seed": 1}, {"scale": "district"}])
def test_another_demonstration_is_not_laid_over_the_first(load, other):
    load()
    with pytest.raises(DemoRefusedError, match="已有另一套演示数据"):
        load(**other)
    assert School.objects.count() == 2


@pytest.mark.parametrize("stop_at", ["学校", "账号"])
def test_a_failure_in_the_middle_leaves_nothing(load, stop_at):
    class StoppedError(Exception):
        pass

    def stop(step, done, total):
        if stop_at in step and (done == 1 or "账号" in step):
            assert ClassDay.objects.exists()
            raise StoppedError

    with pytest.raises(StoppedError):
        load(progress=stop)
    assert not School.objects.exists()
    assert not PlannedHomework.objects.exists()
    assert not User.objects.exists()
    assert not Region.objects.filter(code__startswith="99").exists()
    assert not load().is_reused


def test_only_the_demonstration_may_hold_invented_data(nation, settings):
    settings.DEMO_MODE = False
    with pytest.raises(DemoRefusedError, match="演示方式"):
        load_demonstration(scale="school", today=TODAY, seed=1, progress=no_progress)
    assert not School.objects.exists()


def test_real_schools_are_never_mixed_with_invented_ones(load, nation):
    School.objects.create(
        code="2151000001",
        name="真实小学",
        kind="primary",
        region=nation,
        starts_on=date(2000, 9, 1),
    )
    with pytest.raises(DemoRefusedError, match="已有学校"):
        load()
    assert not Region.objects.filter(code="990101").exists()


def test_without_the_nation_it_says_what_to_do_first(db, settings):
    settings.DEMO_MODE = True
    with pytest.raises(DemoRefusedError, match="先装入区划"):
        load_demonstration(scale="school", today=TODAY, seed=1, progress=no_progress)


def test_the_invented_regions_hang_under_the_nation(load):
    load()
    paths = dict(Region.objects.filter(code__startswith="99").values_list("code", "path"))
    assert paths == {
        "990000": "000000.990000",
        "990100": "000000.990000.990100",
        "990101": "000000.990000.990100.990101",
    }
    assert Region.objects.get(code="990101").city_code == "990100"


def test_nothing_is_recorded_after_the_eve_of_today(load):
    load()
    midnight = datetime.combine(TODAY, datetime.min.time(), tzinfo=BEIJING)
    ((recorded, published, superseded),) = rows(
        "SELECT max(recorded_at), max(published_at), max(superseded_at)"
        " FROM homework_plannedhomework"
    )
    assert max(recorded, published, superseded) < midnight


def test_versions_follow_each_other_without_a_gap(load):
    load()
    broken = rows("""
        SELECT * FROM (
            SELECT superseded_at, lead(recorded_at) OVER w AS following,
                lead(id) OVER w IS NULL AS is_last
            FROM homework_plannedhomework WINDOW w AS (PARTITION BY class_day_id, course ORDER BY id)
        ) v WHERE (NOT is_last AND superseded_at IS DISTINCT FROM following)
            OR (is_last AND superseded_at IS NOT NULL)
    """)
    assert broken == []
    superseded = PlannedHomework.objects.filter(superseded_at__isnull=False).count()
    assert 0.01 < superseded / PlannedHomework.objects.count() < 0.1


def test_who_is_over_the_limit_was_let_through_or_imported(load):
    load()
    limits = limits_on(TODAY)
    over = imported = 0
    for grade, minutes, override, origins in rows("""
        SELECT f.grade, f.written_minutes, o.minutes, array_agg(DISTINCT p.origin)
        FROM class_homework_day f
        JOIN registry_schoolclass c ON 'class:' || c.pseudonym = f.subject
        JOIN homework_classday d ON d.school_class_id = c.id AND d."on" = f.effective_on
        JOIN homework_plannedhomework p ON p.class_day_id = d.id
        LEFT JOIN homework_limitoverride o ON o.class_day_id = d.id
        GROUP BY d.id, f.grade, f.written_minutes, o.minutes
    """):
        if minutes <= limits[grade]:
            assert override is None
            continue
        over += 1
        imported += origins == ["import"]
        assert origins == ["import"] if override is None else override == minutes
    assert over > imported > 0


def test_days_over_the_limit_late_days_and_held_days_are_a_few_per_cent(load):
    load()
    limits = limits_on(TODAY)
    days = rows("SELECT grade, written_minutes, held_minutes FROM class_homework_day")
    over = sum(minutes > limits[grade] for grade, minutes, _ in days) / len(days)
    assert 0.01 < over < 0.06
    assert 0 < sum(held > 0 for _, _, held in days) / len(days) < 0.03
    late = rows("""
        SELECT avg((published_minute > deadline_minute)::int) FROM homework_published_day
        WHERE effective_on < %s""", [TODAY])[0][0]  # fmt: skip
    assert 0.01 < late < 0.1


def test_the_first_school_improves_from_the_first_round_to_the_last(load):
    load(today=date(2026, 11, 30))
    limits = limits_on(TODAY)
    shares = []
    for first, last in (
        (date(2026, 10, 16), date(2026, 10, 30)),
        (date(2026, 11, 16), date(2026, 11, 30)),
    ):
        days = rows(
            "SELECT f.grade, f.written_minutes FROM class_homework_day f JOIN registry_school s"
            " ON 'school:' || s.pseudonym = f.school"
            " WHERE s.code = '2199000001' AND f.effective_on BETWEEN %s AND %s",
            [first, last],
        )
        shares.append(sum(minutes > limits[grade] for grade, minutes in days) / len(days))
    assert shares[0] > 2 * shares[1]


def test_the_example_workbooks_find_their_days_empty(load):
    load()
    assert not ClassDay.objects.filter(
        school_class__entry_year=2022, school_class__number__in=[1, 2],
        school_class__school__name="示范市第一实验小学", on__range=("2026-11-02", "2026-11-06"),
    ).exists()  # fmt: skip
    assert not ClassDay.objects.filter(
        school_class__entry_year=2025, school_class__number__lte=6,
        school_class__school__name="示范市第二中学", on__range=("2026-11-09", "2026-11-11"),
    ).exists()  # fmt: skip


@pytest.mark.parametrize(
    "today", [date(2026, 9, 1), date(2026, 9, 2), date(2027, 3, 1), date(2027, 8, 31)]
)
def test_any_day_of_the_year_can_be_today(load, today):
    summary = load(today=today)
    assert summary.plans > 0
    grades = {grade for (grade,) in rows("SELECT DISTINCT grade FROM planned_homework")}
    assert grades <= set(range(1, 10))


def test_new_keys_do_not_meet_those_of_the_demonstration(load):
    load()
    pupil = Pupil.objects.create(name="新生")
    assert Pupil.objects.filter(pk=pupil.pk).count() == 1
    assert pupil.pk == max(Pupil.objects.values_list("pk", flat=True))
