"""由行读表: rows of Python values as a table."""

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from shuangjian.engines.market.column import COLUMNS
from shuangjian.engines.market.fault import Fault, MarketRefusedError
from shuangjian.engines.market.header import columns_found
from shuangjian.engines.market.table import Table, in_memory

Cell = str | int | float | None
Row = Sequence[Cell] | Mapping[str, Cell]


def read_rows(name: str, rows: Iterable[Row]) -> Table:
    """Rows as a table (由行读表), named as its file.

    Args:
        name: which table.
        rows: mappings by title, or tuples in the order of ``COLUMNS``.

    Raises:
        MarketRefusedError: a tuple is too long, or mappings lack a column.
    """
    given = list(rows)
    names = [column.name for column in COLUMNS[name]]
    too_long = [
        Fault(name, place + 1, f"这一行多于 {len(names)} 格。请删去多余的。")
        for place, row in enumerate(given)
        if not isinstance(row, Mapping) and len(row) > len(names)
    ]
    if too_long:
        raise MarketRefusedError(too_long)
    titles = list(
        dict.fromkeys(title for row in given if isinstance(row, Mapping) for title in row)
    )
    found = columns_found(name, name, titles, line=None) if titles else {}
    title_of = {column: titles[place] for column, place in found.items()}
    columns = {
        column: pa.array(
            [_text(_cell(row, place, title_of.get(column, column))) for row in given], pa.string()
        )
        for place, column in enumerate(names)
    }
    return in_memory(name, name, columns)


def _cell(row: Row, place: int, title: str) -> Cell:
    if isinstance(row, Mapping):
        return row.get(title)
    return row[place] if place < len(row) else None


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)
