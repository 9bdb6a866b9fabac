"""写结果: all files of an allocation, or none."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from shuangjian.engines.market.csv_writing import write_csv
from shuangjian.engines.market.fault import ResultNotWrittenError
from shuangjian.engines.market.folder import Form
from shuangjian.engines.market.market import Market
from shuangjian.engines.market.parquet_writing import write_parquet
from shuangjian.engines.market.result import Allocation
from shuangjian.engines.market.result_rows import (
    AUDIT,
    COURSES_RESULT,
    OUTCOMES,
    PLACEMENTS,
    audit_of,
    courses_result_of,
    outcomes_of,
    placements_of,
)
from shuangjian.engines.market.result_table import ResultTable
from shuangjian.engines.market.threads import processors, run_side_by_side

SUMMARY: Final = "summary.json"
NAMES: Final = (OUTCOMES, PLACEMENTS, AUDIT, COURSES_RESULT)
FORMS: Final[Sequence[Form]] = ("csv", "parquet")
_UNFINISHED: Final = ".unfinished-"

Making = Callable[[], ResultTable]


def write_result(
    market: Market,
    allocation: Allocation,
    folder: Path,
    *,
    summary: Mapping[str, Any],
    form: Form,
    seconds: Callable[[], float] | None = None,
    for_excel: bool = False,
    threads: int | None = None,
) -> None:
    """Write the files of a result (写结果), which ``docs/algorithms/market.md`` describes.

    They are renamed into place when all are complete, ``summary.json`` last; an earlier result is
    replaced whole.

    Args:
        market: what was allocated.
        allocation: its result.
        folder: is made where it is missing.
        summary: goes into ``summary.json`` as it is.
        form: of the tables.
        seconds: is asked when the tables are written, and goes into ``summary.json``.
        for_excel: CSV gets a byte-order mark and no cell that could be a formula.
        threads: all processors where it is not said; the files are the same.

    Raises:
        ResultNotWrittenError: the folder is a file, or cannot be written to.
    """
    makings: dict[str, Making] = {
        OUTCOMES: partial(outcomes_of, market, allocation, with_sentences=form == "csv"),
        PLACEMENTS: partial(placements_of, market, allocation),
        AUDIT: partial(audit_of, market, allocation),
        COURSES_RESULT: partial(courses_result_of, market, allocation),
    }
    unfinished = {f"{name}.{form}": folder / f"{_UNFINISHED}{name}.{form}" for name in NAMES}
    unfinished[SUMMARY] = folder / f"{_UNFINISHED}{SUMMARY}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            run_side_by_side(
                [
                    partial(_write, making, unfinished[f"{name}.{form}"], form, for_excel=for_excel)
                    for name, making in makings.items()
                ],
                threads=processors() if threads is None else threads,
            )
            told = summary if seconds is None else {**summary, "seconds": seconds()}
            text = json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)
            unfinished[SUMMARY].write_text(f"{text}\n", encoding="utf-8")
            _replace(folder, unfinished)
        finally:
            for path in unfinished.values():
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ResultNotWrittenError(
            f"结果没有写出：不能写入文件夹 {folder}（{error.strerror or error}）。"
            "请核对路径、权限和磁盘空间，再重新运行。"
        ) from error


def _write(making: Making, path: Path, form: Form, *, for_excel: bool) -> None:
    if form == "csv":
        write_csv(making(), path, for_excel=for_excel)
    else:
        write_parquet(making(), path)


def _replace(folder: Path, unfinished: Mapping[str, Path]) -> None:
    """Put the complete files in the place of an earlier result."""
    # why: from here until the end there is no summary, which says that the folder is not whole.
    (folder / SUMMARY).unlink(missing_ok=True)
    for name in NAMES:
        for form in FORMS:
            if f"{name}.{form}" not in unfinished:
                (folder / f"{name}.{form}").unlink(missing_ok=True)
    for name, path in unfinished.items():
        path.replace(folder / name)
