"""幂等键的记号: whether any key stands twice, told by 64-bit hashes and then by the keys."""

from typing import Final

import numpy as np

from shuangjian.foundation.ledger.check.column import Integers, fetch_rows
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.snapshot import Connection

_ASKED_MOST: Final = 10_000
_SAME: Final = """
SELECT id, first FROM (
    SELECT id, min(id) OVER (PARTITION BY book_id, key) AS first
    FROM ledger_transfer WHERE hashtextextended(key, book_id) = ANY (%s)) t
WHERE id > first ORDER BY id
"""


class KeyMarks:
    """幂等键的记号, 8 bytes a transfer."""

    def __init__(self) -> None:
        """Start with none."""
        self._marks: list[Integers] = []

    def add(self, marks: Integers) -> None:
        """Those of a page (记下一页)."""
        self._marks.append(marks)

    def check(self, connection: Connection, findings: FindingList) -> None:
        """Tell each transfer whose key an earlier one has in its book (核对幂等键)."""
        marks = np.sort(np.concatenate([np.zeros(0, np.int64), *self._marks]))
        twice = np.unique(marks[1:][np.diff(marks) == 0])
        if not twice.size:
            return
        for number, first in fetch_rows(connection, _SAME, [twice[:_ASKED_MOST].tolist()]):
            findings.add("key_twice", transfer=number, number=number, first=first)
