"""The lake's export: only what changed, all of one moment, and never half of it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection

from shuangjian.areas.homework import facts as homework_facts
from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.areas.quality import facts as quality_facts
from shuangjian.foundation.lake import snapshot
from shuangjian.foundation.lake.catalogue import facts
from shuangjian.foundation.lake.engine import open_engine
from shuangjian.foundation.lake.export import export_lake
from shuangjian.foundation.lake.fact import Column, Fact
from shuangjian.foundation.lake.lock import ExportRefusedError, exporting
from shuangjian.foundation.lake.manifest import MANIFEST, LakeDamagedError, read_manifest
from shuangjian.foundation.lake.services import publish_fact_views
from tests.foundation.lake.conftest import ENGINES
from tests.foundation.lake.hand import DATE, INSTANT, INTEGER, TEXT, ordered
from tests.scene import MONDAY, TUESDAY, at, build_scene, limit

pytestmark = pytest.mark.django_db(transaction=True)
WEDNESDAY = date(2026, 11, 11)
RULES = Path(homework_facts.__file__).parent / "rules"


def plan(school_class, on, course, minutes, *, state="published", recorded_at=None):
    """One current version, as the services would leave it."""
    day, _ = ClassDay.objects.get_or_create(school_class=school_class, on=on)
    day.plans.filter(course=course, superseded_at__isnull=True).update(superseded_at=at(on, 23))
    return PlannedHomework.objects.create(
        class_day=day,
        course=course,
        kind="written",
        minutes=minutes,
        state=state,
        origin="page",
        recorded_by="测试",
        published_at=at(on, 19) if state == "published" else None,
        recorded_at=recorded_at or at(on, 15),
    )


@pytest.fixture
def scene():
    scene = build_scene()
    for on in (MONDAY, TUESDAY, WEDNESDAY):
        plan(scene.fifth, on, "math", 35)
        plan(scene.other_class, on, "math", 20)
    plan(scene.fifth, TUESDAY, "chinese", 30)
    return scene


@pytest.fixture
def declare(monkeypatch):
    """Declare a room's facts anew for one test, views included."""
    added = []

    def _declare(room, declared):
        added.extend(set(declared) - set(room.FACTS))
        monkeypatch.setattr(room, "FACTS", tuple(declared))
        facts.cache_clear()
        publish_fact_views(using="default")

    yield _declare
    monkeypatch.undo()
    facts.cache_clear()
    with connection.cursor() as cursor:
        for fact in added:
            cursor.execute(f"DROP VIEW IF EXISTS {fact.name} CASCADE")
    publish_fact_views(using="default")


def key(on, city="990100"):
    return f"city={city}/date={on.isoformat()}"


def written(report):
    return {each.fact: each.written for each in report.facts if each.written}


def files(lake):
    return {path: path.stat().st_mtime_ns for path in lake.rglob("*.parquet")}


def rows_of(name, lake, engine_name="duckdb"):
    fact = facts()[name]
    columns = ", ".join(column.name for column in fact.columns if column.type is not INSTANT)
    with open_engine(engine_name, lake=lake, facts=[fact]) as engine:
        return ordered(engine.rows(f"SELECT {columns} FROM {name}"))


def test_partitions_lie_by_city_and_day_and_a_second_run_writes_nothing(scene, tmp_path):
    report = export_lake(lake=tmp_path)
    assert [each.fact for each in report.facts] == list(facts())
    assert written(report)["planned_homework"] == (key(MONDAY), key(TUESDAY), key(WEDNESDAY))
    assert written(report)["policy_in_force"] == (key(date(2021, 4, 1)),)
    manifest = read_manifest(tmp_path)
    assert manifest.is_complete
    entry = manifest.facts["planned_homework"]
    assert entry.rows == 7
    assert entry.partitions[key(TUESDAY)].rows == 3
    file = tmp_path / entry.partitions[key(TUESDAY)].file
    assert file.parent == tmp_path / "planned_homework" / key(TUESDAY)
    assert pq.read_metadata(file).row_group(0).column(0).compression == "ZSTD"
    assert entry.watermark == report.watermark
    assert entry.horizon <= int(entry.snapshot.split(":")[1])

    before = files(tmp_path)
    again = export_lake(lake=tmp_path)
    assert again.is_unchanged
    assert files(tmp_path) == before
    assert sum(each.kept for each in again.facts) == len(before)
    assert read_manifest(tmp_path).facts["planned_homework"].watermark > entry.watermark


def test_a_changed_row_rewrites_its_partition_alone(scene, tmp_path):
    export_lake(lake=tmp_path)
    before = files(tmp_path)
    plan(scene.fifth, TUESDAY, "math", 36)
    report = export_lake(lake=tmp_path)
    assert written(report) == {
        name: (key(TUESDAY),)
        for name in ("planned_homework", "class_homework_day", "homework_published_day")
    }
    after = files(tmp_path)
    assert len(after) == len(before)  # the former three are gone
    assert len(set(after) - set(before)) == 3
    assert {path: after[path] for path in set(after) & set(before)} == {
        path: before[path] for path in set(after) & set(before)
    }


def test_a_partition_without_rows_is_removed_with_its_folder(scene, tmp_path):
    export_lake(lake=tmp_path)
    for school_class in (scene.fifth, scene.other_class):
        plan(school_class, WEDNESDAY, "math", 5, state="withdrawn")
    report = {each.fact: each for each in export_lake(lake=tmp_path).facts}
    assert report["planned_homework"].removed == (key(WEDNESDAY),)
    assert not (tmp_path / "planned_homework" / key(WEDNESDAY)).exists()
    assert report["class_homework_day"].written == (key(WEDNESDAY),)  # a day of 0 minutes
    assert not report["planned_homework"].written


def test_a_late_committer_is_not_missed(scene, tmp_path):
    other = connection.copy()
    other.connect()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(
                "UPDATE homework_plannedhomework SET superseded_at = recorded_at"
                " WHERE course = 'chinese' AND superseded_at IS NULL"
            )
        plan(scene.fifth, MONDAY, "english", 5)  # commits first, with a higher number
        export_lake(lake=tmp_path)
        seen = read_manifest(tmp_path).facts["planned_homework"]
        assert seen.partitions[key(TUESDAY)].rows == 3
        other.commit()
    finally:
        other.close()
    report = export_lake(lake=tmp_path)
    assert written(report)["planned_homework"] == (key(TUESDAY),)
    assert read_manifest(tmp_path).facts["planned_homework"].partitions[key(TUESDAY)].rows == 2


@pytest.mark.parametrize("fails_after", [1, 2, 5])
def test_a_failure_in_the_middle_leaves_the_former_lake_and_is_taken_up(
    scene, tmp_path, fails_after
):
    export_lake(lake=tmp_path)
    former = {name: rows_of(name, tmp_path) for name in facts()}
    manifest = (tmp_path / MANIFEST).read_bytes()
    for on in (MONDAY, TUESDAY, WEDNESDAY):
        plan(scene.fifth, on, "math", 41)
    done = []

    def _fail(fact, count, total):
        done.append((fact, count, total))
        if len(done) == fails_after:
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        export_lake(lake=tmp_path, progress=_fail)
    assert len(done) == fails_after
    assert (tmp_path / MANIFEST).read_bytes() == manifest
    assert {name: rows_of(name, tmp_path) for name in facts()} == former

    # what the crash left: whole files are taken up, half a file is swept away
    left = set(files(tmp_path))
    half = tmp_path / "planned_homework" / key(MONDAY) / ".part-0.parquet.tmp"
    half.write_bytes(b"PAR1")
    report = export_lake(lake=tmp_path)
    assert sum(len(keys) for keys in written(report).values()) == 9
    in_force = {
        tmp_path / partition.file
        for entry in read_manifest(tmp_path).facts.values()
        for partition in entry.partitions.values()
    }
    assert set(files(tmp_path)) == in_force
    assert len(left & in_force) == len(in_force) - 9 + fails_after
    assert not half.exists()
    assert sum(41 in row for row in rows_of("planned_homework", tmp_path)) == 3


def test_who_reads_keeps_the_files_and_the_next_export_sweeps(scene, tmp_path):
    export_lake(lake=tmp_path)
    fact = facts()["class_homework_day"]
    total = "SELECT SUM(d.written_minutes) AS n FROM class_homework_day d"
    with open_engine("duckdb", lake=tmp_path, facts=[fact]) as reader:
        plan(scene.fifth, TUESDAY, "math", 60)
        export_lake(lake=tmp_path)
        assert reader.rows(total) == [(195,)]
        assert len(list((tmp_path / fact.name / key(TUESDAY)).glob("*.parquet"))) == 2
    with open_engine("duckdb", lake=tmp_path, facts=[fact]) as reader:
        assert reader.rows(total) == [(220,)]
    export_lake(lake=tmp_path)
    assert len(list((tmp_path / fact.name / key(TUESDAY)).glob("*.parquet"))) == 1


def test_a_second_export_at_the_same_time_is_refused(scene, tmp_path):
    with exporting(tmp_path), pytest.raises(ExportRefusedError, match="另一个导出正在写"):
        export_lake(lake=tmp_path)
    assert not export_lake(lake=tmp_path).is_unchanged


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(scene, tmp_path):
    lake = tmp_path / "lake"
    report = export_lake(lake=lake, dry_run=True)
    assert report.is_dry_run
    assert written(report)["class_homework_day"] == (key(MONDAY), key(TUESDAY), key(WEDNESDAY))
    assert not lake.exists()
    assert written(export_lake(lake=lake)) == written(report)


def test_only_some_facts_leave_the_others_as_they_were(scene, tmp_path):
    export_lake(lake=tmp_path, only=["class_homework_day"])
    assert set(read_manifest(tmp_path).facts) == {"class_homework_day"}
    assert not read_manifest(tmp_path).is_complete
    export_lake(lake=tmp_path)
    former = read_manifest(tmp_path)
    assert former.is_complete
    plan(scene.fifth, TUESDAY, "math", 36)
    report = export_lake(lake=tmp_path, only=["planned_homework"])
    assert [each.fact for each in report.facts] == ["planned_homework"]
    now = read_manifest(tmp_path)
    assert now.facts["class_homework_day"] == former.facts["class_homework_day"]
    assert now.facts["planned_homework"].watermark > former.facts["planned_homework"].watermark
    assert not now.is_complete  # two moments in one lake
    with pytest.raises(ExportRefusedError, match=r"没有名为 nope 的事实。可选：.*planned_homework"):
        export_lake(lake=tmp_path, only=["nope"])


def test_other_columns_rewrite_the_whole_fact_and_no_other(scene, tmp_path, declare):
    export_lake(lake=tmp_path)
    planned, *others = homework_facts.FACTS
    fewer = tuple(column for column in planned.columns if column.name != "is_imported")
    declare(homework_facts, [replace(planned, columns=fewer), *others])
    with pytest.raises(LakeDamagedError, match="旧的列结构"):
        rows_of("planned_homework", tmp_path)
    report = export_lake(lake=tmp_path)
    assert written(report) == {"planned_homework": (key(MONDAY), key(TUESDAY), key(WEDNESDAY))}
    assert len(rows_of("planned_homework", tmp_path)) == 7


def test_a_lost_file_is_written_again(scene, tmp_path):
    export_lake(lake=tmp_path)
    partition = read_manifest(tmp_path).facts["planned_homework"].partitions[key(MONDAY)]
    (tmp_path / partition.file).unlink()
    assert written(export_lake(lake=tmp_path)) == {"planned_homework": (key(MONDAY),)}
    assert (tmp_path / partition.file).exists()


def test_an_unreadable_manifest_is_refused_in_words(scene, tmp_path):
    export_lake(lake=tmp_path)
    (tmp_path / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(LakeDamagedError, match=r"读不出来.*删除该文件.*shuangjian lake export"):
        export_lake(lake=tmp_path)
    (tmp_path / MANIFEST).write_text(json.dumps({"complete": True}), encoding="utf-8")
    with pytest.raises(LakeDamagedError, match="读不出来"):
        read_manifest(tmp_path)


ODD = Fact(
    name="odd_values",
    term="古怪的值",
    grain="一行",
    owner="quality",
    columns=tuple(
        Column(name, kind, name)
        for name, kind in (
            ("starts_on", DATE),
            ("n", INTEGER),
            ("s", TEXT),
            ("d", DATE),
            ("r", INSTANT),
        )
    ),
    sql="""
        SELECT DATE '2026-11-15' AS starts_on, * FROM (VALUES
            (9223372036854775807, '', DATE '9999-12-31', TIMESTAMPTZ '2026-11-15 08:00:00.123456+08'),
            (NULL, NULL, NULL, NULL),
            (-1, E'逗号,引号"换行\\n反斜杠\\\\', DATE '0001-01-01', TIMESTAMPTZ '1969-12-31 23:59:59.999999+00'),
            (0, 'NULL', DATE '1582-10-10', TIMESTAMPTZ '2026-11-15 00:00:00+00')
        ) AS given (n, s, d, r)
    """,
    partition="starts_on",
)


@pytest.mark.parametrize("block_bytes", [1, 100, 8 * 1024 * 1024])
def test_values_and_blocks_survive_the_way_into_the_file(
    scene, tmp_path, declare, monkeypatch, block_bytes
):
    monkeypatch.setattr(snapshot, "BLOCK_BYTES", block_bytes)
    declare(quality_facts, [*quality_facts.FACTS, ODD])
    export_lake(lake=tmp_path)
    partitions = read_manifest(tmp_path).facts["odd_values"].partitions
    assert list(partitions) == [key(date(2026, 11, 15), city="000000")]  # a fact without a city
    table = pq.read_table(tmp_path / partitions[key(date(2026, 11, 15), "000000")].file)
    assert set(map(tuple, (row.values() for row in table.drop("starts_on").to_pylist()))) == {
        (2**63 - 1, "", date(9999, 12, 31), datetime(2026, 11, 15, 0, 0, 0, 123456, UTC)),
        (None, None, None, None),
        (
            -1,
            '逗号,引号"换行\n反斜杠\\',
            date(1, 1, 1),
            datetime(1970, 1, 1, tzinfo=UTC) - timedelta(microseconds=1),
        ),
        (0, "NULL", date(1582, 10, 10), datetime(2026, 11, 15, tzinfo=UTC)),
    }


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT NULL::date AS starts_on, '990100' AS city", "有 1 行没有日期（starts_on）"),
        ("SELECT DATE '2026-11-15' AS starts_on, '../..' AS city", "市代码只能是数字和字母"),
    ],
)
def test_rows_that_fit_no_partition_are_refused_and_the_lake_stays(
    scene, tmp_path, declare, sql, message
):
    export_lake(lake=tmp_path)
    former = (tmp_path / MANIFEST).read_bytes()
    columns = (Column("starts_on", DATE, "起"), Column("city", TEXT, "市"))
    broken = Fact("broken", "坏掉的事实", "一行", "quality", columns, sql, partition="starts_on")
    declare(quality_facts, [*quality_facts.FACTS, broken])
    with pytest.raises(ExportRefusedError, match=message):
        export_lake(lake=tmp_path)
    assert (tmp_path / MANIFEST).read_bytes() == former


@pytest.mark.parametrize("engine_name", ENGINES)
def test_the_exported_lake_answers_as_the_views_do(scene, tmp_path, open_any, engine_name):
    limit(scene.school, low=7, high=9, minutes=90)
    export_lake(lake=tmp_path)
    late, over = (RULES / name for name in ("published_late.sql", "total_over_limit.sql"))
    with open_any(engine_name, lake=tmp_path, facts=facts().values()) as engine:
        for name, fact in facts().items():
            columns = ", ".join(
                column.name for column in fact.columns if column.type is not INSTANT
            )
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {columns} FROM {name}")
                expected = ordered(cursor.fetchall())
            assert expected, name
            assert ordered(engine.rows(f"SELECT {columns} FROM {name}")) == expected, name
        for path, subjects in ((late, {scene.fifth, scene.other_class}), (over, {scene.fifth})):
            rule = path.read_text(encoding="utf-8")
            rows = engine.rows(f"SELECT subject FROM ({rule}\n) AS violation")
            assert {row[0] for row in rows} == {f"class:{each.pseudonym}" for each in subjects}
