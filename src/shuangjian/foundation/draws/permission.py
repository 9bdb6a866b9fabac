"""办理权限: who holds a draw, and who may enter children. An office is public: it names nobody."""

from dataclasses import dataclass

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import SCHOOL_ROLES, Role
from shuangjian.foundation.draws.errors import NotPermittedError
from shuangjian.foundation.draws.models import Draw
from shuangjian.foundation.registry.models import Region, School

_HOLDING_REGION_ROLES = (Role.OFFICER, Role.OPERATOR)


@dataclass(frozen=True)
class Office:
    """身份: in which office somebody acts, and of which school if it is a school's."""

    title: str
    school: School | None = None


def holding_office(actor: Actor, *, region: Region, school: School | None, what: str) -> Office:
    """The office in which the actor may hold a draw (办理身份).

    Args:
        actor: who wants to act.
        region: the draw's.
        school: the draw's, or ``None`` for the bureau's own draw.
        what: what is wanted, in Chinese, for the refusal.

    Raises:
        NotPermittedError: no such role on the draw.
    """
    for role in _HOLDING_REGION_ROLES:
        if any(is_within(region, path) for path in actor.region_paths(role)):
            return Office(role.label)
    if school is not None:
        for role in sorted(SCHOOL_ROLES):
            if school.pk in actor.school_ids(role):
                return Office(f"{school.name}{role.label}")
    raise NotPermittedError(what)


def entering_office(actor: Actor, *, draw: Draw, what: str) -> Office:
    """The office in which the actor may enter children (报名身份); see ``Office.school``.

    Besides who holds the draw: for the bureau's draw, every school of the region for its children.

    Raises:
        NotPermittedError: no such role on the draw.
    """
    try:
        return holding_office(actor, region=draw.region, school=draw.school, what=what)
    except NotPermittedError:
        if draw.school_id is not None:
            raise
    own = School.objects.filter(
        pk__in=actor.school_ids(*SCHOOL_ROLES), region__path__within=str(draw.region.path)
    )
    school = own.order_by("code").first()
    if school is None:
        raise NotPermittedError(what)
    role = next(each for each in sorted(SCHOOL_ROLES) if school.pk in actor.school_ids(each))
    return Office(f"{school.name}{role.label}", school=school)


def is_within(region: Region, path: str) -> bool:
    """Whether a region is the one of a path or lies below it (区划之内)."""
    own = str(region.path)
    return own == path or own.startswith(f"{path}.")
