from pathlib import Path

import pytest

from shuangjian.foundation.findings.models import RuleKind, Severity
from shuangjian.oversight.supervision.rule import RuleFileError, parse_rule

PATH = Path("areas/homework/rules/too_much.sql")
HEADER = {
    "key": "homework.too_much",
    "term": "作业过多",
    "kind": "event",
    "severity": "must",
    "area": "homework",
    "unit": "minute",
    "policy": "homework.written_minutes_max",
    "observes": "class_homework_day",
    "rows": "planned_homework",
    "sentence": "{subject}在{period}有{measured}分钟，超过{limit}分钟。",
    "explanation": "说明",
    "citation": "文件",
}
SQL = "SELECT d.subject\nFROM class_homework_day d"


def text(sql=SQL, **changes):
    header = {name: value for name, value in (HEADER | changes).items() if value is not None}
    return "\n".join(f"-- {name}: {value}" for name, value in header.items()) + f"\n{sql}\n"


def test_a_rule_is_read_whole():
    rule = parse_rule(text(), path=PATH)
    assert (rule.key, rule.kind, rule.severity, rule.unit) == (
        "homework.too_much",
        RuleKind.EVENT,
        Severity.MUST,
        "minute",
    )
    assert (rule.policy, rule.setting, rule.sql, rule.sql_line) == (
        "homework.written_minutes_max",
        "",
        SQL,
        13,
    )


@pytest.mark.parametrize(
    ("broken", "line", "words"),
    [
        (text(term=None), 12, "缺少“term”"),
        (text(policy=None), 12, "限值的来源"),
        (text(setting="homework.publish_by"), 14, "限值的来源"),
        (text(colour="red"), 13, "不认识“colour”"),
        (text().replace("-- kind", "-- term: 又一次\n-- kind"), 3, "第 2 行已经写过"),
        (text(term=" "), 2, "不是“-- 名称: 内容”的样式"),
        ("-- free words\n" + text(), 1, "不是“-- 名称: 内容”的样式"),
        (text(key="Homework.too_much"), 1, "只用小写字母"),
        (text(key="homework.other"), 1, "homework.too_much"),
        (text(area="quality"), 1, "quality.too_much"),
        (text(kind="sometimes"), 3, "event、state"),
        (text(severity="may"), 4, "must、should"),
        (text(unit="hour"), 6, "minute、minute_of_day"),
        (text(observes="a fact"), 8, "只用小写字母"),
        (text(sentence="有{minutes}分钟"), 10, "{minutes} 不认识"),
        (text(sentence="超过{limit}"), 10, "没有 {subject}"),
        (text(sentence="{subject"), 10, "大括号不成对"),
        (text(sql=""), 13, "没有查询"),
        ("", 1, "缺少“key"),
    ],
)
def test_a_broken_header_names_file_line_and_remedy(broken, line, words):
    with pytest.raises(RuleFileError) as error:
        parse_rule(broken, path=PATH)
    assert error.value.line == line
    assert str(error.value).startswith(f"homework/too_much.sql 第 {line} 行：")
    assert words in str(error.value)
