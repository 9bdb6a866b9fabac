"""核对报告: what our verifier found in a published folder."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from shuangjian.engines.draw.hashing import HashUnavailableError
from shuangjian.engines.draw.refusal import DrawRefusedError

Found = TypeVar("Found")


@dataclass(frozen=True)
class Violation:
    """不符之处: ``place`` is the file (and field), ``text`` whole Chinese sentences."""

    place: str
    text: str


@dataclass(frozen=True)
class DrawReport:
    """核对报告.

    Attributes:
        draw: id, empty where ``draw.json`` cannot be read; so are the next three.
        title: in words.
        mechanism: see ``announcement``.
        hash: ``sha256`` or ``sm3``.
        version: the last version of the roster, 0 for none.
        tickets: how many are on it.
        seed: hex, recomputed; empty where it cannot be.
        commit_hash: of ``commit.json`` (of ``interval.json``), to be held against the one that the
            notary or a newspaper has; empty where there is none.
        is_aborted: whether the draw was aborted in public.
        checks: what held, in Chinese.
        violations: what did not; empty means that the folder is as the protocol wants it.
        notes: what a reader should know besides.
        market: folder with the frozen files of ``allocate``, for a draw with seats at courses.
        result: folder with what ``allocate`` answered, to be checked by the allocation's checker
            with ``seed``.
    """

    draw: str
    title: str
    mechanism: str
    hash: str
    version: int
    tickets: int
    seed: str
    commit_hash: str
    is_aborted: bool
    checks: tuple[str, ...]
    violations: tuple[Violation, ...]
    notes: tuple[str, ...]
    market: Path | None = None
    result: Path | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong (核对通过)."""
        return not self.violations


@dataclass
class Findings:
    """核对过程: collects what held and what did not; one check that fails stops no other."""

    checks: list[str] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, title: str, check: Callable[[], Found]) -> Found | None:
        """What a check answers, noted under its title; ``None`` if it refused (一项核对)."""
        try:
            found = check()
        except DrawRefusedError as error:
            self.violations.append(Violation(error.place, str(error)))
            return None
        except HashUnavailableError as error:
            self.violations.append(Violation("draw.json", str(error)))
            return None
        self.checks.append(title)
        return found
