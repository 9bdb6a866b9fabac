"""账本的调用: one call of a server function, its refusals as ``LedgerRefusedError``."""

import json
import threading
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction
from psycopg import errors

from shuangjian.engines.posting.refusal import LedgerRefusedError

REFUSED: Final = "SJ001"

_ONLY_WHEN_ASKED: Final = 1_000_000_000

Row = tuple[object, ...]


def call(statement: str, parameters: Sequence[object]) -> list[Row]:
    """Run one statement (调用), prepared once a connection, in the caller's transaction if any.

    Outside a transaction the statement is its own and is durable when this returns. Inside one it
    runs behind a savepoint, so that a refusal leaves the caller's transaction usable.

    Raises:
        LedgerRefusedError: the function refused; ``try_again`` where two transactions waited for
            each other.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    driver = wrapper.connection
    guard = transaction.atomic() if wrapper.in_atomic_block else nullcontext()
    try:
        # why: Django's own cursor sends the text anew each time; here one plan serves a connection.
        with guard, wrapper.wrap_database_errors:
            return _cursor_of(driver).execute(statement, parameters, prepare=True).fetchall()
    except DatabaseError as error:
        if driver.closed and not wrapper.in_atomic_block:
            wrapper.close()  # why: or every later call of this process would find it broken.
        refusal = _refusal_of(error.__cause__)
        if refusal is None:
            raise
        raise refusal from error


class _Kept(threading.local):
    """一个线程的游标: made anew it would look up every type again, half of a call's own time."""

    cursor: psycopg.Cursor[Row] | None = None


_kept: Final = _Kept()


def _cursor_of(driver: psycopg.Connection[Row]) -> psycopg.Cursor[Row]:
    if _kept.cursor is None or _kept.cursor.connection is not driver:
        # why: Django turns preparing off; so high, only what asks for it is prepared.
        driver.prepare_threshold = _ONLY_WHEN_ASKED
        _kept.cursor = psycopg.Cursor(driver)
    return _kept.cursor


def _refusal_of(cause: BaseException | None) -> LedgerRefusedError | None:
    if isinstance(cause, errors.DeadlockDetected | errors.SerializationFailure):
        return LedgerRefusedError("try_again")
    if not isinstance(cause, psycopg.Error) or cause.sqlstate != REFUSED:
        return None
    details = json.loads(cause.diag.message_detail or "{}")
    index = details.pop("index", None)
    return LedgerRefusedError(cause.diag.message_primary or "", index=index, **details)
