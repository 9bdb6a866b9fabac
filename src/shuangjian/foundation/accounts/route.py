"""路由权限: every route declares who may use it; an undeclared one is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True)
class RouteAccess:
    """Who may use a route (路由权限): anyone, everyone signed in, or the holders of ``roles``."""

    roles: frozenset[Role] = frozenset()
    is_public: bool = False
    is_for_all_signed_in: bool = False
    demo_only: bool = False


def allow(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Declare the roles that may use a view; which records they then see is access's matter."""
    return _declare(RouteAccess(roles=frozenset(roles)))


def allow_signed_in() -> Callable[[View[P]], View[P]]:
    """Declare that every signed-in user may use a view, also one who holds no role any more."""
    return _declare(RouteAccess(is_for_all_signed_in=True))


def allow_anyone(*, demo_only: bool = False) -> Callable[[View[P]], View[P]]:
    """Declare that a view needs no sign-in; ``demo_only`` hides it outside demo mode."""
    return _declare(RouteAccess(is_public=True, demo_only=demo_only))


def access_of(view: Callable[..., Any]) -> RouteAccess | None:
    """What a view declared, or ``None``."""
    return cast("RouteAccess | None", getattr(view, "route_access", None))


def actor_in(request: HttpRequest) -> Actor:
    """The actor that the middleware found for this request."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # why: set by ActorMiddleware


def moment_of(request: HttpRequest) -> datetime:
    """The moment at which the request came, read from the clock once by the middleware."""
    return cast(datetime, request.now)  # type: ignore[attr-defined]  # why: set by ActorMiddleware


def _declare(access: RouteAccess) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def declared(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        declared.route_access = access  # type: ignore[attr-defined]  # why: read by access_of
        return cast("View[P]", declared)

    return decorate
