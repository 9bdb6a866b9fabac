import pytest

from tests.scene import Scene, build_scene


@pytest.fixture
def scene(db) -> Scene:
    return build_scene()
