"""数据湖导出: facts as Parquet, only the partitions that changed, all as of one moment."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import DEFAULT_DB_ALIAS

from shuangjian.foundation.lake.catalogue import facts
from shuangjian.foundation.lake.fact import Fact
from shuangjian.foundation.lake.lock import ExportRefusedError, exporting, without_readers
from shuangjian.foundation.lake.manifest import (
    FactManifest,
    Manifest,
    Partition,
    read_manifest,
    schema_hash,
    write_manifest,
)
from shuangjian.foundation.lake.snapshot import (
    PartitionState,
    Snapshot,
    arrow_schema,
    open_snapshot,
)

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FactExport:
    """What the export did, or would do, with one fact (单项导出结果); counts of partitions."""

    fact: str
    rows: int
    written: tuple[str, ...]
    kept: int
    removed: tuple[str, ...]


@dataclass(frozen=True)
class ExportReport:
    """导出结果: one entry a fact in the catalogue's order, and the moment the lake now shows."""

    facts: tuple[FactExport, ...]
    watermark: datetime
    is_dry_run: bool

    @property
    def is_unchanged(self) -> bool:
        """Whether the lake already held everything."""
        return not any(fact.written or fact.removed for fact in self.facts)


def export_lake(
    *,
    lake: Path,
    only: Iterable[str] | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
    using: str = DEFAULT_DB_ALIAS,
) -> ExportReport:
    """Bring the lake up to the database (导出数据湖): rewrite what changed, drop what is gone.

    Args:
        lake: the lake's folder; made if it isn't there.
        only: names of facts; ``None`` for all. The others keep the moment they had.
        progress: called with a fact's name, partitions written so far, partitions to write.
        dry_run: say what would be written and touch nothing.
        using: the database to read; a connection of its own is opened, so that only what is
            committed gets exported.

    Raises:
        ExportRefusedError: an unknown fact, a row without a date, or another export runs.
        LakeDamagedError: the manifest cannot be read.

    Source: docs/algorithms/portable_sql.md, "The lake".
    """
    chosen = _chosen(only)
    with nullcontext() if dry_run else exporting(lake), open_snapshot(using=using) as snapshot:
        manifest = read_manifest(lake)
        entries = {name: entry for name, entry in manifest.facts.items() if name in facts()}
        done: list[FactExport] = []
        for fact in chosen:
            before = entries.get(fact.name)
            states = snapshot.states(fact)
            done.append(_plan(lake, fact, before, states))
            if not dry_run:
                _write(lake, fact, snapshot, states, progress)
                entries[fact.name] = _entry(fact, snapshot, states)
        if not dry_run:
            is_complete = set(entries) == set(facts()) and (
                len({entry.snapshot for entry in entries.values()}) <= 1
            )
            _put_in_force(lake, Manifest(facts=entries, is_complete=is_complete))
    return ExportReport(facts=tuple(done), watermark=snapshot.watermark, is_dry_run=dry_run)


def outdated_facts(
    lake: Path, *, names: Iterable[str], using: str = DEFAULT_DB_ALIAS
) -> frozenset[str]:
    """Which of these facts lie in the lake otherwise than in the database (过时的事实).

    Reads every row of them once, so it is for small facts: policies, rosters.

    Raises:
        LakeDamagedError: the manifest cannot be read.
    """
    manifest = read_manifest(lake)
    with open_snapshot(using=using) as snapshot:
        return frozenset(
            name
            for name in names
            if _signatures(manifest.facts.get(name))
            != {key: state.signature for key, state in snapshot.states(facts()[name]).items()}
        )


def _signatures(entry: FactManifest | None) -> Mapping[str, str]:
    partitions = {} if entry is None else entry.partitions
    return {key: partition.signature for key, partition in partitions.items()}


def _chosen(only: Iterable[str] | None) -> tuple[Fact, ...]:
    declared = facts()
    names = set(declared) if only is None else set(only)
    unknown = sorted(names - set(declared))
    if unknown:
        raise ExportRefusedError(
            f"没有名为 {'、'.join(unknown)} 的事实。可选：{'、'.join(declared)}。"
        )
    return tuple(fact for name, fact in declared.items() if name in names)


def _plan(
    lake: Path, fact: Fact, before: FactManifest | None, states: Mapping[str, PartitionState]
) -> FactExport:
    """What changes: a partition whose signature differs, or whose file is gone, is written."""
    known = {} if before is None else before.partitions
    written = tuple(
        key
        for key, state in sorted(states.items())
        if key not in known
        or known[key].signature != state.signature
        or not (lake / known[key].file).exists()
    )
    return FactExport(
        fact=fact.name,
        rows=sum(state.rows for state in states.values()),
        written=written,
        kept=len(states) - len(written),
        removed=tuple(sorted(set(known) - set(states))),
    )


def _file(fact: Fact, key: str, state: PartitionState) -> str:
    """A file is named by what it holds, so that new ones never overwrite those being read."""
    return f"{fact.name}/{key}/part-{state.signature}.parquet"


def _entry(fact: Fact, snapshot: Snapshot, states: Mapping[str, PartitionState]) -> FactManifest:
    return FactManifest(
        schema=schema_hash(fact),
        watermark=snapshot.watermark,
        snapshot=snapshot.name,
        horizon=snapshot.horizon,
        partitions={
            key: Partition(
                key=key,
                file=_file(fact, key, state),
                rows=state.rows,
                signature=state.signature,
            )
            for key, state in states.items()
        },
    )


def _write(
    lake: Path,
    fact: Fact,
    snapshot: Snapshot,
    states: Mapping[str, PartitionState],
    progress: Progress | None,
) -> None:
    """Write the files that aren't there yet; those of an export that crashed are taken up."""
    missing = {
        key: lake / _file(fact, key, state)
        for key, state in states.items()
        if not (lake / _file(fact, key, state)).exists()
    }
    done = 0
    for key, tables in _grouped(snapshot.tables(fact, missing)):
        with _new_file(missing[key]) as temporary:
            rows = _write_tables(temporary, arrow_schema(fact), tables)
            # invariant: one snapshot gave both the count and the rows.
            assert rows == states[key].rows, f"{fact.name} {key}: {rows} != {states[key].rows}"
        done += 1
        if progress is not None:
            progress(fact.name, done, len(missing))
    assert done == len(missing), f"{fact.name}: {done} of {len(missing)} partitions"


def _grouped(
    tables: Iterator[tuple[str, pa.Table]],
) -> Iterator[tuple[str, Iterator[pa.Table]]]:
    """Consecutive tables of one partition together, without holding more than one."""
    held = next(tables, None)

    def _of(key: str) -> Iterator[pa.Table]:
        nonlocal held
        while held is not None and held[0] == key:
            table = held[1]
            held = next(tables, None)
            yield table

    while held is not None:
        yield held[0], _of(held[0])


def _write_tables(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table)
            rows += table.num_rows
    return rows


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """A file that appears whole or not at all: written beside its place, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    yield temporary
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    temporary.replace(path)


def _put_in_force(lake: Path, manifest: Manifest) -> None:
    write_manifest(lake, manifest)
    with without_readers(lake) as is_alone:
        if is_alone:  # why: who still reads the former files keeps them; the next export sweeps.
            in_force = {
                lake / partition.file
                for entry in manifest.facts.values()
                for partition in entry.partitions.values()
            }
            _sweep(lake, in_force)


def _sweep(lake: Path, in_force: Collection[Path]) -> None:
    """Delete the export's own files that no manifest names, and the folders left empty."""
    for pattern in ("*/city=*/date=*/part-*.parquet", "*/city=*/date=*/.part-*.tmp"):
        for file in lake.glob(pattern):
            if file not in in_force:
                file.unlink()
                for folder in (file.parent, file.parent.parent, file.parent.parent.parent):
                    with suppress(OSError):  # why: a folder that still holds something stays.
                        folder.rmdir()
