"""虚构教师: who teaches what in which class of one school, and who is its class teacher."""

import random
from dataclasses import dataclass, field

from shuangjian.edges.demo.cast import (
    CAST_CLASS,
    CAST_GRADE,
    CLASS_TEACHER,
    SUBJECT_TEACHER,
)
from shuangjian.edges.demo.district import ClassPlan, SchoolPlan
from shuangjian.edges.demo.people_name import adult_name
from shuangjian.edges.demo.school_name import FIRST_PRIMARY
from shuangjian.edges.demo.stream import stream_of
from shuangjian.foundation.registry.models import Course

# How many classes one teacher of the course usually takes, by stage.
_PRIMARY_LOADS = {
    Course.CHINESE: 1, Course.MATH: 2, Course.ENGLISH: 3, Course.SCIENCE: 6,
    Course.PHYSICAL_EDUCATION: 5, Course.MUSIC: 9, Course.ART: 9, Course.INFORMATION: 12,
}  # fmt: skip
_MIDDLE_LOADS = {
    Course.CHINESE: 2, Course.MATH: 2, Course.ENGLISH: 2, Course.PHYSICS: 3, Course.CHEMISTRY: 3,
    Course.MORALITY_LAW: 4, Course.HISTORY: 4, Course.GEOGRAPHY: 5, Course.BIOLOGY: 5,
    Course.PHYSICAL_EDUCATION: 4, Course.MUSIC: 10, Course.ART: 10, Course.INFORMATION: 12,
}  # fmt: skip
_GRADES = {
    Course.ENGLISH: range(3, 10), Course.PHYSICS: range(8, 10), Course.CHEMISTRY: range(9, 10),
    Course.GEOGRAPHY: range(7, 9), Course.BIOLOGY: range(7, 9),
}  # fmt: skip
# Courses that the class's own teachers take: everywhere, and in schools of a class a grade.
_TAKEN_ALONG = {Course.MORALITY_LAW: Course.CHINESE}
_TAKEN_ALONG_SMALL = {
    **_TAKEN_ALONG,
    Course.SCIENCE: Course.MATH, Course.INFORMATION: Course.MATH,
    Course.PHYSICAL_EDUCATION: Course.CHINESE, Course.MUSIC: Course.CHINESE,
    Course.ART: Course.CHINESE,
}  # fmt: skip
_SAME_GRADE_LOAD = 3
_SMALL_SCHOOL = 6
_OFFICE_STAFF = 3


@dataclass(slots=True)
class Staff:
    """虚构教师队伍: names, and places in ``names`` by class (its place) and course.

    ``head_by_class`` gives each class's teacher (班主任); nobody has two classes.
    """

    names: list[str] = field(default_factory=list)
    teacher_by_lesson: dict[tuple[int, Course], int] = field(default_factory=dict)
    head_by_class: dict[int, int] = field(default_factory=dict)


def staff_of(school: SchoolPlan, *, seed: int) -> Staff:
    """The teachers of a school with what they teach (任课) and their classes (班主任)."""
    stream = stream_of(seed, "staff", school.code)
    staff = Staff()
    is_small = len(school.classes) <= _SMALL_SCHOOL
    for stage, loads in (("primary", _PRIMARY_LOADS), ("junior", _MIDDLE_LOADS)):
        taken = _TAKEN_ALONG_SMALL if is_small else _TAKEN_ALONG
        for course, load in loads.items():
            if not (is_small and course in taken):
                _hire(staff, school, stage=stage, course=course, load=load, stream=stream)
        if stage == "primary":
            _take_along(staff, school, taken)
    _appoint_heads(staff, school)
    # why: heads, office and those who stand in for others have no class of their own.
    for _ in range(1 if is_small else _OFFICE_STAFF + len(school.classes) // 4):
        staff.names.append(adult_name(stream))
    if school.name == FIRST_PRIMARY:
        _cast(staff, school)
    return staff


def _hire(
    staff: Staff,
    school: SchoolPlan,
    *,
    stage: str,
    course: Course,
    load: int,
    stream: random.Random,
) -> None:
    places = [
        place
        for place, school_class in enumerate(school.classes)
        if school_class.stage == stage and school_class.grade in _GRADES.get(course, range(1, 10))
    ]
    if load <= _SAME_GRADE_LOAD and len(school.classes) > _SMALL_SCHOOL:
        by_grade: dict[int, list[int]] = {}
        for place in places:
            by_grade.setdefault(school.classes[place].grade, []).append(place)
        groups = [group for same in by_grade.values() for group in _groups(same, load)]
    else:
        groups = _groups(places, load)
    for group in groups:
        teacher = len(staff.names)
        staff.names.append(adult_name(stream))
        for place in group:
            staff.teacher_by_lesson[place, course] = teacher


def _groups(places: list[int], load: int) -> list[list[int]]:
    """Neighbours that share a teacher; the last group takes what is left over."""
    count = max(1, len(places) // load) if places else 0
    groups = [places[load * index : load * (index + 1)] for index in range(count)]
    if groups:
        groups[-1] = places[load * (count - 1) :]
    return groups


def _take_along(staff: Staff, school: SchoolPlan, taken: dict[Course, Course]) -> None:
    for place, school_class in enumerate(school.classes):
        if school_class.stage == "primary":
            for course, main in taken.items():
                staff.teacher_by_lesson[place, course] = staff.teacher_by_lesson[place, main]


def _appoint_heads(staff: Staff, school: SchoolPlan) -> None:
    appointed: set[int] = set()
    for place in range(len(school.classes)):
        teachers = [
            teacher for (taught, _), teacher in staff.teacher_by_lesson.items() if taught == place
        ]
        head = next(teacher for teacher in teachers if teacher not in appointed)
        appointed.add(head)
        staff.head_by_class[place] = head


def _cast(staff: Staff, school: SchoolPlan) -> None:
    """Give two teachers of the first school the names of their cards."""
    place = class_place(school, grade=CAST_GRADE, number=CAST_CLASS)
    staff.names[staff.head_by_class[place]] = CLASS_TEACHER.person
    staff.names[staff.teacher_by_lesson[place, Course.MATH]] = SUBJECT_TEACHER.person


def class_place(school: SchoolPlan, *, grade: int, number: int) -> int:
    """Where a class stands among its school's (班级次序)."""
    return next(place for place, found in enumerate(school.classes) if _is(found, grade, number))


def _is(found: ClassPlan, grade: int, number: int) -> bool:
    return found.grade == grade and found.number == number
