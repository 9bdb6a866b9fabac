import pytest

from tests.foundation.ledger.own_database import copied_database, migrated_database

from .scene import build_ledger


@pytest.fixture(scope="session")
def filled_template(django_db_blocker):
    """A database with the small ledger, from which every test copies its own."""
    from django.db import connection, connections

    with django_db_blocker.unblock(), migrated_database() as name:
        usual = connection.settings_dict["NAME"]
        connections.close_all()
        connection.settings_dict["NAME"] = name
        try:
            build_ledger()
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = usual
        yield name


@pytest.fixture
def ledger(filled_template, django_db_blocker):
    """The small ledger, to be damaged."""
    with django_db_blocker.unblock(), copied_database(filled_template):
        yield
