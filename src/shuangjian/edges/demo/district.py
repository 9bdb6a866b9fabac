"""虚构区县: the schools and classes of an invented district of about 80,000 pupils and 90 schools.

The published size is that of 江北; the district is nowhere. Sizes of classes have a tail: most
hold about 44 pupils, some crowded schools more than 55, a handful more than 65; villages far fewer.
"""

import random
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from shuangjian.edges.demo import school_name
from shuangjian.edges.demo.habit import (
    FIRST_PRIMARY_HABIT,
    SECOND_MIDDLE_HABIT,
    Habit,
    habits_for,
)
from shuangjian.edges.demo.stream import stream_of
from shuangjian.foundation.registry.models import SchoolKind
from shuangjian.foundation.registry.school_year import entry_year_of, stage_of

PRIMARY_CODE, MIDDLE_CODE, PROVINCE_CODE = "21", "31", "99"
USUAL_SIZE, CROWDED_SIZE, VILLAGE_SIZE, TEACHING_POINT_SIZE = 44.3, 48.5, 28.0, 13.0
FULL_SIZE = 55  # why: the edge of the usual sizes, not a limit; limits live in policies/.
CROWDED_SCHOOLS, HUGE_CLASSES = 7, 5


class Scale(StrEnum):
    """演示规模: the two schools of the example workbooks, or the whole district."""

    SCHOOL = "school"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """虚构班级: by its grade on the day of the demonstration, with its number of pupils."""

    grade: int
    stage: str
    entry_year: int
    number: int
    pupils: int


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """虚构学校: what it is, how it behaves, and its classes in the order of grade and number."""

    code: str
    name: str
    kind: SchoolKind
    is_boarding: bool
    starts_on: date
    habit: Habit
    classes: tuple[ClassPlan, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """A school before it has classes."""

    code: str
    name: str
    kind: SchoolKind


def plan_schools(scale: Scale, *, seed: int, today: date) -> tuple[SchoolPlan, ...]:
    """The schools of the demonstration (虚构学校), by code; the same seed gives the same ones.

    Args:
        scale: the two named schools, which are alike at both scales, or all of them.
        seed: of every chance.
        today: the day of the demonstration; classes are in their grades on it.
    """
    frames = _frames()
    named = {school_name.FIRST_PRIMARY, school_name.SECOND_MIDDLE}
    others = [frame for frame in frames if frame.name not in named]
    habits = dict(
        zip(
            (frame.code for frame in others),
            habits_for(len(others), stream=stream_of(seed, "habit")),
            strict=True,
        )
    )
    crowded = _crowded_codes(others, seed=seed)
    huge = frozenset(sorted(crowded)[: HUGE_CLASSES - 1])
    plans = []
    for frame in frames:
        if scale is Scale.SCHOOL and frame.name not in named:
            continue
        plans.append(
            _school(
                frame,
                habit=_habit_of(frame, habits),
                grades=_grades(
                    frame, stream=stream_of(seed, "size", frame.code), crowded=crowded, huge=huge
                ),
                seed=seed,
                today=today,
            )
        )
    return tuple(sorted(plans, key=lambda plan: plan.code))


def _frames() -> list[_Frame]:
    primary = [
        *((name, SchoolKind.PRIMARY) for name in school_name.primary_names()),
        *((name, SchoolKind.VILLAGE_PRIMARY) for name in school_name.village_names()),
        *((name, SchoolKind.TEACHING_POINT) for name in school_name.teaching_point_names()),
    ]
    middle = [
        *((name, SchoolKind.JUNIOR) for name in school_name.middle_names()),
        *((name, SchoolKind.NINE_YEAR) for name in school_name.nine_year_names()),
    ]
    return [
        _Frame(f"{type_code}{PROVINCE_CODE}{serial:06d}", name, kind)
        for type_code, named in ((PRIMARY_CODE, primary), (MIDDLE_CODE, middle))
        for serial, (name, kind) in enumerate(named, start=1)
    ]


def _habit_of(frame: _Frame, habits: dict[str, Habit]) -> Habit:
    if frame.name == school_name.FIRST_PRIMARY:
        return FIRST_PRIMARY_HABIT
    if frame.name == school_name.SECOND_MIDDLE:
        return SECOND_MIDDLE_HABIT
    return habits[frame.code]


def _crowded_codes(frames: list[_Frame], *, seed: int) -> frozenset[str]:
    in_town = [
        frame.code for frame in frames if frame.kind in {SchoolKind.PRIMARY, SchoolKind.JUNIOR}
    ]
    return frozenset(stream_of(seed, "crowded").sample(in_town, CROWDED_SCHOOLS))


def _grades(
    frame: _Frame, *, stream: random.Random, crowded: frozenset[str], huge: frozenset[str]
) -> dict[int, list[int]]:
    """The sizes of a school's classes by grade."""
    is_crowded = frame.code in crowded
    mean = _mean_size(frame, stream=stream, is_crowded=is_crowded)
    sizes: dict[int, list[int]] = {}
    for grade in _grade_range(frame.kind):
        if is_crowded and stream.random() < 0.3:
            sizes[grade] = [
                round(stream.gauss(58.5, 1.6)) for _ in range(_class_count(frame, grade, stream))
            ]
            continue
        base = stream.gauss(mean, 1.8)
        sizes[grade] = [
            max(6, min(FULL_SIZE, round(stream.gauss(base, 1.3))))
            for _ in range(_class_count(frame, grade, stream))
        ]
    if frame.code in huge:
        highest = max(sizes)
        sizes[highest][-1] = stream.randint(66, 69)
    return _with_named_sizes(frame, sizes)


def _with_named_sizes(frame: _Frame, sizes: dict[int, list[int]]) -> dict[int, list[int]]:
    """The named schools have one large class each, so that the small scale shows one of a kind."""
    if frame.name == school_name.FIRST_PRIMARY:
        sizes[3][1] = 58
    if frame.name == school_name.SECOND_MIDDLE:
        sizes[9][2] = 66
    return sizes


def _mean_size(frame: _Frame, *, stream: random.Random, is_crowded: bool) -> float:
    if is_crowded:
        return CROWDED_SIZE
    if frame.kind is SchoolKind.TEACHING_POINT:
        return stream.gauss(TEACHING_POINT_SIZE, 2.5)
    if frame.kind is SchoolKind.VILLAGE_PRIMARY:
        return stream.gauss(VILLAGE_SIZE, 4)
    return stream.gauss(USUAL_SIZE, 1.7)


def _grade_range(kind: SchoolKind) -> range:
    return {
        SchoolKind.PRIMARY: range(1, 7),
        SchoolKind.VILLAGE_PRIMARY: range(1, 7),
        SchoolKind.TEACHING_POINT: range(1, 5),
        SchoolKind.JUNIOR: range(7, 10),
        SchoolKind.NINE_YEAR: range(1, 10),
    }[kind]


def _class_count(frame: _Frame, grade: int, stream: random.Random) -> int:
    """How many classes a grade has; neighbours differ little."""
    if frame.name == school_name.FIRST_PRIMARY:
        return 5
    if frame.name == school_name.SECOND_MIDDLE:
        return 8
    if frame.kind in {SchoolKind.VILLAGE_PRIMARY, SchoolKind.TEACHING_POINT}:
        return 1
    # why: the school's usual number follows from its code, so that its grades are alike.
    step = int(frame.code[-2:])
    if frame.kind is SchoolKind.PRIMARY:
        return (3, 4, 4, 4, 5, 2, 4, 3, 5, 4, 3)[step % 11] + stream.choice((0, 0, 0, 0, -1))
    if frame.kind is SchoolKind.JUNIOR:
        return (8, 7, 10, 6, 8, 9)[step % 6] + stream.choice((0, 0, -1))
    return (3, 2, 3, 4)[step % 4] if grade <= 6 else (3, 2, 3, 3)[step % 4]


def _school(
    frame: _Frame, *, habit: Habit, grades: dict[int, list[int]], seed: int, today: date
) -> SchoolPlan:
    stream = stream_of(seed, "school", frame.code)
    if 1 not in grades and 2 not in grades:
        habit = replace(habit, young_share=0.0)
    classes = tuple(
        ClassPlan(
            grade=grade,
            stage=stage_of(grade),
            entry_year=entry_year_of(stage=stage_of(grade), grade=grade, on=today),
            number=number,
            pupils=pupils,
        )
        for grade, sizes in sorted(grades.items())
        for number, pupils in enumerate(sizes, start=1)
    )
    return SchoolPlan(
        code=frame.code,
        name=frame.name,
        kind=frame.kind,
        is_boarding=frame.kind is SchoolKind.JUNIOR and stream.random() < 0.2,
        starts_on=date(stream.randint(1952, 2014), 9, 1),
        habit=habit,
        classes=classes,
    )
