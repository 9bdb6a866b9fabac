"""报名文件夹: the files of a market, CSV or Parquet, whatever their order of rows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from shuangjian.engines.market.build import market_of
from shuangjian.engines.market.csv_reading import read_csv_table
from shuangjian.engines.market.fault import Fault, MarketRefusedError, refused
from shuangjian.engines.market.market import Market
from shuangjian.engines.market.parquet_reading import read_parquet_table
from shuangjian.engines.market.table import CHOICES, COURSES, PUPILS, TICKETS, TIERS, Table

Form = Literal["csv", "parquet"]

NEEDED: Final = (PUPILS, COURSES, CHOICES)
READERS: Final = {".csv": read_csv_table, ".parquet": read_parquet_table}


def read_market(folder: Path, *, threads: int | None = None) -> Market:
    """Read a folder (读报名文件夹) as ``docs/algorithms/market.md`` describes it.

    Args:
        folder: with ``pupils``, ``courses``, ``choices`` and perhaps ``tiers``, ``tickets``.
        threads: all processors where it is not said; the result is the same.

    Raises:
        MarketRefusedError: with the faults, each with file, line, reason and what to do.
    """
    tables: dict[str, Table] = {}
    faults: list[Fault] = []
    unkept = 0
    for name, path in _paths(folder).items():
        try:
            tables[name] = READERS[path.suffix](path, name)
        except MarketRefusedError as error:
            faults += error.faults
            unkept += error.unkept
    faults += [
        Fault(table.file, None, "没有一行内容，只有表头。请填写后重新运行。")
        for name, table in tables.items()
        if name in NEEDED and not table.rows
    ]
    if faults:
        raise MarketRefusedError(faults, unkept=unkept, unread="其余各表每行的内容")
    return market_of(tables, threads=threads)


def form_of(folder: Path) -> Form:
    """The form in which results of a folder are written (结果的格式): that of its choices.

    Raises:
        MarketRefusedError: the folder has no choices, or two.
    """
    return "csv" if _paths(folder)[CHOICES].suffix == ".csv" else "parquet"


def _paths(folder: Path) -> Mapping[str, Path]:
    """The file of each table that there is."""
    if not folder.is_dir():
        raise refused(str(folder), None, "没有这个文件夹。请核对路径。")
    found: dict[str, Path] = {}
    faults = []
    for name in (PUPILS, COURSES, CHOICES, TIERS, TICKETS):
        paths = [path for suffix in READERS if (path := folder / f"{name}{suffix}").is_file()]
        if len(paths) > 1:
            reason = f"{name}.csv 和 {name}.parquet 都有，不知道以哪个为准。请移走一个。"
            faults.append(Fault(name, None, reason))
        elif paths:
            found[name] = paths[0]
        elif name in NEEDED:
            reason = f"文件夹里没有 {name}.csv，也没有 {name}.parquet。请补上。"
            faults.append(Fault(name, None, reason))
    if faults:
        raise MarketRefusedError(faults)
    return found
