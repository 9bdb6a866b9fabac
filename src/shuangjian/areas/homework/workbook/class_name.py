"""班级名称: class names in the spellings that sheets use, as a grade or a year and a number."""

import datetime as dt
import re

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.fault import CellValue, MisreadError, written
from shuangjian.areas.homework.workbook.numeral import parse_numeral
from shuangjian.areas.homework.workbook.plan_row import ClassRef, Stage
from shuangjian.foundation.registry.school_year import (
    CHINESE_GRADES,
    FIRST_GRADE,
    school_year_of,
)

_STAGE = r"(?P<stage>小学?|初中?)?"
_GRADE = r"(?P<grade>[1-9一二三四五六七八九])"
_MARK = r"(?P<mark>(?:年级|年|级)?[.·、/-]?)"
_NUMBER = (
    r"(?:\((?P<bracketed>\d{1,2}|[一二三四五六七八九十]{1,3})\)"
    r"|(?P<plain>\d{1,2}|[一二三四五六七八九十]{1,3}))"
)
_BY_GRADE = re.compile(rf"{_STAGE}{_GRADE}{_MARK}{_NUMBER}班?")
_BY_YEAR = re.compile(rf"{_STAGE}(?P<year>20\d\d|\d\d)级[.·、/-]?{_NUMBER}班?")
_THREE_DIGITS = re.compile(r"(?P<grade>[1-9])(?P<number>\d\d)班?")
_NUMBER_ONLY = re.compile(rf"第?{_NUMBER}班?")
_IN_TITLE = re.compile(
    rf"(?<![第十])(?:(?<![\d.])|(?=\D))(?:{_STAGE}{_GRADE}{_MARK}|(?:小学?|初中?)?(?:20\d\d|\d\d)级)"
    rf"{_NUMBER}班(?!级|主任|干|子)"
)
_GRADE_IN_TITLE = re.compile(
    rf"(?<![\d.第、\-~—至到和]){_STAGE}{_GRADE}年级(?![、~—至到和-])|初(?P<junior>[一二三])(?=$|[^一-鿿])"
)
_BEYOND = re.compile(
    r"高[一二三123](?:年级|年|\(|\d|班|[.·-])|高中|职高|中职|幼儿园|(?:大|中|小)班$"
)
_GRADUATION = re.compile(r"\d{2,4}届")

JUNIOR_OFFSET = FIRST_GRADE["junior"] - 1
_GRADE_NAMES = ("", *(f"{char}年级" for char in CHINESE_GRADES))
EXAMPLES = "“五年级（1）班”“5.1”“初二(2)班”“2025级3班”"


def parse_class(value: CellValue, *, grade: int | None = None) -> ClassRef:
    """班级: the class that a cell names.

    Args:
        value: The cell's value: text, or a number such as 8.4 or 801.
        grade: The grade that the sheet's name or title speaks of, 1 to 9; None if it names none.

    Returns:
        The class. `stage` is filled in for a year of entry where `grade` tells it.

    Raises:
        MisreadError: `class_unreadable`, `class_beyond`, `class_ambiguous`, `class_became_date`,
            `class_without_grade`, `class_contradicts_title`.

    Examples:
        >>> parse_class("初二(2)班")
        ClassRef(grade=8, entry_year=None, stage='junior', number=2)
    """
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        raise MisreadError(
            "class_became_date",
            f"班级一格里是日期或时间“{written(str(value))}”，多半是表格软件把“8-1”这样的班级当成了"
            f"日期。请把这一格的格式改为“文本”，再写成{EXAMPLES}这样的名称。",
        )
    text = normalised(written(value))
    found = _by_number(value, text) or _from_text(text, grade=grade)
    if found is None:
        raise MisreadError(
            "class_unreadable",
            f"班级“{text}”看不懂，不知道是哪个班。请写成{EXAMPLES}这样的名称，一格只写一个班。",
        )
    return _in_grade(found, grade=grade, text=text)


def _by_number(value: CellValue, text: str) -> ClassRef | None:
    """A number typed as 8.10 is stored as 8.1, so class 1 and class 10 look the same."""
    if isinstance(value, float) and re.fullmatch(r"[1-9]\.1", text):
        raise MisreadError(
            "class_ambiguous",
            f"班级是数字 {text}，表格软件把 {text}0 也存成 {text}，分不清是 1 班还是 10 班。"
            f"请把这一格的格式改为“文本”，或写成“{text[0]}年级1班”。",
        )
    return None


def _from_text(text: str, *, grade: int | None) -> ClassRef | None:
    if _BEYOND.search(text):
        raise MisreadError(
            "class_beyond",
            f"“{text}”不是一至九年级的班级。作业时长只管义务教育，请删去这一行或这张工作表。",
        )
    if _GRADUATION.search(text):
        raise MisreadError(
            "class_ambiguous",
            f"“{text}”按毕业年份（届）称呼，不知道现在是几年级。请改写成{EXAMPLES}这样的名称。",
        )
    if match := _THREE_DIGITS.fullmatch(text):
        return _make(grade=int(match["grade"]), number=int(match["number"]), stage=None)
    if match := _BY_YEAR.fullmatch(text):
        return _by_year(match)
    if match := _BY_GRADE.fullmatch(text):
        joined = _joined(match, text, grade=grade)
        return _by_grade(match, text) if joined is None else joined
    if match := _NUMBER_ONLY.fullmatch(text):
        return _numbered(match, text, grade=grade)
    return None


def _joined(match: re.Match[str], text: str, *, grade: int | None) -> ClassRef | None:
    """51班 may be class 51 or 五1班; in a sheet of another grade it can only be a class number."""
    if match["mark"] or match["bracketed"] or not _reads_as_one_number(match):
        return None
    whole = _NUMBER_ONLY.fullmatch(text)
    if whole and (_class_number(match) == 0 or grade not in {None, _ordinal(match["grade"])}):
        return _numbered(whole, text, grade=grade)
    raise MisreadError(
        "class_ambiguous",
        f"班级“{text}”分不清年级和班号（也可以是一个两位数的班号）。请写成{EXAMPLES}这样的名称。",
    )


def _class_number(match: re.Match[str]) -> int | None:
    digits = match["bracketed"] or match["plain"]
    return int(digits) if digits.isascii() else parse_numeral(digits)


def _by_year(match: re.Match[str]) -> ClassRef | None:
    number = _class_number(match)
    year = int(match["year"])
    if number is None or number == 0:
        return None
    entry_year = year if year > 2000 else 2000 + year
    return ClassRef(None, entry_year, _stage_word(match["stage"]), number)


def _by_grade(match: re.Match[str], text: str) -> ClassRef | None:
    number = _class_number(match)
    ordinal = _ordinal(match["grade"])
    if number is None:
        return None
    stage = _stage_word(match["stage"])
    if stage == "junior" and ordinal == 4:
        raise MisreadError(
            "class_ambiguous",
            f"“{text}”用的是五四学制的称呼，与六三学制的“初一至初三”不同，不知道是几年级。"
            "请改写成“九年级1班”这样的名称。",
        )
    return _make(grade=_grade_of(stage, ordinal), number=number, stage=stage)


def _reads_as_one_number(match: re.Match[str]) -> bool:
    """五1班, 五一班 and 初二6班 can't be mistaken; 51班 and 五十班 can."""
    if match["stage"]:
        return False
    grade, number = match["grade"], match["plain"]
    if grade.isascii() and number.isascii():
        return True
    return not grade.isascii() and parse_numeral(grade + number) is not None


def _numbered(match: re.Match[str], text: str, *, grade: int | None) -> ClassRef | None:
    number = _class_number(match)
    if number is None:
        return None
    if grade is None:
        raise MisreadError(
            "class_without_grade",
            f"班级“{text}”没有写年级，工作表的名称和标题里也没有。请写成{EXAMPLES}这样的名称。",
        )
    return _make(grade=grade, number=number, stage=None)


def _in_grade(found: ClassRef, *, grade: int | None, text: str) -> ClassRef:
    if grade is None:
        return found
    if found.entry_year is not None and found.stage is None:
        return ClassRef(None, found.entry_year, stage_of(grade), found.number)
    if found.grade is not None and found.grade != grade:
        raise MisreadError(
            "class_contradicts_title",
            f"班级“{text}”是{_GRADE_NAMES[found.grade]}，而工作表的标题或名称写的是{_GRADE_NAMES[grade]}。"
            "请核对后改正其中一处。",
        )
    return found


def check_entry_year(class_ref: ClassRef, *, grade: int | None, on: dt.date) -> None:
    """入学年份核对: that a class named by its year of entry is in the grade of the title.

    Raises:
        MisreadError: `class_contradicts_title`; some places name classes by the year of leaving.
    """
    if grade is None or class_ref.entry_year is None or class_ref.stage is None:
        return
    actual = class_ref.grade_on(on)
    if actual != grade:
        name = f"{class_ref.entry_year}级{class_ref.number}班"
        raise MisreadError(
            "class_contradicts_title",
            f"“{name}”按入学年份推算，在 {school_year_of(on)} 学年"
            + (f"是{_GRADE_NAMES[actual]}" if actual else "不在一至九年级")
            + f"，而工作表写的是{_GRADE_NAMES[grade]}。若“级”在本校指毕业年份，"
            f"请改写成“{_GRADE_NAMES[grade]}{class_ref.number}班”。",
        )


def _stage_word(word: str | None) -> Stage | None:
    if not word:
        return None
    return "junior" if word.startswith("初") else "primary"


def _ordinal(char: str) -> int:
    return int(char) if char.isascii() else (parse_numeral(char) or 0)


def _grade_of(stage: Stage | None, ordinal: int) -> int:
    return ordinal + JUNIOR_OFFSET if stage == "junior" and ordinal <= 3 else ordinal


def stage_of(grade: int) -> Stage | None:
    """学段: the stage that a grade belongs to; grade 6 depends on the place (五四学制)."""
    if grade == JUNIOR_OFFSET:
        return None
    return "primary" if grade < JUNIOR_OFFSET else "junior"


def _make(*, grade: int, number: int, stage: Stage | None) -> ClassRef | None:
    if number == 0:
        return None
    return ClassRef(grade, None, stage or stage_of(grade), number)


def find_class(text: str) -> ClassRef | None:
    """标题里的班级: the class that a title names with the word 班, or None.

    Raises:
        MisreadError: As `parse_class`, where the title names a class that can't be meant.
    """
    compact = normalised(text)
    if re.search(r"高[一二三](?:年级|\(|\d|班)", compact):
        return parse_class(compact)
    match = _IN_TITLE.search(compact)
    return parse_class(match.group()) if match else None


def find_grade(text: str) -> int | None:
    """标题里的年级: the one grade in a title (初二年级); None for 三至六年级, which names four."""
    compact = normalised(text)
    grades = set()
    for match in _GRADE_IN_TITLE.finditer(compact):
        ordinal = _ordinal(match["grade"] or match["junior"])
        stage = "junior" if match["junior"] else _stage_word(match["stage"])
        grades.add(_grade_of(stage, ordinal))
    return grades.pop() if len(grades) == 1 else None


def parse_grade(value: CellValue) -> int:
    """年级: the grade that a cell of a grade column names, 1 to 9.

    Raises:
        MisreadError: `grade_unreadable`.
    """
    text = written(value)
    grade = find_grade(text) or find_grade(f"{text}年级")
    if grade is None:
        raise MisreadError(
            "grade_unreadable",
            f"年级“{text}”看不懂，不知道是几年级。请写成“五年级”或“初二”。",
        )
    return grade
