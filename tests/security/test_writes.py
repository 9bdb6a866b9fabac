"""Writing: only those who may, only with a token of this site; anyone else leaves no trace."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuangjian.foundation.findings.models import FindingState
from shuangjian.foundation.lake.postgres_engine import open_postgres
from shuangjian.oversight.reports import views as report_views
from shuangjian.oversight.reports.content import digest
from shuangjian.oversight.reports.queries import get_report
from tests.areas.homework.test_import import workbook as school_workbook
from tests.scene import TUESDAY
from tests.security.addresses import SAMPLES, routes, url_of
from tests.security.expectation import PEOPLE, PLACES
from tests.security.world import (
    DRAFT_DUE,
    SIGNED_DUE,
    TODAY,
    World,
    advance,
    state_digest,
    undone,
)

DUE_ON, TEXT = "2026-11-20", "已核对原始记录"


@dataclass(frozen=True)
class Write:
    """A valid POST, and by hand who may send it where: (person, place)."""

    data: Callable[[World, str], dict]
    allowed: frozenset[tuple[str, str]]
    before: str = ""  # the status that the finding must have
    due_on: object = None  # another due day than the sample's


def _data(**fields) -> Callable[[World, str], dict]:
    return lambda world, place: dict(fields)


def _sign(world: World, place: str) -> dict:
    """The digest of the very draft: what only its own page would tell."""
    with open_postgres() as engine:
        view = get_report(
            world.actor("city_officer"),
            region_code=world.places[place].region,
            due_on=DRAFT_DUE,
            today=TODAY,
            engine=engine,
        )
    return {"seen": digest(view.content)}


def _all(names: str, places: tuple[str, ...]) -> frozenset[tuple[str, str]]:
    return frozenset((name, place) for name in names.split() for place in places)


COUNTY = ("here", "beside", "next")
OFFICERS = (
    _all("officer officer_and_auditor officer_and_principal", COUNTY)
    | _all("city_officer", PLACES)
    | _all("other_officer", ("there",))
)
# why: a report is its own region's officers' to write; a city's officer only reads it.
REPORTERS = _all("officer officer_and_auditor officer_and_principal", COUNTY) | _all(
    "other_officer", ("there",)
)
HEADS = (
    _all("head", ("here",))
    | _all("head_of_beside moved_head", ("beside",))
    | _all("head_of_there", ("there",))
)
SCHOOLS = (
    _all("principal school_admin", ("here", "beside"))
    | _all("principal_of_next", ("next",))
    | _all("other_principal officer_and_principal", ("there",))
)
WRITES: dict[str, Write] = {
    "homework-day": Write(
        _data(course="math", content=TEXT, minutes="5", kind="written", place="home"),
        _all("math", ("here",)) | _all("stranger", ("there",)) | _all("teacher_of_next", ("next",)),
    ),
    "homework-override": Write(_data(reason="期末复习，已与家长沟通"), HEADS),
    "homework-trim": Write(_data(minutes="5"), HEADS),
    "homework-move": Write(_data(to="2026-11-12"), HEADS),
    "homework-withdraw": Write(
        _data(),
        HEADS
        | _all("math", ("here",))
        | _all("stranger", ("there",))
        | _all("teacher_of_next", ("next",)),
    ),
    "finding-assign": Write(_data(due_on=DUE_ON, note=TEXT), OFFICERS, before="opened"),
    "finding-rectify": Write(_data(note=TEXT, evidence=TEXT), SCHOOLS | HEADS, before="assigned"),
    "finding-verify": Write(
        _data(passed="yes", note=TEXT, evidence=TEXT),
        OFFICERS | _all("inspector", COUNTY),
        before="rectified",
    ),
    "finding-clear": Write(_data(note=TEXT, evidence=TEXT), OFFICERS, before="verified"),
    "report-remark": Write(_data(text=TEXT, evidence=TEXT), REPORTERS),
    "report-remark-withdraw": Write(_data(), REPORTERS),
    "report-sign": Write(_sign, REPORTERS),
    "report-correct": Write(_data(reason="漏报一所学校"), REPORTERS, due_on=SIGNED_DUE),
}
READ_ONLY = {
    "home", "favicon", "policy-list", "policy-key", "homework-plan", "homework-public",
    "finding-list", "finding", "indicator", "indicator-school", "report-list", "report",
    "report-draft-pdf", "report-revision", "report-pdf", "report-figure", "report-figure-school",
    "report-class-day", "ledger-home", "ledger-heads", "ledger-book", "ledger-account",
    "ledger-transfer",
}  # fmt: skip
# why: each has a test of its own, here or in ``test_sign_in``.
ELSEWHERE = {"sign-in", "sign-out", "demo-sign-in", "homework-import", "finding-assign-many"}
ROUTE_BY_NAME = {route.name: route for route in routes()}


@pytest.fixture(autouse=True)
def _without_typesetting(monkeypatch):
    monkeypatch.setattr(report_views, "render_official_document", lambda document: b"%PDF-1.7")


def address(world: World, name: str, place: str) -> str:
    url = url_of(ROUTE_BY_NAME[name], world.places[place])
    due_on = WRITES[name].due_on if name in WRITES else None
    return url.replace(str(DRAFT_DUE), str(due_on)) if due_on else url


def prepare(world: World, name: str) -> dict[str, dict]:
    """The statuses that the step needs, and each place's valid data."""
    write = WRITES[name]
    if write.before:
        for place in PLACES:
            finding = world.places[place].finding
            advance(world, finding, place=place, to=write.before)
    return {place: write.data(world, place) for place in PLACES}


def test_every_route_is_read_only_or_has_valid_data_here():
    assert {*WRITES, *READ_ONLY, *ELSEWHERE} == set(ROUTE_BY_NAME)
    assert set(WRITES) <= set(SAMPLES)


@pytest.mark.parametrize("name", WRITES)
def test_only_those_who_may_write_do(world, name):
    data = prepare(world, name)
    before, wrong = state_digest(), []
    for person in PEOPLE:
        for place in PLACES:
            with undone():
                world.client(person).post(address(world, name, place), data[place])
                wrote = state_digest() != before
            if wrote != ((person, place) in WRITES[name].allowed):
                wrong.append((person, place, "wrote" if wrote else "was refused"))
    assert wrong == []


def test_a_read_only_route_writes_nothing_whatever_is_posted(world):
    data = {
        key: value for write in WRITES.values() for key, value in write.data(world, "here").items()
    }
    before = state_digest()
    for name in READ_ONLY:
        for person in ("officer", "principal", "head", "guardian", "anonymous", "city_officer"):
            world.client(person).post(address(world, name, "here"), data)
            assert state_digest() == before, (name, person)


@pytest.mark.parametrize("name", sorted(ROUTE_BY_NAME))
def test_no_route_takes_a_post_without_a_token(world, settings, name):
    """Cross-site: the cookies come along, the token does not."""
    settings.DEMO_MODE = True
    data = prepare(world, name)["here"] if name in WRITES else {"card": "demo-officer"}
    allowed = sorted(person for person, place in WRITES[name].allowed if place == "here") if name in WRITES else ["officer"]  # fmt: skip
    before, url = state_digest(), address(world, name, "here")
    for method in ("post", "put", "patch", "delete"):
        client = world.client(allowed[0], enforce_csrf=True)
        client.cookies["csrftoken"] = "a" * 32
        for headers in ({}, {"Origin": "https://elsewhere.example"}, {"X-CSRFToken": "b" * 32}):
            response = getattr(client, method)(url, data, headers=headers) if method == "post" else getattr(client, method)(url, headers=headers)  # fmt: skip
            assert response.status_code == 403, (method, headers)
            assert "没有保存" in response.content.decode()
    assert state_digest() == before


def test_with_its_token_the_same_post_is_taken(world):
    """Control: what the test above sends is refused for its token alone."""
    client = world.client("head", enforce_csrf=True)
    url = address(world, "homework-trim", "here")
    client.get(url)
    token = client.cookies["csrftoken"].value
    before = state_digest()
    response = client.post(url, {"minutes": "5", "csrfmiddlewaretoken": token})
    assert response.status_code == 302
    assert state_digest() != before


@pytest.mark.parametrize(
    ("person", "school", "does_write"),
    [
        ("school_admin", "here", True),
        ("school_admin", "there", False),
        ("school_admin", "next", False),
        ("other_principal", "here", False),
        ("officer_and_principal", "here", False),
        ("officer_and_principal", "there", True),
        ("officer", "here", False),
        ("head", "here", False),
        ("guardian", "here", False),
        ("anonymous", "here", False),
    ],
)
def test_a_workbook_comes_in_for_an_own_school_only(world, person, school, does_write):
    school_pk = {
        "here": world.scene.school.pk,
        "there": world.scene.other_school.pk,
        "next": world.users["teacher_of_next"].teacher.school_id,
    }[school]
    before = state_digest()
    world.client(person).post(
        "/homework/import/",
        {"school": school_pk, "action": "write", "workbook": workbook()},
    )
    assert (state_digest() != before) == does_write


@pytest.mark.parametrize("person", PEOPLE)
def test_assigning_many_reaches_the_own_regions_findings_only(world, person):
    """Whatever the filter asks for, and whatever else the person may look at."""
    reached = {place for name, place in OFFICERS if name == person}
    before = state_digest()
    everything = {"due_on": DUE_ON, "note": TEXT, "seen": what_was_seen(world, person)}
    world.client(person).post("/findings/assign/", everything)
    assigned = {
        place
        for place, each in world.places.items()
        if FindingState.objects.get(finding__pseudonym=each.finding).status == "assigned"
    }
    assert assigned == reached
    assert (state_digest() != before) == bool(reached)


def what_was_seen(world, person: str, query: str = "") -> str:
    """The digest that the page of 批量交办 gave this person; empty for who may not open it."""
    page = world.client(person).get(f"/findings/assign/{query}").content.decode()
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    return found.group(1) if found else ""


def test_what_came_after_the_officer_looked_is_not_assigned_unseen(world):
    """A digest of another list is refused with words, and nothing is assigned."""
    before = state_digest()
    seen = {"due_on": DUE_ON, "note": TEXT, "seen": "0" * 16}
    answer = world.client("officer").post("/findings/assign/", seen)
    assert answer.status_code == 302
    assert state_digest() == before


def test_a_foreign_school_in_the_filter_assigns_nothing_of_it(world):
    there = world.places["there"]
    query = f"?school={there.school}"
    sent = {"due_on": DUE_ON, "seen": what_was_seen(world, "officer", query)}
    world.client("officer").post(f"/findings/assign/{query}", sent)
    assert FindingState.objects.get(finding__pseudonym=there.finding).status == "opened"


def workbook() -> SimpleUploadedFile:
    """A school's own workbook: one class, one day, one course."""
    content = school_workbook([(TUESDAY, "英语", "听读课文", "口头", 10, None)])
    return SimpleUploadedFile("计划.xlsx", content)
