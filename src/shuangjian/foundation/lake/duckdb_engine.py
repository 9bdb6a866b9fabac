"""DuckDB 引擎: the lake on one machine."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from shuangjian.foundation.lake.engine_value import Engine, Row, plain_rows
from shuangjian.foundation.lake.fact import Fact
from shuangjian.foundation.lake.lock import reading
from shuangjian.foundation.lake.manifest import files_in_force, read_manifest

THREADS = 2
MEMORY_MAX = "1GB"


class DuckdbEngine:
    """The lake's files in force (湖中数据), one view a fact."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, sql: str) -> list[Row]:
        """See ``Engine.rows``."""
        return plain_rows(self._connection.execute(sql).fetchall(), engine=self.name)


@contextmanager
def open_duckdb(*, lake: Path, facts: Iterable[Fact]) -> Iterator[Engine]:
    """An in-memory database over the lake (内存库), which reads nothing outside it.

    Raises:
        LakeDamagedError: a file is gone, or a fact was exported with other columns.
    """
    with tempfile.TemporaryDirectory(prefix="shuangjian-duckdb-") as spill, reading(lake):
        connection = duckdb.connect(
            ":memory:",
            config={
                "threads": THREADS,
                "memory_limit": MEMORY_MAX,
                "temp_directory": spill,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        try:
            _publish(connection, lake=lake, facts=facts)
            yield DuckdbEngine(connection)
        finally:
            connection.close()


def _publish(connection: duckdb.DuckDBPyConnection, *, lake: Path, facts: Iterable[Fact]) -> None:
    manifest = read_manifest(lake)
    for fact in facts:
        columns = ", ".join(f"{column.name} {column.type.value}" for column in fact.columns)
        files = files_in_force(lake, manifest, fact)
        if not files:
            connection.execute(f"CREATE TABLE {fact.name} ({columns})")
            continue
        # why: the folders city=… and date=… only cut the lake; the columns are in the files.
        relation = connection.read_parquet([str(file) for file in files], hive_partitioning=False)
        relation.select(*fact.column_names).create_view(fact.name)
    folder = str(lake.resolve()).replace("'", "''")
    connection.execute(f"SET allowed_directories = ['{folder}/']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
