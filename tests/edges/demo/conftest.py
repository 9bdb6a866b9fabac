from datetime import date

import pytest

from shuangjian.edges.demo.load import load_demonstration
from shuangjian.foundation.registry.models import Region

TODAY = date(2026, 11, 18)


def no_progress(step, done, total):
    """Nobody watches."""


@pytest.fixture
def nation(db, settings):
    """Demonstration mode with the nation's region, which the region seed brings."""
    settings.DEMO_MODE = True
    return Region.objects.create(
        code="000000", name="全国", level="nation", path="000000", source="测试"
    )


@pytest.fixture
def load(nation):
    """Load the two schools for a seed, on a Wednesday unless another day is given."""

    def run(*, seed=2026, scale="school", today=TODAY, progress=no_progress):
        return load_demonstration(scale=scale, today=today, seed=seed, progress=progress)

    return run
