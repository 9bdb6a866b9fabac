"""Two teachers plan at the same moment; with the lock one is held, without it the day overflows."""

import threading
import time

import pytest
from django.db import connection

from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.areas.homework.services import plan as plan_service
from shuangjian.areas.homework.services.day import lock_day
from tests.areas.homework.test_plan import plan
from tests.scene import build_scene

PAUSE_SECONDS = 0.3


def _without_lock(school_class, *, on):
    ClassDay.objects.bulk_create(
        [ClassDay(school_class=school_class, on=on)], ignore_conflicts=True
    )
    return ClassDay.objects.get(school_class=school_class, on=on)


def _race(scene) -> list[str]:
    """Plan 40 minutes each from two threads that both have passed the day's lock or read."""
    start = threading.Barrier(2)
    states: list[str] = []

    def one(who: str) -> None:
        try:
            start.wait(timeout=5)
            states.append(plan(scene, who, 40).plan.state)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(who,)) for who in ("chinese", "math")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return sorted(states)


def _slow_total(real):
    def total_of(*args, **kwargs):
        total = real(*args, **kwargs)
        time.sleep(PAUSE_SECONDS)  # the window between looking and writing, held open
        return total

    return total_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        pytest.param(lock_day, ["held", "published"], id="with-lock"),
        pytest.param(_without_lock, ["published", "published"], id="control-without-lock"),
    ],
)
def test_two_teachers_race_for_the_same_minutes(monkeypatch, lock, expected):
    scene = build_scene()
    # why: the day's row exists already, so that the race is for the lock, not for the insert.
    ClassDay.objects.create(school_class=scene.fifth, on=plan_service_day())
    monkeypatch.setattr(plan_service, "lock_day", lock)
    monkeypatch.setattr(plan_service, "total_of", _slow_total(plan_service.total_of))
    assert _race(scene) == expected
    published = PlannedHomework.objects.filter(state="published", superseded_at=None)
    assert (sum(each.minutes for each in published) <= 60) is (lock is lock_day)


def plan_service_day():
    from tests.scene import TUESDAY

    return TUESDAY
