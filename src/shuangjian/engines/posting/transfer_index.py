"""转账索引: what a check of millions of transfers must remember of each, in about 35 bytes.

Texts are kept as 64 bits of BLAKE2b under a random secret of the run, so that nobody can prepare
two texts that look the same. Ten million keys look alike by chance once in 370,000 runs.
"""

import hashlib
import os
from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from shuangjian.engines.posting.order import Step
from shuangjian.engines.posting.record import LegRecord

_PAGE: Final = 4_096
_STEPS: Final = tuple(Step)
_ENDED: Final = 0x80


class Known(NamedTuple):
    """已知的转账.

    Attributes:
        step: what it did.
        book: number of its book.
        mark: of the legs of what may end it, see ``Marker.ending``.
        is_ended: whether it was resolved or reversed.
    """

    step: Step
    book: int
    mark: int
    is_ended: bool


class Marker:
    """文本摘要: 64 bits of a text, under a secret of this run."""

    def __init__(self) -> None:
        """Draw the secret."""
        self._secret = os.urandom(16)

    def mark(self, text: str) -> int:
        """The 64 bits of a text (摘要)."""
        digest = hashlib.blake2b(text.encode(), digest_size=8, key=self._secret)
        return int.from_bytes(digest.digest(), "big")

    def ending(self, legs: Iterable[LegRecord]) -> int:
        """The mark of what may end a transfer with these legs (了结分录的摘要).

        Of a hold, accounts and amounts held; of what moved money, the legs of its reversal.
        """
        return self.mark(
            ",".join(
                f"{leg.debit_id}>{leg.credit_id}:{leg.held_fen}"
                if leg.held_fen > 0
                else f"{leg.credit_id}>{leg.debit_id}:{leg.moved_fen}"
                for leg in legs
                if leg.held_fen > 0 or leg.moved_fen
            )
        )


class _Page:
    """Some thousand ids in a row: a byte of step, the book and the mark of each."""

    __slots__ = ("books", "marks", "steps")

    def __init__(self) -> None:
        self.steps = bytearray(_PAGE)
        self.books = array("I", bytes(4 * _PAGE))
        self.marks = array("Q", bytes(8 * _PAGE))


class TransferIndex:
    """转账索引, by id: 13 bytes an id where ids follow one another, as a sequence gives them."""

    def __init__(self) -> None:
        """Start with none."""
        self._pages: dict[int, _Page] = {}

    def add(self, transfer_id: int, known: Known) -> bool:
        """Remember a transfer (登记转账), unless its id is known; whether it was new."""
        page = self._pages.get(transfer_id // _PAGE)
        if page is None:
            page = self._pages[transfer_id // _PAGE] = _Page()
        place = transfer_id % _PAGE
        if page.steps[place]:
            return False
        page.steps[place] = _STEPS.index(known.step) + 1
        page.books[place] = known.book
        page.marks[place] = known.mark
        return True

    def get(self, transfer_id: int) -> Known | None:
        """What is known of an id (查转账); ``None`` if nothing."""
        page = self._pages.get(transfer_id // _PAGE)
        place = transfer_id % _PAGE
        if page is None or not page.steps[place]:
            return None
        state = page.steps[place]
        step = _STEPS[(state & ~_ENDED) - 1]
        return Known(step, page.books[place], page.marks[place], is_ended=bool(state & _ENDED))

    def end(self, transfer_id: int) -> None:
        """Note that a known transfer was resolved or reversed (登记了结)."""
        self._pages[transfer_id // _PAGE].steps[transfer_id % _PAGE] |= _ENDED


class KeyIndex:
    """幂等键索引: 12 bytes a key, and which lines bring a key twice."""

    def __init__(self) -> None:
        """Start with none."""
        self._marks = [array("Q") for _ in range(256)]
        self._lines = [array("I") for _ in range(256)]

    def add(self, mark: int, line: int) -> None:
        """Remember the mark of a key and its line (登记幂等键)."""
        bucket = mark >> 56
        self._marks[bucket].append(mark)
        self._lines[bucket].append(line)

    def twice(self) -> Iterator[tuple[int, int]]:
        """Pairs of lines with one key (重复的幂等键), the earlier first."""
        for marks, lines in zip(self._marks, self._lines, strict=True):
            for (mark, first), (other, second) in pairwise(sorted(zip(marks, lines, strict=True))):
                if mark == other:
                    yield first, second
