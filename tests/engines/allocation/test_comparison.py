"""Mechanisms side by side: the page's tables, and the search against placing everything anew."""

from itertools import chain, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.comparison import COMPARED, compare_mechanisms
from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.misreport import sampled
from shuangjian.engines.allocation.run import allocate
from shuangjian.engines.market.build import build_market
from tests.engines.allocation.real_sets import YEARS, course_sign_up, project_choices
from tests.engines.worked_table import worked_table

PAGE = "comparison.md"
SEED = bytes.fromhex("5eed" * 16)
SEATS = {"chess": 2, "choir": 2, "robots": 1}
WORKED = {row["pupil"]: row["list"].split(", ") for row in worked_table(PAGE, "wishes")}
LATER = "p5"


def market_of(lists, *, seats=SEATS, least=0, tiers=None):
    """One day; ``tiers`` by pupil and course, the worked market's if not given."""
    choices = [
        (pupil, "mon", rank, course)
        for pupil, courses in lists.items()
        for rank, course in enumerate(courses, 1)
    ]
    if tiers is None:
        tiers = {(pupil, course): 2 for pupil, _, _, course in choices if pupil == LATER}
    return build_market(
        pupils=[(pupil,) for pupil in lists],
        courses=[(course, "mon", most, least) for course, most in seats.items()],
        choices=choices,
        tiers=[(*key, tier) for key, tier in tiers.items()],
    )


def granted(market, mechanism):
    """Per (pupil, slot) the course, or None."""
    placed = allocate(market, mechanism=mechanism, seed=SEED).placed
    applications = market.applications
    found = {}
    for number, position in enumerate(placed.tolist()):
        key = (
            market.pupils[int(applications.pupil[number])].as_py(),
            market.slots[applications.slot[number]],
        )
        course = applications.course[applications.start[number] + position]
        found[key] = None if position < 0 else market.courses.ids[int(course)].as_py()
    return found


def told(figures):
    """As the page writes figures."""
    mean, search = figures.mean_rank, figures.misreports
    return {
        "mechanism": figures.mechanism,
        "first choices": str(figures.first_choices),
        "mean rank": "" if mean is None else f"{mean:.2f}",
        "unplaced": str(figures.unplaced),
        "envy pairs": str(figures.envy_pairs),
        "searched": str(search.searched),
        "lists": str(search.reports),
        "gainers": str(search.gainers),
        "largest gain": str(search.largest_gain),
        "mean gain": "" if search.mean_gain is None else f"{search.mean_gain:.2f}",
    }


def side_by_side(market):
    """The cells of a row in the tables of real wishes."""
    rows = [told(each) for each in compare_mechanisms(market, seed=SEED, applications_most=None)]
    return {name: " / ".join(row[name] for row in rows) for name in rows[0]}


def test_the_worked_market_is_placed_as_the_page_says():
    for mechanism in COMPARED:
        expected = {
            (row["pupil"], "mon"): row[mechanism] or None for row in worked_table(PAGE, "wishes")
        }
        assert granted(market_of(WORKED), mechanism) == expected


def test_worked_figures():
    found = compare_mechanisms(market_of(WORKED), seed=SEED)
    assert [told(each) for each in found] == worked_table(PAGE, "figures")


@pytest.mark.parametrize("row", worked_table(PAGE, "gains"), ids=lambda row: row["pupil"])
def test_worked_gains(row):
    key = row["pupil"], "mon"
    assert granted(market_of(WORKED), row["mechanism"])[key] == row["got"]
    changed = WORKED | {row["pupil"]: row["list instead"].split(", ")}
    assert granted(market_of(changed), row["mechanism"])[key] == row["gets"]


def test_closings_make_the_lottery_unsafe():
    lists = {"p1": ["choir", "chess"], "p2": ["chess"]}
    market = market_of(lists, seats={"chess": 2, "choir": 2}, least=2, tiers={})
    found = [told(each) for each in compare_mechanisms(market, seed=SEED)]
    expected = worked_table(PAGE, "closing")
    assert [{name: row[name] for name in expected[0]} for row in found] == expected


@pytest.mark.parametrize(
    "row", worked_table(PAGE, "projects"), ids=lambda row: f"{row['year']}, {row['seats']}"
)
def test_project_choices(row):
    market = project_choices(row["year"], seats=int(row["seats"]))
    assert len(market.pupils) == int(row["students"])
    found = side_by_side(market)
    assert {name: found[name] for name in list(row)[3:]} == dict(list(row.items())[3:])


def test_every_year_is_in_the_table():
    assert {row["year"] for row in worked_table(PAGE, "projects")} == set(YEARS)


@pytest.mark.parametrize("row", worked_table(PAGE, "sign-up"), ids=lambda row: row["divided by"])
def test_course_sign_up(row):
    market = course_sign_up(students_a_seat=int(row["divided by"]))
    assert len(market.pupils) == int(row["students"])
    found = side_by_side(market)
    assert {name: found[name] for name in list(row)[2:]} == dict(list(row.items())[2:])


NAMES = ("a", "b", "c", "d", "e")
SLOTS = {"a": "mon+tue", "b": "mon+tue", "c": "mon", "d": "mon", "e": "mon"}


@st.composite
def small_markets(draw):
    """Two rounds, tiers by course, closings, grades: rows that ``build_market`` takes."""
    pupils = [f"p{number}" for number in range(draw(st.integers(3, 5)))]
    courses = [
        {
            "course": name,
            "slots": SLOTS[name],
            "seats": draw(st.sampled_from([1, 1, 2])),
            "least": draw(st.sampled_from([0, 0, 0, 2])),
            "grades": draw(st.sampled_from(["", "", "", "1"])),
        }
        for name in NAMES
    ]
    lists = {
        (pupil, slot): draw(st.permutations(own))[: draw(st.sampled_from([0, 2, 3]))]
        for pupil in pupils
        for slot, own in (("mon+tue", NAMES[:2]), ("mon", NAMES[2:]))
    }
    # why: a market has at least one wish.
    lists[pupils[0], "mon"] = lists[pupils[0], "mon"] or ["c"]
    tiers = {
        (pupil, course): draw(st.integers(1, 2))
        for (pupil, _), own in lists.items()
        for course in own
    }
    grades = [draw(st.integers(1, 2)) for _ in pupils]
    return list(zip(pupils, grades, strict=True)), courses, lists, tiers


def built(pupils, courses, lists, tiers):
    return build_market(
        pupils=pupils,
        courses=courses,
        choices=[
            (*key, rank, course) for key, own in lists.items() for rank, course in enumerate(own, 1)
        ],
        tiers=[
            (key[0], course, tiers[key[0], course]) for key, own in lists.items() for course in own
        ],
    )


def best_gain(rows, key, mechanism):
    """Every other list handed in and the whole market built, drawn and placed anew."""
    pupils, courses, lists, tiers = rows
    own = lists[key]

    def rank(course):
        return own.index(course) + 1 if course else len(own) + 1

    truth = rank(granted(built(*rows), mechanism)[key])
    reports = chain.from_iterable(permutations(own, length) for length in range(1, len(own) + 1))
    return max(
        truth - rank(granted(built(pupils, courses, lists | {key: report}, tiers), mechanism)[key])
        for report in reports
    )


@settings(max_examples=40, deadline=None)
@given(small_markets(), st.sampled_from(COMPARED))
def test_the_search_finds_what_placing_everything_anew_finds(rows, mechanism):
    lists = rows[2]
    gains = [best_gain(rows, key, mechanism) for key, own in lists.items() if own]
    (figures,) = compare_mechanisms(built(*rows), seed=SEED, mechanisms=[mechanism])
    search = figures.misreports
    assert search.searched == len(gains)
    assert search.gainers == sum(gain > 0 for gain in gains)
    assert search.largest_gain == max(gains, default=0)


def plain_envy(market, mechanism):
    """Pairs of pupils of one slot, by the words of the page."""
    allocation = allocate(market, mechanism=mechanism, seed=SEED)
    applications, pairs = market.applications, 0
    wishes = {}
    for number, position in enumerate(allocation.placed.tolist()):
        slot, pupil = int(applications.slot[number]), int(applications.pupil[number])
        span = range(applications.start[number], applications.start[number + 1])
        place = {
            int(applications.course[wish]): (
                int(applications.tier[wish]),
                int(allocation.standing[slot, pupil]),
            )
            for wish in span
        }
        wishes[number] = (span, None if position < 0 else span[position], place)
    for span, own, place in wishes.values():
        for wish in span:
            if own is not None and applications.rank[wish] >= applications.rank[own]:
                break
            course = int(applications.course[wish])
            # why: these two reasons are a wish's that took part in nothing.
            if allocation.reason[wish] in (5, 6):
                continue
            pairs += sum(
                held is not None
                and applications.course[held] == course
                and place[course] < other[course]
                for _, held, other in wishes.values()
            )
    return pairs


@settings(max_examples=60, deadline=None)
@given(small_markets(), st.sampled_from(sorted(MECHANISMS)))
def test_envy_is_counted_as_the_page_says(rows, mechanism):
    market = built(*rows)
    (figures,) = compare_mechanisms(
        market, seed=SEED, mechanisms=[mechanism], applications_most=1, length_most=1
    )
    assert figures.envy_pairs == plain_envy(market, mechanism)


def test_the_order_of_rows_changes_nothing():
    lists = dict(reversed(WORKED.items()))
    seats = dict(reversed(SEATS.items()))
    turned = compare_mechanisms(market_of(lists, seats=seats), seed=SEED)
    assert turned == compare_mechanisms(market_of(WORKED), seed=SEED)


def test_a_sample_is_evenly_spaced_and_told():
    assert sampled(10, most=None).tolist() == list(range(10))
    assert sampled(3, most=5).tolist() == [0, 1, 2]
    assert sampled(10, most=4).tolist() == [0, 2, 5, 7]
    (figures,) = compare_mechanisms(
        market_of(WORKED), seed=SEED, mechanisms=["fullest"], applications_most=2
    )
    assert (figures.applications, figures.misreports.searched) == (5, 2)


def test_lists_are_searched_to_the_length_that_is_said():
    (figures,) = compare_mechanisms(
        market_of(WORKED), seed=SEED, mechanisms=["fullest"], length_most=1
    )
    # why: those without their first choice are p2 and p5, and naming it alone gains both.
    assert (figures.misreports.reports, figures.misreports.gainers) == (2, 2)


def test_a_market_in_which_nobody_gets_a_place_has_no_mean():
    market = market_of({"p1": ["chess"]}, seats={"chess": 0}, tiers={})
    for figures in compare_mechanisms(market, seed=SEED):
        assert (figures.mean_rank, figures.unplaced, figures.first_choices) == (None, 1, 0)
