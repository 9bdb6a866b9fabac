"""引用: rows that name somebody who is not there, or say the same thing twice."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.market.column import COURSE, PUPIL, SLOT, Column
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList, Rows
from shuangjian.engines.market.table import COURSES, PUPILS, Table
from shuangjian.engines.market.text_kernel import MISSING, UNKNOWN
from shuangjian.engines.market.vocabulary import Vocabulary

_LISTED_IN: Final = {PUPIL.name: PUPILS, COURSE.name: COURSES, SLOT.name: COURSES}


def add_unknown(
    faults: FaultList,
    table: Table,
    column: Column,
    codes: NDArray[np.signedinteger[Any]],
    listed: Vocabulary,
) -> None:
    """Note the cells that are empty or name what is not there (记查无此人).

    Args:
        faults: is added to.
        table: where they stand.
        column: which ids.
        codes: of the whole column, ``(rows,)``.
        listed: the ids that there are, to find what was perhaps meant.
    """
    if codes.min(initial=0) >= 0:
        return
    listed_in = _LISTED_IN[column.name]
    faults.add_rows(
        table, np.flatnonzero(codes == MISSING), lambda: f"缺少{column.shown}。请补上。"
    )
    hint_of = _slot_hint(listed) if column.name == SLOT.name else _id_hint(listed)
    faults.add_rows(
        table,
        np.flatnonzero(codes == UNKNOWN),
        lambda cell: (
            f"{listed_in} 里没有{column.shown}{shown(cell)}。"
            f"{hint_of(cell)}请改正，或在 {listed_in} 里补上。"
        ),
        columns=[column.name],
    )


def _id_hint(listed: Vocabulary) -> Callable[[str], str]:
    """Says where an id is there in another width (全角半角)."""

    def hint(cell: str) -> str:
        alike = unicodedata.normalize("NFKC", cell)
        if listed.codes_of(pa.array([alike], pa.string()))[0] < 0:
            return ""
        return f"有相近的{shown(alike)}，是否全角/半角不同？"

    return hint


def _slot_hint(listed: Vocabulary) -> Callable[[str], str]:
    """Says, too, where a slot is there with its days in another order (上课日的先后)."""
    id_hint = _id_hint(listed)
    by_days: dict[frozenset[str], list[str]] = defaultdict(list)
    for slot in listed.ids.to_pylist():
        by_days[_days(slot)].append(slot)

    def hint(cell: str) -> str:
        meant = by_days.get(_days(cell), [])
        if len(meant) != 1:
            return id_hint(cell)
        return id_hint(cell) or f"如果是同样的几天，请写成 {meant[0]}。"

    return hint


def _days(slot: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKC", slot)
    return frozenset(day.strip() for day in plain.split("+"))


def add_repeats(
    faults: FaultList,
    table: Table,
    rows: Rows,
    keys: Sequence[NDArray[Any]],
    say: Callable[..., str],
    *,
    columns: Sequence[str],
) -> None:
    """Note the rows that repeat an earlier one (记重复).

    Args:
        faults: is added to.
        table: where they stand.
        rows: the rows looked at, ascending.
        keys: what must differ, each as long as ``rows``.
        say: as for ``FaultList.add_rows``; the last it is given is the line of the earlier row.
        columns: what ``say`` is given before.
    """
    order = np.lexsort((rows, *reversed(keys)))
    is_again = np.zeros(order.size, np.bool_)
    is_again[1:] = True
    for key in keys:
        is_again[1:] &= key[order[1:]] == key[order[:-1]]
    begins = np.flatnonzero(~is_again)
    again = np.flatnonzero(is_again)
    earlier = begins[np.searchsorted(begins, again) - 1]
    by_row = np.argsort(order[again])
    faults.add_rows(
        table,
        rows[order[again]][by_row],
        say,
        columns=columns,
        beside=rows[order[earlier]][by_row],
    )
