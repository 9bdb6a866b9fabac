"""城市文件: an invented city as the files that ``allocate`` reads, CSV or Parquet, text ids."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.allocation.city import CHOICES, DAYS, City

GRADES = 6
ROWS_AT_ONCE = 1 << 20

Rows = NDArray[np.int64]
Maker = Callable[[Rows], pa.Table]


def write_city(city: City, folder: Path, *, form: str, shuffle_seed: int | None = None) -> None:
    """Write a city's files (城市文件) into ``folder``.

    Args:
        city: see there.
        folder: is made where it is missing.
        form: ``csv`` or ``parquet``; text columns are plain text, as any other program writes them.
        shuffle_seed: puts the rows of every file in an order of its own; None leaves them sorted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    generator = None if shuffle_seed is None else np.random.default_rng(shuffle_seed)
    for name, (count, make) in _files(city).items():
        path = folder / f"{name}.{form}"
        writer: pacsv.CSVWriter | pq.ParquetWriter | None = None
        for rows in _batches(count, generator):
            table = make(rows)
            if writer is None:
                writer = (pacsv.CSVWriter if form == "csv" else pq.ParquetWriter)(
                    path, table.schema
                )
            writer.write_table(table)
        assert writer is not None, path
        writer.close()


def _batches(count: int, generator: np.random.Generator | None) -> Iterator[Rows]:
    order = np.arange(count)
    if generator is not None:
        generator.shuffle(order)
    for first in range(0, count, ROWS_AT_ONCE):
        yield order[first : first + ROWS_AT_ONCE]


def _files(city: City) -> dict[str, tuple[int, Maker]]:
    """By name: how many rows, and what makes the table of some of them."""
    pupil_ids, course_ids = city.pupil_ids(), city.course_ids()
    wishes_each = len(DAYS) * CHOICES
    chosen = city.choices.reshape(-1)
    # why: tier 1 is what a pupil without a row has.
    later = np.flatnonzero(np.repeat(city.tier > 1, wishes_each))

    def pupils(rows: Rows) -> pa.Table:
        return pa.table({"pupil": pupil_ids.take(rows), "grade": rows % GRADES + 1})

    def courses(rows: Rows) -> pa.Table:
        return pa.table(
            {
                "course": course_ids.take(rows),
                "slots": _days(rows // city.courses % len(DAYS)),
                "seats": np.full(rows.size, city.seats),
                "least": np.zeros(rows.size, np.int64),
                "grades": pa.array(["1-6"] * rows.size),
            }
        )

    def choices(rows: Rows) -> pa.Table:
        return pa.table(
            {
                "pupil": pupil_ids.take(rows // wishes_each),
                "slot": _days(rows // CHOICES % len(DAYS)),
                "rank": rows % CHOICES + 1,
                "course": course_ids.take(chosen[rows]),
            }
        )

    def tiers(rows: Rows) -> pa.Table:
        wishes = later[rows]
        return pa.table(
            {
                "pupil": pupil_ids.take(wishes // wishes_each),
                "course": course_ids.take(chosen[wishes]),
                "tier": city.tier[wishes // wishes_each].astype(np.int64),
            }
        )

    return {
        "pupils": (city.pupil_count, pupils),
        "courses": (city.course_count, courses),
        "choices": (chosen.size, choices),
        "tiers": (later.size, tiers),
    }


def _days(codes: Rows) -> pa.StringArray:
    return pa.array(DAYS).take(pa.array(codes))
