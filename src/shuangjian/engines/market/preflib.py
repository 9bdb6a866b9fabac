"""PrefLib 文件: orders of alternatives from preflib.org, each voter a pupil of one slot."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from shuangjian.engines.market.build import market_of
from shuangjian.engines.market.column import INT16_HIGHEST
from shuangjian.engines.market.fault import Fault, MarketRefusedError, refused, shown
from shuangjian.engines.market.market import Market
from shuangjian.engines.market.table import CHOICES, COURSES, PUPILS, Table, in_memory

SLOT: Final = "all"
COMPLETE: Final = (".soc", ".toc")
STRICT: Final = (".soc", ".soi")
SUFFIXES: Final = (".soc", ".soi", ".toc", ".toi")
VOTERS_HIGHEST: Final = 10_000_000
"""So many pupils in all; a line of a few bytes may name any number."""

_LONGEST: Final = 18
_ALTERNATIVES: Final = "NUMBER ALTERNATIVES"
_VOTERS: Final = "NUMBER VOTERS"
_LINE: Final = re.compile(r"([0-9]+)\s*:(.*)")
_CLASS: Final = re.compile(r"\{([0-9,\s]*)\}|([0-9]+)")
_CLASSES: Final = re.compile(r"(?:\{[0-9,\s]*\}|[0-9]+)(?:\s*,\s*(?:\{[0-9,\s]*\}|[0-9]+))*")


@dataclass(frozen=True)
class Order:
    """一种次序: indifference classes, best first, of ``count`` voters."""

    count: int
    classes: tuple[tuple[int, ...], ...]


def read_preflib(path: Path, *, seats: int, threads: int | None = None) -> Market:
    """Read a file of preflib.org (读 PrefLib 文件) as ``docs/algorithms/market.md`` describes it.

    Args:
        path: ends in ``.soc``, ``.soi``, ``.toc`` or ``.toi``.
        seats: of each alternative, at least 0.
        threads: all processors where it is not said.

    Raises:
        MarketRefusedError: with the faults, each with line, reason and what to do.
    """
    if path.suffix not in SUFFIXES:
        wanted = "、".join(SUFFIXES)
        raise refused(path.name, None, f"文件名应以 {wanted} 结尾。请改用这几种 PrefLib 文件。")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise refused(path.name, None, "不是 UTF-8 文字。请重新下载这个文件。") from error
    except OSError as error:
        reason = f"不能读出（{error.strerror}）。请核对路径。"
        raise refused(path.name, None, reason) from error
    metadata = dict(_metadata(lines))
    alternatives = _number(path, metadata, _ALTERNATIVES)
    if alternatives is None or not 0 < alternatives <= INT16_HIGHEST:
        reason = f"应有一行“# {_ALTERNATIVES}: 个数”，个数在 1～{INT16_HIGHEST} 之内。请补上。"
        raise refused(path.name, None, reason)
    orders = _orders(path, lines, alternatives)
    voters = sum(order.count for order in orders)
    said = _number(path, metadata, _VOTERS)
    if said is not None and said != voters:
        reason = f"写明有 {said} 人（{_VOTERS}），各行合计却是 {voters} 人。请核对文件是否完整。"
        raise refused(path.name, None, reason)
    if not voters:
        raise refused(path.name, None, "没有一行次序。请核对文件是否完整。")
    tables = _tables(path.name, orders, alternatives=alternatives, seats=seats)
    return market_of(tables, may_tie=path.suffix not in STRICT, threads=threads)


def _metadata(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line.startswith("#"):
            name, _, value = line[1:].partition(":")
            yield name.strip().upper(), value.strip()


def _number(path: Path, metadata: dict[str, str], name: str) -> int | None:
    value = metadata.get(name)
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", value):
        raise refused(path.name, None, f"{name} 是{shown(value)}，应为整数。请改正。")
    return int(value)


def _orders(path: Path, lines: list[str], alternatives: int) -> list[Order]:
    orders: list[Order] = []
    faults: list[Fault] = []
    voters = 0
    for place, line in enumerate(lines):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            orders.append(_order(line.strip(), path.suffix, alternatives))
        except ValueError as error:
            faults.append(Fault(path.name, place + 1, str(error)))
            continue
        voters += orders[-1].count
        if voters > VOTERS_HIGHEST:
            reason = f"加上这一行，合计多于 {VOTERS_HIGHEST} 人，不能读入。请核对冒号前的人数。"
            faults.append(Fault(path.name, place + 1, reason))
            break
    if faults:
        raise MarketRefusedError(faults)
    return orders


def _order(line: str, suffix: str, alternatives: int) -> Order:
    """One line.

    Raises:
        ValueError: it cannot be read; says why.
    """
    found = _LINE.fullmatch(line)
    if not found or not _CLASSES.fullmatch(found[2].strip()):
        raise ValueError(f"看不懂{shown(line)}。请写成 人数: 1,2,{{3,4}} 这样。")
    classes = tuple(
        tuple(_whole(number) for number in re.findall(r"[0-9]+", tied or single))
        for tied, single in _CLASS.findall(found[2])
    )
    named = [number for tied in classes for number in tied]
    if not all(classes):
        raise ValueError("有一对花括号是空的。请删去。")
    if suffix in STRICT and len(named) > len(classes):
        raise ValueError(f"{suffix} 文件里不应有并列（花括号）。请改正，或改用 .toc、.toi。")
    if len(set(named)) < len(named):
        raise ValueError("同一个选项写了两次。请删去一个。")
    if not all(1 <= number <= alternatives for number in named):
        raise ValueError(f"有选项不在 1～{alternatives} 之内。请改正。")
    if suffix in COMPLETE and len(named) < alternatives:
        raise ValueError(f"{suffix} 文件里每行应写全 {alternatives} 个选项。请补全。")
    return Order(_whole(found[1]), classes)


def _whole(digits: str) -> int:
    """As a number; one that is beyond every limit, however long, is only made to be so."""
    return int(digits) if len(digits) <= _LONGEST else 10**_LONGEST


def _tables(file: str, orders: list[Order], *, alternatives: int, seats: int) -> dict[str, Table]:
    counts = np.array([order.count for order in orders], np.int64)
    lengths = np.array([sum(map(len, order.classes)) for order in orders], np.int64)
    course = [number for order in orders for tied in order.classes for number in tied]
    rank = [place + 1 for order in orders for place, tied in enumerate(order.classes) for _ in tied]
    voters = int(counts.sum())
    wishes = np.repeat(lengths, counts)
    first_of_order = np.repeat(np.cumsum(lengths) - lengths, counts)
    first_of_voter = np.cumsum(wishes) - wishes
    taken = np.arange(int(wishes.sum())) + np.repeat(first_of_order - first_of_voter, wishes)
    return {
        PUPILS: in_memory(PUPILS, file, {"pupil": pa.array(np.arange(1, voters + 1))}),
        COURSES: in_memory(
            COURSES,
            file,
            {
                "course": pa.array(np.arange(1, alternatives + 1)),
                "slots": pa.repeat(SLOT, alternatives),
                "seats": pa.repeat(seats, alternatives),
            },
        ),
        CHOICES: in_memory(
            CHOICES,
            file,
            {
                "pupil": pa.array(np.repeat(np.arange(1, voters + 1), wishes)),
                "slot": pa.repeat(SLOT, taken.size),
                "rank": pa.array(np.array(rank, np.int64)[taken]),
                "course": pa.array(np.array(course, np.int64)[taken]),
            },
        ),
    }
