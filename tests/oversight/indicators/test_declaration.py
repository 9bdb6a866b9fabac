import pytest

from shuangjian.oversight.indicators.catalogue import indicators
from shuangjian.oversight.indicators.declaration import IndicatorFileError, read_indicator

GOOD = """-- key: a.b
-- term: 指标
-- area: a
-- unit: 所学校
-- covers: window
-- component: part | 部分 | 个
-- component: whole | 全部 | 个
-- figure: share | 占比 | 有问题 | ratio(part, whole)
-- opens: one, two
-- rules: a.rule
-- policies: a.limit
-- measure: 时长 | 分钟
-- flag: 超限
-- explanation: 说明。
SELECT 1
"""


@pytest.fixture
def write(tmp_path):
    def _write(text, *, rows="SELECT 2\n"):
        path = tmp_path / "share.sql"
        path.write_text(text, encoding="utf-8")
        if rows is not None:
            (tmp_path / "share.rows.sql").write_text(rows, encoding="utf-8")
        return path

    return _write


def test_a_good_file_is_read_whole(write):
    found = read_indicator(write(GOOD))
    assert (found.key, found.sql, found.rows_sql) == ("a.b", "SELECT 1", "SELECT 2")
    assert found.columns == ("school", "region", "part", "whole")
    assert found.opens == ("one", "two")
    assert found.headline.arrange((1, 4)) == (1, 4)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("-- term: 指标\n", "", "“term”应当正好写一行，写了 0 行"),
        ("-- unit: 所学校\n", "-- unit: 所学校\n-- unit: 个\n", "“unit”应当正好写一行，写了 2 行"),
        ("covers: window", "covers: month", "应是 window、day 之一，写的是“month”"),
        ("-- flag:", "-- flags:", "不认识“flags”"),
        (
            "ratio(part, whole)",
            "mean(part, whole)",
            "不认识合成方法“mean.*可用的有 share_without_fault、ratio",
        ),
        ("ratio(part, whole)", "ratio(part)", "应当引用 2 个已声明的分量"),
        ("ratio(part, whole)", "ratio(part, total)", "应当引用 2 个已声明的分量"),
        ("时长 | 分钟", "时长", "应当用竖线分成 2 段"),
        ("SELECT 1\n", "", "只有表头，没有查询"),
    ],
)
def test_a_faulty_file_is_refused_in_words(write, old, new, words):
    assert old in GOOD
    with pytest.raises(IndicatorFileError, match=f"share.sql.*{words}"):
        read_indicator(write(GOOD.replace(old, new)))


def test_an_indicator_that_cannot_be_opened_to_its_rows_is_refused(write):
    with pytest.raises(IndicatorFileError, match=r"缺少同名的 share\.rows\.sql"):
        read_indicator(write(GOOD, rows=None))


def test_the_areas_declare_these():
    assert list(indicators()) == ["homework.schools_meeting_time", "quality.large_classes"]
