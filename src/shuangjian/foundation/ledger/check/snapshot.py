"""快照: one moment of the database, seen by several connections at once."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Final

import psycopg
from django.db import connection as default

CONNECTIONS: Final = 2
"""How many read at a time: as many as the smallest server has cores."""

_BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# why: each reads alone, and at its own pace; a server may end what seems to be idle.
_SETTINGS: Final = """
SET LOCAL search_path = pg_catalog, public, pg_temp;
SET LOCAL work_mem = '256MB';
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = off;
SET LOCAL enable_memoize = off;
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = 0
"""

Connection = psycopg.Connection[Any]


class Snapshot:
    """快照: a context; inside it any thread may borrow a connection, all see the same moment."""

    def __init__(self) -> None:
        """Prepare; nothing is opened yet."""
        self._wrappers = [default.copy() for _ in range(CONNECTIONS)]
        self._free: SimpleQueue[Connection] = SimpleQueue()

    def __enter__(self) -> "Snapshot":
        """Open the connections (取快照)."""
        try:
            self._open()
        except BaseException:
            self._close()
            raise
        return self

    def _open(self) -> None:
        exported = ""
        for wrapper in self._wrappers:
            wrapper.connect()
            connection: Connection = wrapper.connection
            connection.execute(_BEGIN)
            if exported:
                connection.execute(f"SET TRANSACTION SNAPSHOT '{exported}'")
            connection.execute(_SETTINGS)
            if not exported:
                row = connection.execute("SELECT pg_export_snapshot()").fetchone()
                exported = row[0] if row else ""
            self._free.put(connection)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them (放开快照)."""
        self._close()

    def _close(self) -> None:
        for wrapper in self._wrappers:
            if wrapper.connection is not None:
                wrapper.connection.close()

    def by_index(self) -> AbstractContextManager[Connection]:
        """Borrow one for reading small parts of large tables (按索引读)."""
        # why: a fresh table has no statistics, and would be read whole for every part.
        return self._borrow("SET LOCAL enable_seqscan = off; SET LOCAL enable_nestloop = on")

    def by_block(self) -> AbstractContextManager[Connection]:
        """Borrow one for reading what arrays of numbers name (按区块读)."""
        # why: the server takes every array for one of ten numbers, and would try each with each.
        return self._borrow("SET LOCAL enable_seqscan = on; SET LOCAL enable_nestloop = off")

    def whole(self) -> AbstractContextManager[Connection]:
        """Borrow one for reading whole tables (通读)."""
        return self._borrow("SET LOCAL enable_seqscan = on; SET LOCAL enable_nestloop = on")

    @contextmanager
    def _borrow(self, settings: str) -> Iterator[Connection]:
        connection = self._free.get()
        try:
            connection.execute(settings)
            yield connection
        finally:
            self._free.put(connection)
