"""住院医师匹配: the ``matching`` package on an enrolment, the peer of deferred acceptance."""

import numpy as np
from matching.games import HospitalResident
from numpy.typing import NDArray

from benchmarks.allocation.enrolment import Enrolment


def game_of(enrolment: Enrolment, priority: NDArray[np.int64]) -> HospitalResident:
    """The game (匹配) whose ``solve`` is timed; ``priority`` is per wish, lower is better."""
    asked: dict[int, list[tuple[int, str]]] = {}
    for pupil, schools in enumerate(enrolment.choices.tolist()):
        for rank, school in enumerate(schools):
            asked.setdefault(school, []).append((int(priority[pupil, rank]), f"p{pupil}"))
    return HospitalResident.create_from_dictionaries(
        {
            f"p{pupil}": [f"s{school}" for school in schools]
            for pupil, schools in enumerate(enrolment.choices.tolist())
        },
        {f"s{school}": [pupil for _, pupil in sorted(asked[school])] for school in sorted(asked)},
        {f"s{school}": enrolment.seats for school in sorted(asked)},
    )


def positions_of(enrolment: Enrolment, solved: dict[object, list[object]]) -> NDArray[np.int8]:
    """The position of each pupil's school in its list (录取志愿序号), -1 for none."""
    placed = np.full(len(enrolment.choices), -1, np.int8)
    for school, pupils in solved.items():
        code = int(str(school)[1:])
        for pupil in pupils:
            row = int(str(pupil)[1:])
            placed[row] = int(np.flatnonzero(enrolment.choices[row] == code)[0])
    return placed
