"""A teacher plans without a mouse; what holds the keyboard is always to be seen."""

from playwright.sync_api import Page, expect

from shuangjian.foundation.accounts.role import Role

STEPS_MOST = 40


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus; every stop on the way must be visible."""
    for _ in range(STEPS_MOST):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
            " || getComputedStyle(document.activeElement).boxShadow !== 'none'"
        ), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


def test_the_first_stop_skips_to_the_content(open_as):
    page = open_as(Role.TEACHER)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_teacher_plans_by_keyboard_alone(open_as):
    page = open_as(Role.TEACHER, "desk")
    _tab_to(page, 'main a[href*="/homework/classes/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/homework/classes/**")
    _tab_to(page, 'textarea[name="content"]')
    page.keyboard.press("Control+A")
    page.keyboard.type("口算一页")
    _tab_to(page, 'input[name="minutes"]')
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    _tab_to(page, 'main form button[type="submit"]')
    page.keyboard.press("Enter")
    expect(page.get_by_text("已保存并公示")).to_be_visible()


def test_errors_take_the_keyboard_to_the_field(open_as):
    page = open_as(Role.TEACHER)
    page.goto("/homework/")
    page.locator('main a[href*="/homework/classes/"]').first.click()
    page.get_by_label("作业内容").fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".sj-error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("作业内容")).to_be_focused()
