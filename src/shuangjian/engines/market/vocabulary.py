"""编号表: ids sorted by bytes, whose places are the codes; and the way from an id to its code."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuangjian.engines.market.market import Int32, Int64
from shuangjian.engines.market.text_kernel import (
    MISSING,
    Bytes,
    Hashes,
    as_plain,
    buffers_of,
    fill_table,
    find_numbers,
    find_texts,
    is_ascending,
    take_codes,
)

LEAST_TABLE: Final = 16


@dataclass(frozen=True)
class Vocabulary:
    """编号表: different texts, sorted by bytes.

    Attributes:
        ids: sorted, different, not empty.
        data: their bytes.
        starts: where each begins in ``data``, ``(n + 1,)``.
        table: the hash table of ``text_kernel``.
    """

    ids: pa.StringArray
    data: Bytes
    starts: Int32
    table: Hashes

    @classmethod
    def of(cls, ids: pa.StringArray) -> Self:
        """From sorted, different ids (建编号表)."""
        data, starts = buffers_of(ids)
        # invariant: codes are places in the order of bytes.
        assert is_ascending(data, starts)
        table, _ = _entered(data, starts)
        return cls(ids, data, starts, table)

    def __len__(self) -> int:
        return len(self.ids)

    def codes_of(self, cells: pa.Array) -> Int32:
        """The codes of cells (查编码) of any text or whole-number type.

        Returns:
            the code, ``UNKNOWN`` for what is not here, ``MISSING`` for an empty cell or null.
        """
        if isinstance(cells, pa.DictionaryArray):
            codes = np.empty(len(cells), np.int32)
            indices = cells.indices.cast(pa.int32())
            if indices.null_count:
                indices = indices.fill_null(-1)
            take_codes(self.codes_of(cells.dictionary), as_plain(indices.to_numpy()), codes)
            return codes
        if pa.types.is_integer(cells.type):
            return self._codes_of_numbers(cells)
        codes = np.empty(len(cells), np.int32)
        sought, begins = buffers_of(as_text(cells))
        find_texts(self.table, self.data, self.starts, sought, begins, codes)
        return codes

    def _codes_of_numbers(self, cells: pa.Array) -> Int32:
        if pa.types.is_uint64(cells.type):
            return self.codes_of(cells.cast(pa.string()))
        codes = np.empty(len(cells), np.int32)
        numbers = cells.cast(pa.int64())
        # why: fill_null copies, and whole columns seldom have a null.
        values = numbers.fill_null(0) if numbers.null_count else numbers
        find_numbers(self.table, self.data, self.starts, as_plain(values.to_numpy()), codes)
        if numbers.null_count:
            codes[numbers.is_null().to_numpy(zero_copy_only=False)] = MISSING
        return codes


def sorted_ids(ids: pa.StringArray) -> tuple[pa.StringArray, Int64 | None]:
    """Ids by bytes (按字节排序) and the row of each, ``None`` where they are in order already.

    Equal ids keep the order of their rows.
    """
    data, starts = buffers_of(ids)
    if is_ascending(data, starts):
        return ids, None
    order = pc.sort_indices(ids).to_numpy().astype(np.int64)
    return ids.take(pa.array(order)), order


def first_equal_rows(texts: pa.StringArray) -> Int32:
    """For each row the first one with the same text (首个相同的行)."""
    _, first_equal = _entered(*buffers_of(texts))
    return first_equal


def as_text(cells: pa.Array) -> pa.StringArray:
    """Cells of any text or number type as text (转为文字).

    Raises:
        pa.ArrowInvalid: bytes that are no UTF-8, in a column that does not promise it.
    """
    if isinstance(cells, pa.DictionaryArray):
        cells = cells.dictionary_decode()
    return cells if pa.types.is_string(cells.type) else cells.cast(pa.string())


def _entered(data: Bytes, starts: Int32) -> tuple[Hashes, Int32]:
    count = starts.size - 1
    size = max(LEAST_TABLE, 1 << (2 * count).bit_length())
    table = np.zeros(size, np.uint64)
    first_equal = np.empty(count, np.int32)
    fill_table(table, data, starts, first_equal)
    return table, first_equal
