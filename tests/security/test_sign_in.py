"""Signing in and out: no fixed session, no way off the site, no hint who exists, no ghost."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from shuangjian.edges.demo.cast import demo_cards
from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.registry.models import Enrolment, TeachingAssignment
from tests.security.addresses import routes, url_of
from tests.security.page import read_page, without_csrf
from tests.security.world import TODAY, state_digest

PASSWORD = "correct-horse-battery"
SIGN_IN, DEMO = "/sign-in/", "/sign-in/demo/"
ELSEWHERE = (
    "https://elsewhere.example/",
    "http://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example/",
    "https:elsewhere.example",
    "https:/elsewhere.example",
    "http:///elsewhere.example",
    "/\t/elsewhere.example",
    " //elsewhere.example",
    "\x00//elsewhere.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://testserver@elsewhere.example/",
    "https://testserver.elsewhere.example/",
    "ftp://testserver/",
)


@pytest.fixture
def officer(world, settings) -> User:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = world.users["officer"]
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, username: str = "officer", password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_right_password_signs_in_and_out(officer):
    client = Client()
    assert not is_signed_in(client)
    assert sign_in(client).headers["Location"] == "/"
    assert is_signed_in(client)
    key = client.session.session_key
    client.get("/sign-out/")
    assert is_signed_in(client)  # a link or a picture elsewhere signs nobody out
    client.post("/sign-out/")
    assert not is_signed_in(client)
    client.cookies["sessionid"] = key
    assert not is_signed_in(client)  # the old session is gone, not only the cookie


def test_a_session_fixed_by_another_is_left_behind(officer):
    client = Client()
    session = client.session
    session["planted"] = "by another"
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client)
    assert client.cookies["sessionid"].value != planted
    other = Client()
    other.cookies["sessionid"] = planted
    assert not is_signed_in(other)


def test_another_person_in_the_same_browser_gets_another_session(world, officer):
    client = world.client("guardian")
    before = client.cookies["sessionid"].value
    sign_in(client)
    assert client.cookies["sessionid"].value != before
    former = Client()
    former.cookies["sessionid"] = before
    assert not is_signed_in(former)


def test_the_session_cookie_is_out_of_reach_of_scripts(officer):
    client = Client()
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["expires"] == ""  # closing the browser of a shared machine ends it


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_leads_off_the_site(officer, target):
    client = Client()
    response = sign_in(client, next=target)
    assert response.status_code == 302
    assert response.headers["Location"] == "/"


def test_an_own_address_is_gone_on_to(officer):
    """Control: what strangers were kept from is shown after signing in."""
    client = Client()
    asked = client.get("/findings/?status=all")
    page = client.get(asked.headers["Location"]).content
    fields = [each.attributes for each in read_page(page).elements if each.tag == "input"]
    (target,) = [each["value"] for each in fields if each.get("name") == "next"]
    assert target == "/findings/?status=all"
    assert sign_in(client, next=target).headers["Location"] == target


def test_nobody_learns_who_exists(world, officer):
    """Wrong password, no such user, no password yet, switched off: one answer, one status."""
    inactive = world.users["inactive_officer"]
    inactive.refresh_from_db()
    inactive.set_password(PASSWORD)
    inactive.save()
    said = set()
    for username, password in (
        ("officer", "wrong"),
        ("nobody-at-all", "wrong"),
        ("auditor", PASSWORD),  # never had a password
        ("inactive_officer", PASSWORD),
        ("officer", PASSWORD.upper()),
    ):
        client = Client()
        response = sign_in(client, username, password)
        body = without_csrf(response.content).replace(username, "…").replace(password, "…")
        assert "用户名或密码不对" in body
        assert not is_signed_in(client)
        said.add((response.status_code, body))
    assert len(said) == 1
    assert said.pop()[0] == 422


def test_a_password_is_taken_as_it_was_typed(officer):
    """A space is a character of a password: it is neither cut off nor added."""
    assert sign_in(Client(), "officer", f"{PASSWORD} ").status_code == 422
    officer.set_password(f" {PASSWORD} ")
    officer.save()
    assert sign_in(Client(), "officer", f" {PASSWORD} ").status_code == 302


def test_an_unknown_user_costs_as_much_hashing_as_a_known_one(officer, monkeypatch):
    """The hasher runs either way: time tells nothing about who exists."""
    hashed = []
    real = User.set_password
    monkeypatch.setattr(
        User, "set_password", lambda user, raw: hashed.append(raw) or real(user, raw)
    )
    sign_in(Client(), "nobody-at-all", "wrong")
    assert hashed == ["wrong"]


def test_the_password_is_never_sent_back(officer):
    page = sign_in(Client(), "officer", "a-typed-secret").content.decode()
    assert "a-typed-secret" not in page


def reads(client: Client, url: str) -> int:
    return client.get(url).status_code


def test_a_revoked_grant_counts_from_the_next_request(world):
    client, url = world.client("officer"), f"/findings/{world.places['here'].finding}/"
    assert reads(client, url) == 200
    RoleGrant.objects.filter(user=world.users["officer"]).update(ends_on=TODAY)
    assert reads(client, url) == 403
    assert reads(client, "/reports/") == 403


def test_a_narrowed_grant_counts_from_the_next_request(world):
    client = world.client("city_auditor")
    urls = {place: f"/findings/{world.places[place].finding}/" for place in ("here", "there")}
    assert [reads(client, url) for url in urls.values()] == [200, 200]
    RoleGrant.objects.filter(user=world.users["city_auditor"]).update(region=world.scene.county)
    assert [reads(client, url) for url in urls.values()] == [200, 404]


def test_an_ended_assignment_counts_from_the_next_request(world):
    place = world.places["here"]
    url = f"/homework/classes/{place.school_class}/{TODAY}/"
    for name in ("math", "head"):
        client = world.client(name)
        assert reads(client, url) == 200
        TeachingAssignment.objects.filter(teacher=world.users[name].teacher).update(ends_on=TODAY)
        assert reads(client, url) == 403


def test_a_child_that_left_the_class_takes_its_guardian_along(world):
    client, place = world.client("guardian"), world.places["here"]
    url = f"/homework/public/{place.school_class}/{TODAY}/"
    assert reads(client, url) == 200
    guardian = world.users["guardian"].guardian
    Enrolment.objects.filter(pupil__guardians=guardian).update(ends_on=TODAY)
    assert reads(client, url) == 404


def test_a_closed_school_is_no_longer_its_principals(world):
    client, place = world.client("principal"), world.places["here"]
    url = f"/homework/classes/{place.school_class}/{TODAY}/"
    assert reads(client, url) == 200
    type(world.scene.fifth).objects.filter(school=world.scene.school).update(ends_on=TODAY)
    assert reads(client, url) == 404


def test_a_user_who_is_switched_off_is_out_at_once(world):
    client = world.client("officer")
    assert is_signed_in(client)
    User.objects.filter(username="officer").update(is_active=False)
    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_a_new_password_ends_every_other_session(officer):
    thief, owner = Client(), Client()
    sign_in(thief)
    sign_in(owner)
    officer.refresh_from_db()
    officer.set_password("another-long-password")
    officer.save()
    assert not is_signed_in(thief)
    assert not is_signed_in(owner)


@pytest.fixture
def card(world) -> str:
    """A card's account and, beside it, real ones."""
    value = demo_cards()[0].value
    User.objects.create(username=value, name="演示")
    return value


def test_outside_demo_mode_there_is_no_demo_sign_in(card, settings):
    settings.DEMO_MODE = False
    before = state_digest()
    for response in (Client().get(DEMO), Client().post(DEMO, {"card": card})):
        assert response.status_code == 404
        assert "sessionid" not in response.cookies
    assert state_digest() == before
    assert DEMO not in Client().get(SIGN_IN).content.decode()
    nowhere = Client().post("/sign-in/nowhere/", {"card": card})
    assert without_csrf(nowhere.content) == without_csrf(
        Client().post(DEMO, {"card": card}).content
    )


def test_a_card_signs_in_as_itself_in_demo_mode(card, settings):
    """Control: in demo mode the same post works."""
    settings.DEMO_MODE = True
    client = Client()
    assert client.post(DEMO, {"card": card}).status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(username=card).pk)


def test_demo_sign_in_takes_nothing_but_the_cards(world, card, settings):
    settings.DEMO_MODE = True
    for value in ("officer", "city_officer", "", " ", card.upper(), f"{card} ", f"{card}'--", "1"):
        client = Client()
        assert client.post(DEMO, {"card": value}).status_code == 404, value
        assert "sessionid" not in client.cookies
    assert Client().get(DEMO, {"card": card}).status_code == 404
    User.objects.filter(username=card).update(is_active=False)
    assert Client().post(DEMO, {"card": card}).status_code == 404


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_card_leads_nowhere_else(card, settings, target):
    settings.DEMO_MODE = True
    assert Client().post(DEMO, {"card": card, "next": target}).headers["Location"] == "/"


def test_strangers_are_told_the_same_of_every_address(world):
    """A stranger cannot tell an existing record from none: both lead to the sign-in page."""
    for route in routes():
        answers = set()
        for place in world.places.values():
            response = Client().get(url_of(route, place))
            where = re.sub(r"next=.*", "next=", response.headers.get("Location", ""))
            answers.add((response.status_code, where))
        assert len(answers) == 1, route.name
    assert reverse("sign-in") == SIGN_IN
