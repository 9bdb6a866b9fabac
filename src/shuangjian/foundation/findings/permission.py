"""办理权限: who may take which step on a finding. Reading is another matter: see ``queries``."""

from datetime import date

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import SCHOOL_ROLES, Role
from shuangjian.foundation.findings.models import EventKind, Finding
from shuangjian.foundation.registry.models import TeachingAssignment

CLASS_SUBJECT = "class:"
# why: the operator of the command line is nobody's officer or school, so only 交办 is open to it.
_REGION_ROLES_BY_KIND = {
    EventKind.ASSIGNED: (Role.OFFICER, Role.OPERATOR),
    EventKind.VERIFIED: (Role.OFFICER, Role.INSPECTOR),
    EventKind.CLEARED: (Role.OFFICER,),
}


def may_act(actor: Actor, *, finding: Finding, kind: EventKind, on: date) -> bool:
    """Whether the actor's roles allow a step on this finding on a day (办理权限).

    Args:
        actor: who wants to act.
        finding: with its region at hand.
        kind: assigned, rectified, verified or cleared; anything else is no person's step.
        on: the day on which the actor acts.
    """
    if kind is EventKind.RECTIFIED:
        return actor.user_id is not None and (
            finding.school_id in actor.school_ids(*SCHOOL_ROLES)
            or finding.subject in own_class_subjects(actor, on=on)
        )
    roles = _REGION_ROLES_BY_KIND.get(kind, ())
    if actor.user_id is None and kind is not EventKind.ASSIGNED:
        return False
    return any(_is_within(finding, path) for path in actor.region_paths(*roles))


def own_class_subjects(actor: Actor, *, on: date) -> list[str]:
    """The subjects (``class:…``) whose class teacher (班主任) the actor is on a day."""
    if actor.teacher_id is None:
        return []
    assignments = TeachingAssignment.objects.filter(
        teacher=actor.teacher_id, is_class_teacher=True, starts_on__lte=on
    ).exclude(ends_on__lte=on)
    pseudonyms = assignments.values_list("school_class__pseudonym", flat=True).distinct()
    return [f"{CLASS_SUBJECT}{pseudonym}" for pseudonym in sorted(pseudonyms, key=str)]


def _is_within(finding: Finding, path: str) -> bool:
    own = str(finding.region.path)
    return own == path or own.startswith(f"{path}.")
