import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.posting.split import consumed_fen, split_fen

SUMS = st.integers(0, 10**12)
PARTS = st.integers(1, 400)


@given(total=SUMS, parts=PARTS)
def test_the_parts_add_up_and_only_the_last_differs(total, parts):
    found = split_fen(total, parts)
    assert sum(found) == total
    assert len(found) == parts
    assert set(found[:-1]) <= {total // parts}
    assert 0 <= found[-1] - total // parts < parts


@given(total=SUMS, parts=PARTS, data=st.data())
def test_what_is_consumed_is_the_sum_of_the_first_parts(total, parts, data):
    lessons = data.draw(st.integers(0, parts))
    assert consumed_fen(total, parts, lessons) == sum(split_fen(total, parts)[:lessons])


@pytest.mark.parametrize(
    ("given_", "word"),
    [((-1, 3), "不能小于 0"), ((1, 0), "至少为 1"), ((0.5, 3), "整数分"), ((True, 3), "整数分")],
)
def test_what_cannot_be_split_is_refused(given_, word):
    with pytest.raises(ValueError, match=word):
        split_fen(*given_)


@pytest.mark.parametrize("lessons", [-1, 4])
def test_lessons_outside_are_refused(lessons):
    with pytest.raises(ValueError, match="0 到 3"):
        consumed_fen(100, 3, lessons)
