"""时长: minutes of homework in the many ways that people write them."""

import datetime as dt
import math
import re
from dataclasses import dataclass
from fractions import Fraction

from shuangjian.areas.homework.workbook.course import normalised
from shuangjian.areas.homework.workbook.fault import CellValue, MisreadError, written
from shuangjian.areas.homework.workbook.numeral import CHARACTERS, parse_numeral

ABSURD_MINUTES = 600
"""More than ten hours for one subject is a slip of the pen: a date, an amount, a lost point."""
CLOCK_MINUTES = 180
"""A time value (0:20) is read as a length below three hours; beyond, it is a time of the day."""

NONE_WORDS = frozenset(
    {"无", "没有", "暂无", "免", "0", "/", "\\", "-", "--", "—", "——", "\u2013", "×", "x", "零",
     "空",
     "不布置", "无作业", "没有作业", "不留作业", "不布置作业", "无书面作业", "不布置书面作业",
     "无书面", "0分钟", "0分", "零分钟", "0min",
     "无家庭作业", "无课后作业", "无作业日", "放假", "休息", "none", "n/a"}
)  # fmt: skip
"""What people write where there is no homework; everything here says so outright."""

_NUMBER = rf"(?:\d+(?:\.\d+)?|[{CHARACTERS}]+)"
_HOURS_UNIT = r"(?:个?小时|个?钟头|hours?|hrs?|h)"
_MINUTES_UNIT = r"(?:分钟|分|minutes?|mins?|m|[\u2032'’])"
_LENGTH = (
    rf"(?:(?P<{{0}}half>(?:半个?(?:小时|钟头)))"
    rf"|(?P<{{0}}quarters>[一二两三123])刻钟?"
    rf"|(?P<{{0}}hours>{_NUMBER})(?:(?P<{{0}}and_half>个半(?:小时|钟头))|{_HOURS_UNIT}"
    rf"(?:(?P<{{0}}half_after>半)|(?P<{{0}}rest>{_NUMBER}){_MINUTES_UNIT}?)?)"
    rf"|(?P<{{0}}minutes>{_NUMBER})(?P<{{0}}unit>{_MINUTES_UNIT})?)"
)
_RANGE_MARK = r"(?:-+|—+|\u2013|~+|至|到)"
_BEFORE = (
    r"(?:大约|大概|约|预计|计划|估计|不超过|不多于|不大于|不高于|至多|最多|少于|小于|低于|控制在|限时|"
    r"用时|时长|时间|共计?|合计|近|需要?|每[天日]|[≤≦<]=?|:|≈)*"
)
_AFTER = r"(?:左右|上下|以内|之内|以下|内|完成|/天|每天|[。.;,])*"
_WHOLE = re.compile(
    rf"\(?{_BEFORE}{_LENGTH.format('a_')}(?:{_RANGE_MARK}{_LENGTH.format('b_')})?{_AFTER}\)?"
)
_OPEN_ENDED = re.compile(r"(?:不少于|不低于|至少|最少|超过|大于|以上|[≥>+])")
_SUM = re.compile(r"\d+(?:\+\d+)+(?:分钟|分|min)?")
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::00)?")
_NEGATED = re.compile(r"不超过|不大于")


@dataclass(frozen=True)
class Length:
    """时长: the minutes that a cell states.

    Attributes:
        low: The lower end of a range, else equal to `high`; whole minutes.
        high: The upper end, which counts against the limit; whole minutes, 1 to `ABSURD_MINUTES`.
    """

    low: int
    high: int


def is_none_word(value: CellValue) -> bool:
    """无: whether a cell says outright that there is none (无, —, /, 0)."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return value == 0
    return normalised(written(value)).lower().strip("()。.") in NONE_WORDS


def parse_minutes(value: CellValue, *, in_hours: bool = False) -> Length:
    """预计时长: the minutes of a cell that holds them; a range counts its upper end.

    Args:
        value: The cell's value, neither blank nor one of `NONE_WORDS`.
        in_hours: The column's heading says that bare numbers are hours (时长(小时)).

    Returns:
        The length in whole minutes, fractions rounded up.

    Raises:
        MisreadError: `minutes_unreadable`, `minutes_open_ended`, `minutes_reversed`,
            `minutes_out_of_range` or `minutes_became_date`.
    """
    if isinstance(value, dt.date):
        raise MisreadError(
            "minutes_became_date",
            f"时长一格里是日期 {value:%Y-%m-%d}，多半是表格软件把“10-15”这样的范围当成了日期。"
            "请把这一格的格式改为“文本”，再重新填写。",
        )
    if isinstance(value, dt.time | dt.timedelta):
        return _clock(value)
    if isinstance(value, bool):
        raise _unreadable(written(value))
    if isinstance(value, int | float):
        # why: str() keeps 0.1 a tenth; the binary fraction would be a little more.
        return _bounded([Fraction(str(value)) * (60 if in_hours else 1)], as_written=written(value))
    return _parse_text(value, in_hours=in_hours)


def _clock(value: dt.time | dt.timedelta) -> Length:
    if isinstance(value, dt.time):
        value = dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    minutes = Fraction(int(value.total_seconds()), 60)
    if minutes > CLOCK_MINUTES:
        raise MisreadError(
            "minutes_unreadable",
            f"时长“{written(str(value))}”像是钟点，不像做作业要用的时间。请写成“20分钟”这样的文字。",
        )
    return _bounded([minutes], as_written=written(str(value)))


def _parse_text(text: str, *, in_hours: bool) -> Length:
    compact = normalised(text).lower()
    if _SUM.fullmatch(compact):
        raise MisreadError(
            "minutes_sum",
            f"时长“{text.strip()}”是几个数相加，不知道都算不算。请写合计，如“25分钟”。",
        )
    if _OPEN_ENDED.search(_NEGATED.sub("", compact)):
        raise MisreadError(
            "minutes_open_ended",
            f"时长“{text.strip()}”只说了至少多少，没有上限，无法计入总时长。请写明预计时长，如“30分钟”。",
        )
    if clock := _CLOCK.fullmatch(compact):
        return _clock(dt.timedelta(hours=int(clock[1]), minutes=int(clock[2])))
    match = _WHOLE.fullmatch(compact)
    if match is None:
        raise _unreadable(text)
    ends = _ends(match, in_hours=in_hours)
    if ends is None:
        raise _unreadable(text)
    if ends[0] > ends[-1]:
        raise MisreadError(
            "minutes_reversed",
            f"时长“{text.strip()}”前大后小，不知道哪一个是上限。请按从小到大填写，如“15-20分钟”。",
        )
    return _bounded(ends, as_written=text.strip())


def _ends(match: re.Match[str], *, in_hours: bool) -> list[Fraction] | None:
    second_given = any(v for k, v in match.groupdict().items() if k.startswith("b_"))
    bare_in_hours = in_hours
    first_unit = _hours_follow(match, "b_") if second_given else None
    if first_unit is not None and not match["a_unit"]:
        # why: in 1-1.5小时 the unit stands once, after the upper end, and speaks for both.
        bare_in_hours = first_unit
    ends = [_length(match, "a_", bare_in_hours=bare_in_hours)]
    if second_given:
        ends.append(_length(match, "b_", bare_in_hours=in_hours))
    known = [end for end in ends if end is not None]
    return known if len(known) == len(ends) else None


def _hours_follow(match: re.Match[str], end: str) -> bool | None:
    if match[f"{end}hours"]:
        return True
    return False if match[f"{end}unit"] else None


def _length(match: re.Match[str], end: str, *, bare_in_hours: bool) -> Fraction | None:
    if match[f"{end}half"]:
        return Fraction(30)
    if match[f"{end}quarters"]:
        return Fraction(15) * (_number(match[f"{end}quarters"]) or 0)
    if match[f"{end}hours"]:
        hours, rest = _number(match[f"{end}hours"]), Fraction(0)
        if match[f"{end}and_half"] or match[f"{end}half_after"]:
            rest = Fraction(30)
        elif match[f"{end}rest"]:
            minutes = _number(match[f"{end}rest"])
            if minutes is None:
                return None
            rest = minutes
        return None if hours is None else hours * 60 + rest
    minutes = _number(match[f"{end}minutes"])
    if minutes is None:
        return None
    return minutes * 60 if bare_in_hours and not match[f"{end}unit"] else minutes


def _number(text: str) -> Fraction | None:
    if text[0].isascii():
        return Fraction(text)
    numeral = parse_numeral(text)
    return None if numeral is None else Fraction(numeral)


def _bounded(ends: list[Fraction], *, as_written: str) -> Length:
    low, high = math.ceil(ends[0]), math.ceil(ends[-1])
    if not 0 < high <= ABSURD_MINUTES:
        raise MisreadError(
            "minutes_out_of_range",
            f"时长“{as_written}”合 {high} 分钟，应在 1 到 {ABSURD_MINUTES} 分钟之间。"
            "请核对数字和单位；没有作业请填“无”。",
        )
    return Length(low, high)


def _unreadable(text: str) -> MisreadError:
    return MisreadError(
        "minutes_unreadable",
        f"时长“{text.strip()}”看不懂，无法计入总时长。请写成“20分钟”“15-20分钟”或“无”。",
    )


# A length inside a sentence must carry its unit, or page numbers would be taken for minutes.
_INSIDE = re.compile(
    rf"(?:{_NUMBER}{_RANGE_MARK})?"
    rf"(?:半个?(?:小时|钟头)|{_NUMBER}个半(?:小时|钟头)"
    rf"|{_NUMBER}(?:个?小时|个?钟头|hours?|hrs?|h(?![a-z]))(?:半|{_NUMBER}(?:分钟?|mins?))?"
    rf"|{_NUMBER}(?:分钟|分(?![之数析类成子母组层享钟])|minutes?|mins?|[\u2032’])"
    rf"(?:{_RANGE_MARK}{_NUMBER}(?:分钟?|mins?))?)"
)
_INSIDE_MARKS = re.compile(rf"(?:{_BEFORE})$")
_STARTS_PIECE = re.compile(r"(?:^|[(\[【,;。:、/|-])$")
_ENDS_PIECE = re.compile(r"^(?:左右|上下|以内|之内|内|完成)*(?:$|[)\]】])")


def minutes_in_content(text: str) -> Length:
    """内容里的时长: the one length in a cell that holds content and minutes, 练习册P3 约20分钟.

    It must stand at the end, at the start, in brackets or after a word such as 约, so that
    跳绳3分钟，练习册P3 isn't taken for three minutes of everything.

    Raises:
        MisreadError: `minutes_missing` where there is none, `minutes_ambiguous` where there are
            several or it speaks of a part, and what `parse_minutes` raises.
    """
    # why: spaces end a word (P3 20分钟), so they become a mark before the rest is joined.
    compact = normalised(re.sub(r"\s+", "|", text.strip())).lower()
    matches = list(_INSIDE.finditer(compact))
    if not matches:
        raise MisreadError(
            "minutes_missing",
            f"“{text.strip()}”没有写预计时长，不知道该计多少分钟。请补上，如“约20分钟”。",
        )
    if len(matches) > 1:
        found = "、".join(match.group() for match in matches)
        raise MisreadError(
            "minutes_ambiguous",
            f"“{text.strip()}”里有几个时长（{found}），不知道要不要相加。请只写一个合计的时长。",
        )
    match = matches[0]
    before, after = compact[: match.start()], compact[match.end() :]
    marks = _INSIDE_MARKS.search(before)
    lead = before[: marks.start()] if marks else before
    is_marked = bool(marks and marks.group())
    at_end = bool(_ENDS_PIECE.match(after.rstrip("。.;,|")))
    at_start = bool(_STARTS_PIECE.search(lead)) and not lead.strip("(|[【")
    if match.group().endswith("分") and not is_marked:
        raise MisreadError(
            "minutes_ambiguous",
            f"“{text.strip()}”里的“{match.group()}”不知道是分数还是分钟。请写成“20分钟”这样的时长。",
        )
    if not (is_marked or at_end or at_start):
        raise MisreadError(
            "minutes_ambiguous",
            f"“{text.strip()}”里的“{match.group()}”像是只说其中一部分，不知道全部要多久。"
            "请在最后写明合计的时长，如“（20分钟）”。",
        )
    return _parse_text((marks.group() if marks else "") + match.group(), in_hours=False)
