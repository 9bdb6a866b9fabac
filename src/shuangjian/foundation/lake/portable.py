"""可移植 SQL: the allow-list that makes a rule answer alike on PostgreSQL, DuckDB and Spark.

The text is executed verbatim, so that both the text (``portable_text``) and the syntax tree
(``portable_query``) are checked; what is not on the list is a fault, whatever it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from shuangjian.foundation.lake.fact import Column, ColumnType
from shuangjian.foundation.lake.portable_fault import PortabilityFault, Reason
from shuangjian.foundation.lake.portable_query import QueryCheck
from shuangjian.foundation.lake.portable_text import text_faults

# why: the runner gives every rule this one-row relation, the day of the inspection.
INSPECTION_DAY = "inspection_day"
INSPECTION_DAY_COLUMNS = (Column("as_of", ColumnType.DATE, "检查日"),)


def check_portable(
    sql: str, *, facts: Mapping[str, Sequence[Column]]
) -> tuple[PortabilityFault, ...]:
    """Where a rule's SQL could answer differently on another engine (可移植性检查).

    Args:
        sql: one ``SELECT``; ``--`` comments, as a rule's header, may stand anywhere.
        facts: the columns of every fact by name; ``inspection_day(as_of)`` is known besides.

    Returns:
        Every fault, by line; none means that the text is portable.

    Source: docs/algorithms/portable_sql.md.
    """
    try:
        tokens = sqlglot.tokenize(sql, dialect="postgres")
        statements = sqlglot.parse(sql, dialect="postgres")
    except TokenError:
        return (PortabilityFault(line=1, code=Reason.UNREADABLE.name, found="引号没有成对"),)
    except ParseError as error:
        return _unreadable(sql, error)
    if len(statements) != 1 or statements[0] is None:
        found = "多条语句" if len(statements) > 1 else "空文件"
        return (PortabilityFault(line=1, code=Reason.UNREADABLE.name, found=found),)
    if not isinstance(statements[0], exp.Select | exp.SetOperation):
        found = tokens[0].text
        return (PortabilityFault(line=tokens[0].line, code=Reason.NOT_SELECT.name, found=found),)
    known = {INSPECTION_DAY: INSPECTION_DAY_COLUMNS, **facts}
    query = QueryCheck(sql, known)
    query.check(statements[0])
    names = {identifier.name.lower() for identifier in statements[0].find_all(exp.Identifier)}
    return _merged(query.faults, text_faults(sql, tokens, names))


def _merged(
    tree: Collection[PortabilityFault], text: Iterable[PortabilityFault]
) -> tuple[PortabilityFault, ...]:
    """Both checks' faults by line; what the tree told, the text does not tell again."""
    told = {(fault.line, fault.code) for fault in tree}
    lines = {fault.line for fault in tree}
    others = [
        fault
        for fault in text
        if (fault.line, fault.code) not in told
        and not (fault.code == Reason.WORD.name and fault.line in lines)
    ]
    return tuple(sorted({*tree, *others}))


def _unreadable(sql: str, error: ParseError) -> tuple[PortabilityFault, ...]:
    """The parser's complaint, and beside it what the text alone shows, which is often the cause."""
    place = error.errors[0] if error.errors else {}
    found = str(place.get("highlight") or "语法")
    fault = PortabilityFault(
        line=int(place.get("line") or 1), code=Reason.UNREADABLE.name, found=found
    )
    tokens = sqlglot.tokenize(sql, dialect="postgres")
    words = {token.text.lower() for token in tokens}
    return tuple(sorted({fault, *text_faults(sql, tokens, words)}))
