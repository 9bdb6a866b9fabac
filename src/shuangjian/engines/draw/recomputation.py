"""重算: commitments, seed, ranks and admissions of a published folder, made again and compared."""

import json
from collections.abc import Sequence
from typing import Final, NoReturn

from shuangjian.engines.draw.admission import ADMITTED, Applicant, admit, admitted_bytes
from shuangjian.engines.draw.admission import NAME as ADMITTED_NAME
from shuangjian.engines.draw.announcement import PLACE as DRAW
from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.beacon import PLACE as BEACON
from shuangjian.engines.draw.beacon import Beacon, check_beacon, read_beacon
from shuangjian.engines.draw.commit_document import PLACE as COMMIT
from shuangjian.engines.draw.commit_document import CommitDocument, sealed
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.interval import PLACE as INTERVAL
from shuangjian.engines.draw.interval import (
    IntervalDraw,
    check_numbers,
    counted_order,
    interval_ranks_bytes,
)
from shuangjian.engines.draw.nonce import PLACE as COMMITMENTS
from shuangjian.engines.draw.nonce import Commitments, commitment_of
from shuangjian.engines.draw.published_folder import PublishedFolder
from shuangjian.engines.draw.rank import NAME as RANKS
from shuangjian.engines.draw.rank import ranked, ranks_bytes
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.roster import RosterRow
from shuangjian.engines.draw.seed import seed_of
from shuangjian.engines.draw.streak import streak_sentence

SUMMARY: Final = "summary.json"
_REMEDY: Final = "请重新下载完整的公布目录；仍然如此的，请向公布单位查询，这次结果不应采用"


def read_commit(
    folder: PublishedFolder, announcement: Announcement, freezes: Sequence[Freeze]
) -> CommitDocument:
    """The sealed document (封存文书), which must be what the protocol makes of its contents.

    Raises:
        DrawRefusedError: a commitment, nonce, dropped party, hash or instant that does not fit.
    """
    promised = Commitments.from_bytes(folder.read(COMMITMENTS))
    hashes = [folder.hash_of(each.place, hash_name=announcement.hash) for each in freezes]
    if promised.draw != announcement.id or promised.freeze not in hashes:
        _refuse(COMMITMENTS, "不是这次抽签的承诺", "承诺要写明抽签编号和当时名册的散列值")
    found = CommitDocument.from_bytes(folder.read(COMMIT))
    if found.commitments != promised.commitments:
        _refuse(COMMIT, f"承诺与 {COMMITMENTS} 不同", "承诺公布之后不能更换")
    nonces = {party: bytes.fromhex(nonce) for party, nonce in found.nonces.items()}
    for party, nonce in nonces.items():
        made = commitment_of(
            draw=announcement.id, party=party, nonce=nonce, hash_name=announcement.hash
        )
        if found.commitments.get(party) != made:
            _refuse(f"{COMMIT} 的 nonces", f"{party}的随机数与承诺不符", "承诺之后不能换随机数")
    again = sealed(announcement, freezes[-1], commitments=found.commitments, nonces=nonces)
    if again.to_bytes() != folder.read(COMMIT):
        _refuse(
            COMMIT,
            "与按协议重新封存的不同",
            "公告和末版名册的散列值、承诺方、剔除的各方、时刻都由先前公布的内容确定",
        )
    return found


def read_checked_beacon(folder: PublishedFolder, announcement: Announcement) -> Beacon:
    """The beacon (公共随机源的值), checked against what was declared, drand's with its signature.

    Raises:
        DrawRefusedError: not the declared one.
    """
    beacon = read_beacon(folder.read(BEACON))
    check_beacon(announcement, beacon)
    return beacon


def check_ranks(
    folder: PublishedFolder,
    announcement: Announcement,
    rows: Sequence[RosterRow],
    *,
    commit: CommitDocument,
    beacon: Beacon,
) -> tuple[str, list[str]]:
    """Recompute the seed and all ranks (重算种子和位次).

    Returns:
        The seed in hex, and the tickets in the order of the draw.

    Raises:
        DrawRefusedError: ``ranks.csv`` differs.
    """
    seed = seed_of(
        commit=folder.read(COMMIT),
        nonces=commit.nonce_bytes(),
        value=beacon.value,
        hash_name=announcement.hash,
    )
    order = ranked(seed, [row.ticket for row in rows], hash_name=announcement.hash)
    _check_same(RANKS, found=folder.read(RANKS), again=ranks_bytes(order))
    return seed.hex(), [each.ticket for each in order]


def read_interval(
    folder: PublishedFolder,
    announcement: Announcement,
    freezes: Sequence[Freeze],
    rows: Sequence[RosterRow],
) -> IntervalDraw:
    """The start and interval (起始号和间隔号), checked against announcement and roster.

    Raises:
        DrawRefusedError: of another draw or version, or not of the declared form.
    """
    found = IntervalDraw.from_bytes(folder.read(INTERVAL))
    again = IntervalDraw.drawn(
        announcement,
        freezes[-1],
        count=len(rows),
        numbers=(found.start, found.interval),
        at=found.at,
        why_fallback=found.why,
    )
    if found != again:
        _refuse(INTERVAL, "不是按末版名册和公告写的", "号码要在名册冻结之后抽出")
    check_numbers(announcement, found)
    return found


def check_counted(
    folder: PublishedFolder, rows: Sequence[RosterRow], interval: IntervalDraw
) -> list[str]:
    """Count again (重新数号); the tickets in the order in which they are taken.

    Raises:
        DrawRefusedError: ``ranks.csv`` differs.
    """
    tickets = [row.ticket for row in rows]
    order = counted_order(len(tickets), start=interval.start, interval=interval.interval)
    _check_same(RANKS, found=folder.read(RANKS), again=interval_ranks_bytes(tickets, order))
    return [tickets[number - 1] for number in order]


def check_admitted(
    folder: PublishedFolder,
    announcement: Announcement,
    rows: Sequence[RosterRow],
    order: Sequence[str],
) -> str:
    """Recompute who is admitted and who waits (重算录取与候补).

    Returns:
        What is said beside the result about consecutive numbers.

    Raises:
        DrawRefusedError: ``result/admitted.csv`` differs.
    """
    assert announcement.seats is not None  # invariant: asked only where there are seats.
    size = {row.ticket: row.size for row in rows}
    admissions = admit(
        (Applicant(ticket, size[ticket]) for ticket in order),
        seats=announcement.seats,
        bundle=announcement.bundle,
    )
    name = f"result/{ADMITTED_NAME}"
    _check_same(name, found=folder.read(name), again=admitted_bytes(admissions))
    won = {each.ticket for each in admissions if each.outcome == ADMITTED}
    winners = [number for number, row in enumerate(rows, 1) if row.ticket in won]
    return streak_sentence(count=len(rows), winners=winners)


def check_summary(folder: PublishedFolder, announcement: Announcement, *, seed: str) -> None:
    """Whether places were given out as announced (核对录取办法), before anybody checks the places.

    The checker of the allocation takes mechanism and hash from ``result/summary.json``; were they
    not held against the announcement, one could choose the mechanism after seeing the ranks.

    Raises:
        DrawRefusedError: no summary, or of another mechanism, hash or seed.
    """
    name = f"result/{SUMMARY}"
    try:
        found = json.loads(folder.read(name))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        _refuse(name, "内容不是 JSON 对象", "录取结果要写明办法、散列算法和种子")
    wanted = {"mechanism": announcement.mechanism, "hash": announcement.hash, "seed": seed}
    for key, value in wanted.items():
        if found.get(key) != value:
            # why: in ASCII, for what stands there may be anything.
            _refuse(f"{name} 的 {key}", f"是 {found.get(key)!a}", f"按公告和位次应当是 {value}")


def check_texts(folder: PublishedFolder, announcement: Announcement) -> None:
    """Whether rules and verifier are the announced ones (核对规则和核对程序).

    Raises:
        DrawRefusedError: one has another hash.
    """
    for name, value in (("rules.txt", announcement.rules), ("verify.py", announcement.verifier)):
        if folder.hash_of(name, hash_name=announcement.hash) != value:
            _refuse(name, f"散列值与 {DRAW} 写的不同", "公告之后不能修改")


def _check_same(name: str, *, found: bytes, again: bytes) -> None:
    if found == again:
        return
    found_lines, again_lines = found.split(b"\n"), again.split(b"\n")
    number = next(
        (
            number
            for number, pair in enumerate(zip(found_lines, again_lines, strict=False), 1)
            if pair[0] != pair[1]
        ),
        min(len(found_lines), len(again_lines)) + 1,
    )
    wanted = again_lines[number - 1].decode() if number <= len(again_lines) else "没有这一行"
    _refuse(f"{name} 第 {number} 行", "与重算的不同", f"重算得到的是：{wanted or '（结尾）'}")


def _refuse(place: str, what: str, why: str) -> NoReturn:
    raise DrawRefusedError(place=place, what=what, why=why, remedy=_REMEDY)
