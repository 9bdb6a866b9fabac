"""发现: what the parts of the check find, by numbers of rows; put in words at the end."""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from numpy.typing import NDArray

from shuangjian.foundation.ledger.check.column import Bools, Integers

SHOWN_MOST: Final = 20
"""How many of each code are listed; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """发现.

    Attributes:
        code: a key of ``wording.VIOLATION_WORDS``.
        words: what the sentence needs.
        block: number of a block.
        transfer_id: number of a transfer.
        account_id: number of an account.
    """

    code: str
    words: dict[str, str | int]
    block: int | None = None
    transfer_id: int | None = None
    account_id: int | None = None


@dataclass
class FindingList:
    """发现的清单: keeps the first of each code and counts all; several threads may add.

    Attributes:
        findings: those kept.
        counts: how many there are of each code.
    """

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def add(
        self,
        code: str,
        *,
        block: int | None = None,
        transfer: int | None = None,
        account: int | None = None,
        **words: str | int,
    ) -> None:
        """Note one (记下一处)."""
        with self._lock:
            self.counts[code] += 1
            if self.counts[code] <= SHOWN_MOST:
                self.findings.append(Finding(code, words, block, transfer, account))

    def add_where(
        self,
        wrong: Bools,
        code: str,
        *,
        transfer: Integers | None = None,
        account: Integers | None = None,
        **words: NDArray[Any],
    ) -> None:
        """Note every place where ``wrong`` holds (记下各处); all columns are as long as it."""
        places = wrong.nonzero()[0]
        if not places.size:
            return
        for place in places[:SHOWN_MOST].tolist():
            self.add(
                code,
                transfer=None if transfer is None else int(transfer[place]),
                account=None if account is None else int(account[place]),
                **{name: column[place].item() for name, column in words.items()},
            )
        with self._lock:
            self.counts[code] += max(0, int(places.size) - SHOWN_MOST)
