from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.findings.models import Finding, Status
from shuangjian.foundation.findings.queries import (
    FindingFilter,
    access_finding,
    count_findings,
    list_findings,
)
from tests.scene import MONDAY

from .worked import FIRST, due, finding_of, steps, write

pytestmark = pytest.mark.django_db

# Who sees which of: ``own`` 五（1）班's, ``first`` 一（1）班's, ``school`` the school's, ``other``.
SEES = {
    "officer": {"own", "first", "school"},
    "second_officer": {"own", "first", "school"},
    "inspector": {"own", "first", "school"},
    "auditor": {"own", "first", "school"},
    "principal": {"own", "first", "school"},
    "school_admin": {"own", "first", "school"},
    "head": {"own", "first"},
    "other_officer": {"other"},
    "other_principal": {"other"},
    "chinese": set(),
    "math": set(),
    "english": set(),
    "stranger": set(),
    "guardian": set(),
}


@pytest.fixture
def findings(scene):
    made = {
        "own": finding_of(scene, kind="event", subject=f"class:{scene.fifth.pseudonym}"),
        "first": finding_of(scene, kind="event", subject=f"class:{scene.first.pseudonym}"),
        "school": finding_of(scene, kind="event", subject=f"school:{scene.school.pseudonym}"),
        "other": Finding.objects.create(
            rule="test.event",
            kind="event",
            area="other",
            severity="should",
            subject=f"class:{scene.other_class.pseudonym}",
            period="2026-11-03",
            effective_on=due("3"),
            region=scene.other_county,
            school=scene.other_school,
        ),
    }
    for name, text in (
        ("own", "opened 95/90"),
        ("first", "opened 95/90, assigned due 5"),
        ("school", "opened 95/90, assigned due 20"),
        ("other", "opened 95/90, corrected gone"),
    ):
        for one in steps(text):
            write(made[name], one)
    return made


def test_every_account_of_the_scene_is_told(scene):
    assert set(SEES) == set(scene.users)


@pytest.mark.parametrize("name", list(SEES))
def test_who_sees_which_finding(scene, findings, name):
    actor = scene.actor(name)
    listed = {finding.pk for finding in list_findings(actor, on=MONDAY)}
    assert listed == {findings[key].pk for key in SEES[name]}
    assert sum(count_findings(actor, on=MONDAY).values()) == len(SEES[name])
    for key, finding in findings.items():
        if key in SEES[name]:
            assert access_finding(actor, pseudonym=finding.pseudonym, on=MONDAY) == finding
        else:
            with pytest.raises(NotAccessibleError):
                access_finding(actor, pseudonym=finding.pseudonym, on=MONDAY)


def test_the_operator_sees_all_and_nobody_sees_what_is_not_there(scene, findings):
    assert list_findings(OPERATOR, on=MONDAY).count() == len(findings)
    with pytest.raises(NotAccessibleError):
        access_finding(OPERATOR, pseudonym=uuid4(), on=MONDAY)


def test_a_former_class_teacher_sees_no_more(scene, findings):
    head = scene.actor("head")
    scene.fifth.assignments.update(ends_on=MONDAY)
    listed = list_findings(head, on=MONDAY)
    assert [finding.pk for finding in listed] == [findings["first"].pk]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"statuses": frozenset({Status.ASSIGNED})}, {"first", "school"}),
        ({"statuses": frozenset({Status.CORRECTED, Status.OPENED})}, {"own", "other"}),
        ({"rule": "test.event"}, {"own", "first", "school", "other"}),
        ({"rule": "test.state"}, set()),
        ({"area": "other"}, {"other"}),
        ({"severity": "must"}, {"own", "first", "school"}),
        ({"first": due("3")}, {"other"}),
        ({"last": due("2")}, {"own", "first", "school"}),
        ({"overdue_on": MONDAY}, {"first"}),
        ({"overdue_on": due("5")}, set()),
    ],
)
def test_filters(scene, findings, fields, expected):
    filters = FindingFilter(**fields)
    listed = {finding.pk for finding in list_findings(OPERATOR, on=MONDAY, filters=filters)}
    assert listed == {findings[key].pk for key in expected}
    assert sum(count_findings(OPERATOR, on=MONDAY, filters=filters).values()) == len(expected)


def test_by_school_latest_first_with_everything_at_hand(scene, findings):
    filters = FindingFilter(school=scene.school.pseudonym)
    assert {f.pk for f in list_findings(OPERATOR, on=MONDAY, filters=filters)} == {
        findings[key].pk for key in ("own", "first", "school")
    }
    with CaptureQueriesContext(connection) as captured:
        listed = [
            (finding.effective_on, finding.state.status, finding.region.name, finding.school.name)
            for finding in list_findings(OPERATOR, on=MONDAY)
        ]
    assert len(captured) == 1
    assert listed[0] == (due("3"), "corrected", "邻区", "邻区小学")
    assert [on for on, *_ in listed[1:]] == [FIRST] * 3


def test_counts_name_every_status(scene, findings):
    counted = count_findings(scene.actor("officer"), on=MONDAY)
    assert dict(counted) == dict.fromkeys(Status, 0) | {Status.OPENED: 1, Status.ASSIGNED: 2}
