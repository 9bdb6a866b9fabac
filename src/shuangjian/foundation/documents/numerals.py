"""Chinese numerals (中文数字) for the numbers of headings."""

from collections.abc import Iterable

from shuangjian.foundation.documents.official_document import DEEPEST_HEADING, Block, Heading

DIGITS = "零一二三四五六七八九"
NUMERAL_MAX = 99


def chinese_numeral(number: int) -> str:
    """A heading's number in Chinese (中文数字).

    Args:
        number: 1 to 99.

    Raises:
        ValueError: the number is outside that range.

    >>> chinese_numeral(10), chinese_numeral(21)
    ('十', '二十一')
    """
    if not 1 <= number <= NUMERAL_MAX:
        raise ValueError(f"标题序号只到 {NUMERAL_MAX}，得到 {number}")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else DIGITS[tens] + "十")
    return head + (DIGITS[ones] if ones else "")


def heading_numbers(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Number every heading (层次序数): 一、, （一）, 1., （1）.

    Returns:
        One number for each heading, in the order of the blocks. A level starts again at one
        under each heading above it.

    Source: GB/T 9704-2012, 7.3.3.
    """
    counts = [0] * DEEPEST_HEADING
    numbers: list[str] = []
    for block in blocks:
        if not isinstance(block, Heading):
            continue
        counts[block.level - 1] += 1
        counts[block.level :] = [0] * (DEEPEST_HEADING - block.level)
        numbers.append(_number(counts[block.level - 1], level=block.level))
    return tuple(numbers)


def _number(count: int, *, level: int) -> str:
    if level == 1:
        return f"{chinese_numeral(count)}、"
    if level == 2:
        return f"（{chinese_numeral(count)}）"
    return f"{count}." if level == 3 else f"（{count}）"
