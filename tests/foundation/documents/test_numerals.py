import pytest

from shuangjian.foundation.documents.numerals import chinese_numeral, heading_numbers
from shuangjian.foundation.documents.official_document import Heading, Paragraph


@pytest.mark.parametrize(
    ("number", "numeral"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_numerals(number, numeral):
    assert chinese_numeral(number) == numeral


def test_numerals_are_distinct():
    assert len({chinese_numeral(number) for number in range(1, 100)}) == 99


@pytest.mark.parametrize("number", [0, -1, 100])
def test_numerals_outside_the_range_are_refused(number):
    with pytest.raises(ValueError, match="99"):
        chinese_numeral(number)


def test_each_level_starts_again_under_the_one_above():
    levels = (1, 2, 2, 3, 4, 4, 3, 2, 3, 1, 2, 1, 3)
    blocks = [Paragraph("甲")]
    for level in levels:
        blocks += [Heading(level=level, text="乙"), Paragraph("丙")]
    assert heading_numbers(blocks) == (
        "一、", "（一）", "（二）", "1.", "（1）", "（2）", "2.", "（三）", "1.",
        "二、", "（一）", "三、", "1.",
    )  # fmt: skip
