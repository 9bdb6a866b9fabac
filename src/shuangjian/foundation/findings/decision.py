"""对账的判断: what one finding's present life and what was seen today amount to; pure."""

from dataclasses import dataclass
from datetime import date

from shuangjian.foundation.findings.life import FindingLife
from shuangjian.foundation.findings.models import EventKind, Status


@dataclass(frozen=True)
class Violation:
    """违规: one row that a rule gave, in the rule's smallest unit.

    ``subject`` is ``kind:pseudonym``, ``school`` is ``school:pseudonym``, ``region`` a county's
    code, ``period`` ISO text.
    """

    subject: str
    school: str
    region: str
    period: str
    effective_on: date
    measured: int
    limit_value: int
    policy: str


def decide_event(life: FindingLife | None, violation: Violation | None) -> EventKind | None:
    """What to add to an event's finding (事件的判断); ``None`` keeps it as it is.

    Args:
        life: its present standing, or ``None`` where there is no finding yet.
        violation: what the rule gave; ``None`` where the subject was observed and is within limits.
    """
    if violation is None:
        return EventKind.CORRECTED if life is not None and life.is_standing else None
    if life is None:
        return EventKind.OPENED
    if life.status is Status.CLEARED:
        is_same = life.is_standing and life.measured == violation.measured
        return None if is_same else EventKind.REOPENED
    seen = (violation.measured, violation.limit_value)
    is_same = life.is_standing and (life.measured, life.limit_value) == seen
    return None if is_same else EventKind.CORRECTED


def decide_state(
    life: FindingLife | None,
    violation: Violation | None,
    *,
    as_of: date,
    seen_on: date | None,
) -> EventKind | None:
    """What to add to a state's latest episode (状态的判断); ``opened`` begins the next episode.

    A look as of a day before what is already known is history and changes nothing.

    Args:
        life: the latest episode's standing, or ``None`` where there was none.
        violation: what the rule gave; ``None`` where the subject was observed without it.
        as_of: the day looked at.
        seen_on: the latest day on which an inspection saw this episode.
    """
    if life is None:
        return EventKind.OPENED if violation is not None else None
    if as_of < max(life.facts_on, seen_on or life.facts_on):
        return None
    if violation is None:
        return EventKind.CEASED if life.is_standing else None
    if not life.is_standing:
        return EventKind.OPENED
    if life.status is Status.CLEARED and (life.acted_on is None or as_of >= life.acted_on):
        return EventKind.REOPENED
    return None
