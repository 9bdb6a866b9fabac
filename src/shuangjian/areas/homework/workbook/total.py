"""合计: totals that a sheet states itself, checked against the homework that was read."""

import datetime as dt
from dataclasses import dataclass

from shuangjian.areas.homework.workbook.entry import Entry
from shuangjian.areas.homework.workbook.fault import MisreadError
from shuangjian.areas.homework.workbook.minutes import Length, is_none_word, parse_minutes
from shuangjian.areas.homework.workbook.misreadings import Misreadings
from shuangjian.areas.homework.workbook.plan_row import ClassKey
from shuangjian.areas.homework.workbook.sheet import Position


@dataclass(frozen=True)
class StatedTotal:
    """表内合计: a cell that states the minutes of a class and day.

    Attributes:
        class_key: The class.
        on: The day.
        position: The cell.
    """

    class_key: ClassKey
    on: dt.date
    position: Position


def check_totals(
    totals: list[StatedTotal], entries: list[Entry], *, misreadings: Misreadings
) -> None:
    """合计核对: note every stated total that no way of adding up the homework gives.

    A total may count written homework only or all of it, and either end of a range. A cell
    merged over several days or classes isn't checked; neither is one that holds no minutes.

    Args:
        totals: The totals of one table.
        entries: The homework of the same table, read without a fault.
        misreadings: Takes `total_contradicts`.
    """
    grid = misreadings.grid
    days_by_anchor: dict[Position, set[tuple[ClassKey, dt.date]]] = {}
    for total in totals:
        anchor = grid.anchor(total.position)
        days_by_anchor.setdefault(anchor, set()).add((total.class_key, total.on))
    for anchor, days in days_by_anchor.items():
        stated = _stated(misreadings, anchor)
        if stated is None or len(days) > 1:
            continue
        class_key, on = next(iter(days))
        own = [each for each in entries if (each.class_key, each.on) == (class_key, on)]
        written = _sum([each for each in own if each.homework.kind == "written"])
        everything = _sum(own)
        if not (_meets(stated, written) or _meets(stated, everything)):
            misreadings.add(
                anchor,
                MisreadError(
                    "total_contradicts",
                    f"合计写的是 {stated.high} 分钟，而 {on:%Y-%m-%d} 各科书面作业相加是 "
                    f"{written.high} 分钟。请核对各科时长与合计，改正其中一处，或清空合计。",
                ),
            )


def _stated(misreadings: Misreadings, position: Position) -> Length | None:
    grid = misreadings.grid
    value = grid.value(position)
    if grid.is_blank(position):
        return None
    if is_none_word(value):
        return Length(0, 0)
    try:
        return parse_minutes(value)
    except MisreadError:
        # why: schools also write 达标 or a remark there; a number, however absurd, is a total.
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Length(int(value), int(value))
        return None


def _sum(entries: list[Entry]) -> Length:
    return Length(
        sum(e.homework.length.low for e in entries), sum(e.homework.length.high for e in entries)
    )


def _meets(stated: Length, summed: Length) -> bool:
    return stated.low <= summed.high and summed.low <= stated.high
