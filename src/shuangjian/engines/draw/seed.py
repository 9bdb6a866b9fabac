"""种子: ``seed_of(...)``; what nobody can know before the public entropy is out."""

from collections.abc import Iterable
from typing import Final

from shuangjian.engines.draw.canonical import length_prefixed
from shuangjian.engines.draw.hashing import DEFAULT_HASH, digest

LABEL: Final = b"EDU-LOTTERY/1"


def seed_of(
    *, commit: bytes, nonces: Iterable[bytes], value: str, hash_name: str = DEFAULT_HASH
) -> bytes:
    """The seed (种子) of a draw, 32 bytes.

    Args:
        commit: the bytes of ``commit.json``.
        nonces: 32 bytes each, in the order of the parties' UTF-8 bytes
            (``CommitDocument.nonce_bytes``).
        value: of the beacon: drand's randomness in hex, or the transcribed physical draw.
        hash_name: the announced hash.
    """
    commit_hash = digest(commit, hash_name=hash_name)
    packed = length_prefixed(LABEL, commit_hash, *nonces, value.encode())
    return digest(packed, hash_name=hash_name)
