import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuangjian.foundation.findings.errors import DoubledViolationError, UnknownPlaceError
from shuangjian.foundation.findings.models import Finding, FindingEvent
from shuangjian.foundation.findings.tally import Tally

from .looks import EVENT, LAST, STATE, inspect, rule_of, violation
from .worked import FIRST, finding_of, steps, table, value, write

pytestmark = pytest.mark.django_db


def everything() -> list:
    findings = Finding.objects.order_by("pk").values_list("pk", "rule", "episode", "school_id")
    return [*findings, *FindingEvent.objects.order_by("pk").values_list("pk", "finding_id", "kind")]


def seen(scene, row):
    """The violations and the observed subjects that a row of the page means."""
    subject = f"class:{scene.fifth.pseudonym}"
    if row["seen"] == "not observed":
        return [], []
    if row["seen"] == "within":
        return [], [(subject, "2026-11-02")]
    measured, limit = value(row["seen"])
    return [violation(scene, measured=measured, limit=limit, on=LAST)], []


@pytest.mark.parametrize(
    "row", table("inspections"), ids=lambda r: f"{r['kind']}: {r['steps before']} sees {r['seen']}"
)
def test_worked_inspections(scene, row):
    rule = rule_of(row["kind"])
    taken = steps(row["steps before"])
    if taken:
        finding = finding_of(scene, kind=row["kind"], looked_on=FIRST, seen_on=FIRST)
        for one in taken:
            write(finding, one)
    violations, within = seen(scene, row)
    tally = inspect(scene, rule, violations, within)
    columns = ("opened", "ceased", "reopened", "corrected", "kept")
    assert tally.as_dict() == {name: int(row[name]) for name in columns}

    added = FindingEvent.objects.order_by("pk")[len(taken) :]
    expected = {"": [], "next episode": ["opened"]}.get(row["adds"], [row["adds"]])
    own = [event.kind for event in added if event.finding.rule == rule.key]
    assert own == expected
    episodes = list(Finding.objects.filter(rule=rule.key).values_list("episode", flat=True))
    assert sorted(episodes) == ([1, 2] if row["adds"] == "next episode" else [1])

    before = everything()
    again = inspect(scene, rule, violations, within)
    assert again == Tally(kept=len(violations))
    assert everything() == before


def test_what_was_not_inspected_is_not_touched(scene):
    elsewhere = violation(
        scene,
        subject=f"class:{scene.other_class.pseudonym}",
        school=f"school:{scene.other_school.pseudonym}",
        region=scene.other_county.code,
    )
    inspect(scene, EVENT, [violation(scene), elsewhere, violation(scene, period="2026-11-03")])
    before = everything()
    first = f"class:{scene.first.pseudonym}"
    assert inspect(scene, EVENT, [], [(first, "2026-11-02"), (first, "2026-11-03")]) == Tally()
    other_rule = type(EVENT)("test.other", EVENT.kind)
    within = [(elsewhere.subject, "2026-11-02")]
    assert inspect(scene, other_rule, [], within) == Tally()
    assert everything() == before


def test_a_corrected_fact_is_a_finding_beside_the_one_it_takes_away(scene):
    inspect(scene, EVENT, [violation(scene)])
    subject = violation(scene).subject
    tally = inspect(scene, EVENT, [], [(subject, "2026-11-02")])
    assert tally == Tally(opened=1, corrected=1)
    original, correction = Finding.objects.order_by("pk").select_related("state")
    assert (original.state.status, original.state.is_standing) == ("corrected", False)
    assert (correction.rule, correction.subject, correction.period, correction.area) == (
        "finding.fact_corrected",
        subject,
        "2026-11-02",
        "test",
    )
    assert (correction.region, correction.school) == (original.region, original.school)
    assert correction.effective_on == LAST
    assert correction.events.get().note == "原有的问题：测试规则。"


def test_two_rules_corrected_away_on_one_day_are_one_correction(scene):
    other = type(EVENT)("test.other", EVENT.kind)
    inspect(scene, EVENT, [violation(scene)])
    inspect(scene, other, [violation(scene)])
    within = [(violation(scene).subject, "2026-11-02")]
    assert inspect(scene, EVENT, [], within) == Tally(opened=1, corrected=1)
    assert inspect(scene, other, [], within) == Tally(corrected=1)
    assert Finding.objects.filter(rule="finding.fact_corrected").count() == 1


def test_a_cleared_correction_is_reopened_by_the_next_one(scene):
    within = [(violation(scene).subject, "2026-11-02")]
    inspect(scene, EVENT, [violation(scene)])
    inspect(scene, EVENT, [], within)
    correction = Finding.objects.get(rule="finding.fact_corrected")
    for one in steps("opened 1/1, assigned due 12, rectified @7, verified passed @8, cleared @8")[
        1:
    ]:
        write(correction, one)
    assert inspect(scene, EVENT, [violation(scene)]) == Tally(corrected=1)
    assert inspect(scene, EVENT, [], within) == Tally(corrected=1, reopened=1)


def test_an_older_look_at_a_state_changes_nothing(scene):
    large = violation(scene, measured=66, limit=50, on=LAST)
    within = [(large.subject, large.period)]
    inspect(scene, STATE, [large])
    earlier = LAST.replace(day=10)
    assert inspect(scene, STATE, [], within, last=earlier) == Tally()
    inspect(scene, STATE, [], within, last=LAST.replace(day=20))
    assert inspect(scene, STATE, [large], last=earlier) == Tally(kept=1)
    assert [event.kind for event in FindingEvent.objects.order_by("pk")] == ["opened", "ceased"]
    later = LAST.replace(day=21)
    assert inspect(scene, STATE, [large], last=later) == Tally(opened=1)


def test_a_look_over_the_county_notes_whom_it_did_not_see(scene):
    large = violation(scene, measured=66, limit=50, on=LAST)
    inspect(scene, STATE, [large])
    finding = Finding.objects.get()
    assert (finding.looked_on, finding.seen_on) == (LAST, LAST)
    later = LAST.replace(day=20)
    other_school = frozenset({f"school:{scene.other_school.pseudonym}"})
    inspect(scene, STATE, [], last=later, schools=other_school)
    finding.refresh_from_db()
    assert finding.looked_on == LAST
    inspect(scene, STATE, [], last=later)
    finding.refresh_from_db()
    assert (finding.looked_on, finding.seen_on) == (later, LAST)


def test_a_rule_that_gives_two_rows_for_one_fingerprint_is_refused_whole(scene):
    rows = [violation(scene, limit=90), violation(scene, limit=80)]
    with pytest.raises(DoubledViolationError, match=r"test\.event.*给出了两行"):
        inspect(scene, EVENT, rows)
    with pytest.raises(DoubledViolationError):
        inspect(scene, STATE, [violation(scene), violation(scene, period="2026-09-01")])
    assert Finding.objects.count() == 0


@pytest.mark.parametrize("fields", [{"school": "school:nobody"}, {"region": "110101"}])
def test_a_place_that_nobody_knows_is_refused_whole(scene, fields):
    rows = [violation(scene), violation(scene, period="2026-11-03", **fields)]
    with pytest.raises(UnknownPlaceError, match="不在本库"):
        inspect(scene, EVENT, rows)
    assert Finding.objects.count() == 0


def test_three_thousand_violations_take_as_few_statements_as_three(scene):
    def many(count, measured=95):
        return [
            violation(scene, subject=f"class:{number}", measured=measured)
            for number in range(count)
        ]

    counts = {}
    for size in (3, 3000):
        rule = type(EVENT)(f"test.many_{size}", EVENT.kind)
        for name, rows in (
            ("new", many(size)),
            ("same", many(size)),
            ("other", many(size, 100)),
            ("gone", []),
        ):
            within = [(f"class:{number}", "2026-11-02") for number in range(size)]
            with CaptureQueriesContext(connection) as captured:
                tally = inspect(scene, rule, rows, within)
            counts[size, name] = len(captured)
            if name == "new":
                assert tally.opened == size
        assert tally.corrected == size
    assert Finding.objects.filter(rule="test.many_3000").count() == 3000
    for name in ("new", "same", "other", "gone"):
        # A batch is 2,000 rows: at most one more statement for each of two tables, and savepoints.
        assert counts[3000, name] <= counts[3, name] + 8, counts
        assert counts[3000, name] <= 30, counts
