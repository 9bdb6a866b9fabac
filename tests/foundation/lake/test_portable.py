"""The allow-list of portable SQL: what passes, what is refused, and what the refusal says."""

import pytest

from shuangjian.foundation.lake.portable import check_portable
from shuangjian.foundation.lake.portable_fault import PortabilityFault, Reason
from tests.foundation.lake.hand import HAND_FACTS
from tests.foundation.lake.lines import BAD_LINES, GOOD_LINES

COLUMNS = {name: fact.columns for name, fact in HAND_FACTS.items()}


@pytest.mark.parametrize("sql", GOOD_LINES)
def test_portable_lines_pass(sql):
    assert check_portable(sql, facts=COLUMNS) == ()


@pytest.mark.parametrize(("sql", "code"), BAD_LINES)
def test_other_lines_are_refused_for_their_reason(sql, code):
    assert code in {fault.code for fault in check_portable(sql, facts=COLUMNS)}


def test_every_reason_has_a_bad_line():
    assert {code for _, code in BAD_LINES} == {reason.name for reason in Reason}


def test_reasons_are_told_in_full_sentences():
    for reason in Reason:
        assert reason.what
        assert reason.why.endswith("。"), reason.name
        assert reason.instead.endswith("。"), reason.name


def test_a_fault_says_line_what_why_and_what_to_write_instead():
    sql = "-- key: x\nSELECT t.a,\n  t.b / 2 AS half\nFROM t\nWHERE t.nope = 1"
    faults = check_portable(sql, facts=COLUMNS)
    assert faults == (
        PortabilityFault(3, "DIVISION", "t.b / 2"),
        PortabilityFault(5, "UNKNOWN_COLUMN", "t.nope"),
    )
    said = str(faults[0])
    assert said.startswith("第 3 行：除法（t.b / 2）。原因：7/2 在 PostgreSQL 得 3")
    assert "改法：两边同乘，改成整数比较" in said


def test_what_the_tree_forgives_the_text_does_not():
    # both read as allowed nodes, yet one engine has no such word and another no such symbol
    for sql in ("SELECT IFNULL(t.a, 0) AS x FROM t", "SELECT t.a FROM t WHERE t.a == 1"):
        assert len(check_portable(sql, facts=COLUMNS)) == 1


def test_the_day_of_inspection_is_known_besides_the_facts():
    sql = "SELECT i.as_of FROM inspection_day i"
    assert check_portable(sql, facts={}) == ()
    assert [fault.code for fault in check_portable("SELECT i.nope FROM inspection_day i", facts={})]
