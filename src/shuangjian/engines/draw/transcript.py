"""全程记录: ``transcript.json``; every file's hash and every step, kept for ever.

``Transcript(...).to_bytes()`` and ``Transcript.from_bytes(data)``; ``Step(at, kind, who)`` with
``kind`` one of ``STEP_KINDS``. Its hash is ``previous`` of the installation's next draw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shuangjian.engines.draw.canonical import Fields, canonical_bytes, read_fields

PLACE: Final = "transcript.json"
STEP_KINDS: Final = {
    "init": "发布公告",
    "freeze": "冻结名册",
    "commit": "提交承诺",
    "reveal": "揭示随机数",
    "seal": "封存",
    "run": "取得随机源并抽签",
    "publish": "公布",
    "abort": "公开中止",
}
"""The kinds of steps (步骤): the code in the file, and what it is called."""


@dataclass(frozen=True)
class Step:
    """步骤: what happened when, by whom; ``who`` is a party or an office, never a person's name."""

    at: datetime
    kind: str
    who: str


@dataclass(frozen=True)
class Transcript:
    """全程记录.

    Attributes:
        draw: id of the draw.
        seed: hex; empty for a start-and-interval draw, which has none.
        files: hash by path within the folder, of every file but this one.
        previous: as announced.
        steps: in the order of their instants.
    """

    draw: str
    seed: str
    files: Mapping[str, str]
    previous: str
    steps: tuple[Step, ...]

    def to_bytes(self) -> bytes:
        """The bytes of ``transcript.json`` (全程记录)."""
        return canonical_bytes(
            {
                "draw": self.draw,
                "seed": self.seed,
                "files": dict(self.files),
                "previous": self.previous,
                "steps": [
                    {"at": each.at.isoformat(), "kind": each.kind, "who": each.who}
                    for each in self.steps
                ],
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, *, place: str = PLACE) -> "Transcript":
        """Read ``transcript.json`` (全程记录).

        Raises:
            DrawRefusedError: not canonical, a field missing, unknown or wrong.
        """
        fields = read_fields(data, place=place)
        found = cls(
            draw=fields.text("draw"),
            seed=fields.hex_digest("seed", may_be_empty=True),
            files=fields.hex_digests("files"),
            previous=fields.hex_digest("previous", may_be_empty=True),
            steps=tuple(_step(each) for each in fields.inners("steps")),
        )
        fields.close()
        return found


def _step(fields: Fields) -> Step:
    found = Step(at=fields.instant("at"), kind=fields.text("kind"), who=fields.text("who"))
    if found.kind not in STEP_KINDS:
        fields.refuse("kind", what=f"不认识“{found.kind}”", why=f"可选：{'、'.join(STEP_KINDS)}")
    fields.close()
    return found
