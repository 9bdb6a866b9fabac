"""学科: the subjects that a sheet may name, with the names that schools use for them."""

import unicodedata
from dataclasses import dataclass

from shuangjian.areas.homework.workbook.fault import MisreadError

# Source: 义务教育课程方案（2022年版）, and its predecessors' names that sheets still carry.
COURSES: dict[str, tuple[str, ...]] = {
    "chinese": ("语文", "语"),
    "math": ("数学", "数"),
    "english": ("英语", "英", "外语"),
    "physics": ("物理", "物"),
    "chemistry": ("化学", "化"),
    "biology": ("生物", "生物学", "生"),
    "history": ("历史", "历史与社会", "史"),
    "geography": ("地理", "地"),
    "morality_law": (
        "道德与法治", "道法", "道德与法制", "品德", "品德与社会", "品德与生活", "思想品德", "思品",
        "政治", "思想政治", "思政", "法治", "政",
    ),
    "science": ("科学", "自然", "科"),
    "physical_education": ("体育", "体育与健康", "体健", "体"),
    "music": ("音乐", "唱游", "音"),
    "art": ("美术", "艺术", "美"),
    "labour": ("劳动", "劳动教育", "劳技", "劳动技术", "劳动与技术"),
    "information": ("信息科技", "信息技术", "信息", "信技", "计算机", "电脑"),
    "integrated": ("综合实践活动", "综合实践", "综合", "综实"),
    "psychology": ("心理健康教育", "心理健康", "心理", "心育"),
    "calligraphy": ("书法", "写字", "习字", "练字"),
    "other": (
        "其他", "其它", "校本课程", "校本", "地方课程", "班会", "班队", "班队会", "国学", "阅读课",
        "安全教育", "生命教育", "国防教育", "日语", "俄语", "编程", "机器人", "社团",
    ),
}  # fmt: skip

_CODE_BY_ALIAS = {alias: code for code, aliases in COURSES.items() for alias in aliases}
_LONGEST_FIRST = sorted((a for a in _CODE_BY_ALIAS if len(a) > 1), key=lambda a: (-len(a), a))


@dataclass(frozen=True)
class Course:
    """学科: the standard code with the name as the sheet writes it."""

    code: str
    name: str


def normalised(text: str) -> str:
    """字形统一: full-width letters, digits and marks in their plain form, without any space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def find_course(text: str) -> Course | None:
    """认学科: the subject that `text` is the name of, alone or as 语文课, 语文作业, 语文(必做)."""
    name = normalised(text)
    bare = name.partition("(")[0].strip(":/-")
    for suffix in ("", "作业", "学科", "课", "科"):
        code = _CODE_BY_ALIAS.get(bare.removesuffix(suffix))
        if code:
            return Course(code, name.strip(":"))
    return None


def course_prefix(text: str) -> tuple[Course, str] | None:
    """学科打头: the subject at the start of a heading such as 语文时长(分), and what follows it."""
    name = normalised(text)
    for alias in _LONGEST_FIRST:
        if name.startswith(alias):
            return Course(_CODE_BY_ALIAS[alias], alias), name[len(alias) :]
    return None


def parse_course(text: str) -> Course:
    """学科: the subject that a cell names.

    Raises:
        MisreadError: `unknown_course`; the reason lists the subjects that are known.
    """
    course = find_course(text)
    if course is None:
        known = "、".join(aliases[0] for aliases in COURSES.values())
        raise MisreadError(
            "unknown_course",
            f"没有名为“{text.strip()}”的学科，不知道这项作业归哪一科。"
            f"请改用下列名称之一：{known}。",
        )
    return course
