"""账本的读取: one statement that only reads, as rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection


def rows(
    statement: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """What a statement finds (查得的行), in the caller's transaction if any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
