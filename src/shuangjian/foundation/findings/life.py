"""问题的一生: folds a finding's events into its present standing; pure, no database.

The table of legal steps and worked lives stand in ``docs/algorithms/findings.md``; the tests read
them from there. The view ``finding_state`` and the trigger on events say the same in SQL.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from shuangjian.foundation.findings.errors import IllegalStepError, SamePersonError
from shuangjian.foundation.findings.models import EventKind, FindingEvent, RuleKind, Status

# A person's step, and the statuses from which it is legal.
ACTS_FROM: Final[Mapping[EventKind, frozenset[Status]]] = MappingProxyType(
    {
        EventKind.ASSIGNED: frozenset(
            {
                Status.OPENED,
                Status.ASSIGNED,
                Status.REOPENED,
                Status.CEASED,
                Status.CORRECTED,
            }
        ),
        EventKind.RECTIFIED: frozenset({Status.ASSIGNED, Status.REOPENED}),
        EventKind.VERIFIED: frozenset({Status.RECTIFIED, Status.CEASED, Status.CORRECTED}),
        EventKind.CLEARED: frozenset({Status.VERIFIED}),
    }
)
NOT_BY_RECTIFIER: Final = frozenset({EventKind.VERIFIED, EventKind.CLEARED})
# why: what a person has confirmed stays confirmed when the facts then show that the state is gone.
KEPT_WHEN_CEASED: Final = frozenset({Status.VERIFIED, Status.CLEARED})


@dataclass(frozen=True)
class Step:
    """One event (台账动作) as far as the fold needs it.

    ``measured`` is ``None`` on a ``corrected`` step that says the violation is gone.
    """

    kind: EventKind
    effective_on: date
    user_id: int | None = None
    passed: bool | None = None
    due_on: date | None = None
    measured: int | None = None
    limit_value: int | None = None
    policy: str = ""


@dataclass(frozen=True)
class FindingLife:
    """问题现状: what the steps so far amount to.

    ``is_standing``: the facts, when last looked at, still show the violation. ``measured``,
    ``limit_value`` and ``policy`` are those of the latest look that showed it, in the rule's
    smallest unit. ``due_on`` falls away when the finding starts anew.
    """

    kind: RuleKind
    status: Status
    is_standing: bool
    measured: int | None
    limit_value: int | None
    policy: str
    facts_on: date
    acted_on: date | None = None
    due_on: date | None = None
    last_rectifier_id: int | None = None


def step_of(event: FindingEvent) -> Step:
    """A stored event as a step."""
    return Step(
        kind=EventKind(event.kind),
        effective_on=event.effective_on,
        user_id=event.user_id,
        passed=event.passed,
        due_on=event.due_on,
        measured=event.measured,
        limit_value=event.limit_value,
        policy=event.policy,
    )


def fold(steps: Iterable[Step], *, kind: RuleKind) -> FindingLife:
    """What a finding's steps amount to (问题现状).

    Args:
        steps: oldest first; the first is ``opened``.
        kind: whether the finding is an event or a state.

    Raises:
        IllegalStepError: a step does not follow from those before it, or there is none.
        SamePersonError: the one who rectified verified or cleared.
    """
    life: FindingLife | None = None
    for step in steps:
        life = advance(life, step, kind=kind)
    if life is None:
        raise IllegalStepError(status=None, kind=EventKind.OPENED)
    return life


def advance(life: FindingLife | None, step: Step, *, kind: RuleKind) -> FindingLife:
    """The life after one more step (推进一步).

    Raises:
        IllegalStepError: the step does not follow.
        SamePersonError: the one who rectified verifies or clears.
    """
    if life is None or step.kind is EventKind.OPENED:
        if life is not None or step.kind is not EventKind.OPENED:
            raise IllegalStepError(status=life.status if life else None, kind=step.kind)
        return FindingLife(
            kind=kind,
            status=Status.OPENED,
            is_standing=True,
            measured=step.measured,
            limit_value=step.limit_value,
            policy=step.policy,
            facts_on=step.effective_on,
        )
    if step.kind in ACTS_FROM:
        return _act(life, step)
    changed = _change(life, step)
    return replace(changed, facts_on=max(life.facts_on, step.effective_on))


def _act(life: FindingLife, step: Step) -> FindingLife:
    """A person's step: assign, rectify, verify, clear."""
    if life.status not in ACTS_FROM[step.kind]:
        raise IllegalStepError(status=life.status, kind=step.kind)
    if step.kind in NOT_BY_RECTIFIER and step.user_id == life.last_rectifier_id is not None:
        raise SamePersonError(step.kind)
    acted_on = step.effective_on if life.acted_on is None else max(life.acted_on, step.effective_on)
    acted = replace(life, acted_on=acted_on)
    match step.kind:
        case EventKind.ASSIGNED:
            return replace(acted, status=Status.ASSIGNED, due_on=step.due_on)
        case EventKind.RECTIFIED:
            return replace(acted, status=Status.RECTIFIED, last_rectifier_id=step.user_id)
        case EventKind.VERIFIED:
            return replace(acted, status=Status.VERIFIED if step.passed else Status.REOPENED)
        case _:
            return replace(acted, status=Status.CLEARED)


def _change(life: FindingLife, step: Step) -> FindingLife:
    """A step that an inspection found in the facts: corrected, ceased, reopened."""
    is_cleared = life.status is Status.CLEARED
    match step.kind:
        case EventKind.CEASED if life.kind is RuleKind.STATE and life.is_standing:
            status = life.status if life.status in KEPT_WHEN_CEASED else Status.CEASED
            return replace(life, status=status, is_standing=False)
        case EventKind.CORRECTED if life.kind is RuleKind.EVENT:
            if step.measured is None and life.is_standing:
                status = Status.CLEARED if is_cleared else Status.CORRECTED
                return replace(life, status=status, is_standing=False)
            if step.measured is not None and not is_cleared:
                return _shown(life, step) if life.is_standing else _restarted(life, step)
        case EventKind.REOPENED if is_cleared and step.measured is not None:
            if life.kind is RuleKind.EVENT or life.is_standing:
                return _restarted(life, step)
    raise IllegalStepError(status=life.status, kind=step.kind)


def _shown(life: FindingLife, step: Step) -> FindingLife:
    return replace(
        life,
        is_standing=True,
        measured=step.measured,
        limit_value=step.limit_value,
        policy=step.policy,
    )


def _restarted(life: FindingLife, step: Step) -> FindingLife:
    """Back in violation: it has to be assigned or rectified anew, so the old due day falls away."""
    return replace(_shown(life, step), status=Status.REOPENED, due_on=None)
