"""A world a test; every test's writes are taken back."""

import logging

import pytest

from tests.security.world import TODAY, World, build_world


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Refusals are the point here, and there are thousands."""
    caplog.set_level(logging.ERROR, logger="django.request")
    caplog.set_level(logging.ERROR, logger="django.security.csrf")


@pytest.fixture
def world(db, settings, tmp_path) -> World:
    settings.SHUANGJIAN_TODAY = TODAY.isoformat()
    settings.SHUANGJIAN_DATA = settings.SHUANGJIAN_POLICIES = tmp_path
    return build_world(tmp_path)
