"""所在之处: findings are put in words, with keys and codes for the numbers of rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from shuangjian.foundation.ledger.check.column import fetch_rows
from shuangjian.foundation.ledger.check.finding import Finding
from shuangjian.foundation.ledger.check.report import Violation
from shuangjian.foundation.ledger.check.seal_table import SealTable
from shuangjian.foundation.ledger.check.snapshot import Connection
from shuangjian.foundation.ledger.check.wording import UNSEEN, VIOLATION_WORDS
from shuangjian.foundation.ledger.wording import step_title

NAMED_MOST: Final = 5
"""How many transfers of a block that was changed are named in its sentence."""

_KEYS: Final = "SELECT id, key FROM ledger_transfer WHERE id = ANY (%s)"
_CODES: Final = "SELECT id, code FROM ledger_account WHERE id = ANY (%s)"


def in_words(
    connection: Connection, findings: Sequence[Finding], seals: SealTable
) -> tuple[Violation, ...]:
    """Findings as violations (说明), code by code.

    A transfer is told with the block it is sealed in; a block that was changed with those of its
    transfers in which something else is wrong, too.
    """
    places = _places(connection, findings, seals)
    order = list(VIOLATION_WORDS)
    findings = sorted(findings, key=lambda found: order.index(found.code))
    return tuple(_violation(found, places) for found in findings)


@dataclass(frozen=True, slots=True)
class _Places:
    """What the numbers in findings stand for: keys, codes, blocks; and the suspects of a block."""

    keys: Mapping[int, str]
    codes: Mapping[int, str]
    blocks: Mapping[int, int]
    suspects: Mapping[int, Sequence[int]]

    def key(self, number: int) -> str:
        return self.keys.get(number, f"编号 {number}")

    def code(self, number: int) -> str:
        return self.codes.get(number, f"编号 {number}")

    def named(self, first: int, last: int) -> list[str]:
        """Suspects of the blocks from ``first`` to ``last``, but not too many."""
        blocks = sorted(block for block in self.suspects if first <= block <= last)
        numbers = [number for block in blocks for number in self.suspects[block]]
        return [self.key(number) for number in numbers[:NAMED_MOST]]


def _places(connection: Connection, findings: Sequence[Finding], seals: SealTable) -> _Places:
    transfers = {found.transfer_id for found in findings if found.transfer_id is not None}
    originals = {int(found.words["original"]) for found in findings if "original" in found.words}
    accounts = {found.account_id for found in findings if found.account_id is not None}
    asked = sorted(transfers)
    found_in = seals.transfers.blocks_of(np.array(asked, np.int64)).tolist()
    blocks = {number: block for number, block in zip(asked, found_in, strict=True) if block}
    suspects: dict[int, list[int]] = {}
    for number, block in blocks.items():
        suspects.setdefault(block, []).append(number)
    return _Places(
        keys=_names(connection, _KEYS, transfers | originals),
        codes=_names(connection, _CODES, accounts),
        blocks=blocks,
        suspects=suspects,
    )


def _names(connection: Connection, statement: str, ids: Collection[int]) -> dict[int, str]:
    return dict(fetch_rows(connection, statement, [list(ids)]))


def _violation(found: Finding, places: _Places) -> Violation:
    block, transfer, account = found.block, found.transfer_id, found.account_id
    if transfer is not None:
        block = places.blocks.get(transfer)
    where = [f"第 {block} 块"] if block is not None else []
    if transfer is not None:
        where.append(f"转账 {places.key(transfer)}")
    if account is not None:
        where.append(f"账户 {places.code(account)}")
    what, then = VIOLATION_WORDS[found.code]
    sentence = what.format(**_words(found, places))
    return Violation(
        code=found.code,
        text=f"{'，'.join(where) or '账本'}：{sentence}。{then}",
        block=block,
        transfer=None if transfer is None else places.keys.get(transfer),
        account=None if account is None else places.codes.get(account),
    )


def _words(found: Finding, places: _Places) -> dict[str, str | int]:
    words = dict(found.words)
    if "step" in words:
        words["step"] = step_title(str(words["step"]))
    if "original" in words:
        words["original"] = places.key(int(words["original"]))
    if found.block is not None:
        named = places.named(int(words.get("since", found.block)), found.block)
        words["where"] = f"其中另有不符的转账：{'、'.join(named)}" if named else UNSEEN
    return words
