"""花名册: which pupils, slots and courses there are, for whatever names them."""

from dataclasses import dataclass

from shuangjian.engines.market.market import Int16
from shuangjian.engines.market.vocabulary import Vocabulary


@dataclass(frozen=True)
class Roll:
    """花名册.

    Attributes:
        pupils: all of them.
        slots: all of them.
        courses: all of them.
        course_slot: of each course, ``(c,)``.
    """

    pupils: Vocabulary
    slots: Vocabulary
    courses: Vocabulary
    course_slot: Int16
