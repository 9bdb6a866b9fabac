"""A pretended moment belongs to trials: in production nothing may be dated by it."""

import pytest

from shuangjian.edges import clock


def test_production_refuses_a_pretended_moment(settings):
    settings.SHUANGJIAN_TODAY = "2026-11-15T20:30"
    assert clock.now().isoformat().startswith("2026-11-15T20:30")
    settings.MODE = "production"
    with pytest.raises(clock.PretendedClockError, match="SHUANGJIAN_TODAY"):
        clock.now()
    settings.SHUANGJIAN_TODAY = ""
    assert clock.now().tzinfo is not None
