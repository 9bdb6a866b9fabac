"""PostgreSQL 引擎: the views themselves, through Django's connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from shuangjian.foundation.lake.engine_value import Engine, Row, plain_rows


class PostgresEngine:
    """Today's facts (当前数据) as the caller's transaction sees them."""

    name = "postgres"

    def rows(self, sql: str) -> list[Row]:
        """See ``Engine.rows``."""
        with connection.cursor() as cursor:
            cursor.execute(sql)  # why: without parameters, so that a ``%`` stays what it is.
            return plain_rows(cursor.fetchall(), engine=self.name)


@contextmanager
def open_postgres() -> Iterator[Engine]:
    """The application's database (应用数据库); closing it closes nothing."""
    yield PostgresEngine()
