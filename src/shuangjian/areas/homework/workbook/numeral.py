"""汉字数字: Chinese numerals as minutes, dates and class names use them."""

import re

_DIGITS = {char: index for index, char in enumerate("零一二三四五六七八九")} | {
    "\u3007": 0,
    "两": 2,
}
_UNITS = {"十": 10, "百": 100}
CHARACTERS = "零〇一二两三四五六七八九十百"

# why: 「十」 may open a number (十五), 「百」 may not; 零 bridges a missing ten (一百零五).
_SHAPE = re.compile(
    r"(?:(?P<hundreds>[一二两三四五六七八九])百)?"
    r"(?P<bridge>[零〇])?"
    r"(?:(?P<tens>[一二三四五六七八九])?(?P<ten>十))?"
    r"(?P<ones>[一二两三四五六七八九])?"
)


def parse_numeral(text: str) -> int | None:
    """汉字数字转整数: the number that `text` writes, or None if it writes none.

    Args:
        text: Chinese numerals only, for example 二十, 一百零五, 二〇, 两.

    Returns:
        0 to 999, or up to 9999 digit by digit as years are (二〇二六); None for text that is
        no number (十五六 says two numbers, so it is none).

    Examples:
        >>> parse_numeral("二十五"), parse_numeral("二〇"), parse_numeral("十五六")
        (25, 20, None)
    """
    if not text:
        return None
    if text in {"零", "\u3007"}:
        return 0
    # why: 二〇 is written digit by digit; 二三 is 「two or three」, so a zero must be among them.
    if len(text) <= 4 and all(c in _DIGITS for c in text) and _is_positional(text):
        return int("".join(str(_DIGITS[c]) for c in text))
    match = _SHAPE.fullmatch(text)
    return _value(match) if match else None


def _is_positional(text: str) -> bool:
    return len(text) > 1 and text[0] not in "零〇两" and any(c in "零〇" for c in text[1:])


def _value(match: re.Match[str]) -> int | None:
    hundreds, bridge, tens, ten, ones = match.group("hundreds", "bridge", "tens", "ten", "ones")
    if bridge and (not hundreds or ten or not ones):
        return None
    # why: 一百二 is 120 in speech, 一百零二 is 102.
    ones_unit = 10 if hundreds and ones and not ten and not bridge else 1
    total = (_DIGITS[hundreds] if hundreds else 0) * _UNITS["百"]
    if ten:
        total += (_DIGITS[tens] if tens else 1) * _UNITS["十"]
    return total + (_DIGITS[ones] if ones else 0) * ones_unit


def arabic(text: str) -> str:
    """数字统一: every run of Chinese numerals in `text` that writes a number, in Arabic digits.

    Runs that write none stay as they are.

    Examples:
        >>> arabic("十一月三日")
        '11月3日'
    """

    def replace(match: re.Match[str]) -> str:
        number = parse_numeral(match.group())
        return match.group() if number is None else str(number)

    return re.sub(f"[{CHARACTERS}]+", replace, text)
