import pytest

from shuangjian.foundation.lake.catalogue import facts
from shuangjian.oversight.supervision.catalogue import (
    check_rule,
    chosen_rules,
    facts_read,
    read_rules,
    rule_named,
    rules,
)
from shuangjian.oversight.supervision.errors import UnknownRuleError
from shuangjian.oversight.supervision.rule import RuleFileError, parse_rule

from .test_rule import PATH, text

GOOD = """SELECT d.subject, d.school, d.region, d.period, d.effective_on,
       d.written_minutes AS measured, p.value AS limit_value, p.policy
FROM class_homework_day d
JOIN policy_in_force p ON p.school = d.school
WHERE d.written_minutes > p.value"""


def test_the_areas_own_rules_all_pass():
    assert list(rules()) == [
        "homework.override_without_reason",
        "homework.published_late",
        "homework.total_over_limit",
        "homework.written_in_first_grades",
        "quality.large_class",
    ]
    assert rule_named("homework.total_over_limit").term == "书面作业总量超限"


def test_what_a_rule_reads():
    assert facts_read(rule_named("quality.large_class")) == {"class_roster", "policy_in_force"}
    assert facts_read(rule_named("homework.published_late")) == {"homework_published_day"}


def test_the_rule_on_corrected_facts_is_known_though_it_has_no_file():
    rule = rule_named("finding.fact_corrected")
    assert rule.term == "问题的事实被更正"
    assert rule.key not in rules()


def test_choosing_rules():
    both = ["quality.large_class", "homework.published_late"]
    assert [rule.key for rule in chosen_rules(both)] == sorted(both)
    assert len(chosen_rules(None)) == len(rules())
    with pytest.raises(UnknownRuleError, match=r"没有名为 homework\.nothing 的规则"):
        chosen_rules(["homework.nothing"])


@pytest.mark.parametrize(
    ("broken", "line", "words"),
    [
        (text(GOOD, observes="nothing"), 1, "没有名为 nothing 的事实"),
        (text(GOOD, rows="nothing"), 1, "没有名为 nothing 的事实"),
        (text(GOOD.replace("d.written_minutes AS", "d.written_minutes / 2 AS")), 14, "除法"),
        (text(GOOD.replace("class_homework_day", "homework_classday")), 15, "homework_classday"),
        (text(GOOD.replace(", p.policy", "")), 13, "应依次为 subject、school"),
        (text(GOOD.replace("d.subject, d.school", "d.school, d.subject")), 13, "应依次为"),
    ],
)
def test_a_faulty_query_is_refused_with_its_line(broken, line, words):
    with pytest.raises(RuleFileError) as error:
        check_rule(parse_rule(broken, path=PATH), facts=facts())
    assert (error.value.line, words in str(error.value)) == (line, True), str(error.value)


def test_the_same_query_unbroken_passes():
    check_rule(parse_rule(text(GOOD), path=PATH), facts=facts())


def test_a_rule_lies_in_its_own_area(tmp_path):
    folder = tmp_path / "quality" / "rules"
    folder.mkdir(parents=True)
    (folder / "too_much.sql").write_text(text(GOOD), encoding="utf-8")
    with pytest.raises(RuleFileError, match="文件却在 quality"):
        read_rules(folder, area="quality", facts=facts())
    assert [rule.key for rule in read_rules(folder, area="homework", facts=facts())] == [
        "homework.too_much"
    ]
