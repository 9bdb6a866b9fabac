"""起始号和间隔号: the draw by a start and an interval (约瑟夫环), for those who must keep it.

Numbers 1 to N stand in a circle in the order of the roster. The start number is taken first; from
there every k-th of the numbers left is taken, until none is. ``IntervalDraw.drawn(...)`` makes
``interval.json`` with the weakness stated beside the result, ``counted_order`` and
``interval_ranks_bytes`` the ranks. It is weak, see ``docs/algorithms/draw.md``; use ``order``.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import product
from typing import Final

from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.canonical import canonical_bytes, read_fields
from shuangjian.engines.draw.entropy import PhysicalEntropy
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.rank import HEADER
from shuangjian.engines.draw.refusal import DrawRefusedError

PLACE: Final = "interval.json"
EXAMPLE_COUNT: Final = 20
EXAMPLE_WINNERS: Final = 5


@dataclass(frozen=True)
class IntervalDraw:
    """起始号和间隔号.

    Attributes:
        draw: id of the draw.
        announcement: hash of ``draw.json``.
        freeze: hash of the last version's ``freeze.json``.
        version: of that freeze.
        count: how many tickets, N.
        start: 1 to N.
        interval: 1 to N.
        at: when the two were drawn.
        is_fallback: whether the declared fallback took over.
        why: then, what kept the first source away, in words.
    """

    draw: str
    announcement: str
    freeze: str
    version: int
    count: int
    start: int
    interval: int
    at: datetime
    is_fallback: bool = False
    why: str = ""

    def __post_init__(self) -> None:
        for field, value in (("start", self.start), ("interval", self.interval)):
            if not 1 <= value <= self.count:
                raise DrawRefusedError(
                    place=f"{PLACE} 的 {field}",
                    what=f"是 {value}",
                    why=f"名册有 {self.count} 个签，号码应当在 1 到 {self.count} 之间",
                    remedy="请核对当场抽出的号码；号码无效的，按公告的规则重抽并公开说明",
                )

    @classmethod
    def drawn(
        cls,
        announcement: Announcement,
        freeze: Freeze,
        *,
        count: int,
        numbers: tuple[int, int],
        at: datetime,
        why_fallback: str = "",
    ) -> "IntervalDraw":
        """The document (文书) of a start and an interval that were drawn.

        Args:
            announcement: of the draw.
            freeze: the last version.
            count: tickets of its roster.
            numbers: start and interval.
            at: when they were drawn.
            why_fallback: empty unless the declared fallback took over.

        Raises:
            DrawRefusedError: a number below 1 or above ``count``.
        """
        return cls(
            draw=announcement.id,
            announcement=hex_digest(announcement.to_bytes(), hash_name=announcement.hash),
            freeze=hex_digest(freeze.to_bytes(), hash_name=announcement.hash),
            version=freeze.version,
            count=count,
            start=numbers[0],
            interval=numbers[1],
            at=at,
            is_fallback=bool(why_fallback),
            why=why_fallback,
        )

    @property
    def value(self) -> str:
        """As the declared pattern must match it: start, comma, interval (号码)."""
        return f"{self.start},{self.interval}"

    def to_bytes(self) -> bytes:
        """The bytes of ``interval.json`` (起始号和间隔号), the weakness among them."""
        fields: dict[str, object] = {
            "draw": self.draw,
            "announcement": self.announcement,
            "freeze": self.freeze,
            "version": self.version,
            "count": self.count,
            "start": self.start,
            "interval": self.interval,
            "at": self.at.isoformat(),
            "outcomes_at_most": self.count**2,
            "weakness": weakness(self.count),
        }
        if self.is_fallback:
            fields |= {"fallback": True, "why": self.why}
        return canonical_bytes(fields)

    @classmethod
    def from_bytes(cls, data: bytes, *, place: str = PLACE) -> "IntervalDraw":
        """Read ``interval.json`` (起始号和间隔号).

        Raises:
            DrawRefusedError: not canonical, a field missing, unknown or wrong; the weakness left
                out or changed.
        """
        fields = read_fields(data, place=place)
        is_fallback = "fallback" in fields and fields.boolean("fallback")
        fields.integer("outcomes_at_most", least=1)
        fields.text("weakness")
        found = cls(
            draw=fields.text("draw"),
            announcement=fields.hex_digest("announcement"),
            freeze=fields.hex_digest("freeze"),
            version=fields.integer("version", least=1),
            count=fields.integer("count", least=1),
            start=fields.integer("start", least=1),
            interval=fields.integer("interval", least=1),
            at=fields.instant("at"),
            is_fallback=is_fallback,
            why=fields.text("why") if is_fallback else "",
        )
        fields.close()
        if found.to_bytes() != data:
            fields.refuse(
                "weakness", what="与名册的人数不符", why="这种办法的弱点必须原样写在结果旁边"
            )
        return found


def check_numbers(announcement: Announcement, drawn: IntervalDraw) -> None:
    """Whether two numbers are of the announced form (核对号码).

    Raises:
        DrawRefusedError: they do not match the declared pattern.
    """
    declared = announcement.fallback.entropy if drawn.is_fallback else announcement.entropy
    # invariant: an announcement of this mechanism has physical sources only.
    assert isinstance(declared, PhysicalEntropy)
    if not re.fullmatch(declared.pattern, drawn.value):
        raise DrawRefusedError(
            place=f"{PLACE} 的 start",
            what=f"“{drawn.value}”的写法不对",
            why=f"公告写明：{declared.transcription}",
            remedy="请核对当场抽出的号码后重新抄录",
        )


def counted_order(count: int, *, start: int, interval: int) -> list[int]:
    """The numbers 1 to ``count`` in the order in which they are taken (数出的次序).

    >>> counted_order(5, start=2, interval=2)
    [2, 4, 1, 5, 3]
    """
    left = list(range(1, count + 1))
    order = []
    place = start - 1
    while left:
        order.append(left.pop(place))
        place = (place + interval - 1) % max(1, len(left))
    return order


def interval_ranks_bytes(tickets: Sequence[str], order: Sequence[int]) -> bytes:
    """The bytes of ``ranks.csv`` (位次), the key being the number on the roster."""
    lines = [f"{rank},{tickets[number - 1]},{number}\n" for rank, number in enumerate(order, 1)]
    return f"{HEADER}\n{''.join(lines)}".encode()


def side_by_side_probability(*, count: int, winners: int) -> Fraction:
    """The exact probability (相邻号码包揽的概率) that all winners stand side by side in the circle.

    All ``count`` times ``count`` starts and intervals are tried, so ``count`` should stay below
    some hundred. An independent draw would give count / C(count, winners).

    >>> side_by_side_probability(count=20, winners=5)
    Fraction(1, 20)
    """
    numbers = range(1, count + 1)
    rows = [{(first + step) % count + 1 for step in range(winners)} for first in range(count)]
    found = sum(
        set(counted_order(count, start=start, interval=interval)[:winners]) in rows
        for start, interval in product(numbers, numbers)
    )
    return Fraction(found, count**2)


def weakness(count: int) -> str:
    """What is stated beside every such result (弱点说明), for ``count`` tickets."""
    bits = 2 * math.log2(count)
    example = side_by_side_probability(count=EXAMPLE_COUNT, winners=EXAMPLE_WINNERS)
    fair = Fraction(EXAMPLE_COUNT, math.comb(EXAMPLE_COUNT, EXAMPLE_WINNERS))
    return (
        f"这种办法至多只有 {count}×{count}={count**2} 种结果（{bits:.1f} 比特），可以逐一试算；"
        f"相邻号码的运气互相牵连：{EXAMPLE_COUNT} 个号取 {EXAMPLE_WINNERS} 个时，"
        f"入选者恰是 {EXAMPLE_WINNERS} 个相邻号码的概率是 {float(example):.2%}，"
        f"而独立抽取时是 {float(fair):.2%}；"
        "谁知道或左右起始号和间隔号，谁就知道或左右全部结果。"
    )
