"""轮流挑选: fairpyx's round robin on one school, the peer of the course allocation."""

from collections.abc import Callable

import fairpyx
import numpy as np
from numpy.typing import NDArray

from benchmarks.allocation.city import DAYS, City

VALUES = (100, 60, 35, 20, 10)  # of the first to the fifth choice


def round_robin_of(city: City, order: NDArray[np.int32]) -> Callable[[], int]:
    """What runs fairpyx on a school (轮流挑选): its instance stands ready, pupils in ``order``.

    What runs returns how many places were given.
    """
    names = city.course_ids().to_pylist()
    day_of = [number // city.courses % len(DAYS) for number in range(len(names))]
    valuations = {}
    for pupil in order.tolist():
        values = dict.fromkeys(names, 0)
        for day in range(len(DAYS)):
            for course, value in zip(city.choices[pupil, day].tolist(), VALUES, strict=True):
                values[names[course]] = value
        valuations[f"p{pupil}"] = values
    instance = fairpyx.Instance(
        valuations=valuations,
        agent_capacities=len(DAYS),
        item_capacities=dict.fromkeys(names, city.seats),
        item_conflicts={
            name: [
                other
                for other, other_day in zip(names, day_of, strict=True)
                if other_day == day and other != name
            ]
            for name, day in zip(names, day_of, strict=True)
        },
    )

    def run() -> int:
        given = fairpyx.divide(fairpyx.algorithms.round_robin, instance=instance)
        return sum(len(courses) for courses in given.values())

    return run
