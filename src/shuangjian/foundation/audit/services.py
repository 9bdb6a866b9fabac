"""审计的写入: the one way to record an act."""

from typing import Any

from shuangjian.foundation.audit.models import AuditEntry


def record_action(
    *, actor: str, user_id: int | None, action: str, subject: str, detail: dict[str, Any]
) -> AuditEntry:
    """Record one act (审计记录) in the caller's transaction, so that it stands or falls with it.

    Args:
        actor: who acted, as shown to people.
        user_id: the account, or ``None`` for the operator of the command line.
        action: stable code, ``area.verb``.
        subject: ``kind:pseudonym``.
        detail: what changed; JSON without personal identifiers.
    """
    return AuditEntry.objects.create(
        actor=actor, user_id=user_id, action=action, subject=subject, detail=detail
    )
