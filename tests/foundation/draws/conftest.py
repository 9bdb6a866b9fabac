import pytest

from tests.scene import build_scene

from .act import Life


@pytest.fixture
def scene(db):
    return build_scene()


@pytest.fixture
def life(scene):
    """A draw of the school, announced, with five children."""
    life = Life(scene).announce()
    life.enter("s1", "s2", "s3", "s4", "s5")
    return life
