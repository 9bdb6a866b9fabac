"""出结果、公布、中止: a draw has one result, or a public abort, and either is final."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shuangjian.engines.draw.abort import PLACE as ABORT
from shuangjian.engines.draw.abort import Abort
from shuangjian.engines.draw.announcement import PLACE as ANNOUNCEMENT
from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.interval import PLACE as INTERVAL
from shuangjian.engines.draw.interval import IntervalDraw
from shuangjian.engines.draw.transcript import Step as PublicStep
from shuangjian.engines.draw.transcript import Transcript
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.draws.errors import (
    MissingReasonError,
    ResultDiffersError,
    SecondResultError,
)
from shuangjian.foundation.draws.folder import (
    TRANSCRIPT,
    kept_files,
    published_files,
    sealed_of,
)
from shuangjian.foundation.draws.models import Draw, DrawStep, StepKind
from shuangjian.foundation.draws.proof import require_verified
from shuangjian.foundation.draws.result import (
    Outcome,
    beacon_of,
    check_due,
    is_recorded,
    result_files,
)
from shuangjian.foundation.draws.steps import (
    Turn,
    check_step,
    keep_files,
    one_line,
    record_step,
    take_turn,
)

_PUBLIC_KIND = {
    StepKind.ANNOUNCED: "init",
    StepKind.FROZEN: "freeze",
    StepKind.COMMITTED: "commit",
    StepKind.REVEALED: "reveal",
    StepKind.SEALED: "seal",
    StepKind.DRAWN: "run",
    StepKind.PUBLISHED: "publish",
    StepKind.ABORTED: "abort",
}
_PHASE_OF_ABORT = {
    StepKind.ANNOUNCED: "announced",
    StepKind.FROZEN: "frozen",
    StepKind.COMMITTED: "committed",
    StepKind.REVEALED: "revealing",
    StepKind.SEALED: "sealed",
    StepKind.DRAWN: "drawn",
}


@transaction.atomic
def run_draw(*, actor: Actor, draw: Draw, outcome: Outcome, at: datetime) -> bool:
    """Compute the result (出结果) from the public random number, once.

    With the same number again it is only computed anew and compared; nothing is written.

    Args:
        actor: who holds the draw.
        draw: sealed.
        outcome: the declared source's, as read.
        at: when or after the public random number comes out.

    Returns:
        Whether a result was recorded; false where it stood already and came out the same.

    Raises:
        DrawActRefusedError: the role, the phase, the moment or the number does not allow it;
            another number than the recorded one; other bytes than the recorded ones.
        DrawRefusedError: the number is not the declared one.
    """
    turn = take_turn(actor=actor, draw=draw, kind=StepKind.DRAWN, at=at)
    if outcome.why_fallback is not None:
        outcome = replace(outcome, why_fallback=one_line(outcome.why_fallback))
        if not outcome.why_fallback:
            raise MissingReasonError(StepKind.DRAWN)
    files = kept_files(turn.draw)
    if turn.life.phase in {StepKind.DRAWN, StepKind.PUBLISHED}:
        _compare(files, outcome, at=at)
        return False
    check_step(turn, StepKind.DRAWN)
    sealed = sealed_of(files)
    beacon = beacon_of(sealed.announcement, outcome)
    check_due(sealed.announcement, beacon, at=at)
    keep_files(turn.draw, result_files(sealed, beacon, at=at))
    record_step(turn, StepKind.DRAWN)
    return True


@transaction.atomic
def publish_draw(*, actor: Actor, draw: Draw, at: datetime) -> DrawStep:
    """Publish the result (公布结果): close the transcript over every file and step.

    Args:
        actor: who holds the draw.
        draw: with its result.
        at: the moment.

    Raises:
        DrawActRefusedError: the role or the phase does not allow it; the folder does not hold
            before the verifier.
    """
    turn = take_turn(actor=actor, draw=draw, kind=StepKind.PUBLISHED, at=at)
    check_step(turn, StepKind.PUBLISHED)
    files = kept_files(turn.draw)
    seed = sealed_of(files).seed()
    transcript = _transcript(turn, StepKind.PUBLISHED, files=files, seed=seed)
    require_verified({**files, TRANSCRIPT: transcript})
    keep_files(turn.draw, {TRANSCRIPT: transcript})
    return record_step(turn, StepKind.PUBLISHED)


@transaction.atomic
def abort_draw(*, actor: Actor, draw: Draw, reason: str, at: datetime) -> DrawStep:
    """End a draw without a result (中止), in public and for ever; its id is used up.

    Args:
        actor: who holds the draw.
        draw: not published.
        reason: which is published.
        at: the moment; whether the public random number was out by then is published, too.

    Raises:
        DrawActRefusedError: the role, the phase or an empty reason does not allow it.
    """
    turn = take_turn(actor=actor, draw=draw, kind=StepKind.ABORTED, at=at)
    written = one_line(reason)
    check_step(turn, StepKind.ABORTED, reason=written)
    is_known = at >= turn.draw.entropy_at
    document = Abort(
        draw=turn.draw.slug,
        at=at,
        by=turn.office,
        reason=written,
        phase=_PHASE_OF_ABORT[turn.life.phase],
        beacon_known=is_known,
    )
    files = {**published_files(turn.draw), ABORT: document.to_bytes()}
    transcript = _transcript(turn, StepKind.ABORTED, files=files, seed="")
    keep_files(turn.draw, {ABORT: files[ABORT], TRANSCRIPT: transcript})
    return record_step(turn, StepKind.ABORTED, reason=written, is_beacon_known=is_known)


def _compare(files: Mapping[str, bytes], outcome: Outcome, *, at: datetime) -> None:
    """Compute a recorded result anew; another number is no check but a second result."""
    sealed = sealed_of(files)
    beacon = beacon_of(sealed.announcement, outcome)
    if not is_recorded(files, beacon):
        raise SecondResultError
    drawn_at = IntervalDraw.from_bytes(files[INTERVAL]).at if INTERVAL in files else at
    again = result_files(sealed, beacon, at=drawn_at)
    differing = sorted(path for path in again if again[path] != files.get(path))
    if differing:
        raise ResultDiffersError(differing)


def _transcript(turn: Turn, kind: StepKind, *, files: Mapping[str, bytes], seed: str) -> bytes:
    """The transcript over every file and every step, the one now taken among them."""
    announcement = Announcement.from_bytes(files[ANNOUNCEMENT])
    steps = [
        PublicStep(
            at=timezone.localtime(each.at),
            kind=_PUBLIC_KIND[StepKind(each.kind)],
            who=each.party or each.office,
        )
        for each in turn.draw.steps.order_by("number")
    ]
    last = PublicStep(timezone.localtime(turn.at), _PUBLIC_KIND[kind], turn.office)
    return Transcript(
        draw=turn.draw.slug,
        seed=seed,
        files={path: hex_digest(data, hash_name=announcement.hash) for path, data in files.items()},
        previous=announcement.previous,
        steps=(*steps, last),
    ).to_bytes()
