"""课程表里的写法: how grades, reserved seats and slots are written in one cell."""

import re
from typing import Final

from shuangjian.engines.market.column import GRADE_HIGHEST, INT32_HIGHEST
from shuangjian.engines.market.identifier import fault_of_id

_DASH: Final = "-~～－\u2013—至"
_SPACED_DASH: Final = re.compile(rf"\s*([{_DASH}])\s*")
_SEPARATOR: Final = re.compile(r"[+,;/、，；\s]+")
_GRADES: Final = re.compile(rf"([0-9]{{1,2}})(?:[{_DASH}]([0-9]{{1,2}}))?")
_SEATS: Final = re.compile(r"[0-9]{1,10}")


def grades_of(text: str) -> int:
    """Which grades may come (面向年级), as bits.

    >>> bin(grades_of("1-3、5"))
    '0b101110'

    Raises:
        ValueError: it cannot be read; says why.
    """
    mask = 0
    for part in _SEPARATOR.split(_SPACED_DASH.sub(r"\1", text)):
        found = _GRADES.fullmatch(part)
        if not found:
            raise ValueError("看不懂。请写成 1-3、1+2 或 1、2 这样。")
        first = int(found[1])
        last = int(found[2] or first)
        if first > last:
            raise ValueError("的范围前大后小。请写成 1-3 这样。")
        if last > GRADE_HIGHEST:
            raise ValueError(f"大于 {GRADE_HIGHEST}。请改正年级。")
        mask |= sum(1 << grade for grade in range(first, last + 1))
    return mask


def reserved_of(text: str) -> dict[str, int]:
    """Which group has first claim on how many seats (预留名额).

    >>> reserved_of("a:5+b:3")
    {'a': 5, 'b': 3}

    Raises:
        ValueError: it cannot be read; says why.
    """
    seats: dict[str, int] = {}
    for part in text.replace("：", ":").split("+"):
        group, colon, count = part.rpartition(":")
        group, count = group.strip(), count.strip()
        if not colon or not _SEATS.fullmatch(count) or int(count) > INT32_HIGHEST:
            raise ValueError("看不懂。请写成 类别:名额，几个类别用 + 连接，如 a:5+b:3。")
        wrong = fault_of_id(group)
        if wrong:
            raise ValueError(f"里的类别{wrong}。请改正。")
        if group in seats:
            raise ValueError("里有一个类别写了两次。请合并。")
        seats[group] = int(count)
    return seats


def slot_fault(text: str) -> str | None:
    """What is wrong with a slot (时段哪里不对), ``None`` if nothing is."""
    days = text.split("+")
    if not text:
        return "是空的。请写上课日，如 mon 或 mon+wed。"
    wrong = [fault_of_id(day) for day in days]
    if any(wrong):
        return f"里有一天{next(filter(None, wrong))}。请写成 mon 或 mon+wed 这样。"
    if len(set(days)) < len(days):
        return "里同一天写了两次。请删去一个。"
    return None
