"""What a report says, live and frozen."""

import hashlib
import json
import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.engines.half_month_round import NotDueDayError
from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.audit.models import AuditEntry
from shuangjian.foundation.lake.postgres_engine import open_postgres
from shuangjian.foundation.registry.models import SchoolClass, SettingValue
from shuangjian.oversight.reports.content import canonical_json, digest, figures_of, versions_digest
from shuangjian.oversight.reports.errors import ReportRefusedError
from shuangjian.oversight.reports.models import (
    CountedVersions,
    HalfMonthReport,
    RemarkKind,
    ReportRemark,
)
from shuangjian.oversight.reports.queries import counted_plans, get_report, list_rounds
from shuangjian.oversight.reports.services import (
    open_correction,
    report_json,
    sign_report,
    type_remark,
    withdraw_remark,
)
from shuangjian.oversight.reports.wording import REFUSALS, refusal_text
from tests.oversight.reports.world import (
    DUE,
    FIRST,
    NEXT_DUE,
    SIGNED_AT,
    clear,
    event,
    open_finding,
    publish,
)
from tests.scene import MONDAY

MEETING = "homework.schools_meeting_time:meeting"


def read(world, name="officer", *, due_on=DUE, today=DUE):
    with open_postgres() as engine:
        return get_report(
            world.actor(name), region_code="990101", due_on=due_on, today=today, engine=engine
        )


def sign(world, name="officer", *, due_on=DUE, today=None, **fields):
    return sign_report(
        actor=world.actor(name),
        region_code="990101",
        due_on=due_on,
        today=today or due_on,
        at=fields.pop("at", SIGNED_AT),
        **fields,
    )


def remark(world, name="officer", *, item="leads_checked", kind=RemarkKind.REMARK, **fields):
    return type_remark(
        actor=world.actor(name),
        region_code="990101",
        due_on=fields.pop("due_on", DUE),
        item=item,
        kind=kind,
        text=fields.pop("text", "本期核查线索 3 条"),
        evidence=fields.pop("evidence", "信访台账第 12 页"),
        at=SIGNED_AT,
    )


def refused(call):
    with pytest.raises(ReportRefusedError) as caught:
        call()
    return caught.value.code


def numbers(content, name=MEETING):
    figure = figures_of(content)[name]
    return figure["count"], figure["whole"], figure["missing"]


def test_the_live_draft_says_what_the_facts_say(world):
    view = read(world)
    assert (view.round.first_on, view.round.due_on, view.report) == (FIRST, DUE, None)
    assert numbers(view.content) == (1, 3, 1)
    assert numbers(view.content, "quality.large_classes:large") == (1, 1, 0)
    assert numbers(view.content, "quality.large_classes:super_large") == (1, 1, 0)
    assert (view.content["issuer"], view.content["addressee"]) == ("示范区教育局", "示范市教育局")
    publish(world.fifth, minutes=20)
    assert numbers(read(world).content) == (2, 3, 1)


def test_items_without_an_area_are_not_collected_never_zero(world):
    items = read(world).content["items"]
    assert [(item["key"], item["figure"] is None) for item in items] == [
        ("homework_time", False),
        ("after_school_time", True),
        ("institutions_reduced", True),
        ("adverts_handled", True),
        ("leads_checked", True),
    ]


def test_findings_are_tallied_by_rule_and_day(world):
    open_finding(world, on=FIRST - timedelta(days=1), number=1)  # before the period, outstanding
    clear(open_finding(world, on=FIRST - timedelta(days=1), number=2), FIRST)
    clear(open_finding(world, on=FIRST, number=3), DUE)
    again = open_finding(world, on=DUE, number=4)
    clear(again, DUE)
    event(again, "reopened", DUE, measured=75, limit_value=60)
    clear(open_finding(world, on=DUE, number=5), DUE + timedelta(days=1))  # cleared too late
    open_finding(world, on=DUE + timedelta(days=1), number=6)  # after the period
    tallies = {tally["rule"]: tally for tally in read(world).content["tallies"]}
    assert tallies.pop("homework.total_over_limit") == {
        "rule": "homework.total_over_limit",
        "term": "书面作业总量超限",
        "opened": 3,
        "rectified": 3,
        "cleared": 3,
        "outstanding": 3,
    }
    assert {"quality.large_class", "finding.fact_corrected"} <= set(tallies)
    assert all(tally["opened"] == tally["outstanding"] == 0 for tally in tallies.values())


def test_signing_freezes_content_versions_and_digest(world):
    clear(open_finding(world), DUE)
    draft = read(world)
    remark(world)
    report = sign(world)
    report.refresh_from_db()
    content = report.frozen
    assert content["sign_off"] == {"name": "officer", "at": "2026-11-15T17:30:00+08:00"}
    assert content["indicators"] == draft.content["indicators"]
    assert [
        (each["title"], each["text"], each["owner"], each["mark"]) for each in content["remarks"]
    ] == [("核查的群众举报线索", "本期核查线索 3 条", "officer", "人工填写")]
    # anyone recomputes the digest from the stored JSON with nothing of ours.
    with connection.cursor() as cursor:
        cursor.execute("SELECT content::text FROM reports_halfmonthreport")
        stored = json.loads(cursor.fetchone()[0])
    text = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == report.sha256
    assert text == canonical_json(content)
    counted = {each.fact: each.versions for each in report.counted.all()}
    assert set(counted) == {
        "class_homework_day",
        "planned_homework",
        "class_roster",
        "finding_event",
    }
    assert len(counted["planned_homework"]) == 3
    assert len(counted["finding_event"]) == 5
    for each in content["versions"]:
        ids = tuple(counted[each["fact"]])
        assert (each["count"], each["sha256"]) == (len(ids), versions_digest(ids))
    assert AuditEntry.objects.filter(action="report.sign").get().detail == {"sha256": report.sha256}


def test_a_signed_report_stays_as_it_was_and_shows_what_changed(world):
    report = sign(world)
    digest_then = report.sha256
    publish(world.fifth, minutes=10)
    publish(world.fifth, minutes=10, course="english")
    view = read(world)
    assert numbers(view.content) == (1, 3, 1)
    assert (view.report.sha256, digest(view.content)) == (digest_then, digest_then)
    assert list(view.differences) == [{"term": "作业时间达标学校", "frozen": 1, "live": 2}]
    lines = counted_plans(report, school_class=world.fifth.pseudonym, on=MONDAY)
    assert [(line.course_title, line.minutes) for line in lines] == [("数学", 45), ("英语", 30)]
    with pytest.raises(NotAccessibleError):
        counted_plans(report, school_class=world.fifth.pseudonym, on=MONDAY + timedelta(days=1))


def test_signing_twice_and_typing_after_signing_are_refused(world):
    sign(world)
    assert refused(lambda: sign(world, "second_officer")) == "already_signed"
    assert refused(lambda: remark(world)) == "already_signed"
    assert HalfMonthReport.objects.count() == 1
    assert not ReportRemark.objects.exists()


def test_a_correction_is_another_revision_with_a_reason(world):
    correct = {"actor": world.actor("officer"), "region_code": "990101", "due_on": DUE}
    assert refused(lambda: open_correction(**correct, reason="学校补报了数据")) == "not_signed"
    first = sign(world)
    assert refused(lambda: open_correction(**correct, reason="改")) == "no_reason"
    publish(world.fifth, minutes=10)
    publish(world.fifth, minutes=10, course="english")
    draft = open_correction(**correct, reason="第一实验小学更正了录入错误")
    assert (draft.revision, draft.is_signed) == (2, False)
    assert refused(lambda: open_correction(**correct, reason="再更正一次")) == "correction_open"
    view = read(world)
    assert (numbers(view.content), view.content["reason"]) == (
        (2, 3, 1),
        "第一实验小学更正了录入错误",
    )
    second = sign(world)
    assert (second.pk, second.revision) == (draft.pk, 2)
    first.refresh_from_db()
    assert numbers(first.frozen) == (1, 3, 1)
    assert numbers(second.frozen) == (2, 3, 1)
    assert [each.revision for each in read(world).revisions] == [1, 2]


def test_what_moved_far_since_the_last_report_must_be_explained(world):
    assert read(world, due_on=NEXT_DUE).content["changes"] == []
    sign(world)
    explain = {"due_on": NEXT_DUE, "item": MEETING, "kind": RemarkKind.EXPLANATION, "evidence": ""}
    content = read(world, due_on=NEXT_DUE).content
    assert content["previous_due_on"] == "2026-11-15"
    moved = {change["name"]: change for change in content["changes"]}[MEETING]
    assert (moved["before"], moved["after"], moved["must_explain"]) == (1, 0, True)
    with pytest.raises(ReportRefusedError) as caught:
        sign(world, due_on=NEXT_DUE)
    assert refusal_text(caught.value) == (
        "“作业时间达标学校”与上期相差超过 10%，签发前要写明原因。请先填写变动原因。"
    )
    remark(world, **explain, text="下半月还没有学校布置作业")
    report = sign(world, due_on=NEXT_DUE)
    changes = {change["name"]: change for change in report.frozen["changes"]}
    assert changes[MEETING]["explanation"] == "下半月还没有学校布置作业"
    assert not changes["quality.large_classes:large"]["must_explain"]


@pytest.mark.parametrize(("per_mille", "must"), [(999, True), (1000, False)])
def test_the_setting_says_from_above_which_change_on(world, per_mille, must):
    sign(world)
    SettingValue.objects.create(
        key="report.explain_change_per_mille",
        region=world.county,
        value=per_mille,
        starts_on=DUE,
        owner="专班",
        reason="试行",
    )
    changes = read(world, due_on=NEXT_DUE).content["changes"]
    assert [change["must_explain"] for change in changes if change["name"] == MEETING] == [must]


def test_remarks_are_versions_and_need_text_evidence_and_a_known_item(world):
    remark(world)
    remark(world, text="本期核查线索 4 条")
    current = ReportRemark.objects.filter(superseded_at__isnull=True).get()
    assert (current.text, ReportRemark.objects.count()) == ("本期核查线索 4 条", 2)
    assert refused(lambda: remark(world, text=" ")) == "no_text"
    assert refused(lambda: remark(world, evidence="")) == "no_evidence"
    assert refused(lambda: remark(world, item="nothing")) == "no_such_item"
    assert (
        refused(lambda: remark(world, item="leads_checked", kind=RemarkKind.EXPLANATION))
        == "no_such_item"
    )
    withdraw_remark(
        actor=world.actor("officer"),
        region_code="990101",
        due_on=DUE,
        item="leads_checked",
        kind=RemarkKind.REMARK,
        at=SIGNED_AT,
    )
    assert read(world).content["remarks"] == []
    assert ReportRemark.objects.count() == 2


def test_what_was_checked_is_what_is_signed(world):
    seen = digest(read(world).content)
    publish(world.fifth, minutes=10)
    assert refused(lambda: sign(world, seen=seen)) == "changed_meanwhile"
    assert not HalfMonthReport.objects.exists()
    assert sign(world, seen=digest(read(world).content)).is_signed


def test_a_report_is_not_signed_before_its_period_begins(world):
    assert refused(lambda: sign(world, today=FIRST - timedelta(days=1))) == "not_begun"
    assert sign(world, today=FIRST).is_signed


@pytest.mark.parametrize("name", ["inspector", "auditor"])
def test_only_the_regions_officer_writes(world, name):
    assert refused(lambda: sign(world, name)) == "not_officer"
    assert refused(lambda: remark(world, name)) == "not_officer"
    assert read(world, name).may_edit is False
    assert sign(world).is_signed


def test_the_operator_reads_and_never_signs(world):
    today = DUE + timedelta(days=2)
    found = report_json(OPERATOR, region_code="990101", due_on=DUE, today=today)
    assert (found["state"], found["is_overdue"], found["days_left"]) == ("draft", True, -2)
    assert found["content"]["region_name"] == "示范区"
    with pytest.raises(ReportRefusedError):
        sign_report(actor=OPERATOR, region_code="990101", due_on=DUE, today=DUE, at=SIGNED_AT)


@pytest.mark.parametrize("name", ["other_officer", "principal", "head", "guardian"])
def test_another_regions_report_does_not_exist(world, name):
    with pytest.raises(NotAccessibleError):
        read(world, name)
    with pytest.raises(NotAccessibleError):
        sign(world, name)


def test_a_day_on_which_nothing_is_due_says_which_is(world):
    with pytest.raises(NotDueDayError, match=r"2026-11-14 不是半月报的报送日.*2026-11-15"):
        read(world, due_on=DUE - timedelta(days=1))


def test_rounds_before_the_first_record_were_never_due(world):
    (found,) = list_rounds(world.actor("officer"), today=NEXT_DUE)
    assert [line.round.due_on.isoformat() for line in found.lines] == ["2026-11-30", "2026-11-15"]


def test_the_list_of_rounds_says_what_is_left_and_what_is_overdue(world):
    ClassDay.objects.create(school_class=SchoolClass.objects.first(), on=date(2026, 10, 20))
    sign(world)
    today = NEXT_DUE - timedelta(days=3)
    (found,) = list_rounds(world.actor("officer"), today=today)
    assert found.region == world.county
    assert [
        (line.round.due_on.isoformat(), line.is_signed, line.is_overdue, line.days_left)
        for line in found.lines[:3]
    ] == [
        ("2026-11-30", False, False, 3),
        ("2026-11-15", True, False, -12),
        ("2026-10-30", False, True, -28),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_halfmonthreport SET sha256 = repeat('0', 64)",
        "UPDATE reports_halfmonthreport SET content = '{}'",
        "UPDATE reports_halfmonthreport SET state = 'draft'",
        "DELETE FROM reports_halfmonthreport",
        "UPDATE reports_countedversions SET versions = '{}'",
        "DELETE FROM reports_countedversions",
        """INSERT INTO reports_countedversions (report_id, fact, versions)
            SELECT id, 'x', '{1}' FROM reports_halfmonthreport""",
        "UPDATE reports_reportremark SET text = 'x'",
        "UPDATE reports_reportremark SET superseded_at = now()",
        "DELETE FROM reports_reportremark",
    ],
)
def test_the_database_itself_keeps_a_signed_report(world, statement):
    remark(world)
    report = sign(world)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    report.refresh_from_db()
    assert digest(report.frozen) == report.sha256
    assert report.remarks.count() == 1


def test_a_late_committer_is_not_counted_whatever_its_time_says(committed_world):
    world = committed_world
    late = connections.create_connection("default")
    try:
        late.set_autocommit(False)
        with late.cursor() as cursor:
            cursor.execute(
                "INSERT INTO homework_plannedhomework (class_day_id, course, content, kind, place,"
                " minutes, state, origin, recorded_by)"
                " SELECT id, 'chinese', '阅读', 'written', 'home', 15, 'published', 'page', '测试'"
                " FROM homework_classday ORDER BY id DESC LIMIT 1 RETURNING id, recorded_at"
            )
            version, recorded_at = cursor.fetchone()
        report = sign(world, at=recorded_at + timedelta(hours=1))
        late.commit()
    finally:
        late.close()
    report.refresh_from_db()
    counted = CountedVersions.objects.get(report=report, fact="planned_homework")
    # the control: going by its time, the row belongs to the report.
    assert PlannedHomework.objects.filter(pk=version, recorded_at__lt=report.signed_at).exists()
    assert version not in counted.versions
    view = read(world)
    assert numbers(view.content) == (1, 3, 1)
    assert list(view.differences) == [{"term": "作业时间达标学校", "frozen": 1, "live": 0}]


def test_two_officers_sign_at_once_and_one_report_comes_of_it(committed_world):
    world = committed_world
    start = threading.Barrier(2)
    outcomes = []

    def one(name):
        try:
            start.wait(timeout=5)
            outcomes.append(f"signed by {sign(world, name).signed_by}")
        except ReportRefusedError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(each,)) for each in ("officer", "second_officer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    report = HalfMonthReport.objects.get()
    refusal = next(each for each in outcomes if not each.startswith("signed by"))
    assert f"signed by {report.signed_by}" in outcomes
    assert refusal in {"signed_meanwhile", "already_signed"}
    assert digest(report.frozen) == report.sha256


def test_every_refusal_has_words():
    for code, words in REFUSALS.items():
        assert words.endswith("。"), code
