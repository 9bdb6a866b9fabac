"""Every page that a role reaches from its home, at both widths: opened, checked, photographed."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shuangjian.foundation.accounts.role import Role
from tests.browser.page_checks import check_page, scrolls_sideways, violations

SHOTS = os.environ.get("SHUANGJIAN_SHOTS", "")
PAGES_MOST = 30
NO_PAGES = ("pdf", ".jsonl")
ROLES = [
    Role.OFFICER,
    Role.INSPECTOR,
    Role.AUDITOR,
    Role.PRINCIPAL,
    Role.SCHOOL_ADMIN,
    Role.CLASS_TEACHER,
    Role.TEACHER,
    Role.GUARDIAN,
]


def _shape(url: str) -> str:
    """An address without what differs between records, so that one of each kind is opened."""
    path = urlsplit(url).path
    parts = ["*" if _is_name(part) else part for part in path.split("/")]
    return "/".join(parts)


def _is_name(part: str) -> bool:
    """Whether a part of an address names one record: a day, a code, a key, a pseudonym."""
    return len(part) > 30 or part[:1].isdigit() or "." in part or "_" in part


def _photograph(page, role, width) -> None:
    if SHOTS:
        name = _shape(page.url).strip("/").replace("/", "_").replace("*", "x") or "home"
        page.screenshot(path=Path(SHOTS) / f"{width}-{role}-{name}.png", full_page=True)


@pytest.mark.parametrize("width", ["phone", "desk"])
@pytest.mark.parametrize("role", ROLES)
def test_every_kind_of_page_of_a_role(open_as, role, width):
    page = open_as(role, width)
    waiting, seen = [page.url], set()
    while waiting and len(seen) < PAGES_MOST:
        url = waiting.pop(0)
        if _shape(url) in seen:
            continue
        seen.add(_shape(url))
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        check_page(page)
        _photograph(page, role, width)
        links = page.eval_on_selector_all(
            "main a[href], nav a[href]", "all => all.map(a => a.href)"
        )
        waiting += [
            link
            for link in links
            if link.startswith(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2])
            and not any(kind in link for kind in NO_PAGES)
        ]
    assert len(seen) >= 3, seen


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_sign_in_page(open_as, width):
    page = open_as(None, width)
    check_page(page)
    _photograph(page, "anonymous", width)
    assert page.get_by_role("button", name="进入").count() == 9


def test_the_axe_check_can_fail(open_as):
    page = open_as(None)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
    assert any(text.startswith("image-alt") for text in violations(page))


def test_the_width_check_can_fail(open_as):
    page = open_as(None)
    page.evaluate(
        "const box = document.createElement('div'); box.textContent = '宽'.repeat(200);"
        "box.className = 'text-nowrap'; document.body.append(box)"
    )
    assert scrolls_sideways(page)
