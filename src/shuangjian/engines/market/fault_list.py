"""错误清单: gathers all faults of one stage, so that a person mends them in one go."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.market.fault import Fault, MarketRefusedError
from shuangjian.engines.market.table import Table

KEPT: Final = 1_000
"""So many faults of one kind in a file are told in words; the rest are counted."""

Rows = NDArray[np.intp]


class FaultList:
    """错误清单: what was found so far."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._unkept = 0

    def add(self, file: str, line: int | None, reason: str) -> None:
        """Note one fault (记一处)."""
        self._faults.append(Fault(file, line, reason))

    def add_rows(
        self,
        table: Table,
        rows: Rows,
        say: Callable[..., str],
        *,
        columns: Sequence[str] = (),
        beside: Rows | None = None,
    ) -> None:
        """Note one kind of fault in many rows (记多处): the first ``KEPT`` in words.

        Args:
            table: where the rows stand.
            rows: which rows are wrong.
            say: the reason; it is given the row's cells of ``columns`` as text and, where
                ``beside`` is given, the line of the other row.
            columns: English names.
            beside: for each of ``rows`` the row that it contradicts.
        """
        kept = rows[:KEPT].tolist()
        told: list[Sequence[object]] = [table.texts(column, kept) for column in columns]
        if beside is not None:
            told.append([table.line(row) for row in beside[:KEPT].tolist()])
        for place, row in enumerate(kept):
            self.add(table.file, table.line(row), say(*(cells[place] for cells in told)))
        self._unkept += max(0, len(rows) - KEPT)

    def refuse_if_any(self, *, unread: str = "") -> None:
        """Raise what was gathered, by file and line (有错即拒).

        Args:
            unread: what was not looked at because of it, in Chinese.

        Raises:
            MarketRefusedError: there is a fault.
        """
        if not self._faults:
            return
        files = {fault.file: place for place, fault in reversed(list(enumerate(self._faults)))}
        raise MarketRefusedError(
            sorted(self._faults, key=lambda fault: (files[fault.file], fault.line or 0)),
            unkept=self._unkept,
            unread=unread,
        )
