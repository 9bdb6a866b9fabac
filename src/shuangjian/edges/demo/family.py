"""虚构学生与监护人: each pupil of a school with the day of joining the class and one guardian."""

import random
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from shuangjian.edges.demo.cast import CAST_CLASS, CAST_GRADE, GRANDMOTHER, GUARDIAN
from shuangjian.edges.demo.district import ClassPlan, SchoolPlan
from shuangjian.edges.demo.homework import class_starts_on
from shuangjian.edges.demo.people_name import adult_name, elder_name, pupil_name, surname
from shuangjian.edges.demo.school_name import FIRST_PRIMARY
from shuangjian.edges.demo.stream import stream_of
from shuangjian.foundation.registry.school_year import FIRST_MONTH, school_year_of

_RELATIONS = ("母亲", "父亲", "祖母", "外祖母", "祖父", "外祖父", "其他")
_RELATION_WEIGHTS = (50, 31, 7, 5, 4, 2, 1)
_ELDERS = frozenset({"祖母", "外祖母", "祖父", "外祖父"})
_JOINED_LATER_SHARE = 0.012


class Family(NamedTuple):
    """学生与监护人: ``place`` is the class's in its school; ``starts_on`` the day of joining."""

    place: int
    pupil: str
    starts_on: date
    guardian: str
    relation: str


def families_of(school: SchoolPlan, *, seed: int, today: date) -> Iterator[Family]:
    """The pupils of a school with their guardians (学生与监护人), class by class."""
    stream = stream_of(seed, "family", school.code)
    for place, school_class in enumerate(school.classes):
        is_cast = (
            school.name == FIRST_PRIMARY
            and school_class.grade == CAST_GRADE
            and school_class.number == CAST_CLASS
        )
        for index in range(school_class.pupils):
            pupil = pupil_name(stream)
            relation = stream.choices(_RELATIONS, _RELATION_WEIGHTS)[0]
            guardian = _guardian(pupil, relation, stream)
            if is_cast and index == 0:
                relation, guardian = GRANDMOTHER, GUARDIAN.person
            starts_on = _joined_on(school_class, today=today, stream=stream)
            yield Family(place, pupil, starts_on, guardian, relation)


def _guardian(pupil: str, relation: str, stream: random.Random) -> str:
    family = pupil[:1] if relation in {"父亲", "祖父"} else surname(stream)
    return (
        elder_name(stream, family=family)
        if relation in _ELDERS
        else adult_name(stream, family=family)
    )


def _joined_on(school_class: ClassPlan, *, today: date, stream: random.Random) -> date:
    """The class's first day, or for a few the start of a later school year."""
    first = class_starts_on(school_class)
    later_years = range(first.year + 1, school_year_of(today) + 1)
    if not later_years or stream.random() >= _JOINED_LATER_SHARE:
        return first
    return date(stream.choice(later_years), FIRST_MONTH, 1)
