"""Databases of the ledger's own: for what is committed for good, or damages what keeps it.

pytest-django's test database is emptied after every test that commits, with its guards down; here
they are up, and what is sealed stays sealed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from django.core.management import call_command
from django.db import connection, connections


def parameters(**other: str) -> dict[str, str]:
    """What psycopg needs to reach the database that Django is on."""
    plain = connection.get_connection_params()
    return {name: plain[name] for name in ("dbname", "user", "password", "host")} | other


@contextmanager
def migrated_database() -> Iterator[str]:
    """A new database with the project's tables; its name."""
    with _another_database(f"ledger_{uuid4().hex[:8]}") as name:
        call_command("migrate", verbosity=0)
    yield name
    _drop(name)


@contextmanager
def copied_database(template: str) -> Iterator[None]:
    """Django's connections, those of new threads and processes too, go to a copy until the end."""
    name = f"{template}_{uuid4().hex[:8]}"
    with _another_database(name, template):
        yield
    _drop(name)


@contextmanager
def _another_database(name: str, template: str = "template1") -> Iterator[str]:
    settings = connection.settings_dict
    usual = settings["NAME"]
    connections.close_all()
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    settings["NAME"] = name
    try:
        yield name
    finally:
        connections.close_all()
        settings["NAME"] = usual


def _drop(name: str) -> None:
    # why: to drop it by force would want the right to stop the server's own cleaner as well; without
    # force that one gives way by itself.
    _administer(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND backend_type = 'client backend' AND usename = current_user"
    )
    _administer(f'DROP DATABASE "{name}"')


def _administer(statement: str) -> None:
    with psycopg.connect(**parameters(dbname="postgres"), autocommit=True) as plain:
        plain.execute(statement)
