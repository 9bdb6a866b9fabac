"""公共随机源的值: ``beacon.json``; what came out, checked against what was declared.

``DrandBeacon.of(round, signature)``, ``PhysicalBeacon(name, issue, value)``, ``to_bytes()``,
``read_beacon(data)``; ``check_beacon(announcement, beacon)`` refuses what is not the declared
value, ``verify_quicknet(round, signature)`` a wrong signature.
"""

import hashlib
import re
import sys
from dataclasses import dataclass
from typing import Final, NoReturn

from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.canonical import canonical_bytes, read_fields
from shuangjian.engines.draw.entropy import DrandEntropy, Entropy, PhysicalEntropy
from shuangjian.engines.draw.refusal import DrawRefusedError

PLACE: Final = "beacon.json"
_SIGNATURE: Final = re.compile(r"[0-9a-f]{96}")


@dataclass(frozen=True)
class DrandBeacon:
    """信标值: one round of drand quicknet.

    Attributes:
        round: its number.
        signature: compressed point on G1, 48 bytes in hex.
        value: SHA-256 of the signature in hex, drand's ``randomness``; whatever the draw's hash.
        is_fallback: whether the declared fallback took over.
        why: then, what kept the first source away, in words.
    """

    round: int
    signature: str
    value: str
    is_fallback: bool = False
    why: str = ""

    @classmethod
    def of(
        cls, round_number: int, signature: str, *, is_fallback: bool = False, why: str = ""
    ) -> "DrandBeacon":
        """The beacon (信标值) with a signature in hex; its value follows.

        Raises:
            DrawRefusedError: not 96 lower hexadecimal digits.
        """
        if not _SIGNATURE.fullmatch(signature):
            _refuse("signature", "不是签名", "应当是 96 位小写十六进制数字")
        value = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
        return cls(round_number, signature, value, is_fallback, why)

    def to_bytes(self) -> bytes:
        """The bytes of ``beacon.json`` (公共随机源的值)."""
        own: dict[str, object] = {
            "source": "drand",
            "round": self.round,
            "signature": self.signature,
            "value": self.value,
        }
        return canonical_bytes(own | _fallback_fields(self))


@dataclass(frozen=True)
class PhysicalBeacon:
    """开奖值: one issue of a physical draw, transcribed as declared.

    Attributes:
        name: of the draw, as declared.
        issue: as declared.
        value: as transcribed.
        is_fallback: whether the declared fallback took over.
        why: then, what kept the first source away, in words.
    """

    name: str
    issue: str
    value: str
    is_fallback: bool = False
    why: str = ""

    def to_bytes(self) -> bytes:
        """The bytes of ``beacon.json`` (公共随机源的值)."""
        own: dict[str, object] = {
            "source": "physical",
            "name": self.name,
            "issue": self.issue,
            "value": self.value,
        }
        return canonical_bytes(own | _fallback_fields(self))


Beacon = DrandBeacon | PhysicalBeacon


def read_beacon(data: bytes, *, place: str = PLACE) -> Beacon:
    """Read ``beacon.json`` (公共随机源的值); whether it is the declared one is asked elsewhere.

    Raises:
        DrawRefusedError: not canonical, a field missing, unknown or wrong.
    """
    fields = read_fields(data, place=place)
    source = fields.text("source")
    is_fallback, why = False, ""
    if "fallback" in fields:
        is_fallback, why = fields.boolean("fallback"), fields.text("why")
        if not is_fallback:
            fields.refuse("fallback", what="写了 false", why="没有用备用随机源时不写这一项")
    found: Beacon
    if source == "drand":
        found = DrandBeacon(
            round=fields.integer("round", least=1),
            signature=fields.text("signature"),
            value=fields.hex_digest("value"),
            is_fallback=is_fallback,
            why=why,
        )
    elif source == "physical":
        found = PhysicalBeacon(
            name=fields.text("name"),
            issue=fields.text("issue"),
            value=fields.text("value"),
            is_fallback=is_fallback,
            why=why,
        )
    else:
        fields.refuse("source", what=f"不认识“{source}”", why="只有 drand 和 physical 两种")
    fields.close()
    return found


def check_beacon(announcement: Announcement, beacon: Beacon) -> None:
    """Whether a value is the declared one (核对公共随机源); takes 1 s for drand's signature.

    Raises:
        DrawRefusedError: another source, round or issue; a wrong signature, value or spelling.
    """
    if beacon.is_fallback and not beacon.why:
        _refuse("why", "没有写明为什么改用备用随机源", "备用随机源只能在公告写明的情形下使用")
    declared: Entropy = (
        announcement.fallback.entropy if beacon.is_fallback else announcement.entropy
    )
    if isinstance(declared, DrandEntropy) and isinstance(beacon, DrandBeacon):
        _check_drand(announcement, declared, beacon)
    elif isinstance(declared, PhysicalEntropy) and isinstance(beacon, PhysicalBeacon):
        _check_physical(declared, beacon)
    else:
        _refuse("source", "不是公告写明的随机源", "随机源必须事先写明，事后不能更换")


def verify_quicknet(round_number: int, signature: bytes) -> None:
    """Check a signature of drand quicknet (核对信标签名), about 1 s.

    Args:
        round_number: at least 1.
        signature: compressed point on G1, 48 bytes.

    Raises:
        DrawRefusedError: no such point, not of the prime-order subgroup, or not the signature.
    """
    limit = sys.getrecursionlimit()
    try:
        from shuangjian.engines.draw.quicknet import check_signature
    finally:
        # why: py_ecc raises the limit for the whole process when it is imported; a deeply nested
        # document would then end the process instead of being refused.
        sys.setrecursionlimit(limit)
    check_signature(round_number, signature)


def _check_drand(announcement: Announcement, declared: DrandEntropy, beacon: DrandBeacon) -> None:
    if beacon.round != declared.round:
        _refuse("round", f"是第 {beacon.round} 轮", f"公告写明的是第 {declared.round} 轮")
    if declared.published_at <= announcement.reveal_until:
        _refuse("round", "在揭示截止之前就已公布", "随机数必须在随机源公布之前全部揭示")
    if beacon != DrandBeacon.of(
        beacon.round, beacon.signature, is_fallback=beacon.is_fallback, why=beacon.why
    ):
        _refuse("value", "不等于签名的 SHA-256", "信标的值就是签名的 SHA-256")
    verify_quicknet(beacon.round, bytes.fromhex(beacon.signature))


def _check_physical(declared: PhysicalEntropy, beacon: PhysicalBeacon) -> None:
    if (beacon.name, beacon.issue) != (declared.name, declared.issue):
        _refuse(
            "issue",
            f"是{beacon.name}{beacon.issue}",
            f"公告写明的是{declared.name}{declared.issue}",
        )
    if not re.fullmatch(declared.pattern, beacon.value):
        _refuse("value", f"“{beacon.value}”的写法不对", f"公告写明：{declared.transcription}")


def _fallback_fields(beacon: Beacon) -> dict[str, object]:
    return {"fallback": True, "why": beacon.why} if beacon.is_fallback else {}


def _refuse(field: str, what: str, why: str) -> NoReturn:
    raise DrawRefusedError(
        place=f"{PLACE} 的 {field}",
        what=what,
        why=why,
        remedy="请从公布渠道重新抄录；首选随机源确实取不到的，按公告改用备用随机源",
    )
