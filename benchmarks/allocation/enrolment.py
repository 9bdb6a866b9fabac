"""示意招生: pupils who rank schools near and popular, with zones as tiers; one market, no days."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.market.market import (
    EVERY_GRADE,
    NO_GRADE,
    Applications,
    Courses,
    Market,
    Tickets,
)

CHOICES = 6
PUPILS_A_SCHOOL = 700
SCHOOLS_LEAST = 8
SEATS_A_PUPIL = 1.05
POPULARITY = 0.9
NEAR_SHARE = 0.35
NEAR_SCHOOLS = 8

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Enrolment:
    """示意招生: ``choices`` and ``tier`` are ``(pupils, ranks)``; ``seats`` of each school."""

    schools: int
    seats: int
    choices: Codes
    tier: NDArray[np.int16]


def make_enrolment(*, pupils: int, seed: int) -> Enrolment:
    """Invent an enrolment (示意招生): tier 1 in one's own zone, 2 in the next seven, else 3."""
    generator = np.random.default_rng(seed)
    schools = max(SCHOOLS_LEAST, pupils // PUPILS_A_SCHOOL)
    zone = generator.integers(0, schools, pupils)[:, None]
    weight = 1 / np.arange(1, schools + 1) ** POPULARITY
    reach = np.cumsum(weight / weight.sum())
    reach[-1] = 1
    shape = (pupils, CHOICES)
    popular = np.searchsorted(reach, generator.random(shape), side="right")
    near = (zone + generator.integers(0, NEAR_SCHOOLS, shape)) % schools
    choices = np.where(generator.random(shape) < NEAR_SHARE, near, popular)
    for rank in range(1, CHOICES):
        again = _is_taken(choices, rank)
        while again.any():  # why: the next school, so that a list names six different ones
            choices[again, rank] = (choices[again, rank] + 1) % schools
            again = _is_taken(choices, rank)
    away = (choices - zone) % schools
    tier = np.where(away == 0, 1, np.where(away < NEAR_SCHOOLS, 2, 3)).astype(np.int16)
    seats = int(np.ceil(SEATS_A_PUPIL * pupils / schools))
    return Enrolment(schools, seats, choices.astype(np.int32), tier)


def _is_taken(choices: NDArray[np.int64], rank: int) -> NDArray[np.bool_]:
    taken: NDArray[np.bool_] = (choices[:, :rank] == choices[:, rank, None]).any(axis=1)
    return taken


def market_of(enrolment: Enrolment) -> Market:
    """The market (市场) of one slot, ``school``; every pupil's ticket is its id."""
    pupils, ranks = enrolment.choices.shape
    ids = pa.array([f"p{number:07}" for number in range(1, pupils + 1)])
    schools = enrolment.schools
    return Market(
        pupils=ids,
        grade=np.full(pupils, NO_GRADE, np.int16),
        group=np.full(pupils, -1, np.int16),
        groups=(),
        slots=("school",),
        courses=Courses(
            ids=pa.array([f"s{number:04}" for number in range(1, schools + 1)]),
            slot=np.zeros(schools, np.int16),
            seats=np.full(schools, enrolment.seats, np.int32),
            least=np.zeros(schools, np.int32),
            close_order=np.zeros(schools, np.int32),
            round=np.ones(schools, np.int16),
            grades=np.full(schools, EVERY_GRADE, np.int64),
            reserved=np.zeros((schools, 0), np.int32),
        ),
        applications=Applications(
            pupil=np.arange(pupils, dtype=np.int32),
            slot=np.zeros(pupils, np.int16),
            start=np.arange(0, pupils * ranks + 1, ranks, dtype=np.int64),
            course=enrolment.choices.reshape(-1),
            rank=np.tile(np.arange(1, ranks + 1, dtype=np.int16), pupils),
            tier=enrolment.tier.reshape(-1),
        ),
        tickets=Tickets(start=np.arange(pupils + 1, dtype=np.int64), ticket=ids),
        digest="",
    )
