"""基础数据的读取: the names that people know behind the subjects that facts and findings carry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shuangjian.foundation.registry.models import School, SchoolClass
from shuangjian.foundation.registry.school_year import class_name

_UNKNOWN = {"class": "不在册的班级", "school": "不在册的学校"}


@dataclass(frozen=True)
class SubjectName:
    """对象名称: a school's name; for a class also what its name follows from on a day."""

    school: str
    stage: str = ""
    entry_year: int = 0
    number: int = 0

    def on(self, day: date) -> str:
        """The name as people say it on a day (称呼).

        >>> SubjectName("实验小学", "primary", 2022, 1).on(date(2026, 11, 2))
        '实验小学 五年级（1）班'
        """
        if not self.stage:
            return self.school
        name = class_name(stage=self.stage, entry_year=self.entry_year, number=self.number, on=day)
        return f"{self.school} {name}"


def subject_names(subjects: Iterable[str]) -> Mapping[str, SubjectName]:
    """The names of subjects (对象名称) such as ``class:…`` and ``school:…``.

    Args:
        subjects: ``kind:pseudonym``; each may come more than once.

    Returns:
        One name a subject, also for one that the registry does not hold: it says so.
    """
    wanted = set(subjects)
    names = {
        subject: SubjectName(_UNKNOWN.get(_kind(subject), "不在册的对象")) for subject in wanted
    }
    schools = School.objects.filter(pseudonym__in=_pseudonyms(wanted, kind="school"))
    for pseudonym, name in schools.values_list("pseudonym", "name"):
        names[f"school:{pseudonym}"] = SubjectName(name)
    classes = SchoolClass.objects.filter(pseudonym__in=_pseudonyms(wanted, kind="class"))
    for pseudonym, school, stage, entry_year, number in classes.values_list(
        "pseudonym", "school__name", "stage", "entry_year", "number"
    ):
        names[f"class:{pseudonym}"] = SubjectName(school, stage, entry_year, number)
    return names


def subject_labels(subjects: Iterable[str], *, on: date) -> dict[str, str]:
    """What people call each subject on a day (对象称呼): 示范市第一实验小学 五年级（1）班."""
    return {subject: name.on(on) for subject, name in subject_names(subjects).items()}


def _kind(subject: str) -> str:
    return subject.partition(":")[0]


def _pseudonyms(subjects: Iterable[str], *, kind: str) -> list[UUID]:
    found = []
    for subject in subjects:
        prefix, _, pseudonym = subject.partition(":")
        if prefix != kind:
            continue
        try:
            found.append(UUID(pseudonym))
        except ValueError:  # why: the caller still gets a label, which says that nobody knows it.
            continue
    return found
