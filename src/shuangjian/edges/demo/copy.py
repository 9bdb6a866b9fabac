"""批量写入: rows into a table by COPY, with keys taken from the table's own sequence."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

Row = tuple[Any, ...]


def reserve_keys(cursor: Any, table: str, count: int) -> list[int]:
    """``count`` unused primary keys (主键) of a table, rising; nobody else will get them."""
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [table, count],
    )
    return [key for (key,) in cursor.fetchall()]


def copy_rows(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write rows by COPY (批量写入), in the caller's transaction.

    Args:
        cursor: of the connection that writes.
        table: the table's name.
        columns: in the order of each row's values; columns left out take their defaults.
        rows: the rows, in the order in which keys are given.

    Returns:
        How many rows were written.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
