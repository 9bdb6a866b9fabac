"""可拨动的时钟: the ledger's own clock, moved by hand in a database of the fault's own.

The ledger's functions ask ``clock_timestamp()`` and look for it in their ``search_path``. A schema
put before ``pg_catalog`` has one that answers what the session last set; nothing else is changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection

_MAKE = """
CREATE SCHEMA moved;
GRANT USAGE ON SCHEMA moved TO PUBLIC;
CREATE FUNCTION moved.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(nullif(current_setting('moved.now', true), '')::timestamptz,
        pg_catalog.clock_timestamp())
$$;
"""
_FUNCTIONS = """
SELECT oid::regprocedure::text, substr(setting, length('search_path=') + 1)
FROM pg_proc, unnest(proconfig) setting
WHERE proname LIKE 'ledger\\_%' AND setting LIKE 'search_path=%'
"""


class MovedClock:
    """时钟: what the ledger takes for now, in this session."""

    def __init__(self) -> None:
        self.now: datetime | None = None

    def move(self, moment: datetime) -> None:
        """From here on it is that moment (拨到), until it is moved again."""
        self.now = moment
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('moved.now', %s, false)", [moment.isoformat()])


@contextmanager
def moved_clock() -> Iterator[MovedClock]:
    """Put the movable clock in, as the tables' owner, and take it out at the end."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
        cursor.execute(_FUNCTIONS)
        paths = dict(cursor.fetchall())
        assert paths, "the ledger's functions name their search_path"
        _look_in({function: f"moved, {path}" for function, path in paths.items()})
        cursor.execute("SET search_path = moved, pg_catalog, public")
    try:
        yield MovedClock()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
            cursor.execute("RESET moved.now")
            _look_in(paths)
            cursor.execute("DROP SCHEMA moved CASCADE")


def _look_in(paths: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for function, path in paths.items():
            cursor.execute(f"ALTER FUNCTION {function} SET search_path = {path}")
