"""Rows become integers in one way, whatever their order; the digest is what the page says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.market.build import build_market, market_of
from shuangjian.engines.market.row_reading import read_rows
from tests.engines.market.plain_reading import plain_digest, plain_market
from tests.engines.market.scene import ROWS, TIERS
from tests.engines.worked_table import worked_table

TEXTS = st.text("aZ0-é中𠀀.", min_size=1, max_size=4)


def coded(market):
    """Everything in a market as plain values."""
    courses, applications = market.courses, market.applications
    return {
        "pupils": market.pupils.to_pylist(),
        "grade": market.grade.tolist(),
        "group": market.group.tolist(),
        "groups": market.groups,
        "slots": market.slots,
        "courses": courses.ids.to_pylist(),
        "course_slot": courses.slot.tolist(),
        "seats": courses.seats.tolist(),
        "least": courses.least.tolist(),
        "close_order": courses.close_order.tolist(),
        "round": courses.round.tolist(),
        "grades": courses.grades.tolist(),
        "reserved": courses.reserved.tolist(),
        "pupil": applications.pupil.tolist(),
        "slot": applications.slot.tolist(),
        "start": applications.start.tolist(),
        "course": applications.course.tolist(),
        "rank": applications.rank.tolist(),
        "tier": applications.tier.tolist(),
        "ticket_start": market.tickets.start.tolist(),
        "ticket": market.tickets.ticket.to_pylist(),
        "digest": market.digest,
    }


def test_a_small_market_is_coded_as_written_by_hand():
    market = coded(build_market(**ROWS))
    assert market.pop("digest") == plain_digest(plain_market(**ROWS))
    assert market == {
        "pupils": ["p1", "p10", "p2", "p3", "丙"],
        "grade": [1, 2, -1, 1, 3],
        "group": [-1, -1, -1, -1, 1],
        "groups": ("local", "migrant"),
        "slots": ("mon", "mon+wed", "wed"),
        "courses": ["art", "chess", "choir", "robots"],
        "course_slot": [0, 0, 2, 1],
        "seats": [1, 2, 3, 2],
        "least": [0, 1, 2, 0],
        "close_order": [0, 0, 4, 0],
        "round": [2, 2, 2, 1],
        "grades": [-1, 0b1110, 0b110, -1],
        "reserved": [[0, 0], [0, 0], [0, 1], [1, 1]],
        "pupil": [0, 0, 1, 1, 2, 3, 4],
        "slot": [0, 2, 0, 1, 0, 0, 2],
        "start": [0, 2, 3, 5, 6, 7, 8, 9],
        "course": [0, 1, 2, 1, 0, 3, 0, 1, 2],
        "rank": [1, 3, 1, 1, 2, 1, 1, 1, 2],
        "tier": [1, 2, 1, 1, 1, 1, 3, 1, 1],
        "ticket_start": [0, 2, 4, 6, 7, 8],
        # p1 and p10 are twins: as many as the one with the most has, the first of all three.
        "ticket": ["t-4", "t-5", "t-4", "t-5", "t-1", "t-2", "p3", "丙"],
    }


def test_the_worked_market_of_the_page():
    def table(name):
        return [
            {title: cell.replace("\\|", "|") for title, cell in row.items()}
            for row in worked_table("market.md", name)
        ]

    market = build_market(
        pupils=table("pupils"),
        courses=table("courses"),
        choices=table("choices"),
        tiers=table("tiers"),
        tickets=table("tickets"),
    )
    (answer,) = worked_table("market.md", "digest")
    assert market.digest == answer["digest"]
    parts = plain_market(**ROWS)
    assert plain_digest(parts) == market.digest
    shown = {int(row["#"]): row["bytes"] for row in worked_table("market.md", "parts")}
    assert shown == {
        place + 1: part.hex() if place > 0 else part.decode()
        for place, part in enumerate(parts)
        if place + 1 in shown
    }


def test_mappings_and_tuples_are_the_same_rows():
    as_mappings = build_market(
        pupils=[{"pupil": "a", "grade": 2, "group": "g"}, {"pupil": "b"}],
        courses=[{"course": "c", "slot": "mon", "seats": 3, "grades": "1,2"}],
        choices=[{"学号": "a", "时段": "mon", "志愿": 1, "课程": "c"}],
    )
    as_tuples = build_market(
        pupils=[("b",), ("a", 2, "g")],
        courses=[("c", "mon", 3, 0, "1;2")],
        choices=[("a", "mon", 1, "c")],
    )
    assert coded(as_mappings) == coded(as_tuples)


@st.composite
def markets(draw):
    """Rows that are all right."""
    pupils = draw(st.lists(TEXTS, min_size=1, max_size=6, unique=True))
    slots = draw(st.sampled_from([["mon"], ["mon", "tue"], ["mon", "mon+tue", "tue", "fri"]]))
    names = draw(st.lists(TEXTS, min_size=1, max_size=8, unique=True))
    slot_of = {name: draw(st.sampled_from(slots)) for name in names}
    few = st.integers(0, 3)
    courses = [
        (
            name,
            slot,
            draw(few) + 2,
            draw(few),
            draw(st.sampled_from(["", "1-2", "1+3"])),
            None,
            draw(few),
            draw(st.sampled_from([None, "g:1", "g:1+h:1"])),
        )
        for name, slot in slot_of.items()
    ]
    choices, tiers, tickets = [], [], []
    for pupil in pupils:
        for slot in slots:
            wished = draw(st.permutations([name for name in names if slot_of[name] == slot]))
            wished = wished[: draw(st.integers(0, len(wished)))]
            step = draw(st.integers(1, 3))
            choices += [(pupil, slot, 1 + step * place, name) for place, name in enumerate(wished)]
        tiers += [(pupil, name, draw(few) + 1) for name in names if draw(st.booleans())]
        tickets += [
            (pupil, f"t{len(tickets) + number}-{pupil}", draw(st.sampled_from(["", "", pupils[0]])))
            for number in range(draw(few))
        ]
    seen = {}
    tickets = [
        (pupil, ticket, seen.setdefault(pupil, bundle) if bundle else bundle)
        for pupil, ticket, bundle in tickets
    ]
    people = [
        (pupil, draw(st.sampled_from([None, 1, 2, 3])), draw(st.sampled_from([None, "g", "h"])))
        for pupil in pupils
    ]
    return {
        "pupils": people,
        "courses": courses,
        "choices": choices,
        "tiers": tiers,
        "tickets": tickets,
    }


@given(rows=markets(), order=st.randoms(use_true_random=False), threads=st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_the_order_of_rows_and_the_number_of_threads_say_nothing(rows, order, threads):
    market = build_market(**rows)
    assert market.digest == plain_digest(plain_market(**rows))
    shuffled = {name: order.sample(given, len(given)) for name, given in rows.items()}
    tables = {name: read_rows(name, given) for name, given in shuffled.items()}
    assert coded(market_of(tables, threads=threads)) == coded(market)


@pytest.mark.parametrize(
    ("name", "place", "changed"),
    [
        ("pupils", 0, ("丙", 4, "migrant")),
        ("pupils", 0, ("丙", 3, "local")),
        ("courses", 0, ("chess", "mon", 3, 1, "1-3")),
        ("courses", 0, ("chess", "mon", 2, 2, "1-3")),
        ("courses", 0, ("chess", "mon", 2, 1, "1-4")),
        ("courses", 0, ("chess", "mon", 2, 1, "1-3", None, 1)),
        ("courses", 0, ("chess", "mon", 2, 1, "1-3", None, None, "migrant:1")),
        ("choices", 0, ("p10", "mon", 3, "chess")),
        ("tiers", 0, ("p1", "chess", 1)),
        ("tickets", 4, ("p10", "t-3")),
    ],
)
def test_every_change_that_matters_changes_the_digest(name, place, changed):
    rows = {**ROWS, name: [*ROWS[name][:place], changed, *ROWS[name][place + 1 :]]}
    assert build_market(**rows).digest != build_market(**ROWS).digest


def test_what_is_not_wished_for_does_not_matter():
    rows = {**ROWS, "tiers": [*TIERS, ("p3", "robots", 9)]}
    assert build_market(**rows).digest == build_market(**ROWS).digest


def test_a_market_may_lack_wishes_and_even_pupils():
    market = build_market(pupils=[], courses=[("c", "mon", 1)], choices=[])
    assert market.applications.start.tolist() == [0]
    assert build_market(pupils=[("a",)], courses=[], choices=[]).slots == ()
    assert market.digest == plain_digest(plain_market([], [("c", "mon", 1)], []))


def test_many_wishes_of_one_pupil_are_sorted_too():
    names = [f"c{number:03}" for number in range(200)]
    market = build_market(
        pupils=[("a",)],
        courses=[(name, "mon", 1) for name in names],
        choices=[("a", "mon", 200 - place, name) for place, name in enumerate(names)],
    )
    assert market.applications.rank.tolist() == list(range(1, 201))
    assert market.applications.course.tolist() == list(range(199, -1, -1))


def test_a_slot_is_its_days():
    assert build_market(**ROWS).days == (("mon",), ("mon", "wed"), ("wed",))
