"""信标签名: signatures of drand quicknet, scheme ``bls-unchained-g1-rfc9380``.

BLS12-381 with signatures on G1 and the key on G2. The message of a round is SHA-256 of its number
in 8 big-endian bytes, hashed to the curve as RFC 9380 says; e(signature, g2) = e(H(m), key).
Imported where a signature is checked only: py_ecc takes its time, and more (see ``beacon``).
"""

import hashlib
from functools import cache, lru_cache
from typing import Any, Final, NoReturn

from py_ecc.bls.g2_primitives import subgroup_check
from py_ecc.bls.hash_to_curve import hash_to_G1
from py_ecc.bls.point_compression import decompress_G1, decompress_G2
from py_ecc.bls.typing import G1Compressed, G1Uncompressed, G2Compressed, G2Uncompressed
from py_ecc.optimized_bls12_381.optimized_curve import G2, is_inf
from py_ecc.optimized_bls12_381.optimized_pairing import pairing

from shuangjian.engines.draw.entropy import QUICKNET
from shuangjian.engines.draw.refusal import DrawRefusedError

_SUITE: Final = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
# why: the package's types ask for a hash object where it calls the constructor.
_SHA256: Final[Any] = hashlib.sha256
_POINT_BYTES: Final = 48
_ROUND_BYTES: Final = 8


def check_signature(round_number: int, signature: bytes) -> None:
    """Check the signature (核对签名) of a round.

    Args:
        round_number: at least 1.
        signature: compressed point on G1, 48 bytes.

    Raises:
        DrawRefusedError: no such point, not of the prime-order subgroup, or not the signature.
    """
    if not _is_signature(round_number, signature):
        _refuse(
            f"不是 drand quicknet 第 {round_number} 轮的签名",
            "签名要用公告里的公钥验证，任何单位都造不出来",
        )


# why: running, publishing and checking a draw ask for the same round one after another.
@lru_cache(maxsize=64)
def _is_signature(round_number: int, signature: bytes) -> bool:
    point = _signature_point(signature)
    message = _SHA256(round_number.to_bytes(_ROUND_BYTES, "big")).digest()
    hashed = hash_to_G1(message, _SUITE, _SHA256)
    is_equal: bool = pairing(G2, point) == pairing(_public_key(), hashed)
    return is_equal


@cache
def _public_key() -> G2Uncompressed:
    key = bytes.fromhex(QUICKNET.public_key)
    point = decompress_G2(
        G2Compressed((_integer(key[:_POINT_BYTES]), _integer(key[_POINT_BYTES:])))
    )
    # invariant: a constant of the network; a mistyped one must not pass as a weak point.
    assert not is_inf(point)
    assert subgroup_check(point)
    return point


def _signature_point(signature: bytes) -> G1Uncompressed:
    why = "应当是 BLS12-381 曲线 G1 群上的压缩点，48 个字节"
    if len(signature) != _POINT_BYTES:
        _refuse(f"长度是 {len(signature)} 个字节", why)
    try:
        point = decompress_G1(G1Compressed(_integer(signature)))
    except ValueError:
        _refuse("不是曲线上的点", why)
    if is_inf(point) or not subgroup_check(point):
        _refuse("不是素数阶子群里的点", why)
    return point


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _refuse(what: str, why: str) -> NoReturn:
    raise DrawRefusedError(
        place="beacon.json 的 signature",
        what=what,
        why=why,
        remedy="请从公布渠道重新抄录；首选随机源确实取不到的，按公告改用备用随机源",
    )
