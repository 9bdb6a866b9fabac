"""数据湖导出: full and after one change, beside reading the rows and beside DuckDB's writer."""

import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection

from benchmarks.plan import first_seat
from benchmarks.planner import Work
from benchmarks.ratio import Case, Ratio, Role, interleave
from benchmarks.save import ServiceSave
from benchmarks.site import TODAY, Site
from shuangjian.foundation.lake.catalogue import facts
from shuangjian.foundation.lake.duckdb_engine import THREADS
from shuangjian.foundation.lake.export import export_lake
from shuangjian.foundation.lake.fact import Fact
from shuangjian.foundation.lake.manifest import files_in_force, read_manifest
from shuangjian.foundation.registry.calendar import next_working_day

_PARTITION = "partition_day"


def measure(site: Site) -> list[Ratio]:
    """Export all into a new folder, and one change into the lake that is there."""
    lake = site.lake
    manifest = read_manifest(lake)
    tables = {name: _rows_of(lake, fact) for name, fact in facts().items()}
    full, peer = site.folder / "lake-full", site.folder / "lake-peer"
    work = Work(first_seat(), next_working_day(after=TODAY), site.now, saves=1, is_bare=False)
    save = ServiceSave(work.seat)

    def change() -> None:
        save(work)

    def export_change() -> None:
        report = export_lake(lake=lake)
        assert not report.is_unchanged

    change()  # why: there must be one for the first turn, too
    timings = interleave(
        {
            "full": Case(lambda: export_lake(lake=full), undo=lambda: shutil.rmtree(full)),
            "change": Case(export_change, undo=change),
            "read": Case(_read_all),
            "duckdb": Case(lambda: _write_by_duckdb(tables, peer), undo=lambda: _remove(peer)),
        },
        repetitions=site.repetitions,
    )
    files = sum(len(entry.partitions) for entry in manifest.facts.values())
    rows = sum(entry.rows for entry in manifest.facts.values())
    return [
        timings.ratio(
            "full/read", "full", "read", words=("全部导出", "只从 PostgreSQL 读出同样的行"),
            role=Role.LIMIT, note=f"{rows} 行，{files} 个分区文件，逐个落盘",
        ),
        timings.ratio(
            "full/duckdb", "full", "duckdb",
            words=("全部导出", "DuckDB 把内存里同样的行写成分区 Parquet"), role=Role.PEER,
            note="对照不含从 PostgreSQL 读出，不落盘确认",
        ),
        timings.ratio(
            "change/full", "change", "full", words=("改一项后再导出", "全部导出"), role=Role.SELF,
            note="要读全部行才知道哪个分区变了",
        ),
        timings.ratio(
            "change/read", "change", "read",
            words=("改一项后再导出", "只从 PostgreSQL 读出同样的行"), role=Role.LIMIT,
        ),
    ]  # fmt: skip


def _rows_of(lake: Path, fact: Fact) -> pa.Table:
    """A fact's rows in memory, with the day by which the lake is cut."""
    files = files_in_force(lake, read_manifest(lake), fact)
    tables = [pq.ParquetFile(file).read() for file in files]
    if not tables:
        return pa.table({})
    table = pa.concat_tables(tables)
    return table.append_column(_PARTITION, table[fact.partition].cast(pa.string()))


def _read_all() -> None:
    for name in facts():
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY (SELECT * FROM {name}) TO STDOUT") as copy,
        ):
            for _ in copy:
                pass


def _write_by_duckdb(tables: dict[str, pa.Table], folder: Path) -> None:
    folder.mkdir()
    with duckdb.connect(":memory:", config={"threads": THREADS}) as database:
        for name, table in tables.items():
            if not table.num_rows:
                continue
            database.register("rows_in_memory", table)
            by = f"city, {_PARTITION}" if "city" in table.column_names else _PARTITION
            database.execute(
                f"COPY rows_in_memory TO '{folder / name}'"
                f" (FORMAT parquet, COMPRESSION zstd, PARTITION_BY ({by}), WRITE_PARTITION_COLUMNS)"
            )
            database.unregister("rows_in_memory")


def _remove(folder: Path) -> None:
    shutil.rmtree(folder)
