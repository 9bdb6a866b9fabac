"""Courses that stay too small: which closes, one at a time, and that others are left alone."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.allocation.closing import next_to_close
from shuangjian.engines.allocation.component import components_of
from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.placement import empty_placement
from shuangjian.engines.allocation.run import allocate, place_and_explain
from tests.engines.allocation.array_market import array_market, random_standing
from tests.engines.allocation.course_scene import course_scene
from tests.engines.allocation.worked_week import worked_week

PAGE = "allocation.md"


@pytest.mark.parametrize("name", ["closing", "ordered closing"])
def test_the_worked_weeks(name):
    week = worked_week(PAGE, name)
    for mechanism in MECHANISMS:
        assert week.run(mechanism) == week.told


def test_closing_all_at_once_is_another_rule():
    """Control: it sends a and b to chess, though drums could be held."""
    week = worked_week(PAGE, "closing")
    open_week = replace(week, courses=[{**row, "least": "0"} for row in week.courses])
    taken = [
        course for (_, _, course), told in open_week.run("lottery").items() if told[0] == "placed"
    ]
    short = {
        row["course"] for row in week.courses if taken.count(row["course"]) < int(row["least"])
    }
    assert short == {"choir", "drums"}
    assert {course for (_, _, course), told in week.told.items() if told[0] == "closed"} == {
        "choir"
    }


counts = st.lists(st.integers(0, 3), min_size=5, max_size=5)


@given(counts, counts, counts, st.lists(st.booleans(), min_size=5, max_size=5))
def test_which_course_closes_next(taken, least, order, is_closed):
    members = [0, 2, 3, 4]
    short = [
        (order[course], taken[course] - least[course], course)
        for course in members
        if taken[course] < least[course] and not is_closed[course]
    ]
    found = next_to_close(
        np.array(members, np.int32),
        *(np.array(column, np.int32) for column in (taken, least, order)),
        np.array(is_closed, np.bool_),
    )
    assert found == (min(short)[2] if short else -1)


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_courses_that_nobody_wishes_for_close_if_they_need_pupils(mechanism):
    scene = course_scene(random.Random(2), pupils=3, courses=1)
    courses = [
        {"course": "a", "slots": "mon", "seats": 5, "least": 1},
        {"course": "b", "slots": "mon", "seats": 5, "least": 0},
        {"course": "c", "slots": "mon", "seats": 0, "least": 1},
    ]
    market = replace(scene, courses=courses, choices=[], tiers=[]).market()
    allocation = allocate(market, mechanism=mechanism, seed=b"seed")
    assert allocation.is_closed.tolist() == [True, False, True]


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
def test_a_component_closes_nothing_in_another(mechanism):
    """Two schools of which one has no ``least``: there nothing differs from no ``least`` at all."""
    market = array_market(schools=2, pupils=60)
    standing = random_standing(market)
    least = np.zeros_like(market.courses.least)
    least[: len(least) // 2] = 5
    half = replace(market, courses=replace(market.courses, least=least))
    plain, closing = (
        place_and_explain(each, standing, MECHANISMS[mechanism]) for each in (market, half)
    )
    assert closing.is_closed.any()
    own = slice(len(plain.placed) // 2, None)
    assert not np.array_equal(plain.placed[: own.start], closing.placed[: own.start])
    assert np.array_equal(plain.placed[own], closing.placed[own])
    wishes = slice(market.applications.start[own.start], None)
    assert np.array_equal(plain.place[wishes], closing.place[wishes])


@given(st.randoms(use_true_random=False))
def test_components_are_what_wishes_join(chance):
    market = course_scene(chance, pupils=8, courses=6).market()
    placement = empty_placement(market, random_standing(market), threads=1)
    slots = np.unique(market.courses.slot)
    components = components_of(placement, slots=slots)
    applications = market.applications
    group = {course: {course} for course in range(len(market.courses.slot))}
    for i in range(len(applications.pupil)):
        own = [
            applications.course[wish]
            for wish in range(applications.start[i], applications.start[i + 1])
            if placement.screening.reason[wish] != 5
        ]
        joined = set().union(*(group[course] for course in own))
        group |= dict.fromkeys(joined, joined)
        if own:
            component = components.of_course[own[0]]
            assert i in components.applications_of(component)
    found = [
        set(components.courses_of(number).tolist())
        for number in range(len(components.course_start) - 1)
    ]
    assert found == sorted({frozenset(each) for each in group.values()}, key=min)
    assert all(components.courses_of(n).tolist() == sorted(found[n]) for n in range(len(found)))
