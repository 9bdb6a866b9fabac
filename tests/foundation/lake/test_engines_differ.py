"""Why the allow-list is no superstition: the same text, three engines, not the same answer."""

import pytest

from shuangjian.foundation.lake.engine_value import EngineValueError
from shuangjian.foundation.lake.portable import check_portable

pytestmark = [pytest.mark.django_db, pytest.mark.spark]

_OTHER = "neither integer, text nor date"

DIFFERENCES = (
    # text, PostgreSQL, DuckDB, Spark
    ("SELECT 7 / 2 AS x", 3, _OTHER, _OTHER),
    ("SELECT concat('a', NULL) AS x", "a", "a", None),
    ("SELECT CAST(2.5 AS INTEGER) AS x", 3, 3, 2),
    ("SELECT DATE '2026-11-15' - DATE '2026-11-01' AS x", 14, 14, _OTHER),
    ("SELECT \"a\" AS x FROM (SELECT 'value' AS a) AS t", "value", "value", "a"),
    (
        "SELECT a AS x FROM (SELECT 1 AS a UNION ALL SELECT NULL) AS t ORDER BY a LIMIT 1",
        1,
        1,
        None,
    ),
    ("SELECT 'it''s' AS x", "it's", "it's", "its"),
    ("SELECT length('a\\nb') AS x", 4, 4, 3),
    ("SELECT count(*) AS x FROM (SELECT 'a\\b' AS s) AS t WHERE s LIKE 'a\\b'", 0, 1, 1),
    ("SELECT upper('straße') AS x", "STRAßE", "STRAẞE", "STRASSE"),
    ("SELECT substring('abc', 0, 2) AS x", "a", "a", "ab"),
    ("SELECT CAST(extract(dow FROM DATE '2026-11-15') AS INTEGER) AS x", 0, 0, 1),
    ("SELECT length(trim('　a')) AS x", 2, 1, 2),
)


def _answer(engine, sql):
    try:
        return engine.rows(sql)[0][0]
    except EngineValueError:
        return _OTHER


@pytest.mark.parametrize(("sql", "postgres", "duckdb", "spark"), DIFFERENCES)
def test_engines_answer_differently_and_the_checker_refuses(
    sql, postgres, duckdb, spark, open_any, tmp_path
):
    given = {}
    for name in ("postgres", "duckdb", "spark"):
        with open_any(name, lake=tmp_path, facts=()) as engine:
            given[name] = _answer(engine, sql)
    assert given == {"postgres": postgres, "duckdb": duckdb, "spark": spark}
    assert len(set(map(str, given.values()))) > 1
    assert check_portable(sql, facts={}) != ()


def test_a_backslash_hides_the_next_line_in_spark_alone(open_any, tmp_path):
    sql = "SELECT a AS x FROM (SELECT 1 AS a UNION ALL SELECT 2 AS a) AS t -- all\\\nWHERE a = 1"
    counts = {}
    for name in ("postgres", "duckdb", "spark"):
        with open_any(name, lake=tmp_path, facts=()) as engine:
            counts[name] = len(engine.rows(sql))
    assert counts == {"postgres": 1, "duckdb": 1, "spark": 2}
    assert [fault.code for fault in check_portable(sql, facts={})] == ["COMMENT"]
