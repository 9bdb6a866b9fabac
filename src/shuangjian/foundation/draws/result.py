"""结果: what follows from the frozen files and the public random number; a pure function of both.

Running it again gives the same bytes, which is how a result is checked.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from shuangjian.engines.draw.admission import NAME as ADMITTED
from shuangjian.engines.draw.admission import Applicant, admit, admitted_bytes
from shuangjian.engines.draw.announcement import ORDER, START_INTERVAL, Announcement
from shuangjian.engines.draw.beacon import PLACE as BEACON
from shuangjian.engines.draw.beacon import (
    Beacon,
    DrandBeacon,
    PhysicalBeacon,
    check_beacon,
    read_beacon,
)
from shuangjian.engines.draw.commit_document import PLACE as COMMIT
from shuangjian.engines.draw.commit_document import CommitDocument
from shuangjian.engines.draw.entropy import DrandEntropy
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.interval import PLACE as INTERVAL
from shuangjian.engines.draw.interval import (
    IntervalDraw,
    counted_order,
    interval_ranks_bytes,
)
from shuangjian.engines.draw.rank import NAME as RANKS
from shuangjian.engines.draw.rank import ranked, ranks_bytes
from shuangjian.engines.draw.roster import RosterRow, read_roster
from shuangjian.engines.draw.seed import seed_of
from shuangjian.foundation.draws.errors import FallbackEarlyError, WrongNumbersError

RESULT: Final = "result"
_NUMBERS: Final = re.compile(r"([0-9]{1,9}),([0-9]{1,9})")


@dataclass(frozen=True)
class Outcome:
    """开出的随机数: as somebody read it from the declared source.

    ``value`` is drand's signature in hex, or the physical draw as the announcement says it is
    written; the start and the interval are written ``12,7``. ``why_fallback`` says why the declared
    fallback took over; ``None`` for the first source.
    """

    value: str
    why_fallback: str | None = None


@dataclass(frozen=True)
class Sealed:
    """封存的内容: what a result is computed from, but for the public random number.

    ``files`` are the published ones by path, ``freeze`` the last version.
    """

    announcement: Announcement
    freeze: Freeze
    files: Mapping[str, bytes]

    @property
    def roster(self) -> list[RosterRow]:
        """The tickets of the last version (名册)."""
        return read_roster(self.files[f"v{self.freeze.version}/roster.csv"])

    def seed(self) -> str:
        """The seed in hex (种子), once the number is known; empty for a start and interval."""
        if BEACON not in self.files:
            return ""
        return _seed(self, read_beacon(self.files[BEACON])).hex()


def beacon_of(announcement: Announcement, outcome: Outcome) -> Beacon:
    """The declared source with what came out (随机数), not checked yet.

    Raises:
        DrawRefusedError: drand's signature is not written as one.
    """
    is_fallback = outcome.why_fallback is not None
    why = outcome.why_fallback or ""
    declared = announcement.fallback.entropy if is_fallback else announcement.entropy
    if isinstance(declared, DrandEntropy):
        return DrandBeacon.of(declared.round, outcome.value, is_fallback=is_fallback, why=why)
    return PhysicalBeacon(declared.name, declared.issue, outcome.value, is_fallback, why)


def check_due(announcement: Announcement, beacon: Beacon, *, at: datetime) -> None:
    """Check that a number is the declared one, and its source's turn (核对随机数); drand takes 1 s.

    Raises:
        FallbackEarlyError: the fallback is not due yet.
        DrawRefusedError: it is not the declared one.
    """
    if beacon.is_fallback and at < announcement.fallback.at:
        raise FallbackEarlyError(announcement.fallback.at)
    check_beacon(announcement, beacon)


def is_recorded(files: Mapping[str, bytes], beacon: Beacon) -> bool:
    """Whether a number is the one that a result was made of (同一个随机数)."""
    if INTERVAL not in files:
        return files.get(BEACON) == beacon.to_bytes()
    drawn = IntervalDraw.from_bytes(files[INTERVAL])
    return (drawn.value, drawn.why) == (beacon.value, beacon.why)


def result_files(sealed: Sealed, beacon: Beacon, *, at: datetime) -> dict[str, bytes]:
    """Every file that follows (结果文件), by path.

    Args:
        sealed: what was frozen and sealed.
        beacon: checked by ``check_due``.
        at: when the numbers were drawn; it stands in ``interval.json`` only.

    Raises:
        WrongNumbersError: no start and interval where the announcement wants them.
        DrawRefusedError: a start or interval that is not on the roster.
    """
    if sealed.announcement.mechanism == START_INTERVAL:
        return _interval_files(sealed, beacon, at=at)
    seed = _seed(sealed, beacon)
    hash_name = sealed.announcement.hash
    order = ranked(seed, [row.ticket for row in sealed.roster], hash_name=hash_name)
    files = {BEACON: beacon.to_bytes(), RANKS: ranks_bytes(order)}
    if sealed.announcement.mechanism == ORDER:
        return files | _admitted(sealed, [each.ticket for each in order])
    return files | _allocated(sealed, seed)


def _seed(sealed: Sealed, beacon: Beacon) -> bytes:
    commit = sealed.files[COMMIT]
    return seed_of(
        commit=commit,
        nonces=CommitDocument.from_bytes(commit).nonce_bytes(),
        value=beacon.value,
        hash_name=sealed.announcement.hash,
    )


def _interval_files(sealed: Sealed, beacon: Beacon, *, at: datetime) -> dict[str, bytes]:
    numbers = _NUMBERS.fullmatch(beacon.value)
    if numbers is None:
        raise WrongNumbersError
    tickets = [row.ticket for row in sealed.roster]
    drawn = IntervalDraw.drawn(
        sealed.announcement,
        sealed.freeze,
        count=len(tickets),
        numbers=(int(numbers[1]), int(numbers[2])),
        at=at,
        why_fallback=beacon.why,
    )
    order = counted_order(drawn.count, start=drawn.start, interval=drawn.interval)
    files = {INTERVAL: drawn.to_bytes(), RANKS: interval_ranks_bytes(tickets, order)}
    return files | _admitted(sealed, [tickets[number - 1] for number in order])


def _admitted(sealed: Sealed, order: list[str]) -> dict[str, bytes]:
    """Who gets a seat; nothing where only ranks were announced."""
    seats = sealed.announcement.seats
    if seats is None:
        return {}
    size_by_ticket = {row.ticket: row.size for row in sealed.roster}
    admissions = admit(
        (Applicant(ticket, size_by_ticket[ticket]) for ticket in order),
        seats=seats,
        bundle=sealed.announcement.bundle,
    )
    return {f"{RESULT}/{ADMITTED}": admitted_bytes(admissions)}


def _allocated(sealed: Sealed, seed: bytes) -> dict[str, bytes]:
    """What ``allocate`` writes for the frozen files, to the byte; its seconds are 0."""
    # why: numpy and the compiler take a second to load, which mere ranks need not wait for.
    from shuangjian.engines.allocation.run import allocate
    from shuangjian.engines.allocation.summary import summarise
    from shuangjian.engines.market.folder import read_market
    from shuangjian.engines.market.write import write_result

    with tempfile.TemporaryDirectory(prefix="draw-") as made:
        source, target = Path(made) / "in", Path(made) / "out"
        source.mkdir()
        target.mkdir()
        for name in sealed.freeze.files:
            (source / name).write_bytes(sealed.files[f"v{sealed.freeze.version}/{name}"])
        market = read_market(source)
        announcement = sealed.announcement
        allocation = allocate(
            market, mechanism=announcement.mechanism, seed=seed, hash_name=announcement.hash
        )
        summary = {
            "mechanism": announcement.mechanism,
            "seed": seed.hex(),
            "hash": announcement.hash,
            **summarise(market, allocation),
            "seconds": 0,
        }
        write_result(market, allocation, target, summary=summary, form="csv")
        return {
            f"{RESULT}/{path.relative_to(target).as_posix()}": path.read_bytes()
            for path in sorted(target.rglob("*"))
            if path.is_file()
        }
