"""A dated value as its file writes it (取值草稿), read before its leaf is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shuangjian.foundation.policy.leaf import Citation, Precision, Severity
from shuangjian.foundation.policy.table import Table


@dataclass(frozen=True, slots=True)
class Draft:
    """A value as its file writes it (取值草稿), before its leaf is known.

    ``table`` keeps the place of each key for later faults.
    """

    key: str
    region: str
    starts_on: date
    precision: Precision
    ends_on: date | None
    is_repeal: bool
    raw: Any
    band_low: int | None
    band_high: int | None
    school_kinds: tuple[str, ...]
    severity: Severity
    wording: str
    citation: Citation
    restated: tuple[Citation, ...]
    is_expected: bool
    except_regions: tuple[str, ...]
    note: str
    table: Table


def read_draft(
    table: Table, *, region: str, citations: Mapping[str, Citation], used: set[str]
) -> Draft | None:
    """One ``[[values]]`` table (取值), or ``None`` where what is needed is missing.

    Args:
        table: the table; its faults are noted there.
        region: the code of the file's folder.
        citations: the file's citations by name.
        used: names of citations that some value uses; added to.
    """
    key = table.text("key", required=True)
    starts_on = table.day("from", required=True)
    precision = table.choice("from_precision", Precision, default=Precision.DAY)
    severity = table.choice("severity", Severity)
    citation = _cited(table, citations, used)
    is_repeal = table.flag("repeal") is True
    band_low, band_high = _band(table)
    draft_rest = {
        "ends_on": table.day("to"),
        "is_repeal": is_repeal,
        "raw": table.raw("value"),
        "school_kinds": table.texts("school_kinds"),
        "wording": table.text("wording"),
        "restated": _restated(table, citations, used),
        "is_expected": table.flag("expected") is True,
        "except_regions": table.texts("except_regions"),
        "note": table.text("note"),
    }
    table.finish()
    if is_repeal == table.has("value"):
        table.refuse("每条取值要么有「value」，要么写 repeal = true（废止），二者取一")
    if not (key and starts_on and precision and severity and citation):
        return None
    _refuse_dates(table, starts_on=starts_on, precision=precision, ends_on=draft_rest["ends_on"])
    return Draft(
        key=key,
        region=region,
        starts_on=starts_on,
        precision=precision,
        severity=severity,
        citation=citation,
        band_low=band_low,
        band_high=band_high,
        table=table,
        **draft_rest,
    )


def _cited(table: Table, citations: Mapping[str, Citation], used: set[str]) -> Citation | None:
    name = table.text("citation")
    if not name:
        table.refuse("缺少依据「citation」：每个取值都要引用一份文件", key="citation")
        return None
    if name not in citations:
        table.refuse(f"依据「{name}」没有在本文件里定义（[citations.{name}]）", key="citation")
        return None
    used.add(name)
    return citations[name]


def _restated(
    table: Table, citations: Mapping[str, Citation], used: set[str]
) -> tuple[Citation, ...]:
    names = table.texts("restated")
    for name in names:
        if name not in citations:
            table.refuse(f"依据「{name}」没有在本文件里定义（[citations.{name}]）", key="restated")
    used.update(names)
    return tuple(citations[name] for name in names if name in citations)


def _band(table: Table) -> tuple[int | None, int | None]:
    low, high = table.integer("band_low"), table.integer("band_high")
    is_inclusive = table.flag("upper_inclusive")
    if high is None:
        if is_inclusive is not None:
            table.refuse("没有「band_high」就不写「upper_inclusive」", key="upper_inclusive")
        return low, None
    if is_inclusive is None:
        table.refuse("写了「band_high」，就要用「upper_inclusive」说明含不含上限", key="band_high")
        return low, high
    if low is None:
        table.refuse("写了「band_high」，就要写「band_low」", key="band_high")
    counted = high if is_inclusive else high - 1
    if low is not None and low > counted:
        table.refuse(f"分档首尾颠倒：{low} 到 {counted}", key="band_low")
    return low, counted


def _refuse_dates(
    table: Table, *, starts_on: date, precision: Precision, ends_on: date | None
) -> None:
    if ends_on is not None and ends_on <= starts_on:
        table.refuse(
            f"「from」{starts_on} 不早于「to」{ends_on}；「to」是不再有效的第一天", key="to"
        )
    if precision is not Precision.DAY and starts_on.day != 1:
        table.refuse("只知道月份或年份的日期，「from」要写成它的第一天", key="from")
    if precision is Precision.YEAR and starts_on.month != 1:
        table.refuse("只知道年份的日期，「from」要写成 1 月 1 日", key="from")


def refuse_disorder(drafts: list[Draft]) -> None:
    """Notes values of one key that do not stand in the order of their days (时间顺序)."""
    latest_by_key: dict[str, date] = {}
    for draft in drafts:
        latest = latest_by_key.get(draft.key)
        if latest is not None and draft.starts_on < latest:
            draft.table.refuse(
                f"「{draft.key}」的取值没有按时间先后排列：{draft.starts_on} 写在 {latest} 之后",
                key="from",
            )
        latest_by_key[draft.key] = max(latest or draft.starts_on, draft.starts_on)
