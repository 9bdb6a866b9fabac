"""The database keeps the same rules as life.py, whoever writes to it."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuangjian.foundation.findings.errors import FindingRefusedError
from shuangjian.foundation.findings.life import Step, advance, fold
from shuangjian.foundation.findings.models import (
    EventKind,
    Finding,
    FindingEvent,
    FindingState,
    RuleKind,
)

from .worked import FIRST, finding_of, steps, table, write

pytestmark = pytest.mark.django_db

DAYS = st.integers(0, 20).map(lambda days: FIRST.replace(day=FIRST.day + days))
PEOPLE = st.sampled_from([7, 8, 9])
VALUES = st.sampled_from([66, 95, 100])
STEPS = st.one_of(
    st.builds(Step, st.just(EventKind.ASSIGNED), DAYS, due_on=DAYS),
    st.builds(Step, st.just(EventKind.RECTIFIED), DAYS, user_id=PEOPLE),
    st.builds(Step, st.just(EventKind.VERIFIED), DAYS, user_id=PEOPLE, passed=st.booleans()),
    st.builds(Step, st.just(EventKind.CLEARED), DAYS, user_id=PEOPLE),
    st.builds(
        Step,
        st.sampled_from([EventKind.CORRECTED, EventKind.REOPENED, EventKind.OPENED]),
        DAYS,
        measured=VALUES,
        limit_value=st.sampled_from([50, 90]),
        policy=st.sampled_from(["甲", "乙"]),
    ),
    st.builds(Step, st.sampled_from([EventKind.CORRECTED, EventKind.CEASED]), DAYS),
)


def in_view(finding: Finding) -> dict:
    row = FindingState.objects.filter(finding=finding).values().get()
    del row["finding_id"], row["last_event_id"]
    return row


def in_python(life) -> dict:
    fields = dict(vars(life))
    del fields["kind"]
    return fields


@pytest.mark.parametrize("row", table("lives"), ids=lambda row: f"{row['kind']}: {row['steps']}")
def test_the_view_folds_the_worked_lives_alike(scene, row):
    finding = finding_of(scene, kind=row["kind"])
    taken = steps(row["steps"])
    for one in taken:
        write(finding, one)
    assert in_view(finding) == in_python(fold(taken, kind=RuleKind(row["kind"])))


@pytest.mark.parametrize("row", table("refusals"), ids=lambda row: f"{row['kind']}: {row['steps']}")
def test_the_trigger_refuses_the_worked_refusals(scene, row):
    finding = finding_of(scene, kind=row["kind"])
    *before, last = steps(row["steps"])
    for one in before:
        write(finding, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(finding, last)
    assert FindingEvent.objects.filter(finding=finding).count() == len(before)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(kind=st.sampled_from(RuleKind), tried=st.lists(STEPS, min_size=4, max_size=24))
def test_view_and_trigger_agree_with_life_on_any_steps(scene, kind, tried):
    number = Finding.objects.count()
    finding = finding_of(scene, kind=kind, period=str(number), subject=f"class:{number}")
    opened = Step(EventKind.OPENED, FIRST, measured=95, limit_value=90, policy="甲")
    life = advance(None, opened, kind=kind)
    write(finding, opened)
    for taken in tried:
        try:
            after = advance(life, taken, kind=kind)
        except FindingRefusedError:
            with pytest.raises(IntegrityError), transaction.atomic():
                write(finding, taken)
            continue
        write(finding, taken)
        life = after
        assert in_view(finding) == in_python(life)


def test_events_are_never_changed_deleted_or_emptied(scene):
    finding = finding_of(scene, kind="event")
    event = write(finding, steps("opened 95/90")[0])
    others = [
        lambda: FindingEvent.objects.filter(pk=event.pk).update(note="改"),
        lambda: FindingEvent.objects.filter(pk=event.pk).delete(),
        lambda: Finding.objects.filter(pk=finding.pk).update(subject="class:x"),
        lambda: Finding.objects.filter(pk=finding.pk).update(severity="should"),
        lambda: connection.cursor().execute("DELETE FROM findings_finding"),
    ]
    for attempt in others:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    Finding.objects.filter(pk=finding.pk).update(looked_on=FIRST, seen_on=FIRST)
    assert FindingEvent.objects.get(pk=event.pk).note == ""


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("finding_event_no_truncate", "findings_findingevent"),
        ("finding_no_truncate", "findings_finding, findings_findingevent"),
    ],
)
def test_the_tables_are_never_truncated(scene, name, tables):
    """The session switched TRUNCATE's guards off for the transactional tests; here they are on."""
    table_name = tables.split(",")[0]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table_name} ENABLE TRIGGER {name}")
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            cursor.execute(f"TRUNCATE {tables}")
        cursor.execute(f"ALTER TABLE {table_name} DISABLE TRIGGER {name}")


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "rectified", "user_id": None},
        {"kind": "cleared", "user_id": 8, "evidence": ""},
        {"kind": "assigned", "due_on": None},
        {"kind": "verified", "user_id": 8, "passed": None},
    ],
)
def test_an_event_lacks_nothing_it_needs(scene, fields):
    way = {
        "assigned": "opened 95/90",
        "rectified": "opened 95/90, assigned due 12",
        "verified": "opened 95/90, assigned due 12, rectified @7",
        "cleared": "opened 95/90, assigned due 12, rectified @7, verified passed @8",
    }[fields["kind"]]
    finding = finding_of(scene, kind="event")
    for one in steps(way):
        write(finding, one)
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingEvent.objects.create(finding=finding, actor="测试", effective_on=FIRST, **fields)
