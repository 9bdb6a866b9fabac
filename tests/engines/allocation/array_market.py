"""Markets of many pupils, made of arrays: as large as it takes for threads to be used."""

import numpy as np
import pyarrow as pa

from shuangjian.engines.market.market import (
    EVERY_GRADE,
    NO_GRADE,
    Applications,
    Courses,
    Market,
    Tickets,
)

DAYS = ("fri", "mon", "thu", "tue", "wed")
WISHES = 4


def array_market(
    *, schools: int, pupils: int, is_even: bool = True, least: int = 0, seed: int = 1
) -> Market:
    """``pupils`` a school with four wishes a day among ten courses, some popular, with seats for all."""
    chance = np.random.default_rng(seed)
    offered = 10
    count, wide = schools * pupils, len(DAYS)
    applications = count * wide
    popular = 1 / np.arange(1, offered + 1)
    keys = chance.random((applications, offered)) ** (1 / popular)
    within = np.argsort(-keys, axis=1)[:, :WISHES]
    school = np.repeat(np.arange(count) // pupils, wide)
    slot = np.tile(np.arange(wide), count)
    course = (school * wide + slot)[:, np.newaxis] * offered + within
    ids = pa.array([f"p{number:06d}" for number in range(count)], pa.string())
    courses = schools * wide * offered
    tier = chance.integers(1, 4, count).repeat(wide * WISHES)
    if not is_even:
        tier = chance.integers(1, 4, len(tier))
    return Market(
        pupils=ids,
        grade=np.full(count, NO_GRADE, np.int16),
        group=np.full(count, -1, np.int16),
        groups=(),
        slots=DAYS,
        courses=Courses(
            ids=pa.array([f"c{number:06d}" for number in range(courses)], pa.string()),
            slot=np.tile(np.repeat(np.arange(wide, dtype=np.int16), offered), schools),
            seats=np.full(courses, pupils * 13 // 100, np.int32),
            least=np.full(courses, least, np.int32),
            close_order=np.zeros(courses, np.int32),
            round=np.ones(courses, np.int16),
            grades=np.full(courses, EVERY_GRADE, np.int64),
            reserved=np.zeros((courses, 0), np.int32),
        ),
        applications=Applications(
            pupil=np.arange(count, dtype=np.int32).repeat(wide),
            slot=slot.astype(np.int16),
            start=np.arange(applications + 1, dtype=np.int64) * WISHES,
            course=course.astype(np.int32).ravel(),
            rank=np.tile(np.arange(1, WISHES + 1, dtype=np.int16), applications),
            tier=tier.astype(np.int16),
        ),
        tickets=Tickets(start=np.arange(count + 1, dtype=np.int64), ticket=ids),
        digest="",
    )


def random_standing(market: Market, *, seed: int = 2) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return np.array([chance.permutation(len(market.pupils)) for _ in market.slots], np.int32)
