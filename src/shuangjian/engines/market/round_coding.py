"""轮次: which slots are drawn first, and that no two of one round take the same day."""

from collections.abc import Sequence

import numpy as np

from shuangjian.engines.market.column import ROUND, SLOTS
from shuangjian.engines.market.column_coding import ColumnCoding
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.market import Int16
from shuangjian.engines.market.number import EMPTY, add_number_faults
from shuangjian.engines.market.table import Table


def rounds_of(table: Table, slots: Sequence[str], slot: Int16, faults: FaultList) -> Int16:
    """The round of each course (轮次), ``(rows,)``.

    Args:
        table: of courses.
        slots: all of them.
        slot: code of each row's slot, -1 where it is wrong.
        faults: is added to where a slot has two rounds, or two slots of a round share a day.
    """
    coding = ColumnCoding(table)
    rounds = coding.numbers(ROUND, dtype=np.int16)
    coding.run(threads=1)
    if (rounds == EMPTY).all():
        rounds = _default_rounds(slots)[slot] if slots else rounds
    else:
        add_number_faults(faults, table, ROUND, rounds, is_needed=True)
    _check(table, slots, slot, rounds, faults)
    return rounds


def _default_rounds(slots: Sequence[str]) -> Int16:
    """Slots of more days come first, ``(s,)``."""
    days = [len(slot.split("+")) for slot in slots]
    order = sorted(set(days), reverse=True)
    return np.array([order.index(count) + 1 for count in days], np.int16)


def _check(
    table: Table, slots: Sequence[str], slot: Int16, rounds: Int16, faults: FaultList
) -> None:
    first_row: dict[int, int] = {}
    taken: dict[tuple[int, str], int] = {}
    for row, (code, number) in enumerate(zip(slot.tolist(), rounds.tolist(), strict=True)):
        if code < 0 or number < 1:
            continue
        first = first_row.setdefault(code, row)
        line = table.line(row)
        if number != rounds[first]:
            faults.add(
                table.file,
                line,
                f"{SLOTS.shown}{shown(slots[code])}在第 {table.line(first)} 行"
                f"是第 {rounds[first]} 轮，这里是第 {number} 轮。"
                "一个时段只能在一轮里，请改成同一轮。",
            )
            continue
        if first < row:
            continue
        clashing = {taken.setdefault((number, day), code) for day in slots[code].split("+")}
        for other in sorted(clashing - {code}):
            faults.add(
                table.file,
                line,
                f"{SLOTS.shown}{shown(slots[code])}与第 {table.line(first_row[other])} 行的"
                f"{shown(slots[other])}有同一天，却在同一轮（第 {number} 轮）。"
                f"请写{ROUND.shown}这一列，把它们分到不同的轮。",
            )
