"""Test session: a PostgreSQL of its own (the trial's, unless DATABASE_URL names another)."""

import pytest

_started_here = False


def pytest_configure(config):
    """Start the server before the first database is made."""
    from shuangjian.edges.config import database, embedded

    global _started_here  # noqa: PLW0603 -- whoever starts the server stops it
    if database.is_embedded() and not hasattr(config, "workerinput"):
        cluster = embedded.read_cluster(database.folder())
        _started_here = cluster is None or not embedded.is_running(cluster)
    database.ensure_server()
    database.refresh_settings()


def pytest_collection_modifyitems(items):
    """Keep the Spark tests in one process, since each process starts its own Java."""
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.xdist_group("spark"))


def pytest_unconfigure(config):
    """Stop the server if this session started it."""
    from shuangjian.edges.config import database, embedded

    if _started_here and not hasattr(config, "workerinput"):
        embedded.stop(database.folder())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Let the transactional tests empty the tables: only TRUNCATE's guards stand aside."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgtype & 32 <> 0"
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')
