"""可移植的字面: symbols, words, texts and comments that three engines read alike.

The tree cannot see these: a parser forgives what an engine reads otherwise, as ``==``, ``NVL`` or a
backslash at a comment's end.
"""

import re
from collections.abc import Collection, Iterator

from sqlglot import Token, TokenType

from shuangjian.foundation.lake.portable_fault import PortabilityFault, Reason

SYMBOLS = frozenset({"(", ")", ",", ".", "+", "-", "*", "=", "<>", "!=", "<", "<=", ">", ">="})
KEYWORDS = frozenset(
    word
    for line in (
        "select from where group by having as join left inner outer on and or not is null in",
        "exists between case when then else end union all with date distinct true false",
    )
    for word in line.split()
)
FUNCTIONS = frozenset({"count", "sum", "min", "max", "coalesce"})
_SYMBOL_REASONS = {
    "/": Reason.DIVISION,
    "%": Reason.MODULO,
    "||": Reason.CONCAT,
    "::": Reason.CAST,
    "`": Reason.QUOTED_NAME,
    ";": Reason.UNREADABLE,
}
_WORD_REASONS = {
    "order": Reason.ORDER,
    "limit": Reason.ORDER,
    "offset": Reason.ORDER,
    "fetch": Reason.ORDER,
    "over": Reason.WINDOW,
    "cast": Reason.CAST,
    "try_cast": Reason.CAST,
    "concat": Reason.CONCAT,
    "like": Reason.TEXT_MATCH,
    "ilike": Reason.TEXT_MATCH,
    "similar": Reason.TEXT_MATCH,
    "cross": Reason.JOIN,
    "natural": Reason.JOIN,
    "using": Reason.JOIN,
    "right": Reason.JOIN,
    "full": Reason.JOIN,
    "lateral": Reason.JOIN,
    "except": Reason.UNION,
    "intersect": Reason.UNION,
    "interval": Reason.ARITHMETIC,
    "timestamp": Reason.INSTANT,
    "mod": Reason.MODULO,
}
_GAP = re.compile(r"(?:[ \t\n]|--[^\n\\]*(?:\n|$))*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\s+[A-Za-z]+)*")  # some tokens are two words
_NUMBER = re.compile(r"[0-9]+")
INTEGER_MAX = 2**63 - 1


def text_faults(
    sql: str, tokens: list[Token], names: Collection[str]
) -> Iterator[PortabilityFault]:
    """What stands in the text that engines read differently (字面上的不可移植之处).

    Args:
        sql: the text.
        tokens: its tokens.
        names: every name that the tree holds, lower case; the words that are no keywords.
    """
    yield from _gap_faults(sql, tokens)
    allowed = KEYWORDS | FUNCTIONS | frozenset(names)
    for token in tokens:
        reason = _token_reason(token, sql[token.start : token.end + 1], allowed)
        if reason is not None:
            written = sql[token.start : token.end + 1]
            yield PortabilityFault(line=token.line, code=reason.name, found=written)


def _gap_faults(sql: str, tokens: list[Token]) -> Iterator[PortabilityFault]:
    """Between two tokens stands white space and whole comments; digits and letters stand apart."""
    ends = [0, *(token.end + 1 for token in tokens)]
    starts = [*(token.start for token in tokens), len(sql)]
    for end, start in zip(ends, starts, strict=True):
        line = sql.count("\n", 0, end) + 1
        if _GAP.fullmatch(sql, end, start) is None:
            found = sql[end:start].strip().splitlines() or ["空白字符"]
            yield PortabilityFault(line=line, code=Reason.COMMENT.name, found=found[0])
        elif end == start and 0 < end < len(sql) and sql[end - 1 : end + 1].isalnum():
            found_text = sql[end - 1 : end + 1]
            yield PortabilityFault(line=line, code=Reason.UNREADABLE.name, found=found_text)


def _token_reason(token: Token, written: str, allowed: Collection[str]) -> Reason | None:
    if token.token_type == TokenType.STRING:
        is_plain = written == f"'{token.text}'" and not set("'\\") & set(token.text)
        return None if is_plain else Reason.TEXT_ESCAPE
    if token.token_type == TokenType.NUMBER:
        is_integer = _NUMBER.fullmatch(written) is not None and int(written) <= INTEGER_MAX
        return None if is_integer else Reason.FRACTION
    if _WORD.fullmatch(written):
        unlisted = [word for word in written.lower().split() if word not in allowed]
        return _WORD_REASONS.get(unlisted[0], Reason.WORD) if unlisted else None
    if written in SYMBOLS:
        return None
    return _other_reason(written)


def _other_reason(written: str) -> Reason:
    if written.startswith('"'):
        return Reason.QUOTED_NAME
    if "'" in written or "$" in written:
        return Reason.TEXT_ESCAPE
    return _SYMBOL_REASONS.get(written, Reason.SYMBOL)
