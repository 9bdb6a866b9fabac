"""Person × route × place × method: everybody gets exactly what the hand-written table says."""

from dataclasses import replace

import pytest

from tests.security.addresses import ABSENT, routes, url_of
from tests.security.expectation import NOT_FOUND, PEOPLE, PLACES, ROUTES, expected_status
from tests.security.page import without_csrf
from tests.security.world import World, state_digest, undone

METHODS = ("GET", "HEAD", "POST", "PUT")
FILLED = {"nothing": ""}  # why: a browser's form always sends something, at least its token
CROSSED = ("indicator-school", "report-figure-school", "report-class-day")


def send(world: World, name: str, method: str, url: str):
    client = world.client(name)
    data = FILLED if method == "POST" else None
    with undone():
        return getattr(client, method.lower())(url, data=data, **({"content_type": "application/x-www-form-urlencoded"} if method == "PUT" else {}))  # fmt: skip


def targets(world: World):
    """Every route once, or once a place where its address names one."""
    for route in routes():
        if not ROUTES[route.name].kind:
            yield route, "", url_of(route, world.places["here"])
            continue
        for place in PLACES:
            yield route, place, url_of(route, world.places[place])
        yield route, "absent", url_of(route, ABSENT)


def test_the_table_names_everyone(world):
    assert set(PEOPLE) - {"anonymous"} <= set(world.users)
    by_role = {role for person in PEOPLE.values() for role in person.roles}
    assert by_role == {
        "officer", "inspector", "auditor", "principal", "school_admin", "class_teacher", "teacher",
        "guardian",
    }  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_gets_what_the_table_says(world, name):
    wrong = []
    for route, place, url in targets(world):
        for method in METHODS:
            wanted = expected_status(name, route.name, place, method)
            response = send(world, name, method, url)
            if response.status_code != wanted:
                wrong.append((route.name, place, method, response.status_code, f"wanted {wanted}"))
            elif wanted == 302 and route.name not in ("favicon", "sign-out") and _is_foreign(name):
                assert response.headers["Location"].startswith("/sign-in/?next="), route.name
            if method == "HEAD":
                assert response.content == b""
    assert wrong == []


def _is_foreign(name: str) -> bool:
    return not PEOPLE[name].is_signed_in


@pytest.mark.parametrize("name", [name for name, person in PEOPLE.items() if person.is_signed_in])
def test_absent_and_forbidden_look_the_same(world, name):
    compared = 0
    for route in routes():
        kind = ROUTES[route.name].kind
        for method in ("GET", "POST"):
            if not kind or expected_status(name, route.name, "absent", method) != NOT_FOUND:
                continue
            absent = send(world, name, method, url_of(route, ABSENT))
            for place in set(PLACES) - PEOPLE[name].places(kind):
                foreign = send(world, name, method, url_of(route, world.places[place]))
                assert foreign.status_code == absent.status_code == NOT_FOUND, route.name
                assert without_csrf(foreign.content) == without_csrf(absent.content), route.name
                assert _headers(foreign) == _headers(absent), route.name
                compared += 1
    assert (
        compared
        or PEOPLE[name].roles in ({"auditor"}, {"officer"}, set())
        or len(PEOPLE[name].roles) > 1
    )


def _headers(response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != "Content-Length"}


@pytest.mark.parametrize("name", [name for name, person in PEOPLE.items() if person.is_signed_in])
def test_a_foreign_part_in_an_own_address_is_not_found(world, name):
    """An own region with another county's school or class in it, and the other way round."""
    here, there = world.places["here"], world.places["there"]
    crossed = (replace(there, region=here.region), replace(here, region=there.region))
    for route in routes():
        if route.name not in CROSSED:
            continue
        may_use = ROUTES[route.name].roles & PEOPLE[name].roles
        for place in crossed:
            status = send(world, name, "GET", url_of(route, place)).status_code
            assert status == (404 if may_use else 403), (route.name, place)


def test_an_empty_account_still_gets_out_and_no_further(world):
    """Whoever lost the last role may sign out and read the public policies, nothing else."""
    for name in ("former_teacher", "revoked_officer", "future_officer"):
        allowed = {
            route.name
            for route, _, url in targets(world)
            if send(world, name, "GET", url).status_code in (200, 302)
        }
        assert allowed == {"home", "sign-in", "sign-out", "favicon", "policy-list", "policy-key"}


@pytest.mark.parametrize("name", PEOPLE)
def test_looking_never_writes(world, name):
    before = state_digest()
    for _, _, url in targets(world):
        for method in ("get", "head", "options", "trace"):
            getattr(world.client(name), method)(url)
    assert state_digest() == before
