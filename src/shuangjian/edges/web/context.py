"""Template context of every page (页面上下文)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import Role

_NAVIGATION: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("首页", "home", frozenset(Role)),
    (
        "作业",
        "homework-plan",
        frozenset(
            {Role.TEACHER, Role.CLASS_TEACHER, Role.SCHOOL_ADMIN, Role.PRINCIPAL, Role.GUARDIAN}
        ),
    ),
    (
        "台账",
        "finding-list",
        frozenset(
            {
                Role.OFFICER,
                Role.INSPECTOR,
                Role.AUDITOR,
                Role.PRINCIPAL,
                Role.SCHOOL_ADMIN,
                Role.CLASS_TEACHER,
            }
        ),
    ),
    ("半月报", "report-list", frozenset({Role.OFFICER, Role.INSPECTOR, Role.AUDITOR})),
    ("账本", "ledger-home", frozenset({Role.AUDITOR})),
    ("政策库", "policy-list", frozenset(Role)),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """What ``base.html`` needs: mode, actor, navigation and the site's name."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "demo_mode": settings.DEMO_MODE,
        "site_name": settings.SITE_NAME,
        "actor": actor,
        "role_titles": "、".join(sorted(str(role.label) for role in actor.roles)) if actor else "",
        "nav": _navigation(request, actor) if actor else [],
    }


def _navigation(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    entries = []
    for title, name, roles in _NAVIGATION:
        if actor.has(*roles):
            url = reverse(name)
            current = request.path == url if name == "home" else request.path.startswith(url)
            entries.append({"title": title, "url": url, "current": current})
    return entries
