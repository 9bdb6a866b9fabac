"""故障结果: what a fault did to the platform, in whole numbers, and whether it is as it must be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Must(Enum):
    """What a number has to be (要求): a loss none, what a control loses some, the rest is told."""

    NONE = "应为 0"
    SOME = "应大于 0"
    TOLD = ""


@dataclass(frozen=True)
class Count:
    """计数: one number of a fault."""

    name: str
    title: str
    value: int
    must: Must = Must.TOLD

    @property
    def is_met(self) -> bool:
        """Whether it is as it must be (合乎要求)."""
        return self.must is Must.TOLD or (self.value == 0) is (self.must is Must.NONE)

    def plain(self) -> dict[str, Any]:
        """As JSON (纯数据)."""
        return {
            "name": self.name,
            "title": self.title,
            "value": self.value,
            "must": self.must.name.lower(),
        }


@dataclass(frozen=True)
class Outcome:
    """故障结果: one fault, or the control that shows that its numbers can be others.

    Attributes:
        key: a stable name, like ``kill`` or ``kill/control``.
        title: what was done, in Chinese.
        server: what it was done to, with its version.
        seed: from which all that is random follows, but for when a process got its turn.
        runs: how often.
        seconds: how long all of them took.
        counts: what came of it.
        note: what the reader must know.
    """

    key: str
    title: str
    server: str
    seed: int
    runs: int
    seconds: float
    counts: Sequence[Count]
    note: str = ""

    @property
    def is_met(self) -> bool:
        """Whether every number is as it must be (合乎要求)."""
        return all(count.is_met for count in self.counts)

    def value(self, name: str) -> int:
        """One of the numbers (取数), by name."""
        return next(count.value for count in self.counts if count.name == name)

    def line(self) -> str:
        """All of it in a line (一行)."""
        counts = "，".join(f"{count.title} {count.value}" for count in self.counts)
        return f"{'✓' if self.is_met else '✗'} {self.title}：{counts}"

    def plain(self) -> dict[str, Any]:
        """As JSON (纯数据)."""
        return {
            "key": self.key,
            "title": self.title,
            "server": self.server,
            "seed": self.seed,
            "runs": self.runs,
            "seconds": self.seconds,
            "counts": [count.plain() for count in self.counts],
            "note": self.note,
            "is_met": self.is_met,
        }


def read_outcome(plain: Mapping[str, Any]) -> Outcome:
    """An outcome from its JSON (读回)."""
    fields = {name: plain[name] for name in plain if name != "is_met"}
    counts = [
        Count(each["name"], each["title"], each["value"], Must[each["must"].upper()])
        for each in plain["counts"]
    ]
    return Outcome(**{**fields, "counts": counts})
