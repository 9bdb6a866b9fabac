"""核验记录: what the checker looked at and what it found wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

SHOWN: Final = 100
"""How many violations of one code are told in words; the rest is counted."""


@dataclass(frozen=True)
class Violation:
    """违规: one thing that is not as it must be.

    Attributes:
        code: stable word in lower case; ``docs/algorithms/checker.md`` lists them.
        file: name of the file that is wrong, such as ``placements.csv``; empty where none is.
        key: the row, as ``pupil=…, slot=…`` or ``line 7``; empty for a whole file.
        sentence: what is wrong and what was expected, in Chinese.
    """

    code: str
    file: str
    key: str
    sentence: str


@dataclass(frozen=True)
class CheckReport:
    """核验结论: whether an allocation is right, and why not.

    Attributes:
        mechanism: as ``summary.json`` names it; empty where that cannot be read.
        violations: the first ``SHOWN`` of each code, in the order they were found.
        counts: code to how many there are in all.
        checks: ``(name, how many were looked at)`` in the order of checking.
        unproved: Chinese sentences on what could not be decided; empty for a full proof.
    """

    mechanism: str
    violations: tuple[Violation, ...]
    counts: dict[str, int]
    checks: tuple[tuple[str, int], ...]
    unproved: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Nothing is wrong; ``unproved`` may still name what was too large to prove."""
        return not self.counts


@dataclass
class Record:
    """核验记录: collects violations while the checks run."""

    violations: list[Violation] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    checks: dict[str, int] = field(default_factory=dict)
    unproved: list[str] = field(default_factory=list)

    def note(self, code: str, file: str, key: str, sentence: str) -> None:
        """Keep one violation."""
        self.counts[code] += 1
        if self.counts[code] <= SHOWN:
            self.violations.append(Violation(code, file, key, sentence))

    def note_all(self, code: str, file: str, total: int, told: Iterable[tuple[str, str]]) -> None:
        """Keep ``total`` violations, of which ``told`` gives the first ``(key, sentence)``."""
        if total == 0:
            return
        room = max(0, SHOWN - self.counts[code])
        self.counts[code] += total
        for key, sentence in islice(told, min(room, total)):
            self.violations.append(Violation(code, file, key, sentence))

    def looked(self, name: str, count: int) -> None:
        """Say that ``count`` more things were looked at under ``name``."""
        self.checks[name] = self.checks.get(name, 0) + int(count)

    def add(self, other: "Record") -> None:
        """Take over what another record holds."""
        for violation in other.violations:
            if sum(kept.code == violation.code for kept in self.violations) < SHOWN:
                self.violations.append(violation)
        self.counts.update(other.counts)
        for name, count in other.checks.items():
            self.looked(name, count)
        self.unproved += other.unproved

    def report(self, mechanism: str) -> CheckReport:
        """Close the record."""
        return CheckReport(
            mechanism=mechanism,
            violations=tuple(self.violations),
            counts={code: count for code, count in self.counts.items() if count},
            checks=tuple(self.checks.items()),
            unproved=tuple(self.unproved),
        )
