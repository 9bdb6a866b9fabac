"""账本核对报告: what was found wrong, where, and how much was looked at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """不符之处.

    Attributes:
        code: a key of ``wording.VIOLATION_WORDS``.
        text: whole Chinese sentences: where, what, why it matters, what to do next.
        block: number of the block it is in, ``None`` if in none or of no one block.
        transfer: key of the transfer, ``None`` if of none.
        account: code of the account, ``None`` if of none.
    """

    code: str
    text: str
    block: int | None
    transfer: str | None
    account: str | None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """账本核对报告.

    Attributes:
        violations: what is wrong; of each code so many as ``finding.SHOWN_MOST``.
        left_out: how many more there are, by code.
        transfers: how many were looked at.
        accounts: how many accounts.
        blocks: how many blocks.
        unsealed: how many transfers are not in a block yet.
        head: of the last block, recomputed from the rows; empty without blocks.
        heads: how many published heads were compared.
        proved_until_block: the last block that a published head agrees with; 0 without any.
        seconds: how long it took.
    """

    violations: tuple[Violation, ...]
    left_out: Mapping[str, int]
    transfers: int
    accounts: int
    blocks: int
    unsealed: int
    head: str
    heads: int
    proved_until_block: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong (核对通过)."""
        return not self.violations

    def as_json(self) -> dict[str, Any]:
        """Plain dictionaries and lists, as ``ledger check --json`` prints them."""
        return {
            "ok": self.ok,
            "violations": [asdict(violation) for violation in self.violations],
            "left_out": dict(self.left_out),
            "transfers": self.transfers,
            "accounts": self.accounts,
            "blocks": self.blocks,
            "unsealed": self.unsealed,
            "head": self.head,
            "heads": self.heads,
            "proved_until_block": self.proved_until_block,
            "seconds": self.seconds,
        }
