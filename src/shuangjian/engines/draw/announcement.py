"""抽签公告: ``draw.json``; everything that is settled before anybody applies.

``Announcement(...).to_bytes()`` and ``Announcement.from_bytes(data)``; making one that breaks the
protocol is refused.
"""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from shuangjian.engines.draw.canonical import Fields, canonical_bytes, read_fields, utf8_sorted
from shuangjian.engines.draw.entropy import (
    DrandEntropy,
    Entropy,
    Fallback,
    PhysicalEntropy,
    read_entropy,
    read_fallback,
)
from shuangjian.engines.draw.hashing import HASHES
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.value_form import ALLOWED, fault_of_form, spellings

PROTOCOL: Final = "shuangjian-draw/1"
PLACE: Final = "draw.json"
ORDER: Final = "order"
START_INTERVAL: Final = "start-interval"
MECHANISMS: Final = (
    ORDER,
    "lottery",
    "serial",
    "deferred-acceptance",
    "fullest",
    "rank-optimal",
    START_INTERVAL,
)
ONLY_RANKS: Final = frozenset({ORDER, START_INTERVAL})
"""Mechanisms that give no places at courses."""
SPLIT: Final = "split"
EXPAND: Final = "expand"
PARTIES_LEAST: Final = 2


@dataclass(frozen=True)
class Announcement:
    """抽签公告.

    Attributes:
        id: one id, one result.
        title: in words.
        hash: ``sha256`` or ``sm3``; of every hash and key of this draw.
        mechanism: one of ``MECHANISMS``; ``order`` gives ranks only.
        parties: who commits a nonce, in the order of their UTF-8 bytes, at least two.
        objections_until: the roster may be corrected until the first nonce is revealed, which is
            never before this instant.
        reveal_until: whoever has not revealed by then is dropped; the instant of ``commit.json``.
        entropy_at: when the public entropy comes out.
        entropy: the declared source.
        fallback: the declared second source.
        bundle: ``split`` at the last seat, or ``expand``: all of a bundle come in, seats grow.
        seats: how many pupils win; ``None`` where ranks are all, or courses have their own.
        rules: hash of ``rules.txt``.
        verifier: hash of ``verify.py``.
        previous: hash of the ``transcript.json`` of the draw before, or empty.
    """

    id: str
    title: str
    hash: str
    mechanism: str
    parties: tuple[str, ...]
    objections_until: datetime
    reveal_until: datetime
    entropy_at: datetime
    entropy: Entropy
    fallback: Fallback
    rules: str
    verifier: str
    bundle: str = SPLIT
    seats: int | None = None
    previous: str = ""

    def __post_init__(self) -> None:
        _one_of("hash", self.hash, HASHES)
        _one_of("mechanism", self.mechanism, MECHANISMS)
        _one_of("bundle", self.bundle, (SPLIT, EXPAND))
        self._check_parties()
        self._check_instants()
        self._check_seats()
        for entropy in (self.entropy, self.fallback.entropy):
            if isinstance(entropy, PhysicalEntropy):
                self._check_form(entropy)

    def _check_form(self, entropy: PhysicalEntropy) -> None:
        is_numbers = self.mechanism == START_INTERVAL
        fault = fault_of_form(entropy.pattern, may_be_open=is_numbers)
        if fault:
            _refuse("pattern", fault, f"一个结果只许有一种写法，{ALLOWED}")
        if not is_numbers and entropy.outcomes > spellings(entropy.pattern):
            _refuse(
                "outcomes",
                f"写了 {entropy.outcomes} 种结果，而这种写法至多 {spellings(entropy.pattern)} 种",
                "结果越少越容易试遍，不能多写",
            )

    def _check_parties(self) -> None:
        if len(self.parties) < PARTIES_LEAST:
            _refuse("parties", "承诺方不足两个", "只有一方时，结果由这一方说了算")
        if self.parties != utf8_sorted(tuple(set(self.parties))):
            _refuse("parties", "承诺方没有按字节排序，或者有重复", "次序进入种子，必须唯一")

    def _check_instants(self) -> None:
        steps = (self.objections_until, self.reveal_until, self.entropy_at, self.fallback.at)
        if any(each.tzinfo is None for each in steps):
            _refuse("objections_until", "时刻没有写明时区", "没有时区就不知道先后")
        if not all(early < late for early, late in pairwise(steps)):
            _refuse(
                "objections_until",
                "异议截止、揭示截止、随机源公布、备用随机源公布四个时刻没有依次推后",
                "随机数必须在随机源公布之前全部揭示",
            )
        for entropy, at in (
            (self.entropy, self.entropy_at),
            (self.fallback.entropy, self.fallback.at),
        ):
            if isinstance(entropy, DrandEntropy) and entropy.round != entropy.chain.round_from(at):
                _refuse(
                    "entropy",
                    f"第 {entropy.round} 轮不是 {at.isoformat()} 起的第一轮",
                    "轮次只能由预告的时刻算出，不能挑选",
                )

    def _check_seats(self) -> None:
        if self.seats is not None and self.mechanism not in ONLY_RANKS:
            _refuse("seats", "这种录取办法不该写名额", "名额写在课程表里")
        if self.seats is not None and self.seats < 1:
            _refuse("seats", f"名额是 {self.seats}", "至少应当有一个")
        if self.bundle == EXPAND and self.seats is None:
            _refuse("bundle", "没有名额却写了 expand", "只有按名额录取时才有扩充")
        if self.mechanism == START_INTERVAL and not all(
            isinstance(each, PhysicalEntropy) for each in (self.entropy, self.fallback.entropy)
        ):
            _refuse("entropy", "起始号和间隔号不能来自信标", "这种办法是当场抽出两个号码")

    def to_bytes(self) -> bytes:
        """The bytes of ``draw.json`` (抽签公告)."""
        return canonical_bytes(
            {
                "protocol": PROTOCOL,
                "id": self.id,
                "title": self.title,
                "hash": self.hash,
                "mechanism": self.mechanism,
                "parties": self.parties,
                "objections_until": self.objections_until.isoformat(),
                "reveal_until": self.reveal_until.isoformat(),
                "entropy_at": self.entropy_at.isoformat(),
                "entropy": self.entropy.fields(),
                "fallback": self.fallback.fields(),
                "bundle": self.bundle,
                "seats": self.seats,
                "rules": self.rules,
                "verifier": self.verifier,
                "previous": self.previous,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, place: str = PLACE) -> "Announcement":
        """Read ``draw.json`` (抽签公告).

        Raises:
            DrawRefusedError: not canonical, a field missing, unknown or against the protocol.
        """
        fields = read_fields(data, place=place)
        protocol = fields.text("protocol")
        if protocol != PROTOCOL:
            fields.refuse("protocol", what=f"是“{protocol}”", why=f"这里只认识 {PROTOCOL}")
        entropy_fields = fields.inner("entropy")
        entropy = read_entropy(entropy_fields)
        entropy_fields.close()
        found = cls(
            id=fields.text("id"),
            title=fields.text("title"),
            hash=fields.text("hash"),
            mechanism=fields.text("mechanism"),
            parties=fields.texts("parties"),
            objections_until=fields.instant("objections_until"),
            reveal_until=fields.instant("reveal_until"),
            entropy_at=fields.instant("entropy_at"),
            entropy=entropy,
            fallback=read_fallback(fields.inner("fallback")),
            bundle=fields.text("bundle"),
            seats=_seats(fields),
            rules=fields.hex_digest("rules"),
            verifier=fields.hex_digest("verifier"),
            previous=fields.hex_digest("previous", may_be_empty=True),
        )
        fields.close()
        return found


def _seats(fields: Fields) -> int | None:
    return None if fields.is_null("seats") else fields.integer("seats", least=1)


def _one_of(field: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        _refuse(field, f"不认识“{value}”", f"可选：{'、'.join(choices)}")


def _refuse(field: str, what: str, why: str) -> None:
    raise DrawRefusedError(
        place=f"{PLACE} 的 {field}", what=what, why=why, remedy="请改正后重新发布抽签公告"
    )
