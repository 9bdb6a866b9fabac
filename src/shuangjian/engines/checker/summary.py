"""汇总核对: reads summary.json, and recomputes every figure in it."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from shuangjian.engines.checker.answer import wish_shown
from shuangjian.engines.checker.draw_order import HASHES
from shuangjian.engines.checker.given import Given
from shuangjian.engines.checker.loop import NOBODY, Flags, Int64
from shuangjian.engines.checker.outcome import NOT_ELIGIBLE, WORDS, Expected
from shuangjian.engines.checker.record import Record
from shuangjian.engines.checker.table import UnreadableError

FILE: Final = "summary.json"
MECHANISMS: Final = ("lottery", "fullest", "rank-optimal", "serial", "deferred-acceptance")
_SAME: Final = 1e-9
_TITLES: Final = {
    "digest": "输入的散列值",
    "first_choice": "第一志愿比例",
    "mean_rank": "平均志愿序号",
    "unplaced": "未录取比例",
}


@dataclass(frozen=True)
class Claimed:
    """汇总: what ``summary.json`` says; ``mechanism``, ``seed`` and ``hash_name`` are usable."""

    mechanism: str
    seed: bytes
    hash_name: str
    figures: dict[str, Any]


def read_summary(folder: Path) -> Claimed:
    """The summary (汇总).

    Raises:
        UnreadableError: absent, no JSON object, or without a usable mechanism, seed or hash.
    """
    path = folder / FILE
    if not path.is_file():
        raise UnreadableError("file_missing", FILE, f"缺少文件 {FILE}。")
    try:
        figures = json.loads(path.read_bytes())
        mechanism, hash_name = figures["mechanism"], figures["hash"]
        seed = bytes.fromhex(figures["seed"])
    except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise UnreadableError(
            "unreadable", FILE, f"{FILE} 不是 JSON，或缺少 mechanism、seed、hash。"
        ) from error
    if mechanism not in MECHANISMS:
        raise UnreadableError("mechanism_unknown", FILE, f"{FILE} 写着未知的录取办法 {mechanism}。")
    if hash_name not in HASHES:
        raise UnreadableError("hash_unknown", FILE, f"{FILE} 写着未知的散列算法 {hash_name}。")
    return Claimed(mechanism, seed, hash_name, figures)


def check_summary(
    claimed: Claimed,
    given: Given,
    expected: Expected,
    granted: Int64,
    is_open: Flags,
    record: Record,
) -> None:
    """Every figure of the summary (汇总数字)."""
    figures = _figures(given, granted, is_open)
    reasons = np.bincount(expected.reason, minlength=len(WORDS)).tolist()
    figures["not_eligible"] = _first_refused(given, expected)
    figures["reasons"] = {word.decode(): count for word, count in zip(WORDS, reasons, strict=True)}
    record.looked("汇总数字", len(figures))
    for name, right in figures.items():
        found = claimed.figures.get(name, "")
        if not _is_same(found, right):
            title = _TITLES.get(name, name)
            record.note(
                "summary_wrong",
                FILE,
                name,
                f"{FILE}：{title}（{name}）写的是 {_short(found)}，重算为 {_short(right)}。",
            )


def _figures(given: Given, granted: Int64, is_open: Flags) -> dict[str, Any]:
    wishes = given.wishes
    applications, is_placed = granted.size, granted != NOBODY
    ranks = wishes.rank[granted[is_placed]].astype(np.int64)
    first = int((ranks == wishes.rank[wishes.start[:-1][is_placed]]).sum())
    placed = int(is_placed.sum())
    numbers, counts = np.unique(ranks, return_counts=True)
    return {
        "pupils": len(given.pupils.names),
        "courses": len(given.courses.names),
        "applications": applications,
        "wishes": int(wishes.course.size),
        "placed": placed,
        "first_choice_count": first,
        "first_choice": first / applications if applications else None,
        "mean_rank": int(ranks.sum()) / placed if placed else None,
        "unplaced_count": applications - placed,
        "unplaced": (applications - placed) / applications if applications else None,
        "rank_counts": dict(zip(map(str, numbers.tolist()), counts.tolist(), strict=True)),
        "closed": [given.courses.names[code].decode() for code in np.flatnonzero(~is_open)],
    }


def _first_refused(given: Given, expected: Expected) -> dict[str, str] | None:
    """The first wish for a course that the grade may not join, as it stands in the summary."""
    wish = int(np.argmax(expected.reason == NOT_ELIGIBLE))
    if expected.reason[wish] != NOT_ELIGIBLE:
        return None
    application = int(np.searchsorted(given.wishes.start, wish, side="right")) - 1
    return asdict(wish_shown(given, application, int(given.wishes.course[wish])))


def _is_same(found: object, right: object) -> bool:
    """Equal, a share to nine digits; a count of nothing may be left out."""
    if isinstance(right, dict):
        if not isinstance(found, dict):
            return False
        if not all(type(count) is int for count in right.values()):
            return found == right
        return all(found.get(name, 0) == right.get(name, 0) for name in {*found, *right})
    if isinstance(right, float):
        if isinstance(found, bool) or not isinstance(found, int | float):
            return False
        return math.isclose(found, right, rel_tol=_SAME, abs_tol=_SAME)
    return type(found) is type(right) and found == right


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:80]}…"
