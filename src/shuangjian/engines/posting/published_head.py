"""公布的链头: a line a day of the heads file, kept where the ledger's keeper cannot write."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shuangjian.engines.posting.chain import moment_text

_HEAD: Final = re.compile(r"[0-9a-f]{64}")
_FIELDS: Final = ("block", "head", "transfers", "sealed_at", "published_at")


class WrongHeadsError(ValueError):
    """A heads file that cannot be read (链头文件有误); the text is whole Chinese sentences."""


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """公布的链头.

    Attributes:
        block: number of the last block then sealed.
        head: its head, 64 hexadecimal digits.
        transfers: how many transfers the blocks up to it hold.
        sealed_at: when it was sealed, aware.
        published_at: when it was published, aware.
    """

    block: int
    head: str
    transfers: int
    sealed_at: datetime
    published_at: datetime

    def line(self) -> str:
        """Its line in the heads file (链头行), with its LF."""
        document = {
            "block": self.block,
            "head": self.head,
            "transfers": self.transfers,
            "sealed_at": moment_text(self.sealed_at),
            "published_at": moment_text(self.published_at),
        }
        return json.dumps(document, separators=(",", ":")) + "\n"


def read_heads(lines: Iterable[bytes]) -> tuple[PublishedHead, ...]:
    """The heads of a heads file (读链头文件), as they stand in it.

    Args:
        lines: the file, opened for reading bytes.

    Raises:
        WrongHeadsError: a line that is none.
    """
    return tuple(_read(line, number) for number, line in enumerate(lines, start=1))


def _read(line: bytes, number: int) -> PublishedHead:
    try:
        document = json.loads(line)
        block, head, transfers, sealed_at, published_at = (document[name] for name in _FIELDS)
        found = PublishedHead(
            block=block,
            head=head,
            transfers=transfers,
            sealed_at=datetime.fromisoformat(sealed_at),
            published_at=datetime.fromisoformat(published_at),
        )
        is_whole = type(block) is int and type(transfers) is int and _HEAD.fullmatch(head)
        # why: a line has one spelling, so what is read again is what was written.
        if is_whole and found.line().encode() == line.rstrip(b"\n") + b"\n":
            return found
    except (ValueError, TypeError, KeyError):
        pass
    raise WrongHeadsError(
        f"链头文件第 {number} 行不是一条链头记录，无法用来核对。请取回公布时的原文件再核对。"
    )
