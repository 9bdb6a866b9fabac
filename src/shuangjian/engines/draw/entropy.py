"""公共随机源: what is declared in advance: one drand round, or one issue of a physical draw.

``DrandEntropy(round)``, ``PhysicalEntropy(...)``, ``Fallback(entropy, at, when)``; and
``QUICKNET.round_from(instant)`` gives the round to declare for an instant.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from shuangjian.engines.draw.canonical import Fields


@dataclass(frozen=True)
class Chain:
    """随机信标链: the public parameters of a drand network.

    Attributes:
        chain_hash: SHA-256 over period, genesis, public key, group hash and name.
        public_key: compressed point on G2, 96 bytes in hex.
        genesis: Unix seconds of round 1.
        period: seconds between rounds.
    """

    chain_hash: str
    public_key: str
    genesis: int
    period: int

    def published_at(self, round_number: int) -> datetime:
        """The instant (时刻) at which a round comes out, in UTC.

        >>> QUICKNET.published_at(1000).isoformat()
        '2023-08-23T15:59:24+00:00'
        """
        seconds = self.genesis + (round_number - 1) * self.period
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)

    def round_from(self, instant: datetime) -> int:
        """The first round (轮次) that comes out at an instant or after it.

        >>> QUICKNET.round_from(datetime(2023, 8, 23, 15, 59, 22, tzinfo=UTC))
        1000
        """
        waited = (instant - self.published_at(1)) / timedelta(seconds=self.period)
        return max(1, 1 - int(-waited // 1))


QUICKNET: Final = Chain(
    chain_hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    public_key=(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a"
        "2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76"
        "eae8991ef5ece45a"
    ),
    genesis=1692803367,
    period=3,
)
"""drand quicknet, the only chain that is accepted: an operator's own would be his to choose."""


@dataclass(frozen=True)
class DrandEntropy:
    """信标轮次: one round of drand quicknet."""

    round: int
    chain: Chain = QUICKNET

    @property
    def published_at(self) -> datetime:
        """When the round comes out (公布时刻)."""
        return self.chain.published_at(self.round)

    def fields(self) -> dict[str, object]:
        """As they stand in ``draw.json``."""
        return {
            "source": "drand",
            "chain_hash": self.chain.chain_hash,
            "public_key": self.chain.public_key,
            "genesis": self.chain.genesis,
            "period": self.chain.period,
            "round": self.round,
        }


@dataclass(frozen=True)
class PhysicalEntropy:
    """实物开奖: one issue of a public draw with balls.

    Attributes:
        name: of the draw, such as ``中国体育彩票排列五``.
        issue: such as ``第 26200 期``.
        pattern: that the whole value must match; see ``value_form``.
        transcription: how exactly the value is written, in Chinese.
        outcomes: how many equally likely values there are; the gain from grinding falls with it.
    """

    name: str
    issue: str
    pattern: str
    transcription: str
    outcomes: int

    def fields(self) -> dict[str, object]:
        """As they stand in ``draw.json``."""
        return {
            "source": "physical",
            "name": self.name,
            "issue": self.issue,
            "pattern": self.pattern,
            "transcription": self.transcription,
            "outcomes": self.outcomes,
        }


Entropy = DrandEntropy | PhysicalEntropy


@dataclass(frozen=True)
class Fallback:
    """备用随机源: used only under the declared condition.

    Attributes:
        entropy: the source that takes over.
        at: when its value comes out; after ``entropy_at``.
        when: the condition in words, such as ``到 10:30 仍不能取得首选随机源``.
    """

    entropy: Entropy
    at: datetime
    when: str

    def fields(self) -> dict[str, object]:
        """As they stand in ``draw.json``."""
        return {**self.entropy.fields(), "at": self.at.isoformat(), "when": self.when}


def grinding_gain(*, outcomes: int, attempts_bits: int) -> float:
    """How much a chance can grow at most by trying nonces (试算增益), 0 to 1.

    If ALL parties collude they may try ``2 ** attempts_bits`` sets of nonces before they commit,
    and keep the set for which the favoured event holds under the most of the ``outcomes`` equally
    likely values. By Hoeffding's inequality the best of T tries gains at most
    sqrt(ln T / (2 outcomes)) in the mean. One honest party makes it nothing.

    >>> round(grinding_gain(outcomes=100_000, attempts_bits=40), 4)
    0.0118
    """
    return min(1.0, math.sqrt(attempts_bits * math.log(2) / (2 * outcomes)))


def read_entropy(fields: Fields) -> Entropy:
    """The declared source (公共随机源) from its fields; leaves the others to the caller.

    Raises:
        DrawRefusedError: another source, another chain.
    """
    source = fields.text("source")
    if source == "drand":
        chain = Chain(
            chain_hash=fields.hex_digest("chain_hash"),
            public_key=fields.text("public_key"),
            genesis=fields.integer("genesis", least=0),
            period=fields.integer("period", least=1),
        )
        if chain != QUICKNET:
            fields.refuse(
                "chain_hash",
                what="不是 drand quicknet 的公开参数",
                why="换成别的链，公钥可能就在举办方手里",
            )
        return DrandEntropy(fields.integer("round", least=1), chain)
    if source != "physical":
        fields.refuse("source", what=f"不认识“{source}”", why="只有 drand 和 physical 两种")
    return PhysicalEntropy(
        name=fields.text("name"),
        issue=fields.text("issue"),
        pattern=fields.text("pattern"),
        transcription=fields.text("transcription"),
        outcomes=fields.integer("outcomes", least=2),
    )


def read_fallback(fields: Fields) -> Fallback:
    """The declared fallback (备用随机源) from its fields.

    Raises:
        DrawRefusedError: as for ``read_entropy``.
    """
    found = Fallback(
        entropy=read_entropy(fields), at=fields.instant("at"), when=fields.text("when")
    )
    fields.close()
    return found
