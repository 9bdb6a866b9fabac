"""Middleware: who acts, whether the route allows it, and the inspection that follows a write."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from shuangjian.edges import clock
from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import Actor, actor_of
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.accounts.route import RouteAccess, access_of
from shuangjian.oversight.supervision.services import inspect_changes

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNDECLARED = RouteAccess()


class ActorMiddleware:
    """Set ``request.actor``, ``request.today`` and ``request.now``, read from the clock once."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The actor is the signed-in user with today's roles, or ``None``."""
        moment = clock.now()
        actor: Actor | None = None
        if isinstance(request.user, User):
            actor = actor_of(request.user, on=moment.date())
        request.actor = actor  # type: ignore[attr-defined]  # why: read by route.actor_in
        request.now = moment  # type: ignore[attr-defined]  # why: views take the moment from here
        request.today = moment.date()  # type: ignore[attr-defined]  # why: as above
        response = self.get_response(request)
        if actor is not None:  # why: on a shared machine "back" must show nothing after sign-out.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class AccessMiddleware:
    """Refuse what a route does not declare; absent and forbidden records are both 404."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; the check is in ``process_view``, once the route is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        """Sign-in for strangers, 403 for the wrong role, refusal for an undeclared route."""
        access = access_of(view) or UNDECLARED
        if access.demo_only and not settings.DEMO_MODE:
            raise Http404
        if access.is_public:
            return None
        actor: Actor | None = request.actor  # type: ignore[attr-defined]  # why: ActorMiddleware
        if actor is None:
            return redirect_to_login(request.get_full_path())
        if not access.is_for_all_signed_in and not actor.has(*access.roles):
            return render(request, "errors/403.html", status=403)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A record that is not this actor's looks like one that does not exist."""
        if isinstance(error, NotAccessibleError):
            if request.headers.get("accept") == "application/json":
                return JsonResponse({"error": "not found"}, status=404)
            return render(request, "errors/404.html", status=404)
        return None


class InspectAfterWriteMiddleware:
    """Inspect what a successful write changed, so that its findings stand on the next page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """After a write, inspect the pending changes; a failure leaves them for the next run."""
        response = self.get_response(request)
        if request.method not in SAFE_METHODS and response.status_code < 400:
            try:
                inspect_changes(at=clock.now())
            except Exception:
                logger.exception("inspection after a write failed; the change stays pending")
        return response
