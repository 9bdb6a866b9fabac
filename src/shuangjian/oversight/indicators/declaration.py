"""指标的声明: a file of an area holds its header and one portable query; the engine combines.

``<name>.sql`` gives integer components per school, ``<name>.rows.sql`` the rows behind them. Both
read facts only, besides the one-row relations ``inspection_window(first_on, last_on)`` and
``inspection_day(as_of)``.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from shuangjian.engines.indicator import COMBINATIONS, Combination, Components, Figure

ROWS_SUFFIX = ".rows.sql"
KEY_COLUMNS = ("school", "region")
ROW_COLUMNS = (
    "subject",
    "school",
    "region",
    "period",
    "effective_on",
    "grade",
    "measured",
    "limit_value",
    "policy",
    "version",
    "is_flagged",
)
COVERS = ("window", "day")
_HEADER_LINE = re.compile(r"^-- (?P<name>[a-z]+): (?P<words>.+)$")
_CALL = re.compile(r"^(?P<name>[a-z_]+)\((?P<arguments>[a-z_, ]+)\)$")
_SINGLE = ("key", "term", "area", "unit", "covers", "opens", "rules", "policies", "measure")
_NAMES = frozenset({*_SINGLE, "flag", "explanation", "component", "figure"})


class IndicatorFileError(ValueError):
    """An indicator's file is not as it should be; the message names the file and the fault."""


@dataclass(frozen=True)
class Component:
    """分量: one integer that the query gives per school."""

    name: str
    title: str
    unit: str


@dataclass(frozen=True)
class FigureDeclaration:
    """One figure of an indicator (指标数值的声明): which components, combined how.

    ``concern`` is the Chinese word for the schools that need a look.
    """

    key: str
    term: str
    concern: str
    combination: Combination
    arguments: tuple[int, ...]

    def arrange(self, components: Components) -> Components:
        """The components that the combination takes, in its order."""
        return tuple(components[position] for position in self.arguments)

    def combine(self, units: list[Components]) -> Figure:
        """The figure over these schools' components."""
        return self.combination.combine(self.arrange(each) for each in units)

    def is_concern(self, components: Components) -> bool:
        """Whether a school with these components needs a look."""
        return self.combination.is_concern(self.arrange(components))


@dataclass(frozen=True)
class Indicator:
    """指标: what is measured, from which facts, and how it opens to its rows."""

    key: str
    term: str
    area: str
    unit: str
    covers: str
    components: tuple[Component, ...]
    figures: tuple[FigureDeclaration, ...]
    opens: tuple[str, ...]
    rules: tuple[str, ...]
    policies: tuple[str, ...]
    measure: str
    measure_unit: str
    flag: str
    explanation: str
    sql: str
    rows_sql: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The query's columns in order."""
        return KEY_COLUMNS + tuple(each.name for each in self.components)

    @property
    def headline(self) -> FigureDeclaration:
        """The figure that stands for the indicator."""
        return self.figures[0]

    def figure(self, key: str) -> FigureDeclaration | None:
        """The figure of that key, or ``None``."""
        return next((each for each in self.figures if each.key == key), None)


def read_indicator(path: Path) -> Indicator:
    """Read one indicator's two files (指标文件).

    Args:
        path: the file ``<name>.sql``; ``<name>.rows.sql`` lies beside it.

    Raises:
        IndicatorFileError: a header line is missing, repeated, unknown or malformed.
    """
    header, sql = _split(path)
    rows_path = path.with_suffix("").with_suffix(ROWS_SUFFIX)
    if not rows_path.exists():
        raise IndicatorFileError(f"{path.name}：缺少同名的 {rows_path.name}，指标必须能展开到行。")
    components = tuple(
        Component(*_parts(path, line, count=3)) for line in header.get("component", ())
    )
    names = [each.name for each in components]
    measure, measure_unit = _parts(path, _one(path, header, "measure"), count=2)
    return Indicator(
        **{name: _one(path, header, name) for name in ("key", "term", "area", "unit")},
        covers=_covers(path, header),
        components=components,
        figures=tuple(_figure(path, line, names) for line in header.get("figure", ())),
        opens=_list(_one(path, header, "opens")),
        rules=_list(_one(path, header, "rules")),
        policies=_list(_one(path, header, "policies")),
        measure=measure,
        measure_unit=measure_unit,
        flag=_one(path, header, "flag"),
        explanation=_one(path, header, "explanation"),
        sql=sql,
        rows_sql=rows_path.read_text(encoding="utf-8").strip(),
    )


def _split(path: Path) -> tuple[dict[str, list[str]], str]:
    """The header's lines by name, and the query."""
    header: dict[str, list[str]] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        found = _HEADER_LINE.match(line)
        if found is None:
            return header, "\n".join(lines[number:]).strip()
        if found["name"] not in _NAMES:
            raise IndicatorFileError(f"{path.name} 第 {number + 1} 行：不认识“{found['name']}”。")
        header.setdefault(found["name"], []).append(found["words"].strip())
    raise IndicatorFileError(f"{path.name}：只有表头，没有查询。")


def _one(path: Path, header: dict[str, list[str]], name: str) -> str:
    lines = header.get(name, [])
    if len(lines) != 1:
        raise IndicatorFileError(f"{path.name}：“{name}”应当正好写一行，写了 {len(lines)} 行。")
    return lines[0]


def _covers(path: Path, header: dict[str, list[str]]) -> str:
    word = _one(path, header, "covers")
    if word not in COVERS:
        raise IndicatorFileError(
            f"{path.name}：“covers”应是 {'、'.join(COVERS)} 之一，写的是“{word}”。"
        )
    return word


def _parts(path: Path, line: str, *, count: int) -> list[str]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != count or not all(parts):
        raise IndicatorFileError(f"{path.name}：“{line}”应当用竖线分成 {count} 段。")
    return parts


def _list(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split(","))


def _figure(path: Path, line: str, names: list[str]) -> FigureDeclaration:
    key, term, concern, call = _parts(path, line, count=4)
    found = _CALL.match(call)
    combination = COMBINATIONS.get(found["name"]) if found else None
    if found is None or combination is None:
        known = "、".join(COMBINATIONS)
        raise IndicatorFileError(f"{path.name}：不认识合成方法“{call}”，可用的有 {known}。")
    arguments = _list(found["arguments"])
    unknown = [name for name in arguments if name not in names]
    if unknown or len(arguments) != combination.arity:
        raise IndicatorFileError(
            f"{path.name}：“{call}”应当引用 {combination.arity} 个已声明的分量。"
        )
    positions = tuple(names.index(name) for name in arguments)
    return FigureDeclaration(key, term, concern, combination, positions)
