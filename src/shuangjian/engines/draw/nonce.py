"""随机数承诺: each party's nonce stays hidden until all have committed; ``commitments.json``.

``commitment_of(draw=..., party=..., nonce=..., hash_name=...)`` is what a party publishes;
``Commitments(draw, freeze, commitments).to_bytes()`` and ``Commitments.from_bytes(data)``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shuangjian.engines.draw.canonical import canonical_bytes, length_prefixed, read_fields
from shuangjian.engines.draw.hashing import DEFAULT_HASH, digest

PLACE: Final = "commitments.json"
NONCE_BYTES: Final = 32
LABEL: Final = b"SHUANGJIAN-NONCE/1"


def commitment_of(*, draw: str, party: str, nonce: bytes, hash_name: str = DEFAULT_HASH) -> str:
    """The commitment (承诺) to a nonce of 32 bytes, in hex.

    The draw and the party stand in it, so that nobody can pass off another's commitment, or one of
    an earlier draw, as one's own.

    Raises:
        ValueError: the nonce has not 32 bytes.
        HashUnavailableError: see ``hashing``.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"随机数应当是 {NONCE_BYTES} 个字节，现在是 {len(nonce)} 个。")
    packed = length_prefixed(LABEL, draw.encode(), party.encode(), nonce)
    return digest(packed, hash_name=hash_name).hex()


@dataclass(frozen=True)
class Commitments:
    """承诺汇总: ``commitments.json``, before the first nonce is revealed.

    Attributes:
        draw: id of the draw.
        freeze: hash of the ``freeze.json`` that stood when the first party committed.
        commitments: hex by party.
    """

    draw: str
    freeze: str
    commitments: Mapping[str, str]

    def to_bytes(self) -> bytes:
        """The bytes of ``commitments.json`` (承诺汇总)."""
        return canonical_bytes(
            {"draw": self.draw, "freeze": self.freeze, "commitments": dict(self.commitments)}
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, place: str = PLACE) -> "Commitments":
        """Read ``commitments.json`` (承诺汇总).

        Raises:
            DrawRefusedError: not canonical, a field missing, unknown or wrong.
        """
        fields = read_fields(data, place=place)
        found = cls(
            draw=fields.text("draw"),
            freeze=fields.hex_digest("freeze"),
            commitments=fields.hex_digests("commitments"),
        )
        fields.close()
        return found
