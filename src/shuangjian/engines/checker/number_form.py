"""数字的写法: full-width digits and grades in words, as ``docs/algorithms/market.md`` has it."""

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_WIDE: Final = str.maketrans({chr(ord(each) + 0xFEE0): each for each in "0123456789.+-"})
_GRADE: Final = re.compile(r"([0-9]{1,2}|[一二三四五六七八九]) *年级")
_WORDS: Final = "〇一二三四五六七八九"


def plain_numbers(array: pa.Array, *, is_grade: bool) -> pa.Array:
    """Text cells with every number in plain digits (统一写法); what is none stays as it is."""
    encoded = pc.dictionary_encode(array.cast(pa.string()))
    written = encoded.dictionary.to_pylist()
    plain = [_plain(each, is_grade=is_grade) for each in written]
    if plain == written:
        return array
    indices = encoded.indices
    return pa.DictionaryArray.from_arrays(indices, pa.array(plain)).dictionary_decode()


def _plain(written: str, *, is_grade: bool) -> str:
    text = written.translate(_WIDE)
    if is_grade and text == "无":
        return ""
    found = _GRADE.fullmatch(text) if is_grade else None
    if found is None:
        return text.removeprefix("+")
    return str(_WORDS.index(found[1])) if found[1] in _WORDS else found[1]
