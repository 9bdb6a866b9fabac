"""审计文件核对: reads the integer-coded audit and compares it row by row."""

from pathlib import Path
from typing import Final

import numpy as np

from shuangjian.engines.checker.given import Given
from shuangjian.engines.checker.loop import NOBODY, Int32, Int64
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.sheet import open_needed

_FAULTS: Final = {
    "pupil": "audit_rows",
    "slot": "audit_rows",
    "standing": "standing_wrong",
    "placed": "audit_placed",
    "rank": "audit_placed",
}
_COLUMNS: Final = {name: (name,) for name in _FAULTS}


def check_audit(
    folder: Path, given: Given, granted: Int64, standing: Int32, record: Record
) -> None:
    """One row an application, with its place in the draw and what it got (审计文件).

    Raises:
        UnreadableError: the file cannot be read.
    """
    table = open_needed(folder, "audit", _COLUMNS, " ".join(_COLUMNS))
    wishes = given.wishes
    is_placed = granted != NOBODY
    position = np.where(is_placed, granted - wishes.start[:-1], NOBODY)
    rank = np.zeros(granted.size, np.int64)
    rank[is_placed] = wishes.rank[granted[is_placed]]
    rows = 0
    for piece in table.pieces():
        stop = min(piece.first + piece.rows, granted.size)
        own = np.arange(piece.first, max(piece.first, stop))
        right = {
            "pupil": wishes.pupil[own],
            "slot": wishes.slot[own],
            "standing": standing[wishes.slot[own], wishes.pupil[own]],
            "placed": position[own],
            "rank": rank[own],
        }
        for column, values in right.items():
            found = piece.numbers(column)
            wrong = (found.values[: own.size] != values) | found.is_wrong[: own.size]
            told = (
                (f"row {row + 1}", f"{table.file} 第 {row + 1} 行数据：{column} 与重算的不符。")
                for row in own[wrong].tolist()
            )
            record.note_all(_FAULTS[column], table.file, int(wrong.sum()), told)
        rows += piece.rows
    record.looked("审计文件的行", rows)
    if rows != granted.size:
        record.note(
            "audit_rows", table.file, "", f"{table.file} 有 {rows} 行，应为 {granted.size} 行。"
        )
