"""检查引擎的选择: PostgreSQL for today's work, DuckDB for history, Spark for many cities."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

from shuangjian.foundation.lake.engine_value import Engine
from shuangjian.foundation.lake.fact import Fact

EngineName = Literal["postgres", "duckdb", "spark"]
ENGINE_NAMES: tuple[EngineName, ...] = get_args(EngineName)


@contextmanager
def open_engine(name: EngineName, *, lake: Path, facts: Iterable[Fact]) -> Iterator[Engine]:
    """Open an engine that knows these facts by name (检查引擎) and executes queries verbatim.

    PostgreSQL answers from its own views, in the caller's transaction; DuckDB and Spark from the
    lake's files in force, which stay in place until the engine is closed. A fact that was never
    exported, or has no rows, is an empty table with its declared columns.

    Args:
        name: which engine.
        lake: the lake's folder; PostgreSQL does not look at it.
        facts: the facts that queries may name.

    Raises:
        EngineUnavailableError: Spark or its Java is not installed.
        LakeDamagedError: the lake lacks a file of its manifest, or holds former columns.
    """
    declared = tuple(facts)
    # why: Spark is an optional group, and each engine is loaded only where it is asked for.
    if name == "postgres":
        from shuangjian.foundation.lake.postgres_engine import open_postgres

        with open_postgres() as engine:
            yield engine
    elif name == "duckdb":
        from shuangjian.foundation.lake.duckdb_engine import open_duckdb

        with open_duckdb(lake=lake, facts=declared) as engine:
            yield engine
    else:
        from shuangjian.foundation.lake.spark_engine import open_spark

        with open_spark(lake=lake, facts=declared) as engine:
            yield engine
