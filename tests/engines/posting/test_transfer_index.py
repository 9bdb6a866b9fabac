from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.posting.order import Step
from shuangjian.engines.posting.record import LegRecord
from shuangjian.engines.posting.transfer_index import KeyIndex, Known, Marker, TransferIndex

KNOWN = st.builds(
    Known,
    step=st.sampled_from(Step),
    book=st.integers(0, 2**32 - 1),
    mark=st.integers(0, 2**64 - 1),
    is_ended=st.just(False),
)
# why: neighbours on one page, on the next, and ids as large as they come.
IDS = st.sampled_from([0, 1, 2, 4_095, 4_096, 4_097, 2**63 - 1])


@given(added=st.lists(st.tuples(IDS, KNOWN)), ended=st.sets(IDS))
def test_it_answers_as_a_dictionary_would(added, ended):
    index, expected = TransferIndex(), {}
    for transfer_id, known in added:
        assert index.add(transfer_id, known) is (transfer_id not in expected)
        expected.setdefault(transfer_id, known)
    for transfer_id in ended & expected.keys():
        index.end(transfer_id)
        expected[transfer_id] = expected[transfer_id]._replace(is_ended=True)
    for transfer_id in (0, 1, 2, 3, 4_095, 4_096, 4_097, 2**63 - 1, 77_777):
        assert index.get(transfer_id) == expected.get(transfer_id)


@given(marks=st.lists(st.integers(0, 40).map(lambda each: each << 55), max_size=60))
def test_keys_that_come_again_are_found_with_their_lines(marks):
    index, lines = KeyIndex(), {}
    for line, mark in enumerate(marks, start=1):
        index.add(mark, line)
        lines.setdefault(mark, []).append(line)
    expected = [pair for each in lines.values() for pair in pairwise(each)]
    assert sorted(index.twice()) == sorted(expected)


def test_marks_tell_texts_apart_and_hang_on_the_run():
    one, other = Marker(), Marker()
    assert one.mark("a\tkey") == one.mark("a\tkey") != one.mark("b\tkey")
    assert one.mark("a\tkey") != other.mark("a\tkey")


def test_what_may_end_a_transfer_is_told_by_accounts_order_and_amounts():
    marker = Marker()
    held = (LegRecord(1, 2, 0, 5), LegRecord(1, 3, 0, 6))
    assert marker.ending(held) == marker.mark("1>2:5,1>3:6")
    assert marker.ending(held) != marker.ending(held[::-1])
    moved = (LegRecord(1, 2, 5, -9), LegRecord(1, 3, 0, -6))
    assert marker.ending(moved) == marker.mark("2>1:5")
