import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.areas.homework.workbook.numeral import arabic, parse_numeral

DIGITS = "零一二三四五六七八九"


def in_words(number: int) -> str:
    """Standard Chinese for 0 to 999, written apart from the parser."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    if ones or not words:
        words += DIGITS[ones]
    return words


@given(st.integers(0, 999))
def test_every_number_in_words_is_read_back(number):
    assert parse_numeral(in_words(number)) == number


@given(st.text(alphabet="零〇一二两三四五六七八九十百", max_size=6))
def test_any_run_of_numerals_is_a_number_or_none(text):
    number = parse_numeral(text)
    assert number is None or 0 <= number <= 9999


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("一百二", 120), ("一百零二", 102), ("两百", 200), ("二〇", 20), ("二〇二六", 2026),
        ("", None), ("十五六", None), ("二三", None), ("十十", None), ("零五", None), ("廿", None),
    ],
)  # fmt: skip
def test_spoken_and_doubtful_numbers(text, number):
    assert parse_numeral(text) == number


def test_numerals_inside_text_become_digits():
    assert arabic("二〇二六年十一月三日") == "2026年11月3日"
