"""报名的办理: staff enter and withdraw children; a child's ticket stays whatever they do."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.draws.entries import Changes, Source, record_changes
from shuangjian.foundation.draws.models import Draw, EntryKind
from shuangjian.foundation.draws.permission import entering_office


@transaction.atomic
def enter_applicants(
    *, actor: Actor, draw: Draw, changes: Changes, at: datetime
) -> Mapping[str, EntryKind | None]:
    """Enter children into a draw, edit or withdraw them (报名), all or none.

    Who withdraws and applies again gets the same ticket.

    Args:
        actor: who holds the draw; for a bureau's draw also a school of its region.
        draw: announced, its roster not frozen yet.
        changes: one a child.
        at: the moment.

    Returns:
        What became of each child, by reference; ``None`` where it stood already.

    Raises:
        DrawActRefusedError: the role, the phase or an application does not allow it.
    """
    office = entering_office(actor, draw=draw, what=EntryKind.ENTERED.label)
    source = Source(actor.label, actor.user_id, at, school=office.school)
    found = record_changes(draw=draw, changes=changes, source=source)
    record_action(
        actor=actor.label,
        user_id=actor.user_id,
        action="draw.enter",
        subject=f"draw:{draw.slug}",
        detail=dict(Counter(kind.value if kind else "kept" for kind in found.values())),
    )
    return found
