"""The example on the page, as it stands there, on PostgreSQL."""

from pathlib import Path

import pytest

PAGE = Path("docs/algorithms/ledger.md")


@pytest.mark.django_db(transaction=True)
def test_every_call_of_the_page_works():
    marked = PAGE.read_text(encoding="utf-8").split("<!-- example: calls -->")[1]
    code = marked.split("```python")[1].split("```")[0]
    assert code.count("services.") > 10
    exec(compile(code, str(PAGE), "exec"), {})
