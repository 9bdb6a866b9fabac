"""引用: rows that name somebody who is not there, or say the same thing twice."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.market.column import COURSE, PUPIL, SLOT, Column
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList, Rows
from shuangjian.engines.market.table import COURSES, PUPILS, Table
from shuangjian.engines.market.text_kernel import MISSING, UNKNOWN

_LISTED_IN: Final = {PUPIL.name: PUPILS, COURSE.name: COURSES, SLOT.name: COURSES}


def add_unknown(
    faults: FaultList, table: Table, column: Column, codes: NDArray[np.signedinteger[Any]]
) -> None:
    """Note the cells that are empty or name what is not there (记查无此人)."""
    if codes.min(initial=0) >= 0:
        return
    listed_in = _LISTED_IN[column.name]
    faults.add_rows(
        table, np.flatnonzero(codes == MISSING), lambda: f"缺少{column.shown}。请补上。"
    )
    faults.add_rows(
        table,
        np.flatnonzero(codes == UNKNOWN),
        lambda cell: (
            f"{listed_in} 里没有{column.shown}{shown(cell)}。请改正，或在 {listed_in} 里补上。"
        ),
        columns=[column.name],
    )


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
