"""文本列: a column of texts as bytes and offsets, and ids that are found in it without objects."""

from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuangjian.engines.checker.loop import NOBODY, Bytes, Flags, Int32, Int64, compiled

_PRIME: Final = np.uint64(1099511628211)
_BASIS: Final = np.uint64(14695981039346656037)


class Text(NamedTuple):
    """文本列: text ``i`` is ``data[start[i]:start[i + 1]]``, UTF-8.

    Attributes:
        data: ``uint8``.
        start: ``(n + 1,)``.
    """

    data: Bytes
    start: Int64


class Ids(NamedTuple):
    """编号表: different ids, and a table by hash (open addressing) that gives their codes.

    Attributes:
        text: the ids; their places are the codes.
        table: codes, ``NOBODY`` where empty; its size is a power of two.
    """

    text: Text
    table: Int32


def text_of(array: pa.Array) -> Text:
    """The texts of an Arrow array; null is empty, a whole number its decimal text.

    Raises:
        pa.ArrowInvalid: the array's type has no text, such as a list.
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_boolean(array.type) or pa.types.is_nested(array.type):
        raise pa.ArrowInvalid(f"type {array.type} is no text")
    if not pa.types.is_large_string(array.type):
        array = array.cast(pa.large_string())
    if array.null_count:
        array = pc.fill_null(array, "")
    _, offsets, data = array.buffers()
    start = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    return _fixed(np.frombuffer(data or b"", np.uint8), start)


def text_from(values: list[bytes]) -> Text:
    """The column of given texts."""
    start = np.zeros(len(values) + 1, np.int64)
    np.cumsum([len(value) for value in values], out=start[1:])
    return _fixed(np.frombuffer(b"".join(values), np.uint8), start)


def _fixed(data: Bytes, start: Int64) -> Text:
    """A column that cannot be written to: loops are compiled for each kind of array."""
    data.flags.writeable = start.flags.writeable = False
    return Text(data, start)


def as_bytes(text: Text) -> list[bytes]:
    """Every text as bytes."""
    whole, start = text.data.tobytes(), text.start.tolist()
    return [whole[start[at] : start[at + 1]] for at in range(len(start) - 1)]


def word(text: Text, at: int) -> str:
    """One text, to be shown."""
    return text.data[text.start[at] : text.start[at + 1]].tobytes().decode("utf-8", "replace")


def ids_of(text: Text) -> Ids:
    """The table of ids; of equal ones the last has its place in it."""
    size = 8
    while size < 2 * (text.start.size - 1):
        size *= 2
    return Ids(text, _table_of(text, size))


@compiled
def _hash(data: Bytes, start: int, stop: int) -> int:
    """FNV-1a with its halves folded."""
    value = _BASIS
    for at in range(start, stop):
        value = (value ^ np.uint64(data[at])) * _PRIME
    return int((value ^ (value >> np.uint64(32))) & np.uint64(0x7FFFFFFF))


@compiled
def is_same(one: Text, at: int, other: Text, place: int) -> bool:
    """Whether two texts are equal byte for byte."""
    start, begin = one.start[at], other.start[place]
    length = one.start[at + 1] - start
    if other.start[place + 1] - begin != length:
        return False
    for step in range(length):  # noqa: SIM110  # why: compiled code has no generators.
        if one.data[start + step] != other.data[begin + step]:
            return False
    return True


@compiled
def _table_of(text: Text, size: int) -> Int32:
    table = np.full(size, NOBODY, np.int32)
    for code in range(text.start.size - 1):
        at = _hash(text.data, text.start[code], text.start[code + 1]) & (size - 1)
        while table[at] != NOBODY and not is_same(text, code, text, table[at]):
            at = (at + 1) & (size - 1)
        table[at] = code
    return table


@compiled
def code_at(ids: Ids, text: Text, row: int) -> int:
    """The code of one text, ``NOBODY`` if it is none of the ids."""
    at = _hash(text.data, text.start[row], text.start[row + 1]) & (ids.table.size - 1)
    while ids.table[at] != NOBODY:
        if is_same(ids.text, ids.table[at], text, row):
            return int(ids.table[at])
        at = (at + 1) & (ids.table.size - 1)
    return NOBODY


@compiled
def codes_of(ids: Ids, text: Text) -> Int32:
    """The code of every text; rows of one id in a run cost one search."""
    codes = np.empty(text.start.size - 1, np.int32)
    for row in range(codes.size):
        if row > 0 and is_same(text, row, text, row - 1):
            codes[row] = codes[row - 1]
        else:
            codes[row] = code_at(ids, text, row)
    return codes


@compiled
def numbers_in(text: Text, empty: int) -> tuple[Int64, Flags]:
    """Whole numbers written as text (``3``, ``3.0``), and which rows are none.

    ``empty`` is what an empty text counts as.
    """
    rows = text.start.size - 1
    numbers, is_wrong = np.full(rows, empty, np.int64), np.zeros(rows, np.bool_)
    for row in range(rows):
        at, stop = text.start[row], text.start[row + 1]
        if at == stop:
            continue
        sign = 1
        if text.data[at] == 45 and stop - at > 1:
            sign = -1
            at += 1
        value, digits = 0, 0
        while at < stop and 48 <= text.data[at] <= 57 and digits < 18:
            value = value * 10 + text.data[at] - 48
            digits += 1
            at += 1
        if digits > 0 and stop - at > 1 and text.data[at] == 46:
            at += 1
            while at < stop and text.data[at] == 48:
                at += 1
        is_wrong[row] = digits == 0 or at < stop
        numbers[row] = sign * value
    return numbers, is_wrong
