"""冻结: ``vN/freeze.json``; which files a version of the roster consists of, and why it came.

``Freeze(...).to_bytes()`` and ``Freeze.from_bytes(data, place="v1/freeze.json")``. Versions form a
chain: each names the hash of the one before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shuangjian.engines.draw.canonical import canonical_bytes, read_fields

NAME: Final = "freeze.json"
FILES_OF_ORDER: Final = ("roster.csv",)
FILES_OF_ALLOCATION: Final = (
    "choices.csv",
    "courses.csv",
    "pupils.csv",
    "roster.csv",
    "tickets.csv",
    "tiers.csv",
)
_PLAIN_NAME: Final = re.compile(r"[a-z]+\.csv")


@dataclass(frozen=True)
class Freeze:
    """冻结.

    Attributes:
        draw: id of the draw.
        version: from 1.
        at: when it was published.
        reason: of the correction, in words; empty for version 1 only.
        previous: hash of ``freeze.json`` of the version before, empty for version 1 only.
        announcement: hash of ``draw.json``.
        files: hash by file name, of this version's folder.
    """

    draw: str
    version: int
    at: datetime
    reason: str
    previous: str
    announcement: str
    files: Mapping[str, str]

    @property
    def place(self) -> str:
        """Where it stands in the published folder (位置)."""
        return f"v{self.version}/{NAME}"

    def to_bytes(self) -> bytes:
        """The bytes of ``freeze.json`` (冻结)."""
        return canonical_bytes(
            {
                "draw": self.draw,
                "version": self.version,
                "at": self.at.isoformat(),
                "reason": self.reason,
                "previous": self.previous,
                "announcement": self.announcement,
                "files": dict(self.files),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, place: str) -> "Freeze":
        """Read ``freeze.json`` (冻结).

        Raises:
            DrawRefusedError: not canonical, a field missing, unknown or wrong, no roster.
        """
        fields = read_fields(data, place=place)
        found = cls(
            draw=fields.text("draw"),
            version=fields.integer("version", least=1),
            at=fields.instant("at"),
            reason=fields.text("reason", may_be_empty=True),
            previous=fields.hex_digest("previous", may_be_empty=True),
            announcement=fields.hex_digest("announcement"),
            files=fields.hex_digests("files"),
        )
        if any(not _PLAIN_NAME.fullmatch(name) for name in found.files):
            fields.refuse("files", what="文件名不对", why="冻结的文件都在本版目录里，以 .csv 结尾")
        if "roster.csv" not in found.files:
            fields.refuse("files", what="没有 roster.csv", why="名册必须冻结")
        if (found.version == 1) != (found.reason == "") or (found.version == 1) != (
            found.previous == ""
        ):
            fields.refuse(
                "reason",
                what="更正理由或上一版的散列值不对",
                why="第 1 版没有这两项，以后每一版都要写明",
            )
        fields.close()
        return found
