"""账本的调用: one call of a server function, its refusals as ``LedgerRefusedError``."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

import psycopg
from django.db import DatabaseError, connection, transaction
from psycopg import errors

from shuangjian.engines.posting.refusal import LedgerRefusedError

REFUSED: Final = "SJ001"

Row = tuple[object, ...]


def call(statement: str, parameters: Sequence[object]) -> list[Row]:
    """Run one statement (调用), prepared once a connection, in the caller's transaction if any.

    Outside a transaction the statement is its own and is durable when this returns. Inside one it
    runs behind a savepoint, so that a refusal leaves the caller's transaction usable.

    Raises:
        LedgerRefusedError: the function refused; ``try_again`` where two transactions waited for
            each other.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    driver = connection.connection
    guard = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        # why: Django's own cursor sends the text anew each time; here one plan serves a connection.
        with guard, connection.wrap_database_errors, psycopg.Cursor(driver) as cursor:
            return cursor.execute(statement, parameters, prepare=True).fetchall()
    except DatabaseError as error:
        if driver.closed and not connection.in_atomic_block:
            connection.close()  # why: or every later call of this process would find it broken.
        refusal = _refusal_of(error.__cause__)
        if refusal is None:
            raise
        raise refusal from error


def _refusal_of(cause: BaseException | None) -> LedgerRefusedError | None:
    if isinstance(cause, errors.DeadlockDetected | errors.SerializationFailure):
        return LedgerRefusedError("try_again")
    if not isinstance(cause, psycopg.Error) or cause.sqlstate != REFUSED:
        return None
    details = json.loads(cause.diag.message_detail or "{}")
    index = details.pop("index", None)
    return LedgerRefusedError(cause.diag.message_primary or "", index=index, **details)
