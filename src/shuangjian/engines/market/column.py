"""列: what the columns of the input files are called, in English and in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from shuangjian.engines.market.table import CHOICES, COURSES, PUPILS, TICKETS, TIERS

INT16_HIGHEST: Final = 32_767
INT32_HIGHEST: Final = 2_147_483_647
GRADE_HIGHEST: Final = 62
"""Grades are bits of a signed 64-bit mask, whose last bit stands for "all"."""


class Kind(Enum):
    """单元格种类: what a column's cells are."""

    ID = "id"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True)
class Column:
    """一列.

    Attributes:
        name: the English name, as the rest of the code knows it.
        title: the Chinese title, as messages say it.
        kind: see there.
        also: further titles that are read.
        is_needed: a file without it is refused.
        lowest: of a number.
        highest: of a number.
    """

    name: str
    title: str
    kind: Kind = Kind.ID
    also: tuple[str, ...] = ()
    is_needed: bool = True
    lowest: int = 0
    highest: int = INT32_HIGHEST

    @property
    def shown(self) -> str:
        """As a message names it (列名)."""
        return f"{self.title}（{self.name}）"

    @property
    def names(self) -> tuple[str, ...]:
        """All titles that are read."""
        return (self.name, self.title, *self.also)


PUPIL: Final = Column("pupil", "学生", also=("学生编号", "学号"))
COURSE: Final = Column("course", "课程", also=("课程编号", "学校"))
GRADE: Final = Column("grade", "年级", Kind.NUMBER, is_needed=False, highest=GRADE_HIGHEST)
GROUP: Final = Column("group", "类别", is_needed=False)
SLOTS: Final = Column("slots", "时段", also=("slot", "上课日", "上课时间"))
SEATS: Final = Column("seats", "名额", Kind.NUMBER)
LEAST: Final = Column("least", "开班人数", Kind.NUMBER, is_needed=False)
GRADES: Final = Column("grades", "年级", Kind.TEXT, also=("面向年级",), is_needed=False)
ROUND: Final = Column(
    "round", "轮次", Kind.NUMBER, is_needed=False, lowest=1, highest=INT16_HIGHEST
)
CLOSE_ORDER: Final = Column("close_order", "停开次序", Kind.NUMBER, is_needed=False)
RESERVED: Final = Column("reserved", "预留", Kind.TEXT, also=("预留名额",), is_needed=False)
SLOT: Final = Column("slot", "时段", also=("slots", "上课日", "上课时间"))
RANK: Final = Column("rank", "志愿", Kind.NUMBER, lowest=1, highest=INT16_HIGHEST)
TIER: Final = Column("tier", "优先级", Kind.NUMBER, lowest=1, highest=INT16_HIGHEST)
TICKET: Final = Column("ticket", "签", also=("签号",))
BUNDLE: Final = Column("bundle", "捆绑", is_needed=False)

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    PUPILS: (PUPIL, GRADE, GROUP),
    COURSES: (COURSE, SLOTS, SEATS, LEAST, GRADES, ROUND, CLOSE_ORDER, RESERVED),
    CHOICES: (PUPIL, SLOT, RANK, COURSE),
    TIERS: (PUPIL, COURSE, TIER),
    TICKETS: (PUPIL, TICKET, BUNDLE),
}
"""The columns of each file, in the order in which ``build_market`` takes them in a tuple."""
