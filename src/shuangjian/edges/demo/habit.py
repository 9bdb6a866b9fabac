"""学校习惯: how a school of the invented district goes about homework, round by round.

Not every school errs alike: nearly half never go over, a few do often, some improve, some worsen.
"""

import random
from dataclasses import dataclass
from itertools import cycle

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Habit:
    """作业习惯: chances per class and day, for each round of the window from the oldest.

    ``over_shares`` chance of a day over the limit; ``late_share`` of a late publication;
    ``young_share`` of written homework at home where none is allowed; ``load`` the usual part of
    the limit that is used; rounds below ``imported_rounds`` came in from a workbook; in
    ``silent_round`` the school reported nothing (-1 for never).
    """

    over_shares: tuple[float, float, float]
    late_share: float
    young_share: float
    load: float
    imported_rounds: int = 0
    silent_round: int = -1


FIRST_PRIMARY_HABIT = Habit((0.15, 0.07, 0.02), 0.03, 0.012, 0.74)
SECOND_MIDDLE_HABIT = Habit((0.05, 0.05, 0.04), 0.08, 0.0, 0.78, imported_rounds=1)

# The kinds of schools with their share among a hundred; the rest are the careful ones.
_OCCASIONAL, _FREQUENT, _IMPROVING, _WORSENING = 25, 14, 12, 4
_LATE, _IMPORTING = 13, 11
_SILENT_SCHOOLS = 3


def habits_for(count: int, *, stream: random.Random) -> list[Habit]:
    """One habit for each of ``count`` schools (学校习惯), the kinds in fixed shares, mixed."""
    over = _by_share(_over_shares(stream), count=count, stream=stream)
    is_late = _marks(_LATE * count // 100, count=count, stream=stream)
    is_importing = _marks(_IMPORTING * count // 100, count=count, stream=stream)
    is_silent = _marks(min(_SILENT_SCHOOLS, count // 20), count=count, stream=stream)
    silent_rounds = cycle(range(ROUNDS))
    habits = []
    for index in range(count):
        careful = over[index] == (0.0, 0.0, 0.0)
        habits.append(
            Habit(
                over_shares=over[index],
                late_share=stream.uniform(0.1, 0.28) if is_late[index] else 0.006,
                young_share=0.0 if careful else stream.choice((0.0, 0.004, 0.03)),
                load=stream.gauss(0.7, 0.05),
                imported_rounds=stream.choice((1, 2)) if is_importing[index] else 0,
                silent_round=next(silent_rounds) if is_silent[index] else -1,
            )
        )
    return habits


def _over_shares(stream: random.Random) -> list[tuple[float, float, float]]:
    shares: list[tuple[float, float, float]] = [(0.006, 0.005, 0.006)] * _OCCASIONAL
    for _ in range(_FREQUENT):
        usual = stream.uniform(0.08, 0.15)
        shares.append((usual, usual * stream.uniform(0.8, 1.2), usual * stream.uniform(0.8, 1.2)))
    shares.extend(
        (stream.uniform(0.2, 0.32), stream.uniform(0.08, 0.15), 0.0) for _ in range(_IMPROVING)
    )
    shares.extend(
        (0.02, stream.uniform(0.1, 0.15), stream.uniform(0.2, 0.3)) for _ in range(_WORSENING)
    )
    return shares + [(0.0, 0.0, 0.0)] * (100 - len(shares))


def _by_share(
    hundred: list[tuple[float, float, float]], *, count: int, stream: random.Random
) -> list[tuple[float, float, float]]:
    """``count`` entries spread evenly over the hundred, then mixed."""
    picked = [hundred[index * len(hundred) // count] for index in range(count)]
    stream.shuffle(picked)
    return picked


def _marks(marked: int, *, count: int, stream: random.Random) -> list[bool]:
    marks = [index < marked for index in range(count)]
    stream.shuffle(marks)
    return marks
