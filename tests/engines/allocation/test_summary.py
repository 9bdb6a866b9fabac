"""The figures of a run, against the rows."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import allocate
from shuangjian.engines.allocation.summary import summarise
from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.result import CODES
from tests.engines.allocation.course_scene import closed_of, course_scene, places_of
from tests.engines.allocation.plain_run import outcomes_of

SEED = bytes(range(32))


@pytest.mark.parametrize("mechanism", sorted(MECHANISMS))
@settings(max_examples=30, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_the_figures_are_those_of_the_rows(mechanism, chance):
    scene = course_scene(chance, pupils=chance.randint(1, 12), courses=4)
    market = scene.market()
    allocation = allocate(market, mechanism=mechanism, seed=SEED)
    found = summarise(market, allocation)
    places = places_of(market, allocation)
    rank = {(r["pupil"], r["slot"], r["course"]): int(r["rank"]) for r in scene.choices}
    first = {}
    for (pupil, slot, _), number in rank.items():
        first[pupil, slot] = min(number, first.get((pupil, slot), number))
    got = {key: rank[*key, course] for key, course in places.items()}
    on_first = sum(number == first[key] for key, number in got.items())
    reasons = Counter(reason for reason, _ in outcomes_of(market, allocation).values())
    assert found == {
        "digest": market.digest,
        "pupils": len(scene.pupils),
        "courses": len(scene.courses),
        "applications": len(first),
        "wishes": len(rank),
        "placed": len(places),
        "first_choice": on_first / len(first) if first else None,
        "first_choice_count": on_first,
        "mean_rank": sum(got.values()) / len(got) if got else None,
        "unplaced": (len(first) - len(got)) / len(first) if first else None,
        "unplaced_count": len(first) - len(got),
        "rank_counts": {str(r): n for r, n in sorted(Counter(got.values()).items())},
        "closed": sorted(closed_of(market, allocation)),
        "reasons": {code: reasons[code] for code in CODES.values()},
        "not_eligible": found["not_eligible"],
    }
    assert json.loads(json.dumps(found)) == found
    assert (found["not_eligible"] is None) == (not reasons["not_eligible"])


def test_the_first_wish_that_a_grade_forbids_is_named():
    market = build_market(
        pupils=[("a", 1), ("b", 2), ("c", 3)],
        courses=[
            {"course": "chess", "slots": "mon", "seats": 1, "grades": "1"},
            {"course": "drums", "slots": "tue", "seats": 1},
        ],
        choices=[
            ("c", "mon", 1, "chess"),
            ("b", "mon", 1, "chess"),
            ("a", "mon", 1, "chess"),
            ("b", "tue", 1, "drums"),
        ],
    )
    found = summarise(market, allocate(market, mechanism="lottery", seed=SEED))
    assert found["not_eligible"] == {"pupil": "b", "slot": "mon", "course": "chess"}
    assert found["reasons"]["not_eligible"] == 2


def test_shares_of_nothing_are_not_numbers():
    market = build_market(
        pupils=[("a",)], courses=[{"course": "chess", "slots": "mon", "seats": 0}], choices=[]
    )
    empty = summarise(market, allocate(market, mechanism="lottery", seed=SEED))
    assert (empty["applications"], empty["placed"], empty["unplaced_count"]) == (0, 0, 0)
    assert empty["first_choice"] is empty["mean_rank"] is empty["unplaced"] is None
    assert empty["rank_counts"] == {}
