"""作业类型: whether homework is written, oral or practice, and whether it is done at home."""

import re

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.fault import MisreadError
from shuangjian.areas.homework.workbook.plan_row import Kind, Place

# why: the order decides mixed words. 非书面 holds 书面, so it comes first; 书面+口头 counts as
# written, so that no written minutes are lost.
_WORDS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("practice", ("非书面",)),
    ("written", ("书面", "笔头", "纸笔", "书写", "抄写", "笔试", "习题", "练习")),
    ("oral", ("口头", "朗读", "背诵", "诵读", "阅读", "听说", "听读", "听力", "口语")),
    (
        "practice",
        ("实践", "动手", "体育", "锻炼", "运动", "劳动", "家务", "观察", "实验", "制作", "手工",
         "探究", "调查", "活动", "艺术", "跨学科", "项目式"),
    ),
)  # fmt: skip
_PREFIX = re.compile(
    r"[(\[【〔《「](?P<inside>[^)\]】〕》」]{2,6})[)\]】〕》」]|(?P<open>[^:]{2,6}):"
)
_IN_SCHOOL = re.compile(r"(?:校内|在校|学校|课堂|课后服务|课后延时)")
_AT_HOME = re.compile(r"(?:家|校外)")
_SAID_IN_CONTENT = re.compile(
    r"(?:校内|在校|课堂|课后服务(?:时间|期间|中)?|课后延时)(?:内|上)?完成"
)


def find_kind(text: str) -> Kind | None:
    """认类型: the kind that a word names, or None."""
    word = normalised(text)
    for kind, parts in _WORDS:
        if any(part in word for part in parts):
            return kind
    return None


def parse_kind(text: str) -> Kind:
    """作业类型: the kind that a cell of the kind column names; only 书面 counts.

    Raises:
        MisreadError: `unknown_kind`.
    """
    kind = find_kind(text)
    if kind is None:
        raise MisreadError(
            "unknown_kind",
            f"作业类型“{text.strip()}”不认识，因此不知道要不要计入书面作业时长。"
            "请填“书面”“口头”或“实践”。",
        )
    return kind


def kind_in_content(content: str) -> Kind | None:
    """内容里的类型: a kind marked at its start, as in 口头：朗读 or （实践）观察."""
    match = _PREFIX.match(normalised(content))
    if match is None:
        return None
    word = match.group("inside") or match.group("open")
    marks = ("书面", "口头", "实践")
    return find_kind(word) if any(mark in word for mark in marks) else None


def parse_place(text: str) -> Place:
    """完成地点: where a cell of the place column says that the homework is done.

    Raises:
        MisreadError: `unknown_place`.
    """
    place = find_place(text)
    if place is None:
        raise MisreadError(
            "unknown_place",
            f"完成地点“{text.strip()}”不认识，因此不知道是否在家完成。请填“校内”或“家庭”。",
        )
    return place


def find_place(text: str) -> Place | None:
    """认地点: home wherever home is named at all, so that no homework at home is lost."""
    word = normalised(text)
    if _AT_HOME.search(word):
        return "home"
    return "school" if _IN_SCHOOL.search(word) else None


def place_in_content(content: str) -> Place | None:
    """内容里的地点: `school` only where the content says outright that it is done in school."""
    word = normalised(content)
    if _SAID_IN_CONTENT.search(word) and not _AT_HOME.search(word):
        return "school"
    return None
