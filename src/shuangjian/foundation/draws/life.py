"""抽签的一生: folds a draw's steps into its present phase; pure, no database.

The trigger on steps says the same in SQL; a property test holds the two together. Which step is
legal when stands in ``docs/operating/draw.md``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from shuangjian.engines.draw.announcement import START_INTERVAL
from shuangjian.foundation.draws.errors import (
    ClockBackError,
    IllegalStepError,
    MissingReasonError,
    NotCommittedError,
    PartyTwiceError,
    SecondResultError,
    UnknownPartyError,
    WindowError,
)
from shuangjian.foundation.draws.models import Draw, DrawStep, StepKind

ORDER: Final = {kind: place for place, kind in enumerate(StepKind)}
# why: the start-and-interval draw has no nonces and no seed, so it goes from the roster to numbers.
_NOT_IN_START_INTERVAL: Final = {StepKind.COMMITTED, StepKind.REVEALED, StepKind.SEALED}


@dataclass(frozen=True)
class Schedule:
    """日程: the announced moments and parties, and whether a seal comes before the result."""

    objections_until: datetime
    reveal_until: datetime
    entropy_at: datetime
    parties: frozenset[str]
    is_sealed: bool = True


@dataclass(frozen=True)
class Step:
    """One step (抽签步骤) as far as the fold needs it."""

    kind: StepKind
    at: datetime
    party: str = ""
    version: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class DrawLife:
    """抽签现状: what the steps so far amount to.

    ``versions`` counts the frozen rosters; ``phase`` is the furthest kind of step taken.
    """

    phase: StepKind
    last_at: datetime
    versions: int = 0
    committed: frozenset[str] = frozenset()
    revealed: frozenset[str] = frozenset()
    steps: int = 1


def schedule_of(draw: Draw) -> Schedule:
    """The announced moments (日程) of a draw."""
    return Schedule(
        objections_until=draw.objections_until,
        reveal_until=draw.reveal_until,
        entropy_at=draw.entropy_at,
        parties=frozenset(draw.parties),
        is_sealed=draw.mechanism != START_INTERVAL,
    )


def step_of(step: DrawStep) -> Step:
    """A stored step as the fold knows it."""
    return Step(StepKind(step.kind), step.at, step.party, step.version, step.reason)


def fold(steps: Iterable[Step], *, schedule: Schedule) -> DrawLife:
    """What a draw's steps amount to (抽签现状).

    Args:
        steps: in their order; the first is ``announced``.
        schedule: the announced moments and parties.

    Raises:
        DrawActRefusedError: a step does not follow from those before it, or there is none.
    """
    life: DrawLife | None = None
    for step in steps:
        life = advance(life, step, schedule=schedule)
    if life is None:
        raise IllegalStepError(kind=StepKind.ANNOUNCED, phase=None)
    return life


def advance(life: DrawLife | None, step: Step, *, schedule: Schedule) -> DrawLife:
    """The life after one more step (推进一步).

    Raises:
        DrawActRefusedError: the step does not follow, or comes outside its window.
    """
    if life is None or step.kind is StepKind.ANNOUNCED:
        if life is not None or step.kind is not StepKind.ANNOUNCED:
            raise IllegalStepError(kind=step.kind, phase=life.phase if life else None)
        _require_window(step, schedule=schedule)
        return DrawLife(phase=step.kind, last_at=step.at)
    if step.at < life.last_at:
        raise ClockBackError(at=step.at, last_at=life.last_at)
    _require_order(life, step, schedule=schedule)
    _require_window(step, schedule=schedule)
    _require_reason(life, step)
    after = replace(
        life,
        phase=max(life.phase, step.kind, key=lambda kind: ORDER[kind]),
        last_at=step.at,
        steps=life.steps + 1,
    )
    match step.kind:
        case StepKind.FROZEN:
            return replace(after, versions=life.versions + 1)
        case StepKind.COMMITTED:
            _require_party(step, schedule=schedule)
            _require_first_time(step, before=life.committed)
            return replace(after, committed=life.committed | {step.party})
        case StepKind.REVEALED:
            _require_party(step, schedule=schedule)
            _require_first_time(step, before=life.revealed)
            if step.party not in life.committed:
                raise NotCommittedError(step.party)
            return replace(after, revealed=life.revealed | {step.party})
    return after


def _require_order(life: DrawLife, step: Step, *, schedule: Schedule) -> None:
    """Refuse a step that does not follow from the phase, whatever the hour."""
    kind, phase = step.kind, life.phase
    if kind is StepKind.ABORTED:
        is_legal = ORDER[phase] < ORDER[StepKind.PUBLISHED]
    elif kind is StepKind.DRAWN and phase in {StepKind.DRAWN, StepKind.PUBLISHED}:
        raise SecondResultError
    elif kind in _NOT_IN_START_INTERVAL and not schedule.is_sealed:
        is_legal = False
    elif kind is StepKind.FROZEN:
        is_legal = ORDER[phase] < ORDER[StepKind.REVEALED] and step.version == life.versions + 1
    elif kind is StepKind.COMMITTED:
        is_legal = life.versions > 0 and ORDER[phase] < ORDER[StepKind.REVEALED]
    elif kind in {StepKind.REVEALED, StepKind.SEALED}:
        is_legal = life.versions > 0 and ORDER[phase] < ORDER[StepKind.SEALED]
    elif kind is StepKind.DRAWN:
        is_legal = phase is (StepKind.SEALED if schedule.is_sealed else StepKind.FROZEN)
    else:
        is_legal = phase is StepKind.DRAWN
    if not is_legal:
        raise IllegalStepError(kind=kind, phase=phase)


def _require_window(step: Step, *, schedule: Schedule) -> None:
    """Refuse a step before its window opens or at or after the moment when it closes."""
    opens_at, closes_at = window(step, schedule=schedule)
    if (opens_at is not None and step.at < opens_at) or (
        closes_at is not None and step.at >= closes_at
    ):
        raise WindowError(kind=step.kind, at=step.at, opens_at=opens_at, closes_at=closes_at)


def window(step: Step, *, schedule: Schedule) -> tuple[datetime | None, datetime | None]:
    """From when and until when a step may be taken (办理时段); half-open, ``None`` is open."""
    is_correction = step.kind is StepKind.FROZEN and step.version != 1
    if is_correction:  # why: an objection of the last minute is answered after it.
        return None, schedule.reveal_until
    # why: nonces wait for the objections, so that no party is late because another is early.
    return {
        StepKind.ANNOUNCED: (None, schedule.objections_until),
        StepKind.FROZEN: (None, schedule.objections_until),
        StepKind.COMMITTED: (None, schedule.reveal_until),
        StepKind.REVEALED: (schedule.objections_until, schedule.reveal_until),
        StepKind.SEALED: (schedule.reveal_until, schedule.entropy_at),
        StepKind.DRAWN: (schedule.entropy_at, None),
    }.get(step.kind, (None, None))


def _require_reason(life: DrawLife, step: Step) -> None:
    """An abort and every correction of a frozen roster say why."""
    is_correction = step.kind is StepKind.FROZEN and life.versions > 0
    if (is_correction or step.kind is StepKind.ABORTED) and not step.reason.strip():
        raise MissingReasonError(step.kind)


def _require_party(step: Step, *, schedule: Schedule) -> None:
    if step.party not in schedule.parties:
        raise UnknownPartyError(party=step.party, parties=sorted(schedule.parties))


def _require_first_time(step: Step, *, before: frozenset[str]) -> None:
    if step.party in before:
        raise PartyTwiceError(kind=step.kind, party=step.party)
