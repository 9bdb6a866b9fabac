"""Every route declares who may use it, and every route is in the tables of these tests."""

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from shuangjian.edges.web import urls
from shuangjian.foundation.accounts.route import access_of, allow
from tests.security.addresses import ABSENT, SAMPLES, routes, url_of
from tests.security.expectation import PUBLIC, ROUTES, SIGNED_IN


def undeclared_view(request):
    return HttpResponse("只有忘了声明才看得到")


@allow()
def for_no_role(request):
    return HttpResponse("没有角色能看到")


def undeclared(found):
    return [route.name for route in found if access_of(route.view) is None]


# The site as it is, and two views that somebody forgot: one on top, one in an included list.
urlpatterns = [
    *urls.urlpatterns,
    path("forgotten/", undeclared_view, name="forgotten"),
    path("deep/", include([path("for/<int:number>/no/", for_no_role, name="for-no-role")])),
]
handler403, handler404 = urls.handler403, urls.handler404


def test_every_route_declares_who_may_use_it():
    found = routes()
    assert len(found) > 30
    assert undeclared(found) == []


def test_a_route_that_declares_nothing_is_found():
    found = routes(urlpatterns)
    assert undeclared(found) == ["forgotten"]
    assert {"number"} in [route.parameters for route in found]


@override_settings(ROOT_URLCONF="tests.security.test_routes")
@pytest.mark.parametrize("name", ["anonymous", "officer", "head", "guardian", "city_officer"])
def test_the_middleware_refuses_what_declares_nothing(world, name):
    for url in ("/forgotten/", "/deep/for/1/no/"):
        for method in ("get", "post", "head", "put", "delete"):
            response = getattr(world.client(name), method)(url)
            assert response.status_code == (302 if name == "anonymous" else 403), url
            assert "看得到" not in response.content.decode()
    assert world.client("officer").get("/").status_code == 200  # control: the rest stands


def test_every_route_has_a_name_of_its_own():
    names = [route.name for route in routes()]
    assert len(names) == len(set(names))


def test_every_route_with_parameters_has_samples():
    found = {route.name: route for route in routes()}
    assert {name for name, route in found.items() if route.parameters} == set(SAMPLES)
    for name in SAMPLES:
        assert set(SAMPLES[name](ABSENT)) == found[name].parameters, name
        assert url_of(found[name], ABSENT)


def test_every_route_has_an_expectation():
    assert {route.name for route in routes()} == set(ROUTES)


def test_what_a_route_declares_is_what_the_table_says():
    for route in routes():
        access, wanted = access_of(route.view), ROUTES[route.name].roles
        assert access.is_public == (wanted == PUBLIC), route.name
        if wanted not in (PUBLIC, SIGNED_IN):
            assert {str(role) for role in access.roles} == wanted, route.name


def test_the_resolver_has_no_door_besides_these(world):
    """No administration site, no files of users, nothing of the framework."""
    for url in ("/admin/", "/media/x", "/static/../settings.py", "/__debug__/", "/accounts/login/"):
        assert Client().get(url).status_code == 404, url
