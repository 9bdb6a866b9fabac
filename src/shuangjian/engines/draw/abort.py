"""公开中止: ``abort.json``; a draw ends without a result only in public, with its reason.

``Abort(...).to_bytes()`` and ``Abort.from_bytes(data)``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shuangjian.engines.draw.canonical import canonical_bytes, read_fields

PLACE: Final = "abort.json"
PHASES: Final = {
    "announced": "已发布公告",
    "frozen": "已冻结名册",
    "committed": "已提交承诺",
    "revealing": "正在揭示随机数",
    "sealed": "已封存",
    "drawn": "已抽出、未公布",
}
"""How far the draw was (阶段): the code in the file, and what it is called."""


@dataclass(frozen=True)
class Abort:
    """公开中止.

    Attributes:
        draw: id of the draw; it is used up.
        at: when.
        by: which office.
        reason: in words, never empty.
        phase: one of ``PHASES``.
        beacon_known: whether the public entropy was out already; then anybody can compute which
            result was thrown away.
    """

    draw: str
    at: datetime
    by: str
    reason: str
    phase: str
    beacon_known: bool

    def to_bytes(self) -> bytes:
        """The bytes of ``abort.json`` (公开中止)."""
        return canonical_bytes(
            {
                "draw": self.draw,
                "at": self.at.isoformat(),
                "by": self.by,
                "reason": self.reason,
                "phase": self.phase,
                "beacon_known": self.beacon_known,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, place: str = PLACE) -> "Abort":
        """Read ``abort.json`` (公开中止).

        Raises:
            DrawRefusedError: not canonical, a field missing, unknown or wrong.
        """
        fields = read_fields(data, place=place)
        found = cls(
            draw=fields.text("draw"),
            at=fields.instant("at"),
            by=fields.text("by"),
            reason=fields.text("reason"),
            phase=fields.text("phase"),
            beacon_known=fields.boolean("beacon_known"),
        )
        if found.phase not in PHASES:
            fields.refuse("phase", what=f"不认识“{found.phase}”", why=f"可选：{'、'.join(PHASES)}")
        fields.close()
        return found
