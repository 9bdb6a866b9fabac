"""Person × route × place × method: everybody gets what the hand-written table says, no word more."""

from dataclasses import replace

import pytest
from django.http import HttpResponse

from shuangjian.foundation.registry.models import Guardian, Pupil
from shuangjian.oversight.reports import views as report_views
from tests.security import checks
from tests.security.addresses import routes, url_of
from tests.security.crawl import LOOKS, WRITES, Answer, crawl, send, targets
from tests.security.expectation import PEOPLE, ROUTES
from tests.security.world import state_digest

CROSSED = ("indicator-school", "report-figure-school", "report-class-day")


@pytest.fixture(autouse=True)
def _without_typesetting(monkeypatch):
    """Setting type takes seconds and decides nothing; ``test_leaks`` reads the real documents."""
    monkeypatch.setattr(report_views, "render_official_document", lambda document: b"%PDF-1.7")
    monkeypatch.setattr(checks, "text_of", lambda response: response.content.decode())


def people_of_minors(name: str, world) -> set[str]:
    """Names that stand on no page at all; one's own stands in the header."""
    named = {*Pupil.objects.values_list("name", flat=True)}
    named |= {*Guardian.objects.values_list("name", flat=True)}
    own = world.users[name].name if name in world.users else ""
    return named - {own}


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_gets_what_the_table_says_and_no_word_more(world, name, record_property):
    before = state_digest()
    looks = crawl(world, name, methods=LOOKS)
    assert state_digest() == before  # looking never writes
    answers = looks + crawl(world, name, methods=WRITES)
    hidden = checks.hidden_words(PEOPLE[name]) | people_of_minors(name, world)
    faults = {
        "status": checks.wrong_statuses(name, answers),
        "redirect": checks.wrong_redirects(name, answers),
        "absence": checks.telling_absences(answers),
        "leak": checks.leaks(name, answers, hidden=hidden),
        "headers": checks.weak_headers(answers),
        "inline": checks.inline_code(answers),
    }
    assert [line for found in faults.values() for line in found] == []
    record_property("requests", len(answers))


def test_the_table_names_everyone_and_every_role(world):
    assert set(PEOPLE) - {"anonymous"} <= set(world.users)
    assert {role for person in PEOPLE.values() for role in person.roles} == {
        "officer", "inspector", "auditor", "principal", "school_admin", "class_teacher", "teacher",
        "guardian",
    }  # fmt: skip


def test_every_method_and_every_place_is_tried(world):
    tried = {(route.name, place) for route, place, _ in targets(world)}
    for name, expected in ROUTES.items():
        places = {"here", "beside", "next", "there", "absent"} if expected.kind else {""}
        assert {place for route, place in tried if route == name} == places


def test_a_foreign_part_in_an_own_address_is_not_found(world):
    """An own region with another county's school or class in it, and the other way round."""
    here, there = world.places["here"], world.places["there"]
    crossed = (replace(there, region=here.region), replace(here, region=there.region))
    tried = [route for route in routes() if route.name in CROSSED]
    for name in ("officer", "city_auditor", "other_officer", "principal", "head", "guardian"):
        for route in tried:
            may_use = ROUTES[route.name].roles & PEOPLE[name].roles
            for place in crossed:
                status = send(world, name, "GET", url_of(route, place)).status_code
                assert status == (404 if may_use else 403), (name, route.name, place)


def test_whoever_lost_the_last_role_may_only_sign_out_and_read_what_is_public(world):
    for name in ("former_teacher", "revoked_officer", "future_officer"):
        allowed = {
            route.name
            for route, _, url in targets(world)
            if send(world, name, "GET", url).status_code in (200, 302)
        }
        assert allowed == {
            "home", "sign-in", "sign-out", "favicon", "policy-list", "policy-key", "ledger-heads",
        }  # fmt: skip


def answer(body: str, **headers: str) -> Answer:
    response = HttpResponse(body)
    for key, value in headers.items():
        response.headers[key.replace("_", "-")] = value
    return Answer("home", "", "GET", response)


def test_the_checks_see_what_they_look_for():
    """Controls: each check finds the fault that it is there for."""
    bad = '<p style="color:red" onclick="x()"><script>1</script><img src="//elsewhere/x"><a href="javascript:1">'
    assert len(checks.page_faults(bad.encode())) == 5
    assert (
        checks.page_faults(b'<script src="/static/a.js"></script><a href="https://www.moe.gov.cn">')
        == []
    )
    assert checks.weak_headers([answer("", Content_Security_Policy="default-src *")])
    assert checks.leaks("officer", [answer("电话 13812345678")], hidden=())
    assert checks.leaks("officer", [answer("110101201501011234")], hidden=())
    assert checks.leaks("officer", [answer("玄鹤先生")], hidden={"玄鹤先生"})
    assert not checks.leaks("officer", [answer("白鹭先生 1.1234567890123")], hidden={"玄鹤先生"})
    absent, foreign = HttpResponse("没有", status=404), HttpResponse("不给", status=404)
    assert checks.telling_absences(
        [Answer("finding", "absent", "GET", absent), Answer("finding", "there", "GET", foreign)]
    )


def test_the_words_are_really_on_the_pages_of_those_who_may_read_them(world):
    """Control: a check for hidden words is worth something only where the words do show."""
    for name in ("city_auditor", "officer", "principal", "head", "math", "guardian"):
        hidden = checks.hidden_words(PEOPLE[name])
        shown = "".join(
            each.response.content.decode() for each in crawl(world, name, methods=("GET",))
        )
        everything = checks.hidden_words(PEOPLE["anonymous"])
        assert {word for word in everything if word in shown} == everything - hidden, name
