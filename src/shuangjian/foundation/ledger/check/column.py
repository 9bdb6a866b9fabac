"""列: columns of a table as arrays of whole numbers, read from the server in its binary form."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

Integers = NDArray[np.int64]
"""64-bit whole numbers."""
Bools = NDArray[np.bool_]
"""Truth by row."""

# why: smallint[], integer[], bigint[], date[] (days since 2000-01-01) and timestamptz[]
# (microseconds since then in UTC) are all arrays of whole numbers in binary.
_TYPES: Final = (1005, 1007, 1016, 1182, 1185)
_HEADER: Final = 12
_DIMENSION: Final = 8


class _IntegersLoader(Loader):
    """An array of the server as ``Integers``; whatever its shape, and without its NULLs."""

    format = Format.BINARY

    def load(self, data: Buffer) -> Integers:
        dimensions, has_null, _ = np.frombuffer(data, ">i4", 3)
        if dimensions == 0:
            return np.zeros(0, np.int64)
        body = _HEADER + int(dimensions) * _DIMENSION
        if has_null:
            return _without_nulls(bytes(data)[body:])
        width = int(np.frombuffer(data, ">i4", 1, body)[0])
        element = np.dtype([("width", ">i4"), ("value", f">i{width}")])
        return np.frombuffer(data, element, offset=body)["value"].astype(np.int64)


def _without_nulls(body: bytes) -> Integers:
    found, place = [], 0
    while place < len(body):
        width = max(0, int.from_bytes(body[place : place + 4], signed=True))
        place += 4 + width
        if width:
            found.append(int.from_bytes(body[place - width : place], signed=True))
    return np.array(found, np.int64)


def fetch_rows(
    connection: psycopg.Connection[Any], statement: str, parameters: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """The rows of a statement (取行); arrays of numbers, days and moments are ``Integers``."""
    with psycopg.Cursor(connection, row_factory=psycopg.rows.tuple_row) as cursor:
        for type_ in _TYPES:
            cursor.adapters.register_loader(type_, _IntegersLoader)
        return cursor.execute(statement, parameters, binary=True).fetchall()


def fetch_columns(
    connection: psycopg.Connection[Any], statement: str, parameters: Sequence[object] = ()
) -> list[Integers]:
    """The one row of a statement of ``array_agg`` (取列); of no rows columns are empty."""
    (row,) = fetch_rows(connection, statement, parameters)
    return [np.zeros(0, np.int64) if column is None else column for column in row]
