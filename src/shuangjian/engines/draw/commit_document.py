"""封存文书: ``commit.json``; the last word before the entropy, whose hash goes into the seed.

``sealed(...)`` makes it from what is public already, ``to_bytes`` and ``from_bytes`` as everywhere.
It holds nothing that the one who seals could choose: its instant is the announced
``reveal_until`` and a dropped party has one fixed reason. Else a text could be varied until a
small physical draw favours somebody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.canonical import Fields, canonical_bytes, read_fields, utf8_sorted
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.nonce import commitment_of
from shuangjian.engines.draw.refusal import DrawRefusedError

PLACE: Final = "commit.json"
NOT_COMMITTED: Final = "not_committed"
NOT_REVEALED: Final = "not_revealed"
DROP_REASONS: Final = {
    NOT_COMMITTED: "没有在首个随机数揭示之前作出承诺",
    NOT_REVEALED: "到揭示截止时没有给出与承诺相符的随机数",
}
"""Why a party was dropped (剔除理由): the code in the file, and its sentence."""


@dataclass(frozen=True)
class CommitDocument:
    """封存文书.

    Attributes:
        draw: id of the draw.
        announcement: hash of ``draw.json``.
        freeze: hash of the last version's ``freeze.json``.
        version: of that freeze.
        commitments: hex by party, of all who committed.
        nonces: hex by party, of those revealed in time and matching.
        dropped: code of ``DROP_REASONS`` by party, of all the others.
        at: the announced ``reveal_until``.
    """

    draw: str
    announcement: str
    freeze: str
    version: int
    commitments: Mapping[str, str]
    nonces: Mapping[str, str]
    dropped: Mapping[str, str]
    at: datetime

    def nonce_bytes(self) -> list[bytes]:
        """The nonces (随机数) in the order in which they enter the seed."""
        return [bytes.fromhex(self.nonces[party]) for party in utf8_sorted(self.nonces)]

    def to_bytes(self) -> bytes:
        """The bytes of ``commit.json`` (封存文书)."""
        return canonical_bytes(
            {
                "draw": self.draw,
                "announcement": self.announcement,
                "freeze": self.freeze,
                "version": self.version,
                "commitments": dict(self.commitments),
                "nonces": dict(self.nonces),
                "dropped": [
                    {"party": party, "reason": self.dropped[party]}
                    for party in utf8_sorted(self.dropped)
                ],
                "at": self.at.isoformat(),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, place: str = PLACE) -> "CommitDocument":
        """Read ``commit.json`` (封存文书).

        Raises:
            DrawRefusedError: not canonical, a field missing, unknown or wrong.
        """
        fields = read_fields(data, place=place)
        found = cls(
            draw=fields.text("draw"),
            announcement=fields.hex_digest("announcement"),
            freeze=fields.hex_digest("freeze"),
            version=fields.integer("version", least=1),
            commitments=fields.hex_digests("commitments"),
            nonces=fields.hex_digests("nonces"),
            dropped=_dropped(fields),
            at=fields.instant("at"),
        )
        fields.close()
        return found


def sealed(
    announcement: Announcement,
    freeze: Freeze,
    *,
    commitments: Mapping[str, str],
    nonces: Mapping[str, bytes],
) -> CommitDocument:
    """Seal (封存) a draw: a pure function of what is public at ``reveal_until``.

    Args:
        announcement: of the draw.
        freeze: the last version.
        commitments: hex by party.
        nonces: as revealed in time by those who committed; one that does not match is dropped.

    Raises:
        DrawRefusedError: a commitment or nonce of a stranger; no nonce is left.
    """
    strangers = utf8_sorted(tuple({*commitments, *nonces} - set(announcement.parties)))
    if strangers:
        _refuse(f"{strangers[0]}不是公告的承诺方", "公告之后不能增加承诺方")
    kept: dict[str, str] = {}
    dropped: dict[str, str] = {}
    for party in announcement.parties:
        nonce = nonces.get(party)
        if party not in commitments:
            dropped[party] = NOT_COMMITTED
        elif nonce is not None and commitments[party] == commitment_of(
            draw=announcement.id, party=party, nonce=nonce, hash_name=announcement.hash
        ):
            kept[party] = nonce.hex()
        else:
            dropped[party] = NOT_REVEALED
    if not kept:
        _refuse("没有任何一方揭示随机数", "只靠公共随机源时，先知道它的人就先知道结果")
    return CommitDocument(
        draw=announcement.id,
        announcement=hex_digest(announcement.to_bytes(), hash_name=announcement.hash),
        freeze=hex_digest(freeze.to_bytes(), hash_name=announcement.hash),
        version=freeze.version,
        commitments=dict(commitments),
        nonces=kept,
        dropped=dropped,
        at=announcement.reveal_until,
    )


def _dropped(fields: Fields) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in fields.inners("dropped"):
        party, reason = each.text("party"), each.text("reason")
        if reason not in DROP_REASONS:
            each.refuse("reason", what=f"不认识“{reason}”", why="剔除理由是固定的，不能自拟")
        found[party] = reason
        each.close()
    return found


def _refuse(what: str, why: str) -> None:
    raise DrawRefusedError(
        place=PLACE, what=what, why=why, remedy="请公开中止这次抽签，另立编号重新进行"
    )
