"""开奖写法: how a physical draw's value is spelled; one value must have one spelling.

The value goes into the seed as it is written. Were several spellings allowed, whoever writes it
down could choose among them after the draw; and a free regular expression can hang who checks it.
"""

import re
from math import prod
from typing import Final

_PIECE: Final = re.compile(r"\[([0-9])-([0-9])\](?:\{([1-9][0-9]?)\}|([*+]))?|[ ,-]")
_PIECES_MOST: Final = 32
_OPEN_MOST: Final = 2
ALLOWED: Final = "只能用 [0-9]{5}、[0-3][0-9] 这样的几段，之间可以有空格、逗号或短横"


def fault_of_form(pattern: str, *, may_be_open: bool) -> str:
    """What is wrong with a pattern (写法的错误), in Chinese; empty where nothing is.

    Args:
        pattern: digits by range, ``[0-9]``, counted by ``{n}``, with blanks, commas, hyphens.
        may_be_open: whether ``+`` and ``*`` may stand, where the value is read as numbers.
    """
    pieces = _pieces(pattern)
    if not pieces or len(pieces) > _PIECES_MOST:
        return f"“{pattern}”不是能用的写法"
    open_pieces = sum(1 for piece in pieces if piece[4])
    if open_pieces > (_OPEN_MOST if may_be_open else 0):
        return f"“{pattern}”的位数没有写定，同一个结果可以有几种写法"
    if any(piece[1] and piece[1] > piece[2] for piece in pieces):
        return f"“{pattern}”里有前大后小的范围"
    return ""


def spellings(pattern: str) -> int:
    """How many values a pattern without ``+`` and ``*`` has (写法总数)."""
    return prod(
        (int(piece[2]) - int(piece[1]) + 1) ** int(piece[3] or 1)
        for piece in _pieces(pattern)
        if piece[1]
    )


def _pieces(pattern: str) -> list[re.Match[str]]:
    """The pieces of a pattern; none where something else stands between them."""
    found = list(_PIECE.finditer(pattern))
    return found if "".join(piece[0] for piece in found) == pattern else []
