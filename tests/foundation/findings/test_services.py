from datetime import date

import pytest

from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.audit.models import AuditEntry
from shuangjian.foundation.findings.errors import (
    DueInPastError,
    IllegalStepError,
    MissingTextError,
    NotPermittedError,
    SamePersonError,
    StillStandingError,
)
from shuangjian.foundation.findings.models import EventKind, FindingEvent
from shuangjian.foundation.findings.queries import events_of, life_of, steps_open_to
from shuangjian.foundation.findings.services import (
    assign_finding,
    clear_finding,
    rectify_finding,
    verify_finding,
)
from shuangjian.foundation.findings.tally import Tally
from tests.scene import MONDAY, START

from .looks import EVENT, LAST, STATE, inspect, violation
from .worked import FIRST, finding_of, steps, write

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 12)

ACTS = {
    EventKind.ASSIGNED: lambda actor, finding: assign_finding(
        actor=actor, finding=finding, due_on=DUE, on=MONDAY
    ),
    EventKind.RECTIFIED: lambda actor, finding: rectify_finding(
        actor=actor, finding=finding, note="减少了作业", evidence="新的公示表", on=MONDAY
    ),
    EventKind.VERIFIED: lambda actor, finding: verify_finding(
        actor=actor, finding=finding, passed=True, note="已核对公示表", on=MONDAY
    ),
    EventKind.CLEARED: lambda actor, finding: clear_finding(
        actor=actor, finding=finding, evidence="公示表三天均在限内", on=MONDAY
    ),
}
BEFORE = {
    EventKind.ASSIGNED: "opened 95/90",
    EventKind.RECTIFIED: "opened 95/90, assigned due 12",
    EventKind.VERIFIED: "opened 95/90, assigned due 12, rectified @999",
    EventKind.CLEARED: "opened 95/90, assigned due 12, rectified @999, verified passed @998",
}
MAY = {
    EventKind.ASSIGNED: {"officer", "second_officer", "operator"},
    EventKind.RECTIFIED: {"principal", "school_admin", "head"},
    EventKind.VERIFIED: {"officer", "second_officer", "inspector"},
    EventKind.CLEARED: {"officer", "second_officer"},
}


def everyone(scene):
    return {name: scene.actor(name) for name in scene.users} | {"operator": OPERATOR}


def at(scene, text, kind="event", **fields):
    finding = finding_of(scene, kind=kind, **fields)
    for one in steps(text):
        write(finding, one)
    return finding


def test_a_finding_goes_from_found_to_cleared_through_two_people(scene):
    finding = at(scene, "opened 95/90")
    for kind, name in (
        (EventKind.ASSIGNED, "officer"),
        (EventKind.RECTIFIED, "head"),
        (EventKind.VERIFIED, "inspector"),
        (EventKind.CLEARED, "officer"),
    ):
        event = ACTS[kind](scene.actor(name), finding)
        assert (event.kind, event.actor, event.user_id) == (
            kind,
            scene.actor(name).label,
            scene.users[name].pk,
        )
    assert life_of(finding).status == "cleared"
    assert [event.kind for event in events_of(finding)] == [
        "opened",
        "assigned",
        "rectified",
        "verified",
        "cleared",
    ]
    audited = AuditEntry.objects.filter(subject=f"finding:{finding.pseudonym}").order_by("pk")
    assert [(entry.action, entry.user_id) for entry in audited] == [
        ("finding.assign", scene.users["officer"].pk),
        ("finding.rectify", scene.users["head"].pk),
        ("finding.verify", scene.users["inspector"].pk),
        ("finding.clear", scene.users["officer"].pk),
    ]


@pytest.mark.parametrize("kind", list(ACTS))
def test_who_may_take_each_step(scene, kind):
    for number, (name, actor) in enumerate(everyone(scene).items()):
        finding = at(scene, BEFORE[kind], period=f"2026-{number}")
        is_offered = kind in steps_open_to(actor, finding=finding, on=MONDAY)
        if name in MAY[kind]:
            ACTS[kind](actor, finding)
        else:
            with pytest.raises(NotPermittedError):
                ACTS[kind](actor, finding)
        assert is_offered == (name in MAY[kind]), name
        assert FindingEvent.objects.filter(finding=finding).count() == len(steps(BEFORE[kind])) + (
            name in MAY[kind]
        )


def test_a_class_teacher_rectifies_only_their_own_class_and_only_while_it_is_theirs(scene):
    elsewhere = at(
        scene, BEFORE[EventKind.RECTIFIED], subject=f"class:{scene.other_class.pseudonym}"
    )
    whole_school = at(
        scene, BEFORE[EventKind.RECTIFIED], subject=f"school:{scene.school.pseudonym}"
    )
    for finding in (elsewhere, whole_school):
        with pytest.raises(NotPermittedError, match="该班班主任"):
            ACTS[EventKind.RECTIFIED](scene.actor("head"), finding)
    head = scene.actor("head")
    own = at(scene, BEFORE[EventKind.RECTIFIED])
    scene.fifth.assignments.update(ends_on=MONDAY)
    with pytest.raises(NotPermittedError):
        ACTS[EventKind.RECTIFIED](head, own)
    assert START < MONDAY


@pytest.mark.parametrize("kind", [EventKind.VERIFIED, EventKind.CLEARED])
def test_the_rectifier_confirms_nothing_even_as_an_officer(scene, kind):
    officer = scene.actor("officer")
    finding = at(scene, BEFORE[kind].replace("@999", f"@{officer.user_id}"))
    assert kind not in steps_open_to(officer, finding=finding, on=MONDAY)
    with pytest.raises(SamePersonError, match="请交给同事"):
        ACTS[kind](officer, finding)
    ACTS[kind](scene.actor("second_officer"), finding)


def test_a_failed_verification_sends_it_back_with_its_due_day(scene):
    finding = at(scene, BEFORE[EventKind.VERIFIED])
    verify_finding(
        actor=scene.actor("inspector"), finding=finding, passed=False, note="公示表未改", on=MONDAY
    )
    life = life_of(finding)
    assert (life.status, life.due_on) == ("reopened", DUE)
    ACTS[EventKind.RECTIFIED](scene.actor("principal"), finding)
    assert life_of(finding).status == "rectified"


def test_what_a_step_needs(scene):
    officer, principal = scene.actor("officer"), scene.actor("principal")
    finding = at(scene, "opened 95/90")
    with pytest.raises(DueInPastError, match="2026-11-08 早于今天 2026-11-09"):
        assign_finding(actor=officer, finding=finding, due_on=date(2026, 11, 8), on=MONDAY)
    for note, evidence, field in ((" ", "x", "note"), ("x", "\n", "evidence")):
        with pytest.raises(MissingTextError) as missing:
            rectify_finding(
                actor=principal, finding=finding, note=note, evidence=evidence, on=MONDAY
            )
        assert missing.value.field == field
    with pytest.raises(MissingTextError, match="缺少说明"):
        verify_finding(actor=officer, finding=finding, passed=True, note="", on=MONDAY)
    with pytest.raises(MissingTextError, match="缺少依据"):
        clear_finding(actor=officer, finding=finding, evidence="", on=MONDAY)
    with pytest.raises(IllegalStepError, match="现在是“待交办”"):
        ACTS[EventKind.CLEARED](officer, finding)
    assert FindingEvent.objects.count() == 1
    assert AuditEntry.objects.count() == 0


def test_a_state_is_not_cleared_while_the_latest_inspection_shows_it(scene):
    large = violation(scene, measured=66, limit=50, on=LAST)
    inspect(scene, STATE, [large])
    finding = FindingEvent.objects.get().finding
    for one in steps("opened 66/50, assigned due 20, rectified @999, verified passed @998")[1:]:
        write(finding, one)
    officer = scene.actor("officer")
    on = LAST.replace(day=16)

    def clear():
        return clear_finding(actor=officer, finding=finding, evidence="名册", on=on)

    with pytest.raises(StillStandingError, match="2026-11-15 的检查仍显示"):
        clear()
    assert inspect(scene, STATE, [], [(large.subject, large.period)], last=on) == Tally(ceased=1)
    clear()
    assert life_of(finding).status == "cleared"


def test_a_state_that_the_latest_look_did_not_observe_is_cleared_and_reopens_if_seen(scene):
    large = violation(scene, measured=66, limit=50, on=LAST)
    inspect(scene, STATE, [large])
    finding = FindingEvent.objects.get().finding
    for one in steps("opened 66/50, assigned due 20, rectified @999, verified passed @998")[1:]:
        write(finding, one)
    on = LAST.replace(day=16)
    assert inspect(scene, STATE, [], last=on) == Tally()
    clear_finding(actor=scene.actor("officer"), finding=finding, evidence="已毕业", on=on)
    assert inspect(scene, STATE, [large], last=LAST) == Tally(kept=1)
    assert inspect(scene, STATE, [large], last=on) == Tally(reopened=1)


def test_an_event_is_cleared_though_its_fact_stays(scene):
    inspect(scene, EVENT, [violation(scene)])
    finding = FindingEvent.objects.get().finding
    for one in steps(BEFORE[EventKind.CLEARED])[1:]:
        write(finding, one)
    ACTS[EventKind.CLEARED](scene.actor("officer"), finding)
    assert inspect(scene, EVENT, [violation(scene)]) == Tally(kept=1)
    assert FIRST < MONDAY
