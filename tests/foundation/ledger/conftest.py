import pytest

from tests.foundation.ledger.book import Book
from tests.foundation.ledger.own_database import copied_database, migrated_database


@pytest.fixture(scope="session")
def ledger_template(django_db_blocker):
    with django_db_blocker.unblock(), migrated_database() as name:
        yield name


@pytest.fixture(scope="module")
def ledger_database(ledger_template, django_db_blocker):
    """A database for the module's tests, each of which opens a book of its own."""
    with django_db_blocker.unblock(), copied_database(ledger_template):
        yield


@pytest.fixture
def damaged_database(ledger_template, django_db_blocker):
    """A database for one test, which may take out of it what keeps the ledger."""
    with django_db_blocker.unblock(), copied_database(ledger_template):
        yield


@pytest.fixture
def book(ledger_database):
    return Book()
