"""先后次序: whether the steps of a transcript came when the protocol allows them.

``check_timeline(...)`` refuses the first that did not. The instants are what the draw's keeper
wrote down; what a stranger can hold against them is the hash that the notary or a newspaper has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final, NoReturn

from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.transcript import PLACE, STEP_KINDS, Step

_REMEDY: Final = "请向公布单位查询当时的经过；次序确实违反公告的，这次结果不应采用"


@dataclass(frozen=True)
class Timeline:
    """先后次序: what the steps must agree with.

    Attributes:
        announcement: of the draw.
        freezes: all versions in order.
        commitments: by party.
        nonces: by party, of those revealed.
        is_fallback: whether the fallback gave the value.
        is_sealed: false for a start-and-interval draw, which has neither nonces nor seal.
        drawn_at: then, when its numbers were drawn; ``None`` for the others.
    """

    announcement: Announcement
    freezes: Sequence[Freeze]
    commitments: Mapping[str, str]
    nonces: Mapping[str, str]
    is_fallback: bool = False
    is_sealed: bool = True
    drawn_at: datetime | None = None


def check_timeline(steps: Sequence[Step], timeline: Timeline) -> None:
    """Check the steps of a finished draw (核对先后次序).

    Raises:
        DrawRefusedError: one is missing, twice, out of order or outside its window.
    """
    _check_order(steps)
    _check_counts(steps, timeline)
    _check_parties(steps, timeline)
    _check_windows(steps, timeline)


def _check_order(steps: Sequence[Step]) -> None:
    for number, (early, late) in enumerate(pairwise(steps), 2):
        if late.at < early.at:
            _refuse(f"第 {number} 步早于前一步", "步骤要按时刻先后记录")
    kinds = [step.kind for step in steps]
    if not kinds or kinds[0] != "init" or kinds[-1] != "publish":
        _refuse("没有从发布公告开始、以公布结束", "全程记录要从头到尾")
    revealed = [place for place, kind in enumerate(kinds) if kind == "reveal"]
    changed = [place for place, kind in enumerate(kinds) if kind in ("freeze", "commit")]
    if revealed and changed and changed[-1] > revealed[0]:
        _refuse(
            f"首个随机数揭示之后又有“{STEP_KINDS[kinds[changed[-1]]]}”",
            "看到别人的随机数以后再改名册或承诺，就能挑选对自己有利的一种",
        )


def _check_counts(steps: Sequence[Step], timeline: Timeline) -> None:
    wanted = {"init": 1, "freeze": len(timeline.freezes), "run": 1, "publish": 1, "abort": 0}
    wanted |= {"seal": int(timeline.is_sealed)}
    for kind, count in wanted.items():
        found = sum(step.kind == kind for step in steps)
        if found != count:
            _refuse(f"“{STEP_KINDS[kind]}”有 {found} 次", f"按公布的文件应当有 {count} 次")
    frozen = [step.at for step in steps if step.kind == "freeze"]
    for freeze, at in zip(timeline.freezes, frozen, strict=True):
        if freeze.at != at:
            _refuse(f"第 {freeze.version} 版的冻结时刻不一致", f"{freeze.place} 写的是 {freeze.at}")
    run = next(step.at for step in steps if step.kind == "run")
    if timeline.drawn_at not in (None, run):
        _refuse(f"“{STEP_KINDS['run']}”的时刻不一致", f"号码文书写的是 {timeline.drawn_at}")


def _check_parties(steps: Sequence[Step], timeline: Timeline) -> None:
    for kind, parties in (("commit", timeline.commitments), ("reveal", timeline.nonces)):
        found = [step.who for step in steps if step.kind == kind]
        if sorted(found) != sorted(parties):
            _refuse(
                f"“{STEP_KINDS[kind]}”的各方是{'、'.join(sorted(found)) or '无'}",
                f"按公布的文件应当是{'、'.join(sorted(parties)) or '无'}",
            )


def _check_windows(steps: Sequence[Step], timeline: Timeline) -> None:
    first_freeze = timeline.freezes[0].at
    for step in steps:
        opens_at, closes_at = _window(step, timeline, first_freeze=first_freeze)
        if (opens_at and step.at < opens_at) or (closes_at and step.at >= closes_at):
            _refuse(
                f"“{STEP_KINDS[step.kind]}”在 {step.at.isoformat()}",
                f"按公告应当{_span(opens_at, closes_at)}",
            )


def _window(
    step: Step, timeline: Timeline, *, first_freeze: datetime
) -> tuple[datetime | None, datetime | None]:
    announced = timeline.announcement
    drawn_at = announced.fallback.at if timeline.is_fallback else announced.entropy_at
    is_first_freeze = step.kind == "freeze" and step.at == first_freeze
    return {
        "init": (None, announced.objections_until),
        "freeze": (
            None,
            announced.objections_until if is_first_freeze else announced.reveal_until,
        ),
        "commit": (first_freeze, announced.reveal_until),
        "reveal": (announced.objections_until, announced.reveal_until),
        "seal": (announced.reveal_until, announced.entropy_at),
        "run": (drawn_at, None),
    }.get(step.kind, (None, None))


def _span(opens_at: datetime | None, closes_at: datetime | None) -> str:
    start = f"不早于 {opens_at.isoformat()}" if opens_at else ""
    end = f"早于 {closes_at.isoformat()}" if closes_at else ""
    return "、".join(part for part in (start, end) if part)


def _refuse(what: str, why: str) -> NoReturn:
    raise DrawRefusedError(place=f"{PLACE} 的 steps", what=what, why=why, remedy=_REMEDY)
