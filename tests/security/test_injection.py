"""What people type is shown as they typed it: never as code of the page or of a document."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.registry.models import Region, School, Teacher
from shuangjian.oversight.reports import views as report_views
from tests.security import world as scene
from tests.security.addresses import routes, url_of
from tests.security.checks import page_faults
from tests.security.crawl import send
from tests.security.page import pdf_text, read_page
from tests.security.words import CLASS_WORDS

# Each is one known way out of text, attribute, script, comment, template or typesetter.
CORPUS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg/onload=alert(3)>",
    '"><b onmouseover=alert(4)>',
    "' autofocus onfocus=alert(5) x='",
    "</textarea><iframe src=//elsewhere.example>",
    "</title><base href=//elsewhere.example>",
    "<a href=javascript:alert(6)>x</a>",
    "<p style=background:url(//elsewhere.example)>",
    "<div hx-get=//elsewhere.example hx-trigger=load>",
    "<!--><form action=//elsewhere.example>-->",
    "{{ 7|add:7 }}{% debug %}{% include 'base.html' %}",
    "&lt;script&gt;&#60;b&#62;",
    '#panic() #read("/etc/passwd") *粗* $x^2$ @ref <lab>',
)
MARK = "输入"
TYPED = {number: f"{MARK}{number}{payload}" for number, payload in enumerate(CORPUS)}
READERS = (
    "city_officer",
    "officer",
    "auditor",
    "principal",
    "school_admin",
    "head",
    "math",
    "guardian",
)


@pytest.fixture(params=TYPED, ids=lambda number: f"payload-{number}")
def typed(request) -> str:
    return TYPED[request.param]


@pytest.fixture
def hostile(db, settings, tmp_path, monkeypatch, typed):
    """A world in which every field that a person fills says the same thing."""
    settings.SHUANGJIAN_TODAY = scene.TODAY.isoformat()
    settings.SHUANGJIAN_DATA = settings.SHUANGJIAN_POLICIES = tmp_path
    said = {
        place: replace(
            words, published=typed, held=typed, teacher=typed[:40], reason=typed, note=typed
        )
        for place, words in CLASS_WORDS.items()
    }
    monkeypatch.setattr(scene, "REMARKS", dict.fromkeys(scene.REMARKS, typed))
    monkeypatch.setattr(scene, "SCHOOL_NAMES", dict.fromkeys(scene.SCHOOL_NAMES, typed))
    built = scene.build_world(tmp_path, words=said)
    Teacher.objects.update(name=typed[:40])
    User.objects.update(name=typed[:40])
    Region.objects.filter(code="990101").update(name=typed)
    return built


def test_what_was_typed_is_text_on_every_page(hostile, typed, monkeypatch):
    monkeypatch.setattr(report_views, "render_official_document", lambda document: b"%PDF-1.7")
    shown: dict[str, int] = {}
    faults = []
    for name in READERS:
        for route in routes():
            response = send(hostile, name, "GET", url_of(route, hostile.places["here"].with_noted))
            if not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            faults += [(name, route.name, fault) for fault in page_faults(response.content)]
            if typed in read_page(response.content).text:
                shown[route.name] = shown.get(route.name, 0) + 1
    assert faults == []
    # Control: it was there to be escaped, on the pages that show the most of what people type.
    wanted = {"homework-day", "homework-public", "homework-override", "finding", "report", "report-revision", "indicator", "report-figure"}  # fmt: skip
    assert wanted <= set(shown)


def test_what_was_typed_is_text_in_the_document(hostile, typed):
    route = next(each for each in routes() if each.name == "report-pdf")
    response = send(hostile, "officer", "GET", url_of(route, hostile.places["here"].with_noted))
    assert response.status_code == 200
    text = pdf_text(response.content)
    assert plain(typed) in plain(text)
    assert "root:" not in text


def plain(text: str) -> str:
    """Typesetting may turn quotes and hyphens and break lines; nothing else may change."""
    for old, new in (
        ("“", '"'),
        ("”", '"'),
        ("‘", "'"),
        ("’", "'"),
        ("\u2013", "-"),
        ("\u2014", "-"),
        ("\u00ad", ""),
        ("\ufffe", ""),
    ):
        text = text.replace(old, new)
    return "".join(text.split())


@pytest.mark.parametrize("payload", CORPUS)
def test_what_stands_in_the_address_is_text_too(world, payload):
    """Every page with every parameter it may know, filled with the payload."""
    names = (
        "next", "on", "course", "page", "status", "tab", "rule", "school", "severity", "first", "last",
        "overdue", "figure", "show", "region", "grade", "class_size", "school_kind", "q",
        "account", "key", "after", "before",
    )  # fmt: skip
    query = urlencode(dict.fromkeys(names, f"{MARK}{payload}"))
    for name in ("officer", "principal", "head", "math", "guardian", "city_auditor", "anonymous"):
        for route in routes():
            if "pdf" in route.name:
                continue
            url = f"{url_of(route, world.places['here'])}?{query}"
            response = world.client(name).get(url)
            assert response.status_code < 500
            assert page_faults(response.content) == [], (name, route.name)


@pytest.mark.parametrize("payload", CORPUS)
def test_what_was_refused_is_given_back_as_text(world, payload):
    """A form that is shown again holds what was typed, and holds it as text."""
    words = dict.fromkeys(
        ("username", "password", "next", "content", "minutes", "course", "kind", "place", "to", "reason",
         "note", "evidence", "due_on", "passed", "text", "seen", "school"), f"{MARK}{payload}" * 40,
    )  # fmt: skip
    given_back = 0
    for name in ("officer", "principal", "head", "math", "anonymous"):
        for route in routes():
            response = send_words(world, name, url_of(route, world.places["here"]), words)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                assert page_faults(response.content) == [], (name, route.name)
                given_back += payload in read_page(response.content).text
    assert given_back > 5


def send_words(world, name, url, words):
    with scene.undone():
        return world.client(name).post(url, words)


def test_one_school_cannot_break_out_of_its_name_in_a_list(world):
    """The name of a school stands in choices, captions and links; one quote must not end one."""
    School.objects.filter(pk=world.scene.school.pk).update(name="小\"学'<b onclick=x>&amp;")
    page = world.client("officer").get("/findings/").content
    assert page_faults(page) == []
    assert "小\"学'<b onclick=x>&amp;" in read_page(page).text
