import pytest

from shuangjian.foundation.registry.models import School
from tests.oversight.reports.world import build_world, enrol, publish, school_class


def _fill(scene):
    """One school over the limit, one within it, one without any record; a large class."""
    publish(scene.fifth, minutes=45)
    publish(scene.fifth, minutes=30, course="english")
    quiet = School.objects.get(name="静水小学")
    publish(school_class(quiet), minutes=60)
    enrol(scene.fifth, 4)  # with the scene's own pupil: five
    return scene


@pytest.fixture
def world(db):
    return _fill(build_world())


@pytest.fixture
def committed_world(transactional_db):
    return _fill(build_world())
