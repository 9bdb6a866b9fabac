"""核对抽签: our verifier of a published folder, ``verify_draw(folder)``.

It shares the documents' code with the program that drew; the 40 lines of ``verify.py`` do not. What
a stranger's 40 lines leave out is here: the beacon's signature, the order of the steps, missing and
surplus files, who was dropped, and ``admitted.csv``. Places at courses are left to the checker of
the allocation: the report says where their files lie.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from shuangjian.engines.draw.abort import PHASES, Abort
from shuangjian.engines.draw.abort import PLACE as ABORT
from shuangjian.engines.draw.admission import NAME as ADMITTED_NAME
from shuangjian.engines.draw.announcement import PLACE as DRAW
from shuangjian.engines.draw.announcement import START_INTERVAL, Announcement
from shuangjian.engines.draw.beacon import PLACE as BEACON
from shuangjian.engines.draw.commit_document import DROP_REASONS
from shuangjian.engines.draw.commit_document import PLACE as COMMIT
from shuangjian.engines.draw.entropy import PhysicalEntropy, grinding_gain
from shuangjian.engines.draw.freeze import NAME as FREEZE_NAME
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.frozen import is_allocation, read_freezes, read_last_roster
from shuangjian.engines.draw.interval import PLACE as INTERVAL
from shuangjian.engines.draw.interval import weakness
from shuangjian.engines.draw.nonce import PLACE as COMMITMENTS
from shuangjian.engines.draw.published_folder import PublishedFolder, shown
from shuangjian.engines.draw.rank import NAME as RANKS
from shuangjian.engines.draw.recomputation import (
    check_admitted,
    check_counted,
    check_ranks,
    check_summary,
    check_texts,
    read_checked_beacon,
    read_commit,
    read_interval,
)
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.report import DrawReport, Findings, Violation
from shuangjian.engines.draw.roster import RosterRow
from shuangjian.engines.draw.timeline import Timeline, check_timeline
from shuangjian.engines.draw.transcript import PLACE as TRANSCRIPT
from shuangjian.engines.draw.transcript import Transcript
from shuangjian.engines.draw.verifier import NAME as VERIFIER
from shuangjian.engines.draw.verifier import stranger_verifier

RESULT: Final = "result"
ATTEMPTS_BITS: Final = 40
"""What a rich attacker can try (试算次数), as a power of two: a million million sets of nonces."""
_FROZEN_NAME: Final = re.compile(r"v[1-9][0-9]*/[a-z]+\.(csv|json)")
_NAMES_SHOWN: Final = 20
_REMEDY: Final = "请重新下载完整的公布目录；仍然如此的，请向公布单位查询，这次结果不应采用"


@dataclass(frozen=True)
class _Outcome:
    """What a finished draw comes to, as far as it could be recomputed."""

    seed: str = ""
    timeline: Timeline | None = None
    order: Sequence[str] | None = None


@dataclass(frozen=True)
class _Examined:
    """A folder under examination, with all that came before commitments."""

    folder: PublishedFolder
    findings: Findings
    announcement: Announcement
    freezes: Sequence[Freeze]
    rows: Sequence[RosterRow]


def verify_draw(root: Path, *, commit_hash: str = "", previous: Path | None = None) -> DrawReport:
    """Check a published folder (核对抽签); whatever stands in it, the answer is a report.

    Args:
        root: the folder.
        commit_hash: of ``commit.json`` as the notary or a newspaper has it; empty if unknown.
        previous: folder of the draw before, to follow the chain; ``None`` if not at hand.
    """
    findings = Findings()
    folder = PublishedFolder(root)
    announcement = findings.of("公告符合协议", lambda: Announcement.from_bytes(folder.read(DRAW)))
    if announcement is None:
        return _unreadable(findings)
    findings.of("规则和核对程序与公告一致", lambda: check_texts(folder, announcement))
    is_aborted = ABORT in folder
    freezes = findings.of(
        "各版名册前后相接，文件未改",
        lambda: read_freezes(folder, announcement, may_be_none=is_aborted),
    )
    rows = None
    if freezes is not None:
        rows = findings.of(
            "名册按序、不重复，与志愿一致",
            lambda: read_last_roster(folder, announcement, freezes),
        )
    examined = _Examined(folder, findings, announcement, freezes or (), rows or ())
    findings.of("没有协议以外的文件", lambda: _check_names(examined))
    if is_aborted:
        findings.of("公开中止，没有结果", lambda: _check_abort(examined))
    outcome = _Outcome()
    if rows is not None and not is_aborted:
        outcome = _counted(examined) if _is_interval(announcement) else _drawn(examined)
        _check_result(examined, outcome)
    if TRANSCRIPT in folder or not is_aborted:
        findings.of("全程记录与全部文件一致", lambda: _check_transcript(examined, outcome))
    _add_notes(examined)
    found_hash = _check_commit_hash(examined, wanted=commit_hash)
    if previous is not None:
        findings.of("上一次抽签相接", lambda: _check_previous(examined, previous))
    return _report(examined, outcome, commit_hash=found_hash)


def _report(examined: _Examined, outcome: _Outcome, *, commit_hash: str) -> DrawReport:
    announcement, findings = examined.announcement, examined.findings
    has_places = is_allocation(announcement) and outcome.order is not None
    root = examined.folder.root
    return DrawReport(
        draw=announcement.id,
        title=announcement.title,
        mechanism=announcement.mechanism,
        hash=announcement.hash,
        version=len(examined.freezes),
        tickets=len(examined.rows),
        seed=outcome.seed,
        commit_hash=commit_hash,
        is_aborted=ABORT in examined.folder,
        checks=tuple(findings.checks),
        violations=tuple(findings.violations),
        notes=tuple(findings.notes),
        market=root / f"v{len(examined.freezes)}" if has_places else None,
        result=root / RESULT if has_places else None,
    )


def _unreadable(findings: Findings) -> DrawReport:
    return DrawReport(
        draw="",
        title="",
        mechanism="",
        hash="",
        version=0,
        tickets=0,
        seed="",
        commit_hash="",
        is_aborted=False,
        checks=(),
        violations=tuple(findings.violations),
        notes=(),
    )


def _drawn(examined: _Examined) -> _Outcome:
    folder, findings, announcement = examined.folder, examined.findings, examined.announcement
    commit = findings.of(
        "随机数与承诺相符，封存文书符合协议",
        lambda: read_commit(folder, announcement, examined.freezes),
    )
    beacon = findings.of(
        "公共随机源是事先公告的，签名或写法正确",
        lambda: read_checked_beacon(folder, announcement),
    )
    if commit is None or beacon is None:
        return _Outcome()
    for party, reason in commit.dropped.items():
        findings.notes.append(f"{party}不计入：{DROP_REASONS[reason]}。")
    if beacon.is_fallback:
        findings.notes.append(
            f"用的是备用随机源，公告的条件是“{announcement.fallback.when}”，"
            f"公布的理由是“{beacon.why}”。首选随机源的值可能已经公开，请自行核对它当时能否取得。"
        )
    note = _entropy_note(announcement, is_fallback=beacon.is_fallback)
    findings.notes.extend([note] if note else [])
    timeline = Timeline(
        announcement=announcement,
        freezes=examined.freezes,
        commitments=commit.commitments,
        nonces=commit.nonces,
        is_fallback=beacon.is_fallback,
    )
    found = findings.of(
        "种子和每个签的位次重算一致",
        lambda: check_ranks(folder, announcement, examined.rows, commit=commit, beacon=beacon),
    )
    seed, order = found if found is not None else ("", None)
    return _Outcome(seed=seed, timeline=timeline, order=order)


def _entropy_note(announcement: Announcement, *, is_fallback: bool) -> str | None:
    declared = announcement.fallback.entropy if is_fallback else announcement.entropy
    if not isinstance(declared, PhysicalEntropy):
        return None
    gain = grinding_gain(outcomes=declared.outcomes, attempts_bits=ATTEMPTS_BITS)
    return (
        f"{declared.name}只有 {declared.outcomes} 种结果：假如揭示了随机数的各方全部串通，"
        f"承诺之前试算 2 的 {ATTEMPTS_BITS} 次方组随机数，"
        f"能把一个学生的机会至多提高 {100 * gain:.2g} 个百分点；其中只要有一方诚实就不能。"
    )


def _counted(examined: _Examined) -> _Outcome:
    folder, findings, announcement = examined.folder, examined.findings, examined.announcement
    interval = findings.of(
        "起始号和间隔号符合公告",
        lambda: read_interval(folder, announcement, examined.freezes, examined.rows),
    )
    findings.notes.append(weakness(len(examined.rows)))
    if interval is None:
        return _Outcome()
    timeline = Timeline(
        announcement=announcement,
        freezes=examined.freezes,
        commitments={},
        nonces={},
        is_fallback=interval.is_fallback,
        is_sealed=False,
        drawn_at=interval.at,
    )
    order = findings.of(
        "每个签的位次重数一致", lambda: check_counted(folder, examined.rows, interval)
    )
    return _Outcome(timeline=timeline, order=order)


def _check_result(examined: _Examined, outcome: _Outcome) -> None:
    folder, findings, announcement = examined.folder, examined.findings, examined.announcement
    order = outcome.order
    if order is None:
        return
    if is_allocation(announcement):
        findings.of(
            "录取办法、散列算法和种子与公告一致",
            lambda: check_summary(folder, announcement, seed=outcome.seed),
        )
    if announcement.seats is not None:
        streak = findings.of(
            "录取与候补重算一致",
            lambda: check_admitted(folder, announcement, examined.rows, order),
        )
        findings.notes.extend([streak] if streak else [])


def _check_names(examined: _Examined) -> None:
    """Refuse files that the protocol does not know; frozen ones are checked with their version."""
    announcement = examined.announcement
    known = {DRAW, "rules.txt", VERIFIER, TRANSCRIPT, ABORT, RANKS}
    known |= {INTERVAL} if _is_interval(announcement) else {COMMITMENTS, COMMIT, BEACON}
    if announcement.seats is not None:
        known.add(f"{RESULT}/{ADMITTED_NAME}")
    # why: where the chain is broken, that is said already, and no version counts as surplus.
    versions = tuple(f"v{number + 1}/" for number in range(len(examined.freezes))) or ("v",)
    surplus = [
        name
        for name in examined.folder.names
        if name not in known
        and not (name.startswith(versions) and _FROZEN_NAME.fullmatch(name))
        and not (is_allocation(announcement) and name.startswith(f"{RESULT}/"))
    ]
    for name in (examined.folder.strange + surplus)[:_NAMES_SHOWN]:
        examined.findings.violations.append(
            Violation(
                shown(name),
                f"{shown(name)}：协议里没有这个文件。多余的文件可能混入别的名册或结果。"
                "确认与抽签无关的（例如系统自动生成的）请移走后再核对。",
            )
        )
    if examined.folder.strange or surplus:
        _refuse(
            "公布目录",
            f"有 {len(examined.folder.strange) + len(surplus)} 个协议以外的文件",
            "公布目录里只应当有协议规定的文件",
        )


def _check_abort(examined: _Examined) -> None:
    folder = examined.folder
    abort = Abort.from_bytes(folder.read(ABORT))
    if abort.draw != examined.announcement.id:
        _refuse(ABORT, f"是 {abort.draw} 的", f"这里是 {examined.announcement.id}")
    if (abort.phase == "announced") is (f"v1/{FREEZE_NAME}" in folder):
        _refuse(ABORT, f"写的阶段是“{PHASES[abort.phase]}”", "与目录里有没有冻结的名册不符")
    results = [name for name in folder.names if name == RANKS or name.startswith(f"{RESULT}/")]
    if results:
        _refuse(results[0], "中止的抽签还有结果", "中止之后这个编号作废，不能再出结果")
    if BEACON in folder and not abort.beacon_known:
        _refuse(ABORT, "写的是随机源尚未公布", f"目录里已有 {BEACON}")
    if abort.at >= examined.announcement.entropy_at and not abort.beacon_known:
        _refuse(ABORT, "写的是随机源尚未公布", "中止的时刻已到公告的公布时刻")
    examined.findings.notes.append(
        f"{abort.by}在“{PHASES[abort.phase]}”时公开中止，理由是“{abort.reason}”。"
        + ("当时随机源已经公布，任何人都能算出被放弃的结果。" if abort.beacon_known else "")
    )


def _check_transcript(examined: _Examined, outcome: _Outcome) -> None:
    folder, announcement = examined.folder, examined.announcement
    transcript = Transcript.from_bytes(folder.read(TRANSCRIPT))
    if (transcript.draw, transcript.previous) != (announcement.id, announcement.previous):
        _refuse(TRANSCRIPT, "抽签编号或上一次抽签与公告不同", "全程记录是这一次抽签的")
    if transcript.seed != outcome.seed and (outcome.order is not None or ABORT in folder):
        _refuse(f"{TRANSCRIPT} 的 seed", "与重算的种子不同", f"重算得到的是“{outcome.seed}”")
    _check_listed(folder, transcript.files, hash_name=announcement.hash)
    if outcome.timeline is not None:
        check_timeline(transcript.steps, outcome.timeline)


def _check_listed(folder: PublishedFolder, files: Mapping[str, str], *, hash_name: str) -> None:
    present = set(folder.names) - {TRANSCRIPT}
    for name in sorted(present ^ set(files)):
        _refuse(f"{TRANSCRIPT} 的 files", f"与目录对不上：{shown(name)}", "每个文件都要列出散列值")
    for name, value in sorted(files.items()):
        if folder.hash_of(name, hash_name=hash_name) != value:
            _refuse(name, f"散列值与 {TRANSCRIPT} 写的不同", "公布之后不能修改")


def _check_commit_hash(examined: _Examined, *, wanted: str) -> str:
    """The hash that the notary should have, held against the one given."""
    name = INTERVAL if _is_interval(examined.announcement) else COMMIT
    if name not in examined.folder:
        return ""
    found = examined.findings.of(
        f"{name} 的散列值已算出",
        lambda: examined.folder.hash_of(name, hash_name=examined.announcement.hash),
    )
    if wanted and found != wanted.lower():
        examined.findings.violations.append(
            Violation(
                name,
                f"{name}：散列值是 {found}，与给出的 {wanted} 不同。"
                "公布的目录不是当时封存的那一份。请向公证处或刊登的报纸核对。",
            )
        )
    return found or ""


def _check_previous(examined: _Examined, previous: Path) -> None:
    wanted = examined.announcement.previous
    found = PublishedFolder(previous).hash_of(TRANSCRIPT, hash_name=examined.announcement.hash)
    if found != wanted:
        _refuse(
            f"{DRAW} 的 previous",
            "不是上一次抽签的全程记录",
            "每次抽签接着上一次，这样谁也不能悄悄抽掉一次",
        )


def _add_notes(examined: _Examined) -> None:
    folder, announcement = examined.folder, examined.announcement
    if VERIFIER in folder and folder.read(VERIFIER) != stranger_verifier(announcement.mechanism):
        examined.findings.notes.append(
            "verify.py 不是本软件这一版所附的核对程序；运行之前请先看清它做什么。"
        )


def _is_interval(announcement: Announcement) -> bool:
    return announcement.mechanism == START_INTERVAL


def _refuse(place: str, what: str, why: str) -> NoReturn:
    raise DrawRefusedError(place=place, what=what, why=why, remedy=_REMEDY)
