"""One small draw, step by step, with its moments: what the tests of draws are made of."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from shuangjian.engines.draw.nonce import commitment_of
from shuangjian.foundation.draws.draft import read_draft
from shuangjian.foundation.draws.entries import Application, Changes
from shuangjian.foundation.draws.models import Draw, DrawStep
from shuangjian.foundation.draws.result import Outcome
from shuangjian.foundation.draws.services.announce import announce_draw
from shuangjian.foundation.draws.services.end import abort_draw, publish_draw, run_draw
from shuangjian.foundation.draws.services.enter import enter_applicants
from shuangjian.foundation.draws.services.freeze import freeze_draw
from shuangjian.foundation.draws.services.nonce import commit_nonce, reveal_nonce, seal_draw
from tests.scene import SHANGHAI, Scene

ANNOUNCED = datetime(2026, 11, 9, 9, tzinfo=SHANGHAI)
ENTERED = datetime(2026, 11, 10, 9, tzinfo=SHANGHAI)
FROZEN = datetime(2026, 11, 11, 9, tzinfo=SHANGHAI)
OBJECTIONS_UNTIL = datetime(2026, 11, 12, 18, tzinfo=SHANGHAI)
REVEALED = datetime(2026, 11, 13, 9, tzinfo=SHANGHAI)
REVEAL_UNTIL = datetime(2026, 11, 13, 10, tzinfo=SHANGHAI)
SEALED = datetime(2026, 11, 13, 11, tzinfo=SHANGHAI)
ENTROPY_AT = datetime(2026, 11, 13, 20, 30, tzinfo=SHANGHAI)
RUN = datetime(2026, 11, 13, 21, tzinfo=SHANGHAI)
FALLBACK_AT = datetime(2026, 11, 14, 10, tzinfo=SHANGHAI)
PUBLISHED = datetime(2026, 11, 13, 22, tzinfo=SHANGHAI)
BUREAU, NOTARY, PARENTS = "教育局", "公证处", "家长代表"
VALUE = "52107"
RULES = "每个孩子一张签，按次序录取。\n".encode()

DRAFT = """
title = "课后服务抽签"
mechanism = "{mechanism}"
hash = "{hash_name}"
parties = ["教育局", "公证处", "家长代表"]
objections_until = 2026-11-12T18:00:00+08:00
reveal_until = 2026-11-13T10:00:00+08:00
entropy_at = 2026-11-13T20:30:00+08:00
{seats}

[entropy]
source = "physical"
name = "排列五"
issue = "第 26304 期"
pattern = "{pattern}"
transcription = "五个数字，不留空格"
outcomes = 100000

[fallback]
source = "physical"
at = 2026-11-14T10:00:00+08:00
when = "当晚没有开奖"
name = "排列五"
issue = "第 26305 期"
pattern = "{pattern}"
transcription = "五个数字，不留空格"
outcomes = 100000
"""


def draft_text(
    *,
    mechanism: str = "order",
    hash_name: str = "sha256",
    seats: str = "",
    pattern: str = "[0-9]{5}",
) -> bytes:
    return DRAFT.format(
        mechanism=mechanism, hash_name=hash_name, seats=seats, pattern=pattern
    ).encode()


@dataclass
class Life:
    """A draw of the scene's school, taken step by step by its principal unless said otherwise."""

    scene: Scene
    slug: str = "xk-2026-1"
    who: str = "principal"
    draw: Draw = field(init=False)
    nonces: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str = ""):
        return self.scene.actor(name or self.who)

    def announce(
        self,
        *,
        at: datetime = ANNOUNCED,
        of_school: bool = True,
        who="",
        text: bytes = b"",
        **draft,
    ) -> "Life":
        self.draw = announce_draw(
            actor=self.actor(who),
            slug=self.slug,
            draft=read_draft(text or draft_text(**draft)),
            rules=RULES,
            region=self.scene.county,
            school=self.scene.school if of_school else None,
            at=at,
        )
        return self

    def enter(self, *asked: str | Application, at: datetime = ENTERED, who: str = ""):
        """Enter children, by reference or as whole applications."""
        applications = [
            each if isinstance(each, Application) else Application(each) for each in asked
        ]
        return enter_applicants(
            actor=self.actor(who), draw=self.draw, changes=Changes(applications), at=at
        )

    def withdraw(self, *references: str, at: datetime = ENTERED, who: str = ""):
        return enter_applicants(
            actor=self.actor(who), draw=self.draw, changes=Changes(withdrawn=references), at=at
        )

    def freeze(
        self,
        *,
        at: datetime = FROZEN,
        reason: str = "",
        corrections: Changes | None = None,
        market: Path | None = None,
        who: str = "",
    ) -> DrawStep:
        return freeze_draw(
            actor=self.actor(who),
            draw=self.draw,
            at=at,
            market=market,
            reason=reason,
            corrections=corrections or Changes(),
        )

    def commit(self, party: str, *, at: datetime = FROZEN, who: str = "") -> DrawStep:
        nonce = party.encode().hex().ljust(64, "0")[:64]
        self.nonces[party] = nonce
        commitment = commitment_of(
            draw=self.slug,
            party=party,
            nonce=bytes.fromhex(nonce),
            hash_name=self.draw.hash_name,
        )
        return commit_nonce(
            actor=self.actor(who), draw=self.draw, party=party, commitment=commitment, at=at
        )

    def reveal(
        self, party: str, *, nonce: str = "", at: datetime = REVEALED, who: str = ""
    ) -> DrawStep:
        return reveal_nonce(
            actor=self.actor(who),
            draw=self.draw,
            party=party,
            nonce=nonce or self.nonces[party],
            at=at,
        )

    def seal(self, *, at: datetime = SEALED, who: str = ""):
        return seal_draw(actor=self.actor(who), draw=self.draw, at=at)

    def run(
        self, value: str = VALUE, *, why: str | None = None, at: datetime = RUN, who: str = ""
    ) -> bool:
        return run_draw(actor=self.actor(who), draw=self.draw, outcome=Outcome(value, why), at=at)

    def publish(self, *, at: datetime = PUBLISHED, who: str = "") -> DrawStep:
        return publish_draw(actor=self.actor(who), draw=self.draw, at=at)

    def abort(self, reason: str = "来源停开", *, at: datetime = SEALED, who: str = "") -> DrawStep:
        return abort_draw(actor=self.actor(who), draw=self.draw, reason=reason, at=at)

    def until(self, phase: str, *, market: Path | None = None) -> "Life":
        """Take an announced draw with its entries as far as a phase."""
        for name, step in (
            ("frozen", lambda: self.freeze(market=market)),
            ("committed", lambda: [self.commit(each) for each in (BUREAU, NOTARY, PARENTS)]),
            ("revealed", lambda: [self.reveal(each) for each in (BUREAU, NOTARY, PARENTS)]),
            ("sealed", self.seal),
            ("drawn", self.run),
            ("published", self.publish),
        ):
            step()
            if name == phase:
                break
        return self
