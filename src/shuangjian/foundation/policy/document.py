"""One policy file read and checked by itself (政策文件读取); what needs the whole tree comes later.

A file holds ``[[leaves]]`` (definitions), ``[[values]]`` (dated values, oldest first) and
``[citations.<id>]``. A value in force is history: it is never edited and never removed. What
changes is a further ``[[values]]`` table with its own ``from``; what ends is one with
``repeal = true``.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from shuangjian.foundation.policy.draft import Draft, read_draft, refuse_disorder
from shuangjian.foundation.policy.leaf import (
    BAND_OPEN,
    GRADE_MAX,
    NATION,
    AppliesTo,
    BandKind,
    Citation,
    CitationStatus,
    Combine,
    Direction,
    Leaf,
    NotEncoded,
    Problem,
    Source,
    Unit,
)
from shuangjian.foundation.policy.lines import LineIndex
from shuangjian.foundation.policy.table import Table

SOURCES_FILE = "SOURCES.toml"
NOT_ENCODED_FILE = "NOT_ENCODED.toml"
REASONS = ("no_date", "no_region", "no_band", "not_a_limit", "not_in_force", "source_doubtful")
SOURCE_GRADES = ("official", "school", "press", "web", "code", "text")

_KEY = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
_FOLDER = re.compile(r"^(\d{6})-[a-z0-9]+(-[a-z0-9]+)*$")
_CODE_BY_FOLDER = {
    "provinces": re.compile(r"^(?!000000)\d{2}0000$"),
    "cities": re.compile(r"^\d{2}(?!00)\d{2}00$"),
    "counties": re.compile(r"^\d{4}(?!00)\d{2}$"),
}
_CITATION_FIELDS = ("title", "number", "issued", "clause", "url")


@dataclass(frozen=True, slots=True)
class Document:
    """A policy file's content (政策文件)."""

    file: str
    region: str
    leaves: tuple[Leaf, ...]
    drafts: tuple[Draft, ...]


class DocumentReader:
    """Reads one file's text (文件读取器), gathering faults in ``problems``."""

    def __init__(self, *, file: str, text: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self._lines = LineIndex(text)
        self._content = self._parse(text)

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"line (\d+)", str(error))
            line = int(place.group(1)) if place else text.count("\n") + 1
            reason = "不是有效的 TOML"
            if "overwrite" in str(error) or "twice" in str(error):
                reason = "同一个键或表写了两次"
            self.problems.append(Problem(self.file, line, f"{reason}（{error}）"))
            return {}

    def _table(self, content: Mapping[str, Any], name: str, position: int = 0) -> Table:
        return Table(
            content,
            file=self.file,
            lines=self._lines,
            name=name,
            position=position,
            problems=self.problems,
        )

    def _head(self) -> Table:
        return self._table(self._content, "")

    def _tables(self, head: Table, name: str) -> Iterator[Table]:
        found = head.raw(name)
        if found is None:
            return
        if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
            head.refuse(f"「{name}」应写成若干 [[{name}]] 表", key=name)
            return
        for position, part in enumerate(found):
            yield self._table(part, name, position)

    def policies(self, known_sources: frozenset[str]) -> Document:
        """The leaves and values of an ordinary file (政策项与取值)."""
        head = self._head()
        head.text("title")
        region = self._region(head)
        citations = self._citations(head, known_sources)
        used: set[str] = set()
        leaves = [leaf for table in self._tables(head, "leaves") if (leaf := _leaf(table, region))]
        drafts = [
            draft
            for table in self._tables(head, "values")
            if (draft := read_draft(table, region=region, citations=citations, used=used))
        ]
        for name in citations:
            if name not in used:
                line = self._lines.of(f"citations.{name}")
                self.problems.append(Problem(self.file, line, f"依据「{name}」没有被任何取值引用"))
        refuse_disorder(drafts)
        head.finish()
        return Document(self.file, region, tuple(leaves), tuple(drafts))

    def _region(self, head: Table) -> str:
        parts = PurePosixPath(self.file).parts
        if len(parts) == 2 and parts[0] == "national":
            return NATION
        if len(parts) == 3 and parts[0] in _CODE_BY_FOLDER:
            folder = _FOLDER.match(parts[1])
            if folder and _CODE_BY_FOLDER[parts[0]].match(folder.group(1)):
                return folder.group(1)
        head.refuse(
            "文件放错了位置：应在 national/ 下，或 provinces/、cities/、counties/ 下"
            "以本级六位代码开头的文件夹里（如 cities/510100-chengdu/）"
        )
        return ""

    def _citations(self, head: Table, known_sources: frozenset[str]) -> dict[str, Citation]:
        found = head.raw("citations")
        if found is None:
            return {}
        if not isinstance(found, dict) or not all(isinstance(v, dict) for v in found.values()):
            head.refuse("「citations」应写成若干 [citations.名称] 表", key="citations")
            return {}
        return {
            name: _citation(self._table(content, f"citations.{name}"), known_sources)
            for name, content in found.items()
        }

    def sources(self) -> dict[str, Source]:
        """The list of sources (来源表), by id."""
        head = self._head()
        source_by_id: dict[str, Source] = {}
        for table in self._tables(head, "sources"):
            source = Source(
                table.text("id", required=True),
                table.text("grade", required=True),
                table.text("name", required=True),
            )
            if source.grade not in SOURCE_GRADES:
                table.refuse(f"「grade」应是 {'、'.join(SOURCE_GRADES)} 之一", key="grade")
            if source.id in source_by_id:
                table.refuse(f"来源「{source.id}」写了两次", key="id")
            source_by_id[source.id] = source
            table.finish()
        head.finish()
        return source_by_id

    def not_encoded(self, known_sources: frozenset[str]) -> tuple[NotEncoded, ...]:
        """What is known but not encoded (未录入清单), in the file's order."""
        head = self._head()
        rows = []
        for table in self._tables(head, "items"):
            row = NotEncoded(
                topic=table.text("topic", required=True),
                content=table.text("content", required=True),
                region=table.text("region"),
                reason=table.text("reason", required=True),
                explanation=table.text("explanation", required=True),
                sources=table.texts("sources"),
            )
            if row.reason and row.reason not in REASONS:
                table.refuse(f"「reason」应是 {'、'.join(REASONS)} 之一", key="reason")
            _refuse_unknown_sources(table, row.sources, known_sources)
            table.finish()
            rows.append(row)
        head.finish()
        return tuple(rows)


def _refuse_unknown_sources(
    table: Table, sources: tuple[str, ...], known_sources: frozenset[str]
) -> None:
    for source in sources:
        if source not in known_sources:
            table.refuse(f"来源「{source}」不在 {SOURCES_FILE} 里", key="sources")


def _citation(table: Table, known_sources: frozenset[str]) -> Citation:
    status = table.choice("status", CitationStatus)
    citation = Citation(
        title=table.text("title", required=True),
        status=status or CitationStatus.FROM_MEMORY,
        number=table.text("number"),
        issued=table.partial_date("issued"),
        clause=table.text("clause"),
        url=table.text("url"),
        sources=table.texts("sources"),
        unverified=table.texts("unverified"),
        note=table.text("note"),
    )
    if status is CitationStatus.VERIFIED and not citation.sources:
        table.refuse("「status」写了 verified，就要用「sources」说明在哪里读到", key="status")
    if citation.url and not citation.url.startswith("https://"):
        table.refuse("「url」应以 https:// 开头", key="url")
    for field in citation.unverified:
        if field not in _CITATION_FIELDS:
            table.refuse(
                f"「unverified」只能列出 {'、'.join(_CITATION_FIELDS)}，写的是「{field}」",
                key="unverified",
            )
    _refuse_unknown_sources(table, citation.sources, known_sources)
    table.finish()
    return citation


def _leaf(table: Table, region: str) -> Leaf | None:
    key = table.text("key", required=True)
    if key and not _KEY.match(key):
        table.refuse(
            f"「key」应是小写英文分段，如 homework.written_minutes_max，写的是「{key}」", key="key"
        )
    unit = table.choice("unit", Unit)
    direction = table.choice("direction", Direction)
    combine = table.choice("combine", Combine)
    band = table.choice("band", BandKind)
    applies_to = table.choice("applies_to", AppliesTo)
    description_zh = table.text("description_zh", required=True)
    description_en = table.text("description_en", required=True)
    domain = _domain(table, band)
    table.finish()
    if band is BandKind.SCHOOL_KIND and applies_to is AppliesTo.REGION:
        table.refuse("按学校类别分档的政策项，「applies_to」只能是 school", key="applies_to")
    if not (key and unit and direction and combine and band and applies_to and domain):
        return None
    return Leaf(
        key=key,
        unit=unit,
        description_zh=description_zh,
        description_en=description_en,
        direction=direction,
        combine=combine,
        band=band,
        applies_to=applies_to,
        domain=domain,
        region=region,
        file=table.file,
        line=table.line(),
    )


def _domain(table: Table, band: BandKind | None) -> tuple[int, int] | None:
    found = table.raw("domain")
    if band not in (BandKind.GRADE, BandKind.CLASS_SIZE):
        if found is not None:
            table.refuse("不按年级或班额分档的政策项不写「domain」", key="domain")
        return (0, BAND_OPEN)
    if band is BandKind.CLASS_SIZE and found is None:
        return (1, BAND_OPEN)
    highest = GRADE_MAX if band is BandKind.GRADE else BAND_OPEN
    if (
        isinstance(found, list)
        and len(found) == 2
        and all(isinstance(end, int) and not isinstance(end, bool) for end in found)
        and 1 <= found[0] <= found[1] <= highest
    ):
        return (found[0], found[1])
    table.refuse(f"「domain」应是适用范围的首尾，如 [1, 9]，且在 1 到 {highest} 之间", key="domain")
    return None
