"""The application's role may not rewrite what is kept for ever; shown as that very role."""

import psycopg
import pytest
from django.db import connection

from shuangjian.edges.config import database
from shuangjian.edges.config.grants import (
    APPEND_ONLY_TABLES,
    VERSION_TABLES,
    grant_application_role,
)
from shuangjian.foundation.audit.services import record_action


@pytest.fixture
def application(transactional_db):
    """A connection to the test database as the application's role."""
    role = database.parse_url(database.urls()[0])
    grant_application_role(role=role["USER"], owner="default")
    with psycopg.connect(
        dbname=connection.settings_dict["NAME"],
        user=role["USER"],
        password=role["PASSWORD"],
        host=role["HOST"],
        port=role["PORT"] or None,
        autocommit=True,
    ) as app:
        yield app


def refused(app, statement: str) -> bool:
    try:
        app.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def test_what_is_kept_can_be_added_to_and_nothing_else(application):
    record_action(actor="t", user_id=None, action="t.t", subject="t:1", detail={})
    assert application.execute("SELECT count(*) FROM audit_auditentry").fetchone() == (1,)
    for table in APPEND_ONLY_TABLES:
        column = application.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1",
            [table],
        ).fetchone()
        assert column, table
        assert refused(application, f"UPDATE {table} SET {column[0]} = {column[0]}"), table
        assert refused(application, f"DELETE FROM {table}"), table
    for table in VERSION_TABLES:
        assert refused(application, f"DELETE FROM {table}"), table


def test_it_may_neither_truncate_nor_disable_nor_make_tables(application):
    for statement in (
        "TRUNCATE audit_auditentry",
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
        "DROP TABLE audit_auditentry",
        "CREATE TABLE mine (n int)",
    ):
        assert refused(application, statement), statement


def test_it_can_do_its_daily_work(application):
    assert not refused(application, "UPDATE registry_calendarday SET note = note")
    assert not refused(application, "SELECT count(*) FROM class_homework_day")
