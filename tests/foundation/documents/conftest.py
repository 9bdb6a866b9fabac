from collections.abc import Callable

import pytest

from shuangjian.foundation.documents.layout import render_official_document
from shuangjian.foundation.documents.official_document import OfficialDocument
from tests.foundation.documents.page import Page, read_pages

Printer = Callable[[OfficialDocument], list[Page]]


@pytest.fixture
def printed(tmp_path) -> Printer:
    """Prints with the packaged fonts only, so that every machine measures the same."""
    return lambda document: read_pages(render_official_document(document, own_fonts=tmp_path))
