import pytest

from tests.foundation.ledger_reading.scene import fill_scene


@pytest.fixture
def book(db):
    """The small custody book, nothing of it sealed."""
    fill_scene()
