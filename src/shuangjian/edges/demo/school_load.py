"""单校写入: one invented school with its people and homework into the tables, by COPY."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from shuangjian.edges.demo.copy import Row, copy_rows, reserve_keys
from shuangjian.edges.demo.district import SchoolPlan
from shuangjian.edges.demo.family import Family, families_of
from shuangjian.edges.demo.homework import DayBook, class_days, class_starts_on
from shuangjian.edges.demo.staff import Staff, staff_of
from shuangjian.edges.demo.stream import pseudonym_from, stream_of
from shuangjian.edges.demo.window import BEIJING, SchoolDay
from shuangjian.foundation.registry.school_year import FIRST_MONTH, school_year_of

_SCHOOL = ("id", "pseudonym", "code", "name", "kind", "region_id", "is_boarding", "starts_on")
_CLASS = ("id", "pseudonym", "school_id", "stage", "entry_year", "number", "starts_on")
_PERSON = ("id", "pseudonym", "name")
_TEACHER = ("id", "pseudonym", "name", "school_id")
_ASSIGNMENT = ("teacher_id", "school_class_id", "course", "is_class_teacher", "starts_on")
_ENROLMENT = ("pupil_id", "school_class_id", "starts_on", "recorded_at")
_GUARDIANSHIP = ("guardian_id", "pupil_id", "relation")
_CLASS_DAY = ("id", "pseudonym", "school_class_id", "on")
_PLAN = (
    "class_day_id", "course", "content", "kind", "place", "minutes", "state", "origin",
    "teacher_id", "recorded_by", "recorded_at", "published_at", "superseded_at",
)  # fmt: skip
_OVERRIDE = (
    "class_day_id", "reason", "minutes", "limit_minutes", "recorded_by", "recorded_at",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """写入条数: rows written so far."""

    schools: int = 0
    classes: int = 0
    pupils: int = 0
    teachers: int = 0
    class_days: int = 0
    plans: int = 0
    overrides: int = 0


@dataclass(slots=True)
class SchoolLoad:
    """单校写入: writes one school after the other within the caller's transaction."""

    cursor: Any
    region_id: int
    days: Sequence[SchoolDay]
    limits: Mapping[int, int]
    today: date
    seed: int
    tally: Tally = field(default_factory=Tally)

    def write(self, school: SchoolPlan) -> None:
        """The school with all that hangs on it (学校)."""
        stream = stream_of(self.seed, "pseudonym", school.code)
        school_id, class_ids = self._write_classes(school, stream)
        staff = staff_of(school, seed=self.seed)
        teacher_ids = self._keys("registry_teacher", len(staff.names))
        self.tally.teachers += self._copy(
            "registry_teacher",
            _TEACHER,
            (
                (*head, name, school_id)
                for head, name in zip(_heads(teacher_ids, stream), staff.names, strict=True)
            ),
        )
        self._write_assignments(school, staff, class_ids=class_ids, teacher_ids=teacher_ids)
        self._write_families(school, class_ids, stream)
        books = list(class_days(school, staff, days=self.days, limits=self.limits, seed=self.seed))
        day_ids = self._keys("homework_classday", len(books))
        self._copy(
            "homework_classday",
            _CLASS_DAY,
            (
                (*head, class_ids[book.place], book.on)
                for head, book in zip(_heads(day_ids, stream), books, strict=True)
            ),
        )
        self._write_homework(books, day_ids, teacher_ids)

    def _write_classes(self, school: SchoolPlan, stream: random.Random) -> tuple[int, list[int]]:
        """The school's row and its classes' (学校、班级); their keys are returned."""
        (school_id,) = self._keys("registry_school", 1)
        (head,) = _heads([school_id], stream)
        kind, region_id = school.kind.value, self.region_id
        rest = (school.code, school.name, kind, region_id, school.is_boarding, school.starts_on)
        self.tally.schools += self._copy("registry_school", _SCHOOL, [(*head, *rest)])
        class_ids = self._keys("registry_schoolclass", len(school.classes))
        self.tally.classes += self._copy(
            "registry_schoolclass",
            _CLASS,
            (
                (*head, school_id, plan.stage, plan.entry_year, plan.number, class_starts_on(plan))
                for head, plan in zip(_heads(class_ids, stream), school.classes, strict=True)
            ),
        )
        return school_id, class_ids

    def _write_families(
        self, school: SchoolPlan, class_ids: Sequence[int], stream: random.Random
    ) -> None:
        """Pupils and guardians (学生、监护人) with what ties them to classes and to each other."""
        families = list(families_of(school, seed=self.seed, today=self.today))
        pupil_ids = self._keys("registry_pupil", len(families))
        guardian_ids = self._keys("registry_guardian", len(families))
        for table, keys, names in (
            ("registry_pupil", pupil_ids, [family.pupil for family in families]),
            ("registry_guardian", guardian_ids, [family.guardian for family in families]),
        ):
            heads = zip(_heads(keys, stream), names, strict=True)
            self._copy(table, _PERSON, ((*head, name) for head, name in heads))
        self._write_ties(families, class_ids, pupil_ids=pupil_ids, guardian_ids=guardian_ids)

    def _keys(self, table: str, count: int) -> list[int]:
        return reserve_keys(self.cursor, table, count)

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
        return copy_rows(self.cursor, table, columns, rows)

    def _write_assignments(
        self,
        school: SchoolPlan,
        staff: Staff,
        *,
        class_ids: Sequence[int],
        teacher_ids: Sequence[int],
    ) -> None:
        this_year = date(school_year_of(self.today), FIRST_MONTH, 1)
        starts = [max(class_starts_on(plan), this_year) for plan in school.classes]
        taught = (
            (teacher_ids[teacher], class_ids[place], course.value, False, starts[place])
            for (place, course), teacher in staff.teacher_by_lesson.items()
        )
        headed = (
            (teacher_ids[teacher], class_ids[place], "", True, starts[place])
            for place, teacher in staff.head_by_class.items()
        )
        self._copy("registry_teachingassignment", _ASSIGNMENT, taught)
        self._copy("registry_teachingassignment", _ASSIGNMENT, headed)

    def _write_ties(
        self,
        families: Sequence[Family],
        class_ids: Sequence[int],
        *,
        pupil_ids: Sequence[int],
        guardian_ids: Sequence[int],
    ) -> None:
        """Enrolments and guardianships (在班、监护关系), as recorded the day before they begin."""
        self.tally.pupils += self._copy(
            "registry_enrolment",
            _ENROLMENT,
            (
                (pupil_id, class_ids[family.place], family.starts_on, _day_before(family.starts_on))
                for pupil_id, family in zip(pupil_ids, families, strict=True)
            ),
        )
        self._copy(
            "registry_guardianship",
            _GUARDIANSHIP,
            (
                (guardian_id, pupil_id, family.relation)
                for guardian_id, pupil_id, family in zip(
                    guardian_ids, pupil_ids, families, strict=True
                )
            ),
        )

    def _write_homework(
        self, books: Sequence[DayBook], day_ids: Sequence[int], teacher_ids: Sequence[int]
    ) -> None:
        self.tally.class_days += len(books)
        self.tally.plans += self._copy(
            "homework_plannedhomework",
            _PLAN,
            (
                (
                    day_id,
                    *line[:7],
                    teacher_ids[line.teacher] if line.teacher >= 0 else None,
                    *line[8:],
                )
                for day_id, book in zip(day_ids, books, strict=True)
                for line in book.lines
            ),
        )
        self.tally.overrides += self._copy(
            "homework_limitoverride",
            _OVERRIDE,
            (
                (day_id, *book.override)
                for day_id, book in zip(day_ids, books, strict=True)
                if book.override is not None
            ),
        )


def _heads(keys: Sequence[int], stream: random.Random) -> Iterator[Row]:
    """A key and a pseudonym (代号) for each row."""
    return ((key, pseudonym_from(stream)) for key in keys)


def _day_before(on: date) -> datetime:
    return datetime.combine(on - timedelta(days=1), time(10), tzinfo=BEIJING)
