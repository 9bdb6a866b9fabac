import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.foundation.findings.errors import IllegalStepError, SamePersonError
from shuangjian.foundation.findings.life import ACTS_FROM, advance, fold
from shuangjian.foundation.findings.models import EventKind, RuleKind, Status

from .worked import due, step, steps, table

# One way to every status, so that each row of the table of steps starts from a real life.
WAY = {
    Status.OPENED: ("event", "opened 95/90"),
    Status.ASSIGNED: ("event", "opened 95/90, assigned due 12"),
    Status.RECTIFIED: ("event", "opened 95/90, assigned due 12, rectified @7"),
    Status.VERIFIED: ("event", "opened 95/90, assigned due 12, rectified @7, verified passed @8"),
    Status.CLEARED: (
        "event",
        "opened 95/90, assigned due 12, rectified @7, verified passed @8, cleared @8",
    ),
    Status.REOPENED: ("event", "opened 95/90, assigned due 12, rectified @7, verified failed @8"),
    Status.CEASED: ("state", "opened 66/50, ceased"),
    Status.CORRECTED: ("event", "opened 95/90, corrected gone"),
}
ACTS = {
    "assigned": "assigned due 20",
    "rectified": "rectified @7",
    "verified passed": "verified passed @8",
    "verified failed": "verified failed @8",
    "cleared": "cleared @8",
}
REFUSALS = {"illegal": IllegalStepError, "same person": SamePersonError}


@pytest.mark.parametrize("row", table("steps"), ids=lambda row: row["status"])
def test_the_table_of_steps(row):
    kind_text, way = WAY[Status(row["status"])]
    kind = RuleKind(kind_text)
    life = fold(steps(way), kind=kind)
    assert life.status == row["status"]
    for column, text in ACTS.items():
        if row[column]:
            assert advance(life, step(text), kind=kind).status == row[column], column
        else:
            with pytest.raises(IllegalStepError):
                advance(life, step(text), kind=kind)


def test_the_table_of_steps_is_whole():
    assert {row["status"] for row in table("steps")} == set(Status.values)
    named = {column.split()[0] for column in ACTS}
    assert named == {kind.value for kind in ACTS_FROM}


@pytest.mark.parametrize("row", table("lives"), ids=lambda row: f"{row['kind']}: {row['steps']}")
def test_worked_lives(row):
    life = fold(steps(row["steps"]), kind=RuleKind(row["kind"]))
    assert (
        life.status,
        life.is_standing,
        life.measured,
        life.due_on,
        life.last_rectifier_id,
    ) == (
        row["status"],
        row["stands"] == "yes",
        int(row["measured"]),
        due(row["due"]) if row["due"] else None,
        int(row["rectifier"]) if row["rectifier"] else None,
    )


@pytest.mark.parametrize("row", table("refusals"), ids=lambda row: f"{row['kind']}: {row['steps']}")
def test_worked_refusals(row):
    taken = steps(row["steps"])
    kind = RuleKind(row["kind"])
    if len(taken) > 1:
        fold(taken[:-1], kind=kind)
    with pytest.raises(REFUSALS[row["refused"]]):
        fold(taken, kind=kind)


def test_no_events_is_no_life():
    with pytest.raises(IllegalStepError, match="请先运行检查"):
        fold([], kind=RuleKind.EVENT)


def test_a_refusal_says_what_why_and_what_next():
    with pytest.raises(IllegalStepError) as refused:
        fold(steps("opened 95/90, cleared @8"), kind=RuleKind.EVENT)
    assert str(refused.value) == ("没有销号：这个问题现在是“待交办”，不能销号。请先由教育局交办。")
    with pytest.raises(SamePersonError, match="须由另一人办理"):
        fold(
            steps("opened 95/90, assigned due 12, rectified @7, verified passed @7"),
            kind=RuleKind.EVENT,
        )


@given(
    kind=st.sampled_from(RuleKind),
    texts=st.lists(
        st.sampled_from(
            [*ACTS.values(), "corrected gone", "corrected 99/90", "ceased", "reopened 99/90"]
        ),
        max_size=14,
    ),
)
def test_only_verified_findings_are_cleared_and_never_by_the_rectifier(kind, texts):
    life = advance(None, step("opened 95/90"), kind=kind)
    for text in texts:
        before, taken = life, step(text)
        try:
            life = advance(life, taken, kind=kind)
        except (IllegalStepError, SamePersonError):
            continue
        if taken.kind is EventKind.CLEARED:
            assert before.status is Status.VERIFIED
            assert taken.user_id != before.last_rectifier_id
        if life.status is Status.CLEARED:
            assert before.status in {Status.CLEARED, Status.VERIFIED}
        if kind is RuleKind.STATE and not before.is_standing:
            assert not life.is_standing
