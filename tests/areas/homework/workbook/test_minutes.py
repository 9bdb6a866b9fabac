import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.areas.homework.workbook.fault import MisreadError
from shuangjian.areas.homework.workbook.minutes import (
    ABSURD_MINUTES,
    Length,
    is_none_word,
    minutes_in_content,
    parse_minutes,
)
from tests.areas.homework.workbook.test_numeral import in_words


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("约20分钟", 20, 20), ("20min", 20, 20), ("20 mins", 20, 20), ("二十分钟", 20, 20),
        ("半小时", 30, 30), ("半个小时", 30, 30), ("1小时", 60, 60), ("一个半小时", 90, 90),
        ("1.5h", 90, 90), ("一小时半", 90, 90), ("1小时20分", 80, 80), ("1h30min", 90, 90),
        ("15-20分钟", 15, 20), ("15~20", 15, 20), ("15～20分", 15, 20), ("15—20分钟", 15, 20),
        ("15至20分钟", 15, 20), ("约15-20分钟", 15, 20), ("15分钟-20分钟", 15, 20),
        ("半小时到四十分钟", 30, 40), ("1-1.5小时", 60, 90), ("半小时-1小时", 30, 60),
        ("１５分钟", 15, 15), (20, 20, 20), (20.0, 20, 20), ("20", 20, 20), ("20分", 20, 20),
        ("30分钟左右", 30, 30), ("不超过20分钟", 20, 20), ("≤20", 20, 20), ("<20分钟", 20, 20),
        ("20\u2032", 20, 20), ("20'", 20, 20), ("一刻钟", 15, 15), ("20分钟以内", 20, 20),
        ("（20分钟）", 20, 20), ("20分钟/天", 20, 20), ("12.5分钟", 13, 13), (12.5, 13, 13),
        ("0:20", 20, 20), (dt.time(0, 20), 20, 20), (dt.timedelta(minutes=90), 90, 90),
        ("600", 600, 600),
    ],
)  # fmt: skip
def test_spellings_of_minutes(value, low, high):
    assert parse_minutes(value) == Length(low, high)


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        ("看情况", "minutes_unreadable", "20分钟"),
        ("P20", "minutes_unreadable", "P20"),
        ("20秒", "minutes_unreadable", "20秒"),
        ("二三十分钟", "minutes_unreadable", "二三十分钟"),
        ("-5", "minutes_unreadable", "-5"),
        (True, "minutes_unreadable", "True"),
        (-5, "minutes_out_of_range", "1 到 600"),
        (601, "minutes_out_of_range", "601"),
        ("11小时", "minutes_out_of_range", "660"),
        ("20-15", "minutes_reversed", "前大后小"),
        ("不少于20分钟", "minutes_open_ended", "上限"),
        ("20分钟以上", "minutes_open_ended", "上限"),
        ("20分钟+", "minutes_open_ended", "上限"),
        (dt.date(2026, 10, 15), "minutes_became_date", "文本"),
        (dt.time(19, 30), "minutes_unreadable", "钟点"),
    ],
)
def test_minutes_that_are_refused_say_why(value, code, said):
    with pytest.raises(MisreadError) as caught:
        parse_minutes(value)
    assert caught.value.code == code
    assert said in caught.value.reason


def test_bare_numbers_under_a_heading_in_hours_are_hours():
    assert parse_minutes(0.5, in_hours=True) == Length(30, 30)
    assert parse_minutes("1.5", in_hours=True) == Length(90, 90)
    assert parse_minutes("20分钟", in_hours=True) == Length(20, 20)


@pytest.mark.parametrize(
    "value", ["无", "没有", "—", "/", "0", 0, 0.0, "无作业", " 无 ", "－", "0分钟"]
)
def test_words_for_no_homework(value):
    assert is_none_word(value)


@pytest.mark.parametrize("value", ["", "20", 1, False, "练习册"])
def test_what_is_no_word_for_no_homework(value):
    assert not is_none_word(value)


@given(
    st.integers(1, ABSURD_MINUTES),
    st.sampled_from(
        ["{}", "约{}分钟", "{}min", "{} 分", "不超过{}分钟", "{}分钟左右", "≤{}", "（{}分钟）"]
    ),
)
def test_any_number_in_any_spelling_is_read_back(number, spelling):
    assert parse_minutes(spelling.format(number)).high == number


@given(st.integers(1, ABSURD_MINUTES))
def test_any_number_in_words_is_read_back(number):
    assert parse_minutes(f"{in_words(number)}分钟").high == number


@given(
    st.integers(1, ABSURD_MINUTES),
    st.integers(1, ABSURD_MINUTES),
    st.sampled_from(["-", "~", "～", "—", "至", "到"]),
)
def test_a_range_counts_its_upper_end(one, other, mark):
    low, high = sorted((one, other))
    assert parse_minutes(f"{low}{mark}{high}分钟") == Length(low, high)


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    with suppress(MisreadError):
        length = parse_minutes(text)
        assert 0 < length.high <= ABSURD_MINUTES


@given(st.text(alphabet="练习册P3约2015分钟小时半，。（）-~ 二十", max_size=16))
def test_any_content_is_read_or_refused(text):
    with suppress(MisreadError):
        length = minutes_in_content(text)
        assert 0 < length.high <= ABSURD_MINUTES


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("练习册P3 约20分钟", 20), ("抄写（15分钟）", 15), ("朗读10分钟", 10), ("20分钟 练习册", 20),
        ("练习册P32-33 15-20分钟", 20), ("（约20分钟）练习册P3", 20), ("写作文一篇，半小时", 30),
        ("预习第18课，二十分钟", 20), ("练习\n约20分钟", 20), ("第3单元1小时20分钟", 80),
        ("约20分钟左右，练习册", 20), ("完成分数乘法 20分钟。", 20), ("练习册P3 约20分", 20),
    ],
)  # fmt: skip
def test_minutes_inside_content(text, high):
    assert minutes_in_content(text).high == high


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("练习册P32—33", "minutes_missing"),
        ("预习第18课", "minutes_missing"),
        ("跳绳3分钟，练习册P3", "minutes_ambiguous"),
        ("阅读20分钟，练习册10分钟", "minutes_ambiguous"),
        ("试卷（100分）", "minutes_ambiguous"),
    ],
)
def test_content_that_leaves_the_minutes_open(text, code):
    with pytest.raises(MisreadError) as caught:
        minutes_in_content(text)
    assert caught.value.code == code
