"""网站的公共页面: home, sign-in and the error pages."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme

from shuangjian.edges.demo.cast import demo_cards
from shuangjian.edges.web.forms import SignInForm
from shuangjian.edges.web.home import tasks_of
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.accounts.route import (
    actor_in,
    allow_anyone,
    allow_signed_in,
    moment_of,
)

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@allow_signed_in()
def home(request: HttpRequest) -> HttpResponse:
    """首页: what this person has to do today, each with its state."""
    actor, moment = actor_in(request), moment_of(request)
    return render(request, "home.html", {"tasks": tasks_of(actor, today=moment.date())})


@allow_anyone()
def sign_in(request: HttpRequest) -> HttpResponse:
    """登录: by name and password; in demo mode also one card per role."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            login(request, user)
            return _go_on(request)
        form.add_error(None, "用户名或密码不对。请核对后再试；忘了密码请本单位管理员重设。")
    context = {
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "demo_cards": demo_cards() if settings.DEMO_MODE else [],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "sign_in.html", context, status=status)


@allow_anyone(demo_only=True)
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """演示登录: without a password, in demo mode only, and only as one of the cards."""
    usernames = {card.value for card in demo_cards()}
    card = request.POST.get("card", "")
    if request.method != "POST" or card not in usernames:
        raise Http404
    user = User.objects.filter(username=card, is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=MODEL_BACKEND)
    return _go_on(request)


@allow_signed_in()
def sign_out(request: HttpRequest) -> HttpResponse:
    """退出."""
    if request.method == "POST":
        logout(request)
    return redirect("sign-in")


@allow_anyone()
def favicon(_request: HttpRequest) -> HttpResponse:
    """The icon that browsers ask for unasked."""
    return HttpResponseRedirect(static("shuangjian/favicon.svg"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """400."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """403."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """404."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return render(request, "errors/500.html", status=500)


def _go_on(request: HttpRequest) -> HttpResponse:
    """Back to where sign-in interrupted, if that is ours; home otherwise."""
    target = request.POST.get("next", "")
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        return redirect(target)
    return redirect("home")
