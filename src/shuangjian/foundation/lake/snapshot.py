"""数据库快照: all facts read as of one moment, in blocks that fit the memory."""

import io
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connections
from psycopg import IsolationLevel, sql

from shuangjian.foundation.lake.fact import Column, ColumnType, Fact
from shuangjian.foundation.lake.lock import ExportRefusedError
from shuangjian.foundation.lake.manifest import schema_hash

BLOCK_BYTES = 8 * 1024 * 1024
NO_CITY = "000000"
# why: a key is a path; a city's code of another form could lead out of the lake.
_KEY = re.compile(r"city=[0-9A-Za-z]+/date=[0-9]{4}-[0-9]{2}-[0-9]{2}")

ARROW_TYPES = {
    ColumnType.INTEGER: pa.int64(),
    ColumnType.TEXT: pa.string(),
    ColumnType.DATE: pa.date32(),
    ColumnType.INSTANT: pa.timestamp("us", tz="UTC"),
}
_CSV_TYPES = {**ARROW_TYPES, ColumnType.INSTANT: pa.int64()}


@dataclass(frozen=True)
class PartitionState:
    """What the database holds of one partition: how many rows, and their signature (变更签名)."""

    rows: int
    signature: str


def arrow_schema(fact: Fact) -> pa.Schema:
    """The fact's columns as a Parquet file holds them (文件列结构)."""
    return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in fact.columns])


class Snapshot:
    """快照: one read-only transaction in which every fact is seen as of the same moment."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        row = connection.execute(
            "SELECT transaction_timestamp(), pg_current_snapshot()::text,"
            " pg_snapshot_xmin(pg_current_snapshot())::text"
        ).fetchone()
        assert row is not None  # invariant: a SELECT without FROM has one row.
        self.watermark: datetime = row[0]
        self.name: str = row[1]
        self.horizon: int = int(row[2])

    def states(self, fact: Fact) -> dict[str, PartitionState]:
        """Every partition of a fact (分区) with its signature; keys ``city=…/date=…``.

        Raises:
            ExportRefusedError: some row has no date, or a city's code that names no folder.
        """
        query = sql.SQL(
            "SELECT {key}, count(*), sum(hashtextextended(r::text, 0)),"
            " sum(hashtextextended(r::text, 1)) FROM (SELECT {columns} FROM {fact}) AS r GROUP BY 1"
        ).format(key=_key(fact), columns=_names(fact), fact=sql.Identifier(fact.name))
        states = {}
        for key, rows, first, second in self._connection.execute(query):
            if key is None:
                raise ExportRefusedError(
                    f"“{fact.term}”（{fact.name}）有 {rows} 行没有日期（{fact.partition}），"
                    "无法归入分区。请检查这个事实的视图，改好后再导出。"
                )
            if _KEY.fullmatch(key) is None:
                raise ExportRefusedError(
                    f"“{fact.term}”（{fact.name}）有 {rows} 行的市代码或日期不合规矩（{key}），"
                    "不能用作目录名。市代码只能是数字和字母；请改好基础数据后再导出。"
                )
            content = f"{schema_hash(fact)};{rows};{first};{second}"
            signature = sha256(content.encode()).hexdigest()[:20]
            states[key] = PartitionState(rows=rows, signature=signature)
        return states

    def tables(self, fact: Fact, keys: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        """The rows of these partitions, sorted by key; a large one comes in several tables."""
        if not keys:
            return
        dates = sorted({key.rsplit("=", 1)[1] for key in keys})
        query = sql.SQL(
            'COPY (SELECT {key} COLLATE "C" AS partition_key, {values} FROM {fact} AS r'
            " WHERE r.{partition} = ANY({dates}::date[]) AND {key} = ANY({keys})"
            " ORDER BY partition_key) TO STDOUT (FORMAT csv)"
        ).format(
            key=_key(fact),
            values=sql.SQL(", ").join(_exported(column) for column in fact.columns),
            fact=sql.Identifier(fact.name),
            partition=sql.Identifier(fact.partition),
            dates=sql.Literal(dates),
            keys=sql.Literal(sorted(keys)),
        )
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for block in _blocks(copy):
                yield from _by_partition(fact, block)


@contextmanager
def open_snapshot(*, using: str) -> Iterator[Snapshot]:
    """Open a connection of its own in ``REPEATABLE READ``, read only (可重复读快照).

    What the caller's own transaction has not committed yet is not in it.
    """
    wrapper = connections[using].copy()
    try:
        wrapper.connect()
        connection = wrapper.connection
        connection.autocommit = False
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        connection.execute("SET LOCAL DateStyle = 'ISO, YMD'")
        connection.execute("SET LOCAL work_mem = '64MB'")
        yield Snapshot(connection)
    finally:
        wrapper.close()


def _key(fact: Fact) -> sql.Composable:
    """SQL of ``city=<code>/date=<day>``; a fact without a city, as policy, lies under 000000."""
    city: sql.Composable = sql.Literal(NO_CITY)
    if "city" in fact.column_names:
        city = sql.SQL("coalesce(nullif(r.city, ''), {})").format(city)
    return sql.SQL(
        "('city=' || {city} || '/date=' || to_char(r.{partition}, 'YYYY-MM-DD'))"
    ).format(city=city, partition=sql.Identifier(fact.partition))


def _names(fact: Fact) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(name) for name in fact.column_names)


def _exported(column: Column) -> sql.Composable:
    """An instant crosses as microseconds: exact, and free of any session's time zone."""
    name = sql.Identifier(column.name)
    if column.type is ColumnType.INSTANT:
        return sql.SQL("(extract(epoch FROM r.{}) * 1000000)::bigint").format(name)
    return sql.SQL("r.{}").format(name)


def _blocks(copy: psycopg.Copy) -> Iterator[bytes]:
    """Whole rows of CSV in blocks of bounded size; PostgreSQL sends every row in one message."""
    parts: list[bytes] = []
    size = 0
    for message in copy:
        parts.append(bytes(message))
        size += len(parts[-1])
        if size >= BLOCK_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)


def _by_partition(fact: Fact, block: bytes) -> Iterator[tuple[str, pa.Table]]:
    types: Mapping[str, pa.DataType] = {
        "partition_key": pa.string(),
        **{column.name: _CSV_TYPES[column.type] for column in fact.columns},
    }
    table = pyarrow.csv.read_csv(
        io.BytesIO(block),
        # why: one block of the parser, since a row may not straddle two of them.
        read_options=pyarrow.csv.ReadOptions(column_names=list(types), block_size=len(block) + 1),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        # why: COPY writes NULL as nothing and an empty text as two quotes; both must survive.
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    keys = pc.value_counts(table["partition_key"])  # why: rows come sorted, so runs are counts.
    typed = table.drop_columns(["partition_key"]).cast(arrow_schema(fact))
    start = 0
    for key, count in zip(keys.field("values"), keys.field("counts"), strict=True):
        yield key.as_py(), typed.slice(start, count.as_py())
        start += count.as_py()
