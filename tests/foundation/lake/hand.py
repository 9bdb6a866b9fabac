"""Facts of our own and rows written by hand, in PostgreSQL and in a lake alike."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from shuangjian.foundation.lake.fact import Column, ColumnType, Fact
from shuangjian.foundation.lake.manifest import (
    FactManifest,
    Manifest,
    Partition,
    schema_hash,
    write_manifest,
)
from shuangjian.foundation.lake.snapshot import arrow_schema

INTEGER, TEXT, DATE, INSTANT = (
    ColumnType.INTEGER,
    ColumnType.TEXT,
    ColumnType.DATE,
    ColumnType.INSTANT,
)
SCHEMA = "lake_hand"


def _fact(name: str, **columns: ColumnType) -> Fact:
    return Fact(
        name=name,
        term=name,
        grain="一行",
        owner="test",
        columns=tuple(Column(each, kind, each) for each, kind in columns.items()),
        sql="",
        partition=next(each for each, kind in columns.items() if kind is DATE),
    )


# the facts of the good and bad lines: t has NULLs everywhere, u overlaps with it in part.
FACT_T = _fact("t", a=INTEGER, b=INTEGER, s=TEXT, d=DATE, r=INSTANT)
FACT_U = _fact("u", a=INTEGER, s=TEXT, d=DATE)
HAND_FACTS = {"t": FACT_T, "u": FACT_U}
_AT = datetime(2026, 11, 15, 8, 0, tzinfo=UTC)
HAND_ROWS = {
    "t": [
        (1, 10, "x", date(2026, 11, 14), _AT),
        (2, None, "x", date(2026, 11, 15), _AT),
        (2, 20, "", date(2026, 11, 16), _AT),
        (None, 30, None, date(2026, 11, 15), None),
        (4, -5, "朗读", None, _AT),
        (5_000_000_000, 0, "X", date(9999, 12, 31), _AT),
        (6, 7, '逗号,引号"换行\n', date(1, 1, 1), _AT),
    ],
    "u": [
        (1, "x", date(2026, 11, 15)),
        (2, None, date(2026, 11, 15)),
        (2, "x", None),
        (None, "朗读", date(2026, 11, 16)),
        (9, "", date(2026, 11, 14)),
    ],
}


def ordered(rows):
    """Rows in an order of ours: rules promise none."""
    return sorted(rows, key=lambda row: [(value is None, str(value)) for value in row])


@contextmanager
def hand_tables(facts, rows):
    """Tables of the facts' names and columns that hide the views behind them."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for name, fact in facts.items():
            columns = ", ".join(f"{column.name} {column.type.value}" for column in fact.columns)
            cursor.execute(f"CREATE TABLE {SCHEMA}.{name} ({columns})")
            marks = ", ".join(["%s"] * len(fact.columns))
            cursor.executemany(f"INSERT INTO {SCHEMA}.{name} VALUES ({marks})", rows[name])
        cursor.execute(f"SET search_path = {SCHEMA}, public")
        try:
            yield
        finally:
            cursor.execute("SET search_path = public")
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def write_hand_lake(lake, facts, rows):
    """The same rows as a lake of one file a fact; a fact without rows has no partition."""
    lake.mkdir(parents=True, exist_ok=True)
    entries = {}
    for name, fact in facts.items():
        partitions = {}
        if rows[name]:
            key = "city=990100/date=2026-11-15"
            file = f"{name}/{key}/part-hand.parquet"
            (lake / file).parent.mkdir(parents=True)
            schema = arrow_schema(fact)
            arrays = [
                pa.array([row[place] for row in rows[name]], field.type)
                for place, field in enumerate(schema)
            ]
            pq.write_table(pa.Table.from_arrays(arrays, schema=schema), lake / file)
            partitions[key] = Partition(key, file, len(rows[name]), "hand")
        entries[name] = FactManifest(schema_hash(fact), _AT, "1:1:", 1, partitions)
    write_manifest(lake, Manifest(entries, is_complete=True))
