"""Values to integers in the smallest unit, and back to Chinese text (单位换算)."""

import re
from typing import Any

from shuangjian.foundation.policy.leaf import Unit

_CLOCK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)$")
_UPPER_BY_UNIT = {Unit.PER_MILLE: 1000, Unit.DAY_OF_MONTH: 31}
_TEXT_BY_UNIT = {
    Unit.MINUTE: "{} 分钟",
    Unit.PERSON: "{} 人",
    Unit.COUNT: "{}",
    Unit.MONTH: "{} 个月",
    Unit.DAY_OF_MONTH: "{} 日",
}


class ValueMismatchError(ValueError):
    """The value is not of the leaf's unit (取值与单位不符)."""


def to_smallest(raw: Any, unit: Unit) -> int:
    """An integer in the smallest unit: 「20:30」 → 1230, ``true`` → 1.

    Args:
        raw: what the file says: an integer, ``true``/``false``, or a clock time as text.
        unit: the leaf's unit.

    Raises:
        ValueMismatchError: with a Chinese message; the type or the range does not fit the unit.

    >>> to_smallest("20:30", Unit.MINUTE_OF_DAY)
    1230
    """
    if unit is Unit.FLAG:
        if not isinstance(raw, bool):
            raise ValueMismatchError(f"单位是「是否」，取值应是 true 或 false，写的是 {raw!r}")
        return int(raw)
    if unit is Unit.MINUTE_OF_DAY:
        clock = _CLOCK.match(raw) if isinstance(raw, str) else None
        if clock is None:
            raise ValueMismatchError(f'单位是钟点，取值应写成 "20:30" 的样子，写的是 {raw!r}')
        return int(clock.group(1)) * 60 + int(clock.group(2))
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ValueMismatchError(f"单位是 {unit}，取值应是整数，写的是 {raw!r}")
    upper = _UPPER_BY_UNIT.get(unit)
    if raw < 0 or (upper is not None and raw > upper):
        raise ValueMismatchError(f"单位是 {unit}，取值 {raw} 超出范围")
    return raw


def as_text(value: int, unit: Unit | str) -> str:
    """The value for readers (取值文字): 1230 → 「20:30」, 990 fen → 「9.90 元」."""
    unit = Unit(unit)
    if unit is Unit.FLAG:
        return "是" if value else "否"
    if unit is Unit.MINUTE_OF_DAY:
        return f"{value // 60:02d}:{value % 60:02d}"
    if unit is Unit.FEN:
        return f"{value // 100}.{value % 100:02d} 元"
    if unit is Unit.PER_MILLE:
        return f"{value // 10}.{value % 10}%"
    return _TEXT_BY_UNIT[unit].format(value)
