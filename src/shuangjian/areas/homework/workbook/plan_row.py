"""计划行: what a workbook says, once it has been read: plan rows, and what was left out."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from shuangjian.areas.homework.workbook.fault import CellFault
from shuangjian.foundation.registry.school_year import grade_of

Stage = Literal["primary", "junior"]
Kind = Literal["written", "oral", "practice"]
Place = Literal["home", "school"]

ClassKey = tuple[int | None, int | None, int]
"""Grade, year of entry where the grade is unknown, and number."""


@dataclass(frozen=True)
class ClassRef:
    """班级: a class as a sheet names it; the registry decides which class of the school that is.

    Attributes:
        grade: 1 to 9, or None where only the year of entry is written (2025级3班).
        entry_year: The year in which the class entered its stage (入学年份), or None.
        stage: The stage where it is written or follows from the grade; None where it may be
            either (六年级 belongs to junior school under 五四学制).
        number: The class's number in its grade, 1 to 99.
    """

    grade: int | None
    entry_year: int | None
    stage: Stage | None
    number: int

    def grade_on(self, on: dt.date) -> int | None:
        """年级: the grade on the day `on`, 1 to 9; None where it can't be told from the sheet."""
        if self.grade is not None:
            return self.grade
        if self.entry_year is None or self.stage is None:
            return None
        grade = grade_of(stage=self.stage, entry_year=self.entry_year, on=on)
        return grade if 1 <= grade <= 9 else None

    def key_on(self, on: dt.date) -> ClassKey:
        """班级标识: equal for two names of one class (八年级3班, 2025级3班), as far as can be told.

        Returns:
            Grade on the day, year of entry only where the grade can't be told, and number.
        """
        grade = self.grade_on(on)
        return grade, self.entry_year if grade is None else None, self.number


@dataclass(frozen=True)
class PlanRow:
    """计划行: the homework of one class, day and subject; at most one row for each of them.

    Attributes:
        class_ref: The class as named.
        on: The day.
        course_code: The subject's standard code (学科), see `course.COURSES`.
        course_name: The subject as written.
        content: What to do; several pieces are joined by a full-width semicolon; empty if none.
        kind: Only `written` (书面) counts against the limit.
        place: `home` unless the sheet says that it is done in school (校内).
        minutes: Minutes for an average pupil, 0 to 600; of a range the upper end; 0 if none.
        teacher_name: As written, None if the sheet doesn't say.
        sheet: The worksheet's name.
        cell: A1 reference of the minutes, or of the content where it holds the minutes.
        is_none: The sheet says outright that there is no homework (无); a plan is withdrawn.
    """

    class_ref: ClassRef
    on: dt.date
    course_code: str
    course_name: str
    content: str
    kind: Kind
    place: Place
    minutes: int
    teacher_name: str | None
    sheet: str
    cell: str
    is_none: bool


@dataclass(frozen=True)
class SheetReading:
    """工作表的读法: how a sheet was understood, for the person who checks before importing.

    Attributes:
        sheet: The worksheet's name.
        layout: Chinese sentence: what stands down and across, and where class and day were found.
        row_count: Plan rows that came from it, those that say 无 included.
        left_out: Chinese notes: columns and lines that were seen and not read.
    """

    sheet: str
    layout: str
    row_count: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class SkippedSheet:
    """跳过的工作表: a sheet that was not read, with the reason in Chinese."""

    sheet: str
    reason: str


@dataclass(frozen=True)
class WorkbookReading:
    """工作簿的读取结果: rows to import, or faults to mend. With any fault nothing is imported.

    Attributes:
        rows: Plan rows in the order of the sheets; at most one a class, day and subject.
        faults: Every fault found, in the order of the sheets, not only the first.
        layouts: How each sheet was read.
        skipped: Sheets that were not read.
    """

    rows: tuple[PlanRow, ...]
    faults: tuple[CellFault, ...]
    layouts: tuple[SheetReading, ...]
    skipped: tuple[SkippedSheet, ...]
