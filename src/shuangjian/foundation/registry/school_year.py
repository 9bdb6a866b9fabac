"""学年: the school year starts on 1 September, and a class's grade follows from its year of entry.

Source: 《义务教育法实施细则》 leaves the start to the province; 1 September is the national habit.
Provinces with five years of primary school are not covered yet: the stage's first grade is fixed.
"""

from datetime import date

FIRST_MONTH = 9
FIRST_GRADE = {"primary": 1, "junior": 7}
CHINESE_GRADES = "一二三四五六七八九"


def school_year_of(on: date) -> int:
    """The calendar year in which the school year (学年) of ``on`` began.

    >>> school_year_of(date(2026, 8, 31)), school_year_of(date(2026, 9, 1))
    (2025, 2026)
    """
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def grade_of(*, stage: str, entry_year: int, on: date) -> int:
    """The grade (年级) from 1 to 9 of a class on a day; it may exceed its stage after leaving.

    >>> grade_of(stage="junior", entry_year=2025, on=date(2026, 11, 9))
    8
    """
    return school_year_of(on) - entry_year + FIRST_GRADE[stage]


def entry_year_of(*, stage: str, grade: int, on: date) -> int:
    """The year of entry (入学年) of the classes that are in ``grade`` on a day.

    >>> entry_year_of(stage="primary", grade=5, on=date(2026, 11, 2))
    2022
    """
    return school_year_of(on) - grade + FIRST_GRADE[stage]


def grade_sql(*, day: str, school_class: str) -> str:
    """``grade_of`` as an SQL expression (年级), for facts; tests hold the two together.

    Args:
        day: an SQL expression of a date.
        school_class: the alias of ``registry_schoolclass``.
    """
    return (
        f"(extract(year from {day})::bigint"
        f" - CASE WHEN extract(month from {day}) < {FIRST_MONTH} THEN 1 ELSE 0 END"
        f" - {school_class}.entry_year"
        f" + CASE WHEN {school_class}.stage = 'junior' THEN {FIRST_GRADE['junior']}"
        f" ELSE {FIRST_GRADE['primary']} END)"
    )


def stage_of(grade: int) -> str:
    """The stage (学段) of a grade under the six-three system.

    >>> stage_of(6), stage_of(7)
    ('primary', 'junior')
    """
    return "primary" if grade < FIRST_GRADE["junior"] else "junior"


def class_name(*, stage: str, entry_year: int, number: int, on: date) -> str:
    """The class's name (班级名称) as people say it on a day.

    >>> class_name(stage="primary", entry_year=2022, number=1, on=date(2026, 11, 2))
    '五年级（1）班'
    """
    grade = grade_of(stage=stage, entry_year=entry_year, on=on)
    if 1 <= grade <= len(CHINESE_GRADES):
        return f"{CHINESE_GRADES[grade - 1]}年级（{number}）班"
    return f"{entry_year}级（{number}）班"
