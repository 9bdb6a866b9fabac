"""What must hold on every page: no serious axe violation, no sideways scroll, the demo mark."""

from playwright.sync_api import Page

from tests.browser.conftest import AXE

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def violations(page: Page) -> list[str]:
    """Serious and critical accessibility faults, each with its first node."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(r => r.violations)",
        TAGS,
    )
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")


def check_page(page: Page) -> None:
    """The page is usable: accessible, not wider than the screen, marked as a demonstration."""
    assert violations(page) == [], page.url
    assert not scrolls_sideways(page), page.url
    assert "演示数据" in page.inner_text("body"), page.url
    assert page.locator("h1").count() == 1, page.url
    styles = page.evaluate("getComputedStyle(document.body).fontSize")
    assert styles != "16px", "the style sheet did not arrive"
