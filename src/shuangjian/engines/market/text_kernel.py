"""文字内核: hashing, comparing and looking up UTF-8 bytes in arrow's buffers, without the lock."""

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int32

Bytes = NDArray[np.uint8]
Hashes = NDArray[np.uint64]

UNKNOWN: Final = -1
MISSING: Final = -2

_SEED: Final = np.uint64(0x9E3779B97F4A7C15)
_PRIME: Final = np.uint64(0x100000001B3)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)
_HALF: Final = np.uint64(32)
_CODE: Final = np.uint64(0xFFFFFFFF)
_LONGEST_NUMBER: Final = 20
_BLOCK: Final = 256
_TEN: Final = np.uint64(10)
_ZERO: Final = np.uint8(ord("0"))
_MINUS: Final = np.uint8(ord("-"))


def buffers_of(texts: pa.StringArray) -> tuple[Bytes, Int32]:
    """The bytes of all texts and where each begins (文字的字节), ``(n + 1,)``; no copy.

    A null counts as an empty text.
    """
    if texts.null_count:
        texts = texts.fill_null("")
    _, offsets, data = texts.buffers()
    if offsets is None or not len(texts):
        return np.zeros(0, np.uint8), np.zeros(1, np.int32)
    starts = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return as_plain(np.frombuffer(data or b"", np.uint8)), as_plain(starts)


def as_plain(array: NDArray[Any]) -> NDArray[Any]:
    """The same memory of arrow's as a plain array (去掉只读标记), for kernels that only read it.

    A kernel is compiled for each kind of array; read-only ones would be another kind.
    """
    interface = dict(array.__array_interface__)
    interface["data"] = (interface["data"][0], False)
    return np.asarray(_Memory(interface, array))


class _Memory:
    """内存: keeps the owner of an array's memory alive."""

    def __init__(self, interface: dict[str, Any], owner: NDArray[Any]) -> None:
        self.__array_interface__ = interface
        self.owner = owner


@compiled
def hash_of(data: Bytes, begin: int, end: int) -> np.uint64:
    """A 64-bit hash of ``data[begin:end]`` (散列), good enough for a table of ids."""
    found = _SEED
    for position in range(begin, end):
        found = (found ^ np.uint64(data[position])) * _PRIME
    found = (found ^ (found >> _HALF)) * _MIX
    return found ^ (found >> _HALF)


@compiled
def is_equal(data: Bytes, begin: int, end: int, other: Bytes, start: int, stop: int) -> bool:
    """Whether two runs of bytes are the same (相等)."""
    if end - begin != stop - start:
        return False
    same = 0
    while same < end - begin and data[begin + same] == other[start + same]:
        same += 1
    return same == end - begin


@compiled
def is_before(data: Bytes, begin: int, end: int, start: int, stop: int) -> bool:
    """Whether one run of bytes sorts strictly before another (先后)."""
    for step in range(min(end - begin, stop - start)):
        one, other = data[begin + step], data[start + step]
        if one != other:
            return bool(one < other)
    return end - begin < stop - start


@compiled
def is_ascending(data: Bytes, starts: Int32) -> bool:
    """Whether the texts are sorted and all different (严格递增)."""
    for row in range(1, starts.size - 1):
        if not is_before(data, starts[row - 1], starts[row], starts[row], starts[row + 1]):
            return False
    return True


@compiled
def mark_repeats(data: Bytes, starts: Int32, is_again: NDArray[np.bool_]) -> None:
    """Mark the texts that equal the one before (与前一个相同)."""
    for row in range(1, starts.size - 1):
        begin = starts[row]
        is_again[row] = is_equal(data, starts[row - 1], begin, data, begin, starts[row + 1])


@compiled
def fill_table(table: Hashes, data: Bytes, starts: Int32, first_equal: Int32) -> None:
    """Enter every text into an open-addressed table (建散列表).

    Args:
        table: zeros, a power of two, at least twice the texts; an entry is the upper half of the
            hash and the code plus one.
        data: of all texts.
        starts: where each begins.
        first_equal: is set to the first row with the same text, ``(n,)``.
    """
    mask = np.uint64(table.size - 1)
    for code in range(starts.size - 1):
        found = hash_of(data, starts[code], starts[code + 1])
        tag = found & ~_CODE
        place = found & mask
        first_equal[code] = code
        while table[place] != np.uint64(0):
            entry = table[place]
            if entry & ~_CODE == tag:
                other = np.int64(entry & _CODE) - 1
                if is_equal(
                    data, starts[code], starts[code + 1], data, starts[other], starts[other + 1]
                ):
                    first_equal[code] = other
                    break
            place = (place + np.uint64(1)) & mask
        if first_equal[code] == code:
            table[place] = tag | np.uint64(code + 1)


@compiled
def find_block(
    table: Hashes,
    data: Bytes,
    starts: Int32,
    sought: Bytes,
    begins: Int32,
    codes: Int32,
    entries: Hashes,
    hashes: Hashes,
) -> None:
    """The codes of a few texts (查一小批编码), in steps over all of them.

    Each step waits for memory that no other text of the block waits for, so the waits overlap;
    looking up one text after another takes five times as long.
    """
    mask = np.uint64(table.size - 1)
    count = codes.size
    for row in range(count):
        hashes[row] = hash_of(sought, begins[row], begins[row + 1])
    for row in range(count):
        entries[row] = table[hashes[row] & mask]
    touched = 0
    for row in range(count):
        # why: fetches where the text begins and its first byte ahead of the comparison below.
        code = np.int64(entries[row] & _CODE) - 1
        touched += data[starts[code]] if code >= 0 else 0
    for row in range(count):
        codes[row] = UNKNOWN if touched >= 0 else MISSING
        begin, end = begins[row], begins[row + 1]
        place, entry = hashes[row] & mask, entries[row]
        while entry != np.uint64(0):
            if entry & ~_CODE == hashes[row] & ~_CODE:
                code = np.int64(entry & _CODE) - 1
                if is_equal(sought, begin, end, data, starts[code], starts[code + 1]):
                    codes[row] = code
                    break
            place = (place + np.uint64(1)) & mask
            entry = table[place]
        if begin == end:
            codes[row] = MISSING


@compiled
def find_texts(
    table: Hashes, data: Bytes, starts: Int32, sought: Bytes, begins: Int32, codes: Int32
) -> None:
    """The codes of many texts (查一批编码); ``UNKNOWN`` where none, an empty one is ``MISSING``."""
    entries = np.zeros(_BLOCK, np.uint64)
    hashes = np.zeros(_BLOCK, np.uint64)
    for first in range(0, codes.size, _BLOCK):
        last = min(first + _BLOCK, codes.size)
        find_block(
            table,
            data,
            starts,
            sought,
            begins[first : last + 1],
            codes[first:last],
            entries,
            hashes,
        )


@compiled
def write_decimal(number: int, text: Bytes, begin: int) -> int:
    """Write a number in decimal digits at ``begin`` (写十进制), and say where it ends."""
    position = begin
    rest = np.uint64(number)
    if number < 0:
        rest = np.uint64(0) - rest
        text[position] = _MINUS
        position += 1
    end = position + 1
    scale = rest // _TEN
    while scale > np.uint64(0):
        end += 1
        scale //= _TEN
    for place in range(end - 1, position - 1, -1):
        text[place] = _ZERO + np.uint8(rest % _TEN)
        rest //= _TEN
    return end


@compiled
def find_numbers(
    table: Hashes, data: Bytes, starts: Int32, numbers: NDArray[np.int64], codes: Int32
) -> None:
    """The codes of the numbers' decimal texts (按数字查编码); repeats are looked up once."""
    entries = np.zeros(_BLOCK, np.uint64)
    hashes = np.zeros(_BLOCK, np.uint64)
    sought = np.zeros(_BLOCK * _LONGEST_NUMBER, np.uint8)
    begins = np.zeros(_BLOCK + 1, np.int32)
    found = np.zeros(_BLOCK, np.int32)
    row = 0
    while row < numbers.size:
        first, count = row, 0
        while row < numbers.size:
            if row == first or numbers[row] != numbers[row - 1]:
                if count == _BLOCK:
                    break
                begins[count + 1] = write_decimal(numbers[row], sought, begins[count])
                count += 1
            row += 1
        find_block(table, data, starts, sought, begins[: count + 1], found[:count], entries, hashes)
        place = 0
        for known in range(first, row):
            if known > first and numbers[known] != numbers[known - 1]:
                place += 1
            codes[known] = found[place]


@compiled
def take_codes(of_dictionary: Int32, indices: Int32, codes: Int32) -> None:
    """``codes = of_dictionary[indices]`` (按字典取编码); an index below 0 is ``MISSING``."""
    for row in range(indices.size):
        codes[row] = of_dictionary[indices[row]] if indices[row] >= 0 else MISSING
