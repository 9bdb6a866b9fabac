"""Test D-3: 20,000 synthetic beacons; ranks are uniform and know nothing of ticket, time, school."""

import hashlib
from collections.abc import Callable
from functools import cache
from math import comb, sqrt

import numpy as np
import pytest

from shuangjian.engines.draw.rank import RankedTicket, ranked
from shuangjian.engines.draw.seed import seed_of
from tests.engines.worked_table import worked_table

BEACONS = 20_000
PUPILS = 16
SCHOOL = 4
SEATS = 8
TICKETS = [hashlib.sha256(f"pupil {each}".encode()).hexdigest()[:32] for each in range(PUPILS)]
"""By pupil, in the order of applying; pupils 0 to 3 are of one school, 4 to 7 of the next."""
NONCES = [hashlib.sha256(f"party {each}".encode()).digest() for each in range(3)]
Draw = Callable[[bytes], list[RankedTicket]]


def seed(number: int) -> bytes:
    value = hashlib.sha256(f"beacon {number}".encode()).hexdigest()
    return seed_of(commit=b'{"draw":"synthetic"}\n', nonces=NONCES, value=value)


@cache
def ranks(draw: Draw) -> np.ndarray:
    """The rank of each pupil, from 0, by beacon: 20,000 rows of 16."""
    place = {ticket: pupil for pupil, ticket in enumerate(TICKETS)}
    found = np.empty((BEACONS, PUPILS), dtype=np.int64)
    for number in range(BEACONS):
        for rank, each in enumerate(draw(seed(number))):
            found[number, place[each.ticket]] = rank
    return found


def chi_square(counts: np.ndarray, expected: np.ndarray | float) -> float:
    return float(((counts - expected) ** 2 / expected).sum())


def uniform(found: np.ndarray) -> float:
    """All pupils by all ranks; (n - 1) / n because each beacon gives every rank once."""
    counts = np.zeros((PUPILS, PUPILS))
    for pupil in range(PUPILS):
        counts[pupil] = np.bincount(found[:, pupil], minlength=PUPILS)
    return chi_square(counts, BEACONS / PUPILS) * (PUPILS - 1) / PUPILS


def uniform_of_one(found: np.ndarray) -> float:
    return chi_square(np.bincount(found[:, 0], minlength=PUPILS), BEACONS / PUPILS)


def trend(found: np.ndarray, order: np.ndarray) -> float:
    """Square of the standard score of the ranks' correlation with an order of the pupils."""
    centred = order - order.mean()
    spread = np.arange(PUPILS) - (PUPILS - 1) / 2
    variance = (centred**2).sum() * (spread**2).sum() / (PUPILS - 1)
    return float(((found @ centred).sum() / sqrt(BEACONS * variance)) ** 2)


def by_ticket(found: np.ndarray) -> float:
    return trend(found, np.argsort(np.argsort(TICKETS)))


def by_applying(found: np.ndarray) -> float:
    return trend(found, np.arange(PUPILS))


def by_time(found: np.ndarray) -> float:
    """A pupil's rank under one beacon against its rank under the next, in separate pairs."""
    pairs = found[: BEACONS // 2 * 2 : 2, 0] * PUPILS + found[1::2, 0]
    return chi_square(np.bincount(pairs, minlength=PUPILS**2), len(pairs) / PUPILS**2)


def by_school(found: np.ndarray) -> float:
    """How many of one school's four pupils win one of eight seats."""
    winners = (found[:, :SCHOOL] < SEATS).sum(axis=1)
    chances = [
        comb(SCHOOL, count) * comb(PUPILS - SCHOOL, SEATS - count) / comb(PUPILS, SEATS)
        for count in range(SCHOOL + 1)
    ]
    return chi_square(np.bincount(winners, minlength=SCHOOL + 1), BEACONS * np.array(chances))


def by_neighbour(found: np.ndarray) -> float:
    """Whether the next ticket on the roster wins, too."""
    first, second = np.argsort(TICKETS)[:2]
    both = (found[:, first] < SEATS) * 2 + (found[:, second] < SEATS)
    same = SEATS * (SEATS - 1) / (PUPILS * (PUPILS - 1))
    return chi_square(
        np.bincount(both, minlength=4), BEACONS * np.array([same, 0.5 - same, 0.5 - same, same])
    )


TESTS = {
    "rank of every ticket": uniform,
    "rank of one ticket": uniform_of_one,
    "order of the tickets' bytes": by_ticket,
    "order of applying": by_applying,
    "one beacon and the next": by_time,
    "winners of one school": by_school,
    "winners next to each other on the roster": by_neighbour,
}


def honest(key: bytes) -> list[RankedTicket]:
    return ranked(key, TICKETS)


def by_remainder(key: bytes) -> list[RankedTicket]:
    """The old mistake: a small remainder, and ties by ticket."""
    return sorted(
        RankedTicket(f"{int(each.key, 16) % 10}", each.ticket) for each in ranked(key, TICKETS)
    )


def by_applying_on_ties(key: bytes) -> list[RankedTicket]:
    keys = {each.ticket: int(each.key, 16) % 10 for each in ranked(key, TICKETS)}
    order = sorted(range(PUPILS), key=lambda pupil: (keys[TICKETS[pupil]], pupil))
    return [RankedTicket("", TICKETS[pupil]) for pupil in order]


def turned(key: bytes) -> list[RankedTicket]:
    """One number for all: the roster is turned round; each pupil alone is treated fairly."""
    start = int.from_bytes(key) % PUPILS
    order = sorted(TICKETS)
    return [RankedTicket("", each) for each in order[start:] + order[:start]]


def school_by_school(key: bytes) -> list[RankedTicket]:
    """Schools are drawn first: each pupil alone is treated fairly, a school wins as a whole."""
    schools = [TICKETS[start : start + SCHOOL] for start in range(0, PUPILS, SCHOOL)]
    heads = ranked(key, [school[0] for school in schools])
    members = {school[0]: school for school in schools}
    return [each for head in heads for each in ranked(key, members[head.ticket])]


def stale() -> np.ndarray:
    """Every second draw takes the seed of the one before."""
    return np.repeat(ranks(honest)[::2], 2, axis=0)


UNFAIR = {
    "rank of every ticket": lambda: ranks(by_remainder),
    "rank of one ticket": lambda: ranks(by_remainder),
    "order of the tickets' bytes": lambda: ranks(by_remainder),
    "order of applying": lambda: ranks(by_applying_on_ties),
    "one beacon and the next": stale,
    "winners of one school": lambda: ranks(school_by_school),
    "winners next to each other on the roster": lambda: ranks(turned),
}
ROWS = worked_table("draw.md", "statistics")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["test"])
def test_ranks_pass_and_an_unfair_draw_fails(row):
    test, cut = TESTS[row["test"]], float(row["99.9% cut"])
    statistic = test(ranks(honest))
    assert f"{statistic:.1f}" == row["statistic"]
    assert statistic < cut
    unfair = test(UNFAIR[row["test"]]())
    assert f"{unfair:.0f}" == row["unfair draw"]
    assert unfair > cut


def test_the_page_shows_every_test():
    assert [row["test"] for row in ROWS] == list(TESTS)


def test_the_cuts_are_those_of_chi_square():
    """Wilson and Hilferty's approximation, within a few per cent of the page's figures."""
    for row in ROWS:
        freedom = int(row["degrees of freedom"])
        spread = 2 / (9 * freedom)
        cut = freedom * (1 - spread + 3.0902 * sqrt(spread)) ** 3
        assert cut == pytest.approx(float(row["99.9% cut"]), rel=0.04)


def test_the_order_of_rows_is_irrelevant():
    shuffled = sorted(TICKETS, key=lambda each: hashlib.md5(each.encode()).digest())
    assert shuffled != TICKETS
    for number in range(100):
        key = seed(number)
        assert ranked(key, shuffled) == ranked(key, TICKETS) == ranked(key, TICKETS[::-1])


def test_turning_the_roster_treats_each_pupil_alone_fairly():
    """Why uniform ranks are not enough, and the other tests are there."""
    assert uniform_of_one(ranks(turned)) < 37.7
