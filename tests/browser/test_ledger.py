"""An auditor follows the money from the books to one lesson and back, on a phone and at a desk."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from shuangjian.edges.demo.ledger import BOOK
from shuangjian.edges.web import ledger_pages
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.ledger.models import Transfer
from tests.browser.page_checks import check_page

SHOTS = os.environ.get("SHUANGJIAN_SHOTS", "")


def look(page, width, name):
    check_page(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{width}-ledger-{name}.png", full_page=True)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_an_auditor_follows_the_money(open_as, width):
    page = open_as(Role.AUDITOR, width)
    page.get_by_role("link", name="查看账本").click()
    expect(page.get_by_text("全部已封存")).to_be_visible()
    look(page, width, "home")
    page.get_by_role("link", name="预收费存管（演示）").click()
    page.get_by_label("账户编号").fill("pupil:")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("heading", name="编号以 pupil: 开头的账户")).to_be_visible()
    look(page, width, "book")
    page.locator("main tbody th a").first.click()
    page.get_by_label("从（业务日期）").fill("2026-10-01")
    page.get_by_label("到（业务日期）").fill("2026-11-19")
    page.get_by_role("button", name="出对账单").click()
    expect(page.get_by_text("期末余额")).to_be_visible()
    look(page, width, "statement")
    page.get_by_role("link", name="上课消课").first.click()
    expect(page.get_by_role("heading", name="相关的转账")).to_be_visible()
    look(page, width, "lesson")
    page.get_by_role("link", name=re.compile("上课消课|请假")).last.click()
    expect(page.get_by_role("heading", name="封存")).to_be_visible()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_mistake_its_reversal_and_what_was_right(open_as, width):
    wrong = Transfer.objects.get(step="reversal").original
    page = open_as(Role.AUDITOR, width)
    page.goto(f"/ledger/books/{BOOK}/")
    page.get_by_label("转账的幂等键").fill("pay/nobody")
    page.get_by_role("button", name="查找").click()
    expect(page.locator(".sj-error-summary")).to_contain_text("没有这个幂等键的转账")
    look(page, width, "no-such-key")
    page.get_by_label("转账的幂等键").fill(wrong.key)
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("已冲正")).to_be_visible()
    look(page, width, "mistake")
    page.get_by_role("link", name="登记有误").click()
    expect(page.get_by_text("冲正的转账")).to_be_visible()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_long_statement_is_by_day(open_as, width, monkeypatch):
    monkeypatch.setattr(ledger_pages, "ENTRIES_A_STATEMENT", 5)
    page = open_as(Role.AUDITOR, width)
    page.goto(f"/ledger/books/{BOOK}/")
    page.get_by_role("link", name="bank:custody").click()
    page.get_by_label("从（业务日期）").fill("2026-10-01")
    page.get_by_role("button", name="出对账单").click()
    expect(page.get_by_text("明细太多，按天列出")).to_be_visible()
    look(page, width, "days")
    page.locator("main tbody th a").first.click()
    expect(page.get_by_text("期初余额")).to_be_visible()
    look(page, width, "one-day")
