"""湖的清单: which files of the lake are in force, what they hold, and as of which moment.

Readers open the files that the manifest names, never a folder's listing. An export writes new files
beside the old and then replaces the manifest in one step, so a reader sees one moment of the
database or the one before, and a crash leaves the former.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from shuangjian.foundation.lake.fact import Fact

MANIFEST = "manifest.json"
FORMAT = 1
# why: a manifest of another format lacks this name, and is refused for it.
_FACTS = f"facts_{FORMAT}"


class LakeDamagedError(RuntimeError):
    """The lake does not hold what its manifest says; the message says in Chinese what to do."""


@dataclass(frozen=True)
class Partition:
    """分区: one fact's rows of one city and one date, as they lie in one file.

    ``signature`` is drawn from the number of rows and from the sum of their hashes, so that it
    changes with any row, whoever committed it and whenever.
    """

    key: str
    file: str
    rows: int
    signature: str


@dataclass(frozen=True)
class FactManifest:
    """One fact (事实) in the lake: its schema, its partitions by key, and the moment they show.

    Every row committed before ``watermark`` is in; ``snapshot`` is PostgreSQL's own name of the
    moment, and every transaction below ``horizon`` had ended by then.
    """

    schema: str
    watermark: datetime
    snapshot: str
    horizon: int
    partitions: Mapping[str, Partition]

    @property
    def rows(self) -> int:
        """How many rows lie in the lake."""
        return sum(partition.rows for partition in self.partitions.values())


@dataclass(frozen=True)
class Manifest:
    """湖的清单. ``is_complete``: every declared fact lies in the lake, all as of one moment."""

    facts: Mapping[str, FactManifest] = field(default_factory=dict)
    is_complete: bool = False


def schema_hash(fact: Fact) -> str:
    """A short name of the columns (列结构): their order, types, and the partition column."""
    columns = ",".join(f"{column.name}:{column.type.value}" for column in fact.columns)
    return sha256(f"{FORMAT};{fact.partition};{columns}".encode()).hexdigest()[:16]


def read_manifest(lake: Path) -> Manifest:
    """The manifest in force (清单); empty where nothing was exported yet.

    Raises:
        LakeDamagedError: the file is there and cannot be read.
    """
    path = lake / MANIFEST
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        facts = {name: _fact_from(entry) for name, entry in written[_FACTS].items()}
        return Manifest(facts=facts, is_complete=bool(written["complete"]))
    except FileNotFoundError:
        return Manifest()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LakeDamagedError(
            f"数据湖的清单 {MANIFEST} 读不出来（{error}）。湖里的数据都能从数据库重新导出："
            "请删除该文件，再运行 shuangjian lake export。"
        ) from error


def write_manifest(lake: Path, manifest: Manifest) -> None:
    """Put the manifest in force in one step (原子替换); a crash leaves the former."""
    facts = {name: _fact_to(entry) for name, entry in sorted(manifest.facts.items())}
    text = json.dumps(
        {"complete": manifest.is_complete, _FACTS: facts},
        ensure_ascii=False,
        indent=1,
    )
    temporary = lake / f".{MANIFEST}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(lake / MANIFEST)
    folder = os.open(lake, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def files_in_force(lake: Path, manifest: Manifest, fact: Fact) -> tuple[Path, ...]:
    """The Parquet files that hold a fact now (在用文件), by partition; none where it has no rows.

    Raises:
        LakeDamagedError: the fact was exported with other columns, or a file is gone.
    """
    entry = manifest.facts.get(fact.name)
    if entry is None:
        return ()
    if entry.schema != schema_hash(fact):
        raise LakeDamagedError(
            f"湖里的“{fact.term}”（{fact.name}）还是旧的列结构，不能用来检查。"
            "请先运行 shuangjian lake export，再检查。"
        )
    files = tuple(lake / partition.file for _, partition in sorted(entry.partitions.items()))
    for file in files:
        if not file.exists():
            raise LakeDamagedError(
                f"湖里缺了清单上的文件 {file.relative_to(lake)}，可能被人删除。"
                "请运行 shuangjian lake export，它会补写。"
            )
    return files


def _fact_from(entry: Mapping[str, object]) -> FactManifest:
    partitions = entry["partitions"]
    if not isinstance(partitions, dict):
        raise TypeError("partitions")
    return FactManifest(
        schema=str(entry["schema"]),
        watermark=datetime.fromisoformat(str(entry["watermark"])),
        snapshot=str(entry["snapshot"]),
        horizon=int(str(entry["horizon"])),
        partitions={
            key: Partition(
                key=key,
                file=str(written["file"]),
                rows=int(written["rows"]),
                signature=str(written["signature"]),
            )
            for key, written in partitions.items()
        },
    )


def _fact_to(entry: FactManifest) -> dict[str, object]:
    return {
        "schema": entry.schema,
        "watermark": entry.watermark.isoformat(),
        "snapshot": entry.snapshot,
        "horizon": entry.horizon,
        "rows": entry.rows,
        "partitions": {
            key: {"file": part.file, "rows": part.rows, "signature": part.signature}
            for key, part in sorted(entry.partitions.items())
        },
    }
