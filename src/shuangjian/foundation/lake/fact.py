"""事实: what an area publishes for the rest, declared once with its grain, columns and view.

Every fact is a database view of the same name, owned by its area, and the same columns in the
lake. It carries pseudonyms only. Integers, text and dates are its only types; 0 and 1 stand for
no and yes, so that PostgreSQL, DuckDB and Spark answer alike.
"""

from dataclasses import dataclass
from enum import Enum


class ColumnType(Enum):
    """The types that mean the same on every engine."""

    INTEGER = "bigint"
    TEXT = "text"
    DATE = "date"
    INSTANT = "timestamp with time zone"


@dataclass(frozen=True)
class Column:
    """One column (列) of a fact: its Chinese title stands over it on pages."""

    name: str
    type: ColumnType
    title: str
    unit: str = ""


@dataclass(frozen=True)
class Fact:
    """事实: one declared schema with a stated grain.

    ``sql`` is the view's ``SELECT``; its columns stand in the declared order. Every fact that a
    rule observes has ``subject`` (``kind:pseudonym``), ``period`` (ISO text), ``school``
    (``school:pseudonym``), ``region`` and ``city`` (codes), ``effective_on`` and ``recorded_at``.
    ``partition`` is the date column by which the lake is cut; ``version_column`` identifies the
    row version behind a row, so that a report can keep what it counted. ``is_announced`` says that
    every change of its rows is recorded through ``lake.change``; of the others a lake is compared
    with the database before anything is concluded from it.
    """

    name: str
    term: str
    grain: str
    owner: str
    columns: tuple[Column, ...]
    sql: str
    partition: str = "effective_on"
    version_column: str | None = None
    depends_on: tuple[str, ...] = ()
    is_announced: bool = False

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The declared column of that name."""
        return next(column for column in self.columns if column.name == name)
