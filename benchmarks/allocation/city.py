"""示意城市: schools whose pupils rank courses by day, as codes.

Popularity follows Zipf's law, as in course sign-ups; shares and sizes are assumptions, no city's
data. The same seed gives the same city everywhere.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

DAYS = ("fri", "mon", "thu", "tue", "wed")  # by bytes, as a market sorts them
CHOICES = 5
PUPILS_A_COURSE = 25
COURSES_LEAST = 8
POPULARITY = 0.7
SEATS_A_PUPIL = 1.1
TIER_SHARES = (0.1, 0.2, 0.7)
DRAW_SEED = bytes.fromhex("5eed" * 16)

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class City:
    """示意城市: ``schools`` of ``pupils`` each; pupil ``i`` goes to school ``i // pupils``.

    Attributes:
        schools: how many.
        pupils: of each.
        courses: of each school on each day.
        seats: of each course; together 1.1 a pupil.
        choices: course codes in order of rank, ``(all pupils, days, ranks)``; courses are coded
            by (school, day, number), which is the order of their ids.
        tier: of each pupil at every course, 1 is first.
    """

    schools: int
    pupils: int
    courses: int
    seats: int
    choices: Codes
    tier: NDArray[np.int16]

    @property
    def pupil_count(self) -> int:
        """学生总数."""
        return self.schools * self.pupils

    @property
    def course_count(self) -> int:
        """课程总数, all days of all schools."""
        return self.schools * len(DAYS) * self.courses

    def pupil_ids(self) -> pa.StringArray:
        """学生编号: ``p0000001``, by bytes."""
        width = max(7, len(str(self.pupil_count)))
        return pa.array([f"p{number:0{width}}" for number in range(1, self.pupil_count + 1)])

    def course_ids(self) -> pa.StringArray:
        """课程编号: ``s0001-mon-07``, by bytes."""
        width = max(2, len(str(self.courses)))
        return pa.array(
            [
                f"s{school:04}-{day}-{number:0{width}}"
                for school in range(1, self.schools + 1)
                for day in DAYS
                for number in range(1, self.courses + 1)
            ]
        )


def make_city(*, schools: int, pupils: int, seed: int) -> City:
    """Invent a city (示意城市); with one school, the single market that peers are measured on."""
    generator = np.random.default_rng(seed)
    courses = max(COURSES_LEAST, pupils // PUPILS_A_COURSE)
    everybody = schools * pupils
    picked = _picked(generator, applications=everybody * len(DAYS), courses=courses)
    choices = picked.reshape(everybody, len(DAYS), CHOICES)
    school = np.arange(everybody, dtype=np.int32)[:, None] // np.int32(pupils)
    day = np.arange(len(DAYS), dtype=np.int32)[None, :]
    choices += ((school * len(DAYS) + day) * courses)[:, :, None]
    tier = generator.choice(len(TIER_SHARES), everybody, p=TIER_SHARES).astype(np.int16) + 1
    seats = int(np.ceil(SEATS_A_PUPIL * pupils / courses))
    return City(schools, pupils, courses, seats, choices, tier.astype(np.int16))


def _picked(generator: np.random.Generator, *, applications: int, courses: int) -> Codes:
    """Different courses in order of rank, each drawn by popularity among those not yet taken."""
    weight = 1 / np.arange(1, courses + 1) ** POPULARITY
    reach = np.cumsum(weight / weight.sum())
    reach[-1] = 1
    picked = np.empty((applications, CHOICES), np.int32)
    for rank in range(CHOICES):
        rows = np.arange(applications)
        while rows.size:
            picked[rows, rank] = np.searchsorted(reach, generator.random(rows.size), side="right")
            again = (picked[rows, :rank] == picked[rows, rank, None]).any(axis=1)
            rows = rows[again]
    return picked
