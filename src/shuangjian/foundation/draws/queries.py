"""抽签的读取: the draws that an actor may see, and what they amount to; the actor first."""

from django.db.models import Q, QuerySet

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import REGION_ROLES, SCHOOL_ROLES, Role
from shuangjian.foundation.draws.life import DrawLife, fold, schedule_of, step_of
from shuangjian.foundation.draws.models import Draw
from shuangjian.foundation.registry.models import School


def visible_draws(actor: Actor) -> QuerySet[Draw]:
    """The draws (抽签) that the actor may see, newest first.

    Those of its region, those of its school, and the bureau's that its school's children may enter.
    """
    condition = Q(pk__in=[])
    for path in actor.region_paths(*REGION_ROLES, Role.OPERATOR):
        condition |= Q(region__path__within=path)
    schools = actor.school_ids(*SCHOOL_ROLES)
    condition |= Q(school__in=schools)
    for path in School.objects.filter(pk__in=schools).values_list("region__path", flat=True):
        condition |= Q(school=None, region__path__above=str(path))
    found = Draw.objects.filter(condition).select_related("region", "school", "previous")
    return found.order_by("-id")


def access_draw(actor: Actor, *, slug: str) -> Draw:
    """The draw of an id that the actor may see.

    Raises:
        NotAccessibleError: absent or another's.
    """
    draw = visible_draws(actor).filter(slug=slug).first()
    if draw is None:
        raise NotAccessibleError
    return draw


def life_of(draw: Draw) -> DrawLife:
    """What a draw's steps amount to (抽签现状)."""
    steps = draw.steps.order_by("number")
    return fold(map(step_of, steps), schedule=schedule_of(draw))
