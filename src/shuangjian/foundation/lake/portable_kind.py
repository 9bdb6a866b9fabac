"""值的种类: what a name or an expression of a rule is, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from sqlglot import exp

from shuangjian.foundation.lake.fact import Column, ColumnType


class Kind(Enum):
    """种类. ``UNKNOWN`` follows a fault that was told already, and never makes another."""

    INTEGER = auto()
    TEXT = auto()
    DATE = auto()
    INSTANT = auto()
    CONDITION = auto()
    NULL = auto()
    UNKNOWN = auto()


class Clause(Enum):
    """子句: where an expression stands."""

    SELECT = auto()
    WHERE = auto()
    ON = auto()
    GROUP = auto()
    HAVING = auto()
    AGGREGATE = auto()


@dataclass(frozen=True)
class Scope:
    """What names mean in one SELECT (名字的范围): its tables, and the query around it."""

    tables: dict[str, Mapping[str, Kind]]
    outer: "Scope | None"
    known: Mapping[str, Mapping[str, Kind]]


_COLUMN_KINDS = {
    ColumnType.INTEGER: Kind.INTEGER,
    ColumnType.TEXT: Kind.TEXT,
    ColumnType.DATE: Kind.DATE,
    ColumnType.INSTANT: Kind.INSTANT,
}


def kind_of_column(column: Column) -> Kind:
    """The kind of a fact's column (列的种类)."""
    return _COLUMN_KINDS[column.type]


def line_of(node: exp.Expression) -> int:
    """The line of the first token that the tree kept below this node, else the nearest above."""
    lines = [int(below.meta["line"]) for below in node.walk() if "line" in below.meta]
    if lines:
        return min(lines)
    return line_of(node.parent) if isinstance(node.parent, exp.Expression) else 1
