"""半月报的内容: one value, built live for a draft and frozen as JSON when it is signed.

Integers, texts and lists only, so that anyone can recompute its canonical JSON and the digest of
that. Names of figures are ``indicator:figure``.
"""

import hashlib
import json
from typing import Any, TypedDict

from shuangjian.engines.indicator import Figure

FORMAT = 1


class FigureContent(TypedDict):
    """指标数值."""

    name: str
    term: str
    concern: str
    unit: str
    count: int
    whole: int
    missing: int


class ComponentContent(TypedDict):
    """分量的名称."""

    name: str
    title: str
    unit: str


class SchoolContent(TypedDict):
    """一所学校的分量; ``concerns`` holds the figures for which it needs a look."""

    school: str
    code: str
    name: str
    region: str
    components: list[int]
    concerns: list[str]


class RowContent(TypedDict):
    """指标背后被计为问题的一行."""

    subject: str
    class_name: str
    school: str
    region: str
    period: str
    effective_on: str
    measured: int
    limit_value: int | None
    policy: str | None
    version: int


class IndicatorContent(TypedDict):
    """一项指标, with every school and every flagged row."""

    key: str
    term: str
    unit: str
    explanation: str
    measure: str
    measure_unit: str
    flag: str
    components: list[ComponentContent]
    figures: list[FigureContent]
    schools: list[SchoolContent]
    rows: list[RowContent]


class ItemContent(TypedDict):
    """规定内容之一; ``figure`` is null where nothing is collected yet."""

    key: str
    title: str
    figure: FigureContent | None


class TallyContent(TypedDict):
    """一条规则的台账统计."""

    rule: str
    term: str
    opened: int
    rectified: int
    cleared: int
    outstanding: int


class ChangeContent(TypedDict):
    """与上期相比: one figure; ``explanation`` is empty where none was typed."""

    name: str
    term: str
    before: int
    after: int
    must_explain: bool
    explanation: str
    explained_by: str


class RemarkContent(TypedDict):
    """人工填写的补充说明."""

    item: str
    title: str
    text: str
    evidence: str
    owner: str
    mark: str


class SignOffContent(TypedDict):
    """内部签发."""

    name: str
    at: str


class VersionsContent(TypedDict):
    """计入的行版本: how many, and the digest of their numbers joined by commas."""

    fact: str
    term: str
    count: int
    sha256: str


class ReportContent(TypedDict):
    """半月报的内容; ``sign_off`` is null and ``versions`` empty in a draft."""

    format: int
    region_code: str
    region_name: str
    issuer: str
    addressee: str
    first_on: str
    due_on: str
    revision: int
    reason: str
    items: list[ItemContent]
    indicators: list[IndicatorContent]
    tallies: list[TallyContent]
    previous_due_on: str
    explain_per_mille: int
    changes: list[ChangeContent]
    remarks: list[RemarkContent]
    sign_off: SignOffContent | None
    versions: list[VersionsContent]


class Difference(TypedDict):
    """签发后的变动: one number, frozen and live."""

    term: str
    frozen: int
    live: int


def canonical_json(content: ReportContent) -> str:
    """The one way to write the content (规范 JSON): keys sorted, no spaces, Chinese as it is.

    >>> canonical_json({"b": 1, "a": "双减"})
    '{"a":"双减","b":1}'
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: ReportContent) -> str:
    """SHA-256 of the canonical JSON in UTF-8 (内容摘要), 64 hex digits."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def versions_digest(versions: tuple[int, ...]) -> str:
    """SHA-256 of ascending version numbers joined by commas (版本号摘要), 64 hex digits."""
    return hashlib.sha256(",".join(map(str, versions)).encode()).hexdigest()


def figures_of(content: ReportContent) -> dict[str, FigureContent]:
    """Every figure by name (全部指标数值), in the content's order."""
    return {
        figure["name"]: figure
        for indicator in content["indicators"]
        for figure in indicator["figures"]
    }


def indicator_of(content: ReportContent, key: str) -> IndicatorContent | None:
    """The indicator of that key, or ``None``."""
    return next((each for each in content["indicators"] if each["key"] == key), None)


def as_figure(content: FigureContent) -> Figure:
    """The figure as the engine knows it."""
    return Figure(content["count"], content["whole"], content["missing"])


def unexplained(content: ReportContent) -> list[ChangeContent]:
    """The changes that still lack the explanation they need (待说明的变动)."""
    return [
        change
        for change in content["changes"]
        if change["must_explain"] and not change["explanation"]
    ]


def differences(frozen: ReportContent, live: ReportContent) -> list[Difference]:
    """What a signed report would say differently today (签发后的变动): figures, then tallies."""
    found: list[Difference] = []
    live_figures = figures_of(live)
    for name, figure in figures_of(frozen).items():
        now = live_figures.get(name)
        if now is None:
            continue
        for part, title in (("count", ""), ("whole", "（总数）"), ("missing", "（没有记录）")):
            found += _difference(
                f"{figure['term']}{title}", _number(figure, part), _number(now, part)
            )
    live_tallies = {tally["rule"]: tally for tally in live["tallies"]}
    for tally in frozen["tallies"]:
        current = live_tallies.get(tally["rule"])
        if current is None:
            continue
        for part, title in _TALLY_TITLES:
            found += _difference(
                f"{tally['term']}：{title}", _number(tally, part), _number(current, part)
            )
    return found


_TALLY_TITLES = (
    ("opened", "新发现"),
    ("rectified", "已整改"),
    ("cleared", "已销号"),
    ("outstanding", "未销号"),
)


def _number(part: Any, name: str) -> int:
    number: int = part[name]
    return number


def _difference(term: str, frozen: int, live: int) -> list[Difference]:
    return [] if frozen == live else [Difference(term=term, frozen=frozen, live=live)]
