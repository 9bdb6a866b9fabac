"""输入有误: what is wrong with an input, where, and what to do; until then nothing is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TOLD: Final = 20
_SHOWN_CHARACTERS: Final = 40


@dataclass(frozen=True)
class Fault:
    """一处错误: where it stands and why it is one, in Chinese, with what to do next.

    Attributes:
        file: the name of the file within its folder.
        line: the CSV line or the Parquet row, from 1; ``None`` where the whole file is meant.
        reason: what is wrong and what to do about it.
    """

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file} 第 {self.line} 行"
        return f"{where}：{self.reason}"


class MarketRefusedError(Exception):
    """输入被拒: the faults that were found; nothing was allocated.

    Attributes:
        faults: by file and line.
        unkept: so many more were found and only counted.
        unread: what was not looked at because of them, in Chinese; empty if all was.
    """

    def __init__(self, faults: Sequence[Fault], *, unkept: int = 0, unread: str = "") -> None:
        self.faults = tuple(faults)
        self.unkept = unkept
        self.unread = unread
        count = len(self.faults) + unkept
        lines = [f"不能读入：共 {count} 处有误，没有做任何录取。请逐处改正，再重新运行。"]
        lines += [f"  {fault}" for fault in self.faults[:TOLD]]
        rest = len(self.faults[TOLD:]) + unkept
        if rest:
            lines.append(f"  另有 {rest} 处没有列出。")
        if unread:
            lines.append(f"  {unread}还没有看，改好后再运行一次会接着查。")
        super().__init__("\n".join(lines))


def refused(file: str, line: int | None, reason: str) -> MarketRefusedError:
    """One fault that ends the reading at once (单处拒绝)."""
    return MarketRefusedError([Fault(file, line, reason)])


def shown(value: object) -> str:
    """A cell as a message quotes it (引用原文): short, with invisible characters made visible."""
    text = str(value)
    if len(text) > _SHOWN_CHARACTERS:
        text = f"{text[:_SHOWN_CHARACTERS]}…"
    visible = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in text
    )
    return f"“{visible}”"


class ResultNotWrittenError(Exception):
    """结果没有写出: why, in Chinese, with what to do; two results are never mixed."""
