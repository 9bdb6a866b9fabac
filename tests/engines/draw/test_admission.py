from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.draw.admission import (
    ADMITTED,
    WAITING,
    WITHDRAWN,
    Applicant,
    admit,
    admitted_bytes,
)

SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=12)


def order(sizes):
    return [Applicant(f"t{place}", size) for place, size in enumerate(sizes)]


def admitted(found):
    counts = {}
    for each in found:
        if each.outcome == ADMITTED:
            counts[each.ticket] = each.pupils
    return counts


def one_by_one(applicants, *, seats, bundle):
    """Pupil by pupil: the plain reading of the rule."""
    counts, taken = {}, 0
    for ticket, size in applicants:
        for pupil in range(size):
            is_begun = bundle == "expand" and pupil > 0 and ticket in counts
            if taken < seats or is_begun:
                counts[ticket] = counts.get(ticket, 0) + 1
                taken += 1
    return counts


@given(SIZES, st.integers(0, 20), st.sampled_from(["split", "expand"]))
def test_seats_go_down_the_order(sizes, seats, bundle):
    found = admit(order(sizes), seats=seats, bundle=bundle)
    assert admitted(found) == one_by_one(order(sizes), seats=seats, bundle=bundle)
    waiting = [each for each in found if each.outcome == WAITING]
    places = [each.place for each in waiting]
    assert places == [1 + sum(each.pupils for each in waiting[:at]) for at in range(len(waiting))]
    taken = sum(admitted(found).values())
    assert taken == min(seats, sum(sizes)) if bundle == "split" else taken <= seats + max(sizes) - 1
    assert sum(each.pupils for each in found) == sum(sizes)


@given(SIZES, st.integers(1, 12), st.sampled_from(["split", "expand"]), st.data())
def test_returned_seats_go_by_the_waiting_order_and_nobody_loses(sizes, seats, bundle, data):
    applicants = order(sizes)
    gone = data.draw(st.sets(st.sampled_from([each.ticket for each in applicants])))
    before = admitted(admit(applicants, seats=seats, bundle=bundle))
    found = admit(applicants, seats=seats, bundle=bundle, withdrawn=gone)
    after = admitted(found)
    assert all(after[each] >= before[each] for each in before if each not in gone)
    assert {each.ticket for each in found if each.outcome == WITHDRAWN} == gone


@given(SIZES, SIZES, st.integers(0, 12), st.sampled_from(["split", "expand"]))
def test_late_pupils_stand_behind_and_change_nothing_before_them(sizes, late, seats, bundle):
    applicants = order(sizes)
    more = [Applicant(f"late{place}", size) for place, size in enumerate(late)]
    before = admit(applicants, seats=seats, bundle=bundle)
    assert admit([*applicants, *more], seats=seats, bundle=bundle)[: len(before)] == before


def test_a_bundle_at_the_last_seat_is_split_or_taken_whole():
    applicants = order([1, 2, 1])
    split = admitted_bytes(admit(applicants, seats=2, bundle="split")).decode()
    assert split == (
        "rank,ticket,pupils,outcome,place\n"
        "1,t0,1,admitted,0\n"
        "2,t1,1,admitted,0\n"
        "2,t1,1,waiting,1\n"
        "3,t2,1,waiting,2\n"
    )
    expand = admitted_bytes(admit(applicants, seats=2, bundle="expand")).decode()
    assert expand == (
        "rank,ticket,pupils,outcome,place\n1,t0,1,admitted,0\n2,t1,2,admitted,0\n3,t2,1,waiting,1\n"
    )
