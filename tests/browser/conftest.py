"""A real Chromium against the real server, on the demonstration at school scale."""

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from shuangjian.edges.demo.cast import COUNTY_CODE, demo_cards
from shuangjian.edges.demo.load import load_demonstration
from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.policy.services import load_policies, policy_roots
from shuangjian.foundation.registry.services import load_calendar, load_regions
from shuangjian.oversight.supervision.services import inspect

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TODAY = date(2026, 11, 19)  # a Thursday: 2026-11-20 is the next school day
FIRST, DUE = date(2026, 10, 31), date(2026, 11, 15)
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    assert chromium, "Chromium is missing: apt-get install chromium"
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def district(transactional_db, settings, tmp_path):
    """Two schools, inspected over one half month, as of a Thursday."""
    from shuangjian.edges import clock

    settings.DEMO_MODE = True
    settings.SHUANGJIAN_TODAY = TODAY.isoformat()
    settings.SHUANGJIAN_DATA = tmp_path
    load_regions()
    load_calendar()
    load_demonstration(scale="school", today=TODAY, seed=7, progress=lambda *_: None)
    outcome = load_policies(policy_roots())
    assert outcome.is_accepted
    inspect(first=FIRST, last=TODAY, region=COUNTY_CODE, at=clock.now(), actor_label=OPERATOR.label)


@pytest.fixture
def open_as(district, live_server, browser: Browser) -> Callable[..., Page]:
    """A page signed in as a role's card, at a width; console errors fail the test at its end."""
    complaints: list[str] = []
    contexts = []

    def open_page(role: Role | None, width: str = "phone") -> Page:
        wide, high = WIDTHS[width]
        context = browser.new_context(
            viewport={"width": wide, "height": high}, locale="zh-CN", base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: complaints.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/sign-in/")
        if role is not None:
            card = next(card for card in demo_cards() if card.role == role)
            form = page.locator(
                "form", has=page.locator(f'input[name="card"][value="{card.value}"]')
            )
            form.get_by_role("button").click()
            page.wait_for_url(f"{live_server.url}/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    # why: a refused form answers 422 and an unknown page 404; Chromium logs both as errors.
    assert [text for text in complaints if "422" not in text and "404" not in text] == []
