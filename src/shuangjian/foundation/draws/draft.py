"""公告草稿: what the holder of a draw writes in TOML; the rest of the announcement is computed.

The round of a drand source follows from its moment, the parties are put in order, and the hashes
of rules, verifier and the draw before are added when it is announced.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from shuangjian.engines.draw.announcement import SPLIT, Announcement
from shuangjian.engines.draw.canonical import utf8_sorted
from shuangjian.engines.draw.entropy import (
    QUICKNET,
    DrandEntropy,
    Entropy,
    Fallback,
    PhysicalEntropy,
)
from shuangjian.engines.draw.hashing import DEFAULT_HASH
from shuangjian.foundation.draws.errors import WrongDraftError

TITLE_CHARACTERS_MOST: Final = 120
PARTY_CHARACTERS_MOST: Final = 80


@dataclass(frozen=True)
class Draft:
    """公告草稿; the fields are those of ``engines.draw.announcement.Announcement``."""

    title: str
    hash: str
    mechanism: str
    parties: tuple[str, ...]
    objections_until: datetime
    reveal_until: datetime
    entropy_at: datetime
    entropy: Entropy
    fallback: Fallback
    bundle: str = SPLIT
    seats: int | None = None

    def announcement(self, *, slug: str, rules: str, verifier: str, previous: str) -> Announcement:
        """The whole announcement (抽签公告).

        Args:
            slug: the draw's id.
            rules: hash of ``rules.txt``.
            verifier: hash of ``verify.py``.
            previous: hash of the transcript of the draw before, or empty.

        Raises:
            DrawRefusedError: it breaks the protocol.
        """
        return Announcement(
            id=slug, rules=rules, verifier=verifier, previous=previous, **vars(self)
        )


def read_draft(content: bytes) -> Draft:
    """Read a draft (公告草稿) from TOML.

    Raises:
        WrongDraftError: a field is missing, unknown or of the wrong kind.
    """
    try:
        table = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongDraftError(field="公告草稿", fault="not_toml") from error
    reader = _Table(table)
    entropy_at = reader.moment("entropy_at")
    fallback = reader.table("fallback")
    fallback_at = fallback.moment("at")
    draft = Draft(
        title=reader.text("title", most=TITLE_CHARACTERS_MOST),
        hash=reader.text("hash", default=DEFAULT_HASH),
        mechanism=reader.text("mechanism"),
        parties=reader.parties(),
        objections_until=reader.moment("objections_until"),
        reveal_until=reader.moment("reveal_until"),
        entropy_at=entropy_at,
        entropy=_entropy(reader.table("entropy"), at=entropy_at, is_last=True),
        fallback=Fallback(
            entropy=_entropy(fallback, at=fallback_at, is_last=False),
            at=fallback_at,
            when=fallback.text("when"),
        ),
        bundle=reader.text("bundle", default=SPLIT),
        seats=reader.whole("seats") if "seats" in table else None,
    )
    fallback.close()
    reader.close()
    return draft


def _entropy(table: "_Table", *, at: datetime, is_last: bool) -> Entropy:
    """A source; drand's round is the first at its moment or after it, so nobody chooses it."""
    source = table.text("source")
    found: Entropy
    if source == "drand":
        found = DrandEntropy(QUICKNET.round_from(at))
    elif source == "physical":
        found = PhysicalEntropy(
            name=table.text("name"),
            issue=table.text("issue"),
            pattern=table.text("pattern"),
            transcription=table.text("transcription"),
            outcomes=table.whole("outcomes"),
        )
    else:
        raise WrongDraftError(field=table.named("source"), fault="source")
    if is_last:
        table.close()
    return found


class _Table:
    """A table of the draft; ``close`` refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, Any], *, name: str = "") -> None:
        self._values = dict(values)
        self._name = name

    def named(self, key: str) -> str:
        """A field's name as the writer knows it."""
        return f"{self._name}.{key}" if self._name else key

    def text(self, key: str, *, default: str | None = None, most: int = 300) -> str:
        """A text of one line."""
        if default is not None and key not in self._values:
            return default
        value = self._taken(key)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise WrongDraftError(field=self.named(key), fault="not_text")
        if len(value) > most:
            raise WrongDraftError(field=self.named(key), fault="too_long")
        return value

    def whole(self, key: str) -> int:
        """A whole number."""
        value = self._taken(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongDraftError(field=self.named(key), fault="not_whole")
        return value

    def moment(self, key: str) -> datetime:
        """A moment with its offset."""
        value = self._taken(key)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise WrongDraftError(field=self.named(key), fault="not_moment")
        return value

    def parties(self) -> tuple[str, ...]:
        """The parties in the order in which they enter the seed."""
        values = self._taken("parties")
        if not isinstance(values, list):
            raise WrongDraftError(field="parties", fault="not_texts")
        each = _Table(
            {str(number): value for number, value in enumerate(values, 1)}, name="parties"
        )
        return utf8_sorted(
            tuple(
                each.text(str(number), most=PARTY_CHARACTERS_MOST)
                for number in range(1, len(values) + 1)
            )
        )

    def table(self, key: str) -> "_Table":
        """A table within."""
        value = self._taken(key)
        if not isinstance(value, dict):
            raise WrongDraftError(field=self.named(key), fault="not_table")
        return _Table(value, name=key)

    def close(self) -> None:
        """Refuse unknown fields."""
        for key in sorted(self._values):
            raise WrongDraftError(field=self.named(key), fault="unknown")

    def _taken(self, key: str) -> Any:
        if key not in self._values:
            raise WrongDraftError(field=self.named(key), fault="missing")
        return self._values.pop(key)
