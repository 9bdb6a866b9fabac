"""The same text gives the same rows on PostgreSQL, DuckDB and Spark."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import shuangjian
from shuangjian.foundation.lake.catalogue import facts as declared_facts
from shuangjian.foundation.lake.engine_value import EngineValueError
from shuangjian.foundation.lake.manifest import LakeDamagedError, schema_hash
from shuangjian.foundation.lake.portable import check_portable
from tests.foundation.lake.conftest import ENGINES
from tests.foundation.lake.hand import (
    HAND_FACTS,
    HAND_ROWS,
    hand_tables,
    ordered,
    write_hand_lake,
)
from tests.foundation.lake.lines import GOOD_LINES
from tests.foundation.lake.rule_rows import EXPECTED, RULE_ROWS, USED_FACTS, rule_text

pytestmark = pytest.mark.django_db
DAY = "WITH inspection_day AS (SELECT DATE '2026-11-15' AS as_of) "
RULE_FILES = sorted(Path(shuangjian.__path__[0]).glob("areas/*/rules/*.sql"))


def _wrapped(sql, columns):
    return f"{DAY}SELECT {columns} FROM ({sql}\n) AS violation"


@pytest.mark.spark
def test_every_good_line_gives_equal_rows_on_three_engines(open_any, tmp_path):
    write_hand_lake(tmp_path, HAND_FACTS, HAND_ROWS)
    with hand_tables(HAND_FACTS, HAND_ROWS):
        answers = {}
        for name in ("postgres", "duckdb", "spark"):
            with open_any(name, lake=tmp_path, facts=HAND_FACTS.values()) as engine:
                answers[name] = [
                    ordered(engine.rows(sql if sql.startswith("WITH") else DAY + sql))
                    for sql in GOOD_LINES
                ]
    for place, sql in enumerate(GOOD_LINES):
        expected = answers["postgres"][place]
        assert expected or "NOT IN (SELECT" in sql, f"no rows prove nothing: {sql}"
        assert answers["duckdb"][place] == expected, sql
        assert answers["spark"][place] == expected, sql


@pytest.mark.parametrize("engine_name", ENGINES)
def test_integers_texts_dates_and_nulls_come_as_they_are(engine_name, open_any, tmp_path):
    write_hand_lake(tmp_path, HAND_FACTS, HAND_ROWS)
    with (
        hand_tables(HAND_FACTS, HAND_ROWS),
        open_any(engine_name, lake=tmp_path, facts=HAND_FACTS.values()) as engine,
    ):
        assert engine.name == engine_name
        rows = engine.rows("SELECT t.a, t.b, t.s, t.d FROM t")
        sums = engine.rows("SELECT SUM(t.a) AS x, COUNT(*) AS n FROM t")
    assert ordered(rows) == ordered([row[:4] for row in HAND_ROWS["t"]])
    assert {type(value) for row in rows for value in row} == {int, str, date, type(None)}
    assert sums == [(5_000_000_015, 7)]
    assert type(sums[0][0]) is int


@pytest.mark.parametrize("engine_name", ENGINES)
def test_a_value_of_another_type_is_refused_in_words(engine_name, open_any, tmp_path):
    with open_any(engine_name, lake=tmp_path, facts=()) as engine:
        for sql in ("SELECT 1 = 1 AS x", "SELECT 0.5 AS x"):
            with pytest.raises(EngineValueError, match="规则只能得出整数、文本和日期"):
                engine.rows(sql)


@pytest.mark.parametrize("engine_name", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def test_a_fact_never_exported_or_without_rows_is_an_empty_table(engine_name, open_any, tmp_path):
    rows = {"t": [], "u": HAND_ROWS["u"]}
    write_hand_lake(tmp_path / "lake", {"t": HAND_FACTS["t"]}, rows)
    with open_any(engine_name, lake=tmp_path / "lake", facts=HAND_FACTS.values()) as engine:
        assert engine.rows("SELECT t.a, t.s, t.d FROM t") == []
        assert engine.rows("SELECT COUNT(*) AS n FROM u WHERE u.d = DATE '2026-11-15'") == [(0,)]


@pytest.mark.parametrize("engine_name", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def test_a_lake_of_former_columns_or_with_a_lost_file_is_refused(engine_name, open_any, tmp_path):
    write_hand_lake(tmp_path, HAND_FACTS, HAND_ROWS)
    former = replace(HAND_FACTS["t"], columns=HAND_FACTS["t"].columns[:4])
    assert schema_hash(former) != schema_hash(HAND_FACTS["t"])
    with (
        pytest.raises(LakeDamagedError, match=r"旧的列结构.*shuangjian lake export"),
        open_any(engine_name, lake=tmp_path, facts=[former]),
    ):
        pass
    next((tmp_path / "u").rglob("*.parquet")).unlink()
    with (
        pytest.raises(LakeDamagedError, match=r"缺了清单上的文件 u/.*shuangjian lake export"),
        open_any(engine_name, lake=tmp_path, facts=HAND_FACTS.values()),
    ):
        pass


def test_duckdb_reads_nothing_outside_the_lake(open_any, tmp_path):
    write_hand_lake(tmp_path / "lake", HAND_FACTS, HAND_ROWS)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with open_any("duckdb", lake=tmp_path / "lake", facts=HAND_FACTS.values()) as engine:
        assert len(engine.rows("SELECT t.a FROM t")) == 7
        with pytest.raises(Exception, match="Permission Error"):
            engine.rows(f"SELECT a FROM read_csv('{tmp_path}/secret.csv')")


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_rule_files_are_portable(path):
    columns = {name: fact.columns for name, fact in declared_facts().items()}
    assert check_portable(path.read_text(encoding="utf-8"), facts=columns) == ()


def test_every_rule_file_has_rows_of_its_own_here():
    assert {path.stem for path in RULE_FILES} == set(EXPECTED)


@pytest.mark.parametrize("engine_name", ENGINES)
def test_rules_verbatim_find_exactly_these_violations(engine_name, open_any, tmp_path):
    facts = {name: declared_facts()[name] for name in USED_FACTS}
    write_hand_lake(tmp_path, facts, RULE_ROWS)
    with (
        hand_tables(facts, RULE_ROWS),
        open_any(engine_name, lake=tmp_path, facts=facts.values()) as engine,
    ):
        for path in RULE_FILES:
            sql = _wrapped(rule_text(path), "subject, effective_on, measured, limit_value, policy")
            assert ordered(engine.rows(sql)) == ordered(EXPECTED[path.stem]), path.stem
