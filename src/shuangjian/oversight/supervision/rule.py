"""规则文件: a header that an officer can read, and one query from facts to violations.

Pure: no database. Every fault of a file is told with its name and line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Final

from shuangjian.foundation.findings.models import RuleKind, Severity

COLUMNS: Final = (
    "subject",
    "school",
    "region",
    "period",
    "effective_on",
    "measured",
    "limit_value",
    "policy",
)
UNITS: Final = ("minute", "minute_of_day", "person", "day", "count")
_NEEDED: Final = (
    "key",
    "term",
    "kind",
    "severity",
    "area",
    "unit",
    "observes",
    "rows",
    "sentence",
    "explanation",
    "citation",
)
_BASIS: Final = ("policy", "setting")
_PLACEHOLDERS: Final = frozenset({"subject", "period", "measured", "limit"})
_HEADER = re.compile(r"^-- ([a-z_]+): (.+)$")
_KEY = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
_NAME = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")


class RuleFileError(ValueError):
    """A rule's file is faulty (规则文件有误); the text names file and line and what to do."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        """Say where and why.

        Args:
            path: the file.
            line: its line, from 1.
            reason: a Chinese sentence on what is wrong and what to do.
        """
        super().__init__(f"{path.parent.parent.name}/{path.name} 第 {line} 行：{reason}")
        self.path = path
        self.line = line


@dataclass(frozen=True)
class Rule:
    """规则: what is looked for, how strongly it binds, how it is said, and the query.

    ``policy`` or ``setting`` names where the limit comes from; ``observes`` is the fact that proves
    that a subject was looked at, ``rows`` the one whose rows are shown. ``sql_line`` is the line of
    the file at which the query begins.
    """

    key: str
    term: str
    kind: RuleKind
    severity: Severity
    area: str
    unit: str
    policy: str
    setting: str
    observes: str
    rows: str
    sentence: str
    explanation: str
    citation: str
    sql: str
    path: Path
    sql_line: int


def read_rule(path: Path) -> Rule:
    """Read and check one rule's file (规则文件).

    Raises:
        RuleFileError: the header lacks something, has it twice or wrong, or there is no query.
    """
    return parse_rule(path.read_text(encoding="utf-8"), path=path)


def parse_rule(text: str, *, path: Path) -> Rule:
    """A rule from its text (规则): ``-- name: value`` lines, then the query.

    Args:
        text: the whole file.
        path: where it lies; its stem is the second half of the key.

    Raises:
        RuleFileError: as ``read_rule``.
    """
    lines = text.splitlines()
    header_count = next(
        (number for number, line in enumerate(lines) if not line.startswith("--")), len(lines)
    )
    header = _header(lines[:header_count], path=path)
    sql = "\n".join(lines[header_count:]).rstrip()
    if not sql.strip():
        raise RuleFileError(path, header_count + 1, "头部之后没有查询，请写上一条 SELECT。")
    values = MappingProxyType({name: value for name, (value, _) in header.items()})
    _check_values(header, path=path)
    return Rule(
        key=values["key"],
        term=values["term"],
        kind=RuleKind(values["kind"]),
        severity=Severity(values["severity"]),
        area=values["area"],
        unit=values["unit"],
        policy=values.get("policy", ""),
        setting=values.get("setting", ""),
        observes=values["observes"],
        rows=values["rows"],
        sentence=values["sentence"],
        explanation=values["explanation"],
        citation=values["citation"],
        sql=sql,
        path=path,
        sql_line=header_count + 1,
    )


def _header(lines: Iterable[str], *, path: Path) -> dict[str, tuple[str, int]]:
    """Each name with its value and line."""
    header: dict[str, tuple[str, int]] = {}
    number = 0
    for number, line in enumerate(lines, start=1):
        match = _HEADER.match(line)
        if match is None or not match.group(2).strip():
            raise RuleFileError(path, number, f"“{line}”不是“-- 名称: 内容”的样式，请改正。")
        name, value = match.group(1), match.group(2).strip()
        if name not in (*_NEEDED, *_BASIS):
            known = "、".join((*_NEEDED, *_BASIS))
            raise RuleFileError(path, number, f"不认识“{name}”，可用的有：{known}。请改正或删去。")
        if name in header:
            raise RuleFileError(
                path, number, f"“{name}”在第 {header[name][1]} 行已经写过，请删去一行。"
            )
        header[name] = (value, number)
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise RuleFileError(path, number + 1, f"头部缺少“{'、'.join(missing)}”，请补上。")
    if len([name for name in _BASIS if name in header]) != 1:
        reason = "限值的来源应写且只写一个：policy（政策项）或 setting（设置项），请改正。"
        raise RuleFileError(path, number + 1, reason)
    return header


def _check_values(header: dict[str, tuple[str, int]], *, path: Path) -> None:
    def require(name: str, is_good: bool, reason: str) -> None:  # noqa: FBT001 -- why: one test each
        if not is_good:
            value, line = header[name]
            raise RuleFileError(path, line, f"{name} 写成了“{value}”，{reason}")

    key, area = header["key"][0], header["area"][0]
    require("key", bool(_KEY.match(key)), "应为“领域.名称”，只用小写字母、数字和下划线。")
    require("key", key == f"{area}.{path.stem}", f"应与领域和文件名一致：{area}.{path.stem}。")
    for name, choices in (
        ("kind", RuleKind.values),
        ("severity", Severity.values),
        ("unit", UNITS),
    ):
        require(name, header[name][0] in choices, f"应为 {'、'.join(choices)} 之一。")
    for name in ("observes", "rows", *(basis for basis in _BASIS if basis in header)):
        require(name, bool(_NAME.match(header[name][0])), "只用小写字母、数字、下划线和点。")
    _check_sentence(*header["sentence"], path=path)


def _check_sentence(sentence: str, line: int, *, path: Path) -> None:
    try:
        named = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    except ValueError:
        raise RuleFileError(path, line, "句子里的大括号不成对，请改正。") from None
    unknown = sorted(named - _PLACEHOLDERS)
    if unknown:
        allowed = "、".join(f"{{{name}}}" for name in sorted(_PLACEHOLDERS))
        reason = f"句子里的 {{{unknown[0]}}} 不认识，可用的有：{allowed}。"
        raise RuleFileError(path, line, reason)
    if "subject" not in named:
        raise RuleFileError(path, line, "句子里没有 {subject}，读的人不知道说的是谁，请补上。")
