"""表头: what a heading cell says that its column (or row) holds."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from shuangjian.areas.homework.workbook.class_name import parse_class
from shuangjian.areas.homework.workbook.course import (
    Course,
    course_prefix,
    find_course,
    normalised,
)
from shuangjian.areas.homework.workbook.day import find_day
from shuangjian.areas.homework.workbook.fault import CellValue, MisreadError
from shuangjian.areas.homework.workbook.kind import find_kind, find_place
from shuangjian.areas.homework.workbook.numeral import CHARACTERS
from shuangjian.areas.homework.workbook.plan_row import Kind, Place

Dimension = Literal["class", "day", "course"]
"""What a plan row is about; each stands down, across, or above the table."""
Key = Literal["class", "grade", "day", "weekday", "course", "part", "time"]
"""What a column at the left says of its whole row; `time` (时间) may be a day or a length."""
Part = Literal["content", "minutes", "kind", "teacher", "place", "total", "single"]
"""What a cell says of the homework; `single` holds content and minutes together."""


LONGEST_LABEL = 24
"""Longer text is a sentence, not a heading."""


@dataclass(frozen=True)
class Label:
    """表头含义: what one heading cell means; everything is None where it means nothing known.

    Attributes:
        key: It heads a column that names class, day or subject of each row.
        part: It heads cells that hold this part of the homework.
        course: It is a subject, for all that stands under it.
        is_day: It is a day or a weekday, for all that stands under it.
        is_class: It is a class, for all that stands under it.
        kind: It says which kind of homework stands under it.
        place: It says where the homework under it is done.
        in_hours: Bare numbers under it are hours.
        is_ignored: It heads what isn't read (序号, 备注, 签字).
    """

    key: Key | None = None
    part: Part | None = None
    course: Course | None = None
    is_day: bool = False
    is_class: bool = False
    kind: Kind | None = None
    place: Place | None = None
    in_hours: bool = False
    is_ignored: bool = False

    @property
    def is_known(self) -> bool:
        """认得: whether the heading means anything to the reader."""
        return self != Label()


_KEYS: dict[str, Key] = {
    "班级": "class", "班别": "class", "班次": "class", "班": "class", "班级名称": "class",
    "年级班级": "class", "年级/班级": "class", "年班": "class", "年级": "grade",
    "日期": "day", "作业日期": "day", "布置日期": "day", "布置时间": "day",
    "星期": "weekday", "星期几": "weekday", "周几": "weekday",
    "学科": "course", "科目": "course", "课程": "course", "学科名称": "course",
    "科目名称": "course", "项目": "part", "时间": "time",
}  # fmt: skip
_IGNORED = re.compile(
    r"序号|编号|备注|说明|审[核批阅]|签[字名]|周次|班主任|年级组|教研组|备课组|组长|人数|实际|"
    r"难度|目标|意图|设计|来源|完成情况|反馈|评价|是否|依据"
)
_TOTAL = re.compile(r"合计|总计|小计|总时长|总时间|总用时|总量|共计")
_TEACHER = re.compile(r"教师|老师|任课|布置人")
_KIND = re.compile(r"类型|类别|形式|性质|种类")
_PLACE = re.compile(r"地点|场所|完成场地|校内/?校外|校内外")
_MINUTES = re.compile(r"时长|用时|耗时|分钟|所需时间|完成时间|预计时间|作业时间|时间[(/]?分|mins?")
# why: 抄写20分钟 and 二十分钟 are homework, not a heading, though 分钟 heads many columns.
_STATED = re.compile(rf"[\d半{CHARACTERS}]个?半?(?:分|小时|刻|min|h)")
_CONTENT = re.compile(r"内容|作业$|作业布置$|作业\(|作业要求|题目")
_HOURS = re.compile(r"小时|\(时\)|\(h\)")


@lru_cache(maxsize=4096)
def read_label(value: CellValue) -> Label:
    """表头: what a heading cell means.

    Args:
        value: The cell's value; dates across are often real dates.
    """
    if not isinstance(value, str):
        is_class = isinstance(value, int | float) and names_class(value)
        return Label(is_day=find_day(value) is not None, is_class=is_class)
    text = normalised(value).strip(":").lower()
    if not text or len(text) > LONGEST_LABEL:
        return Label()
    found = _key(text) or _course(text) or _day_or_class(value)
    return found or _with_course(text) or _plain(text)


def _key(text: str) -> Label | None:
    key = _KEYS.get(text.partition("(")[0])
    if key is None or (key == "time" and _MINUTES.search(text)):
        return None
    return Label(key=key)


def _course(text: str) -> Label | None:
    course = find_course(text)
    if course is None:
        return None
    part = _part(text.partition("(")[2].strip(")"))
    return Label(
        course=course,
        part=part if part in {"minutes", "content"} else None,
        in_hours=bool(_HOURS.search(text)),
    )


def _day_or_class(value: str) -> Label | None:
    is_day, is_class = find_day(value) is not None, names_class(value)
    return Label(is_day=is_day, is_class=is_class) if is_day or is_class else None


def _with_course(text: str) -> Label | None:
    """A heading such as 语文时长(分) or 数学作业内容 says subject and part at once."""
    prefix = course_prefix(text)
    if prefix is None:
        return None
    course, rest = prefix
    part = _part(rest)
    if part is None:
        return None
    kind, place = find_kind(rest), find_place(rest)
    return Label(
        course=course, part=part, kind=kind, place=place, in_hours=bool(_HOURS.search(rest))
    )


def _plain(text: str) -> Label:
    if _IGNORED.search(text):
        return Label(is_ignored=True)
    part = _part(text)
    if part in {"content", "minutes"}:
        kind = None if "课后书面" in text else find_kind(text)
        place = find_place(text) if "家庭作业" not in text else None
        return Label(part=part, kind=kind, place=place, in_hours=bool(_HOURS.search(text)))
    if part:
        return Label(part=part)
    if kind := find_kind(text):
        return Label(kind=kind)
    place = find_place(text)
    return Label(place=place) if place else Label()


def _part(text: str) -> Part | None:
    patterns: tuple[tuple[Part, re.Pattern[str]], ...] = (
        ("total", _TOTAL), ("teacher", _TEACHER), ("kind", _KIND), ("place", _PLACE),
        ("minutes", _MINUTES), ("content", _CONTENT),
    )  # fmt: skip
    if _STATED.search(text):
        return None
    for part, pattern in patterns:
        if pattern.search(text):
            return part
    return "minutes" if text.strip("()") in {"分", "时", "时间"} else None


def names_class(value: CellValue) -> bool:
    """是班级: whether a cell names a class, if only by its number (3班)."""
    text = normalised(value) if isinstance(value, str) else ""
    try:
        parse_class(value, grade=_any_grade(text))
    except MisreadError as misread:
        # why: 8.1 as a number and 51班 do name a class, only not which; that is a fault of the row.
        return misread.code in {"class_ambiguous", "class_beyond", "class_contradicts_title"}
    return True


def _any_grade(text: str) -> int | None:
    # why: a bare 3 or （3） is no class name on its own; 3班 is one, wherever its grade stands.
    return 1 if re.search(r"班$", text) else None
