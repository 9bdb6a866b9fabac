"""A world a test; every test's writes are taken back."""

import pytest

from tests.security.world import TODAY, World, build_world


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.SHUANGJIAN_TODAY = TODAY.isoformat()
    return build_world(tmp_path)
