"""城市的市场: an invented city coded without files, for what is timed inside one process."""

import numpy as np

from benchmarks.allocation.city import CHOICES, DAYS, City
from benchmarks.allocation.city_files import GRADES
from shuangjian.engines.market.market import (
    Applications,
    Courses,
    Market,
    Tickets,
)


def market_of(city: City) -> Market:
    """The market that reading the city's files gives, but for its digest, which is empty."""
    pupils = np.arange(city.pupil_count)
    return Market(
        pupils=city.pupil_ids(),
        grade=(pupils % GRADES + 1).astype(np.int16),
        group=np.full(pupils.size, -1, np.int16),
        groups=(),
        slots=DAYS,
        courses=_courses(city),
        applications=_applications(city),
        tickets=Tickets(start=np.arange(pupils.size + 1, dtype=np.int64), ticket=city.pupil_ids()),
        digest="",
    )


def _courses(city: City) -> Courses:
    count = city.course_count
    codes = np.arange(count)
    every_grade = sum(1 << grade for grade in range(1, GRADES + 1))
    return Courses(
        ids=city.course_ids(),
        slot=(codes // city.courses % len(DAYS)).astype(np.int16),
        seats=np.full(count, city.seats, np.int32),
        least=np.zeros(count, np.int32),
        close_order=np.zeros(count, np.int32),
        round=np.ones(count, np.int16),
        grades=np.full(count, every_grade, np.int64),
        reserved=np.zeros((count, 0), np.int32),
    )


def _applications(city: City) -> Applications:
    applications = city.pupil_count * len(DAYS)
    wishes = applications * CHOICES
    return Applications(
        pupil=np.repeat(np.arange(city.pupil_count, dtype=np.int32), len(DAYS)),
        slot=np.tile(np.arange(len(DAYS), dtype=np.int16), city.pupil_count),
        start=np.arange(0, wishes + 1, CHOICES, dtype=np.int64),
        course=city.choices.reshape(-1),
        rank=np.tile(np.arange(1, CHOICES + 1, dtype=np.int16), applications),
        tier=np.repeat(city.tier, len(DAYS) * CHOICES),
    )
