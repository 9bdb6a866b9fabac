import pytest

from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.findings.models import Finding
from shuangjian.foundation.findings.queries import list_findings
from shuangjian.foundation.registry.queries import subject_labels
from shuangjian.oversight.supervision.queries import (
    describe_finding,
    describe_findings,
    finding_rows,
    latest_runs,
)
from tests.scene import MONDAY, TUESDAY, at

from .day import class_size_limit, evening_before, override, plan
from .test_services import of, run

pytestmark = pytest.mark.django_db


def the(rule: str) -> Finding:
    return Finding.objects.select_related("state").get(rule=rule)


def test_labels_of_every_kind_of_subject(scene):
    school = f"school:{scene.school.pseudonym}"
    nobody = "class:00000000-0000-0000-0000-000000000000"
    labels = subject_labels(
        [of(scene.fifth), school, nobody, "class:broken", "region:990101"], on=MONDAY
    )
    assert labels == {
        of(scene.fifth): "示范市第一实验小学 五年级（1）班",
        school: "示范市第一实验小学",
        nobody: "不在册的班级",
        "class:broken": "不在册的班级",
        "region:990101": "不在册的对象",
    }


def test_a_class_is_called_as_on_the_day(scene):
    before = MONDAY.replace(month=8, day=31)
    assert subject_labels([of(scene.fifth)], on=before)[of(scene.fifth)].endswith("四年级（1）班")


def test_a_finding_says_whom_when_how_much_and_the_limit(scene):
    plan(scene.fifth, MONDAY, 95)
    override(scene.fifth, MONDAY, 95)
    run()
    text = describe_finding(the("homework.total_over_limit"))
    assert text.sentence == (
        "示范市第一实验小学 五年级（1）班在2026年11月9日的家中书面作业合计95分钟，超过60分钟。"
    )
    assert text.rule.severity == "must"


def test_clock_times_in_sentences(scene):
    plan(scene.fifth, MONDAY, 10, published_at=at(MONDAY, 18, 10))
    run()
    assert describe_finding(the("homework.published_late")).sentence == (
        "示范市第一实验小学 五年级（1）班在2026年11月9日的作业于18:10才公示，晚于18:00。"
    )


def test_a_list_is_described_in_two_statements(scene, django_assert_num_queries):
    for on in (MONDAY, TUESDAY):
        plan(scene.fifth, on, 95)
        plan(scene.first, on, 5)
    run()
    with django_assert_num_queries(2):
        texts = describe_findings(list_findings(OPERATOR, on=MONDAY))
    assert len(texts) == 8
    assert all("{" not in text.sentence for text in texts.values())


def test_the_rows_of_a_day_in_chinese(scene):
    plan(scene.fifth, MONDAY, 40, course="chinese", published_at=evening_before(MONDAY))
    plan(scene.fifth, MONDAY, 50)
    plan(scene.fifth, TUESDAY, 5)
    run()
    (rows,) = finding_rows(the("homework.total_over_limit"))
    assert rows.term == "布置的作业"
    assert list(rows.titles[:5]) == ["年级", "学科", "类型", "完成地点", "预计时长（分钟）"]
    assert [row[:7] for row in rows.rows] == [
        ["5", "语文", "书面", "家中", "40", "是", "否"],
        ["5", "数学", "书面", "家中", "50", "是", "否"],
    ]


def test_the_row_of_a_state_is_the_one_in_force_when_found(scene):
    class_size_limit(scene.school, 0)
    run()
    finding = the("quality.large_class")
    assert describe_finding(finding).sentence == (
        "示范市第一实验小学 五年级（1）班有学生1人，超过现行班额上限0人。"
    )
    (rows,) = finding_rows(finding)
    (row,) = [dict(zip(rows.titles, row, strict=True)) for row in rows.rows]
    assert (row["起"], row["年级"], row["学生数（人）"]) == ("2026-09-01", "5", "1")


def test_a_correction_says_so_and_shows_the_rows_it_stands_beside(scene):
    plan(scene.fifth, MONDAY, 95)
    run()
    plan(scene.fifth, MONDAY, 20)
    run()
    finding = the("finding.fact_corrected")
    assert describe_finding(finding).sentence == (
        "示范市第一实验小学 五年级（1）班在2026年11月9日原有的问题，因记录更正不再成立，"
        "需核实更正是否属实。"
    )
    (rows,) = finding_rows(finding)
    assert [row[4] for row in rows.rows] == ["20"]
    original = describe_finding(the("homework.total_over_limit"))
    assert "合计95分钟" in original.sentence


def test_the_latest_runs_come_first(scene):
    run(rules=["quality.large_class"])
    run(rules=["homework.published_late"])
    assert [kept.rules for kept in latest_runs(count=1)] == [["homework.published_late"]]
    assert len(latest_runs(count=5)) == 2
