"""Two inspections, and an inspection and a person, at the same moment; each with its control."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, connection, connections, transaction

from shuangjian.foundation.findings.errors import IllegalStepError
from shuangjian.foundation.findings.models import Finding, FindingEvent
from shuangjian.foundation.findings.reconcile import lock_rules
from shuangjian.foundation.findings.services import assign_finding, verify_finding
from shuangjian.foundation.findings.tally import Tally
from tests.scene import MONDAY, build_scene

from .looks import EVENT, FIRST, LAST, inspect, violation
from .worked import finding_of, steps, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db):
    return build_scene()


def at_once(*acts):
    """Each act in a thread and a connection of its own; their results, or what they raised."""

    def closing(act):
        try:
            return act()
        except (IntegrityError, IllegalStepError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(closing, a) for a in acts]]


def waiting_for_lock() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone()[0]


def test_two_inspections_at_once_open_nothing_twice(scene):
    rows = [violation(scene, subject=f"class:{number}") for number in range(300)]
    start = Barrier(2)

    def act():
        start.wait()
        return inspect(scene, EVENT, rows)

    tallies = at_once(act, act)
    assert sorted(tallies, key=lambda tally: tally.opened) == [Tally(kept=300), Tally(opened=300)]
    assert Finding.objects.count() == FindingEvent.objects.count() == 300


def test_control_without_the_lock_both_open_and_the_constraint_stops_one(scene):
    both_looked = Barrier(2)

    def act():
        with transaction.atomic():
            is_known = Finding.objects.exists()
            both_looked.wait()
            assert not is_known
            finding_of(scene, kind="event")
        return "opened"

    results = at_once(act, act)
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "str"]
    assert Finding.objects.count() == 1


@pytest.mark.parametrize(
    ("schools", "other_schools", "does_wait"),
    [
        (None, None, True),
        (None, {"school:a"}, True),
        ({"school:a"}, None, True),
        ({"school:a"}, {"school:a"}, True),
        ({"school:a"}, {"school:b"}, False),
    ],
)
def test_who_waits_for_whom(scene, schools, other_schools, does_wait):
    is_held, may_end = Event(), Event()

    def holder():
        with transaction.atomic():
            lock_rules([EVENT.key], schools=schools)
            is_held.set()
            assert may_end.wait(timeout=60)
        return "held"

    def follower():
        is_held.wait(timeout=60)
        with transaction.atomic():
            lock_rules([EVENT.key], schools=other_schools)
        return "followed"

    def watcher():
        is_held.wait(timeout=60)
        if does_wait:
            while not waiting_for_lock():
                pass
        else:
            follower()
        may_end.set()
        return "watched"

    acts = [holder, watcher, follower] if does_wait else [holder, watcher]
    assert at_once(*acts)[0] == "held"


def test_another_rule_is_not_waited_for(scene):
    with transaction.atomic():
        lock_rules([EVENT.key])
        other = type(EVENT)("test.other", EVENT.kind)
        assert at_once(lambda: inspect(scene, other, [violation(scene)])) == [Tally(opened=1)]


def test_two_people_never_take_the_same_step(scene):
    finding = finding_of(scene, kind="event")
    for one in steps("opened 95/90, assigned due 12, rectified @999"):
        write(finding, one)
    start = Barrier(2)

    def verify(name, passed):
        actor = scene.actor(name)

        def act():
            start.wait()
            return verify_finding(
                actor=actor, finding=finding, passed=passed, note="已到校核对", on=MONDAY
            )

        return act

    results = at_once(verify("officer", True), verify("inspector", False))
    assert sorted(type(each).__name__ for each in results) == ["FindingEvent", "IllegalStepError"]
    assert FindingEvent.objects.filter(kind="verified").count() == 1


def test_control_without_the_services_lock_the_trigger_stops_the_second(scene):
    finding = finding_of(scene, kind="event")
    for one in steps("opened 95/90, assigned due 12, rectified @999"):
        write(finding, one)
    both_looked = Barrier(2)

    def verify(text):
        def act():
            with transaction.atomic():
                assert FindingEvent.objects.filter(finding=finding).count() == 3
                both_looked.wait()
                write(finding, steps(f"opened 1/1, {text}")[1])
            return "written"

        return act

    results = at_once(verify("verified passed @8"), verify("verified failed @9"))
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "str"]


def test_a_person_and_an_inspection_take_turns(scene):
    """The inspection corrects the fact away while an officer assigns: both stand, in some order."""
    inspect(scene, EVENT, [violation(scene)])
    finding = Finding.objects.get()
    officer, start = scene.actor("officer"), Barrier(2)

    def person():
        start.wait()
        return assign_finding(actor=officer, finding=finding, due_on=LAST, on=FIRST)

    def inspection():
        start.wait()
        return inspect(scene, EVENT, [], [(finding.subject, finding.period)])

    _, tally = at_once(person, inspection)
    assert tally == Tally(opened=1, corrected=1)
    kinds = [event.kind for event in finding.events.order_by("pk")]
    assert sorted(kinds) == ["assigned", "corrected", "opened"]
    finding.refresh_from_db()
    assert finding.state.is_standing is False
