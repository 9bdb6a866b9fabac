"""查询结果的值: what a rule may answer, alike on every engine."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

Value = int | str | date | None
Row = tuple[Value, ...]


class EngineUnavailableError(RuntimeError):
    """The engine cannot run on this machine; the message says in Chinese what to install."""


class EngineValueError(TypeError):
    """A query gave a value that is no integer, text or date, so that engines may differ."""


@runtime_checkable
class Engine(Protocol):
    """检查引擎: executes one portable query verbatim."""

    @property
    def name(self) -> str:
        """``postgres``, ``duckdb`` or ``spark``."""

    def rows(self, sql: str) -> list[Row]:
        """The rows of a query (结果行), unordered.

        Raises:
            EngineValueError: some value is neither integer, text, date nor null.
        """


def plain_rows(rows: Iterable[Sequence[Any]], *, engine: str) -> list[Row]:
    """The engine's rows in the types of a rule's answer (统一取值).

    A sum is a decimal in PostgreSQL and a wider integer in DuckDB: both become ``int``.

    Raises:
        EngineValueError: a fraction, a boolean, an instant or anything else.
    """
    return [tuple(_plain(value, engine=engine) for value in row) for row in rows]


def _plain(value: Any, *, engine: str) -> Value:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    is_plain = isinstance(value, int | str | date) and not isinstance(value, bool | datetime)
    if value is None or is_plain:
        plain: Value = value
        return plain
    raise EngineValueError(
        f"{engine} 的查询结果里有 {type(value).__name__} 类型的值（{value}）。"
        "规则只能得出整数、文本和日期，否则各引擎的结果会不一样。"
        "请改写该列：小数留到指标最后一步，是否用 0 和 1。"
    )
