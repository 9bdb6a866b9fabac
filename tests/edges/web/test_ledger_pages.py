"""The pages of the ledger, as an auditor sees them; nothing on them can be changed."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from shuangjian.edges.web import ledger_pages
from shuangjian.edges.web.ledger_rows import age_text, tail_state
from shuangjian.engines.posting.order import AccountOrder, Side
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.ledger.models import LedgerAccount, Transfer
from shuangjian.foundation.ledger.publication import heads_file, publish_head
from shuangjian.foundation.ledger.queries import Tail, chain_head
from shuangjian.foundation.ledger.sealing import seal
from shuangjian.foundation.ledger.services import open_accounts
from shuangjian.foundation.registry.models import Region
from tests.foundation.ledger_reading.scene import BOOK, FAMILY, TITLE, day, fill_scene, pay
from tests.scene import START, build_scene
from tests.security.page import without_csrf

AT = datetime(2026, 11, 20, 22, tzinfo=BEIJING)


@pytest.fixture
def auditor(db, client, settings, tmp_path):
    """An auditor of the city, in which all schools are."""
    settings.SHUANGJIAN_DATA = tmp_path
    build_scene()
    city = Region.objects.create(
        code="990100", name="示范市", level="city", path="000000.990000.990100", city_code="990100"
    )
    user = User.objects.create(username="city_auditor", name="审计")
    RoleGrant.objects.create(user=user, role=Role.AUDITOR, region=city, starts_on=START)
    client.force_login(user)
    return client


@pytest.fixture
def book(auditor):
    fill_scene()
    return auditor


def page_of(client, name, *arguments, status=200, **asked):
    response = client.get(reverse(name, args=arguments), asked)
    assert response.status_code == status
    return response.content.decode()


def account_number(code=FAMILY):
    return LedgerAccount.objects.get(code=code).pk


def transfer_number(key):
    return Transfer.objects.get(key=key).pk


def test_the_first_page_shows_the_two_sides_and_the_tail(book):
    page = page_of(book, "ledger-home")
    assert TITLE in page
    assert page.count("1,600.00 元") == 2
    assert "相等" in page
    assert "10 笔，最早的一笔：刚刚。" in page
    assert "还没有公布过" in page
    assert "最后一块" not in page


def test_it_shows_the_head_and_what_was_published(book, tmp_path):
    seal()
    publish_head(file=heads_file(tmp_path), at=AT)
    page = page_of(book, "ledger-home")
    assert "全部已封存" in page
    assert page.count(chain_head().head) == 2
    assert "2026-11-20 22:00:00" in page
    assert "第 1 块，10 笔转账" in page


def test_an_auditor_of_a_part_is_told_why_there_is_nothing(book):
    book.force_login(User.objects.get(username="auditor"))
    page = page_of(book, "ledger-home")
    assert "这里没有您可以看的账簿" in page
    assert TITLE not in page
    absent = without_csrf(page_of(book, "ledger-book", "other", status=404).encode())
    hidden = without_csrf(page_of(book, "ledger-book", BOOK, status=404).encode())
    assert hidden == absent
    page_of(book, "ledger-account", account_number(), status=404)
    page_of(book, "ledger-transfer", transfer_number("pay-1"), status=404)


def test_a_book_lists_its_accounts_and_finds_them(book):
    page = page_of(book, "ledger-book", BOOK)
    assert page.index("bank</a>") < page.index("institution:k9/earned</a>") < page.index(FAMILY)
    assert "待出 50.00 元" in page
    assert "待入 50.00 元" in page
    found = page_of(book, "ledger-book", BOOK, account="pupil:")
    assert FAMILY in found
    assert "institution:k9/earned</a>" not in found
    assert "没有这样的账户" in page_of(book, "ledger-book", BOOK, account="pupil:8")
    assert "只有字母" in page_of(book, "ledger-book", BOOK, account="李", status=422)


def test_accounts_come_a_page_at_a_time(book):
    orders = [
        AccountOrder(f"pupil:{number:03d}", owner="pupil:x", purpose="prepaid", side=Side.CREDIT)
        for number in range(60)
    ]
    open_accounts(book=BOOK, accounts=orders)
    first = page_of(book, "ledger-book", BOOK, account="pupil:")
    assert first.count("<tr>") == 51
    assert "往后翻" in first
    assert "回到开头" not in first
    second = page_of(book, "ledger-book", BOOK, account="pupil:", after="pupil:049")
    assert second.count("<tr>") == 12
    assert "pupil:050</a>" in second
    assert "往后翻" not in second
    assert "回到开头" in second
    for odd in ("\0", "账", "a\n"):
        assert "pupil:000</a>" in page_of(book, "ledger-book", BOOK, account="pupil:", after=odd)


def test_a_key_leads_to_its_transfer(book):
    url = reverse("ledger-book", args=[BOOK])
    answer = book.get(url, {"key": "lesson-1/done"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse(
        "ledger-transfer", args=[transfer_number("lesson-1/done")]
    )
    assert "没有这个幂等键" in page_of(book, "ledger-book", BOOK, key="lesson-9", status=422)


def test_an_account_shows_how_it_stands_and_its_latest_entries(book):
    page = page_of(book, "ledger-account", account_number())
    for words in (
        "1,550.00 元",
        "1,500.00 元",
        "待出 50.00 元",
        "pupil:7f3a",
        "不高于 3,000.00 元",
    ):
        assert words in page
    assert page.index("pay-2") < page.index("refund-1/right") < page.index("lesson-1/done")
    assert "+100.00 元" in page
    assert "-50.00 元" in page
    assert "冻结待出 -50.00 元" in page
    assert "更早的" not in page


def test_older_entries_are_on_pages_of_their_own(book, monkeypatch):
    monkeypatch.setattr(ledger_pages, "ENTRIES_A_PAGE", 4)
    number = account_number()
    seen, before = [], ""
    while True:
        page = page_of(book, "ledger-account", number, before=before)
        seen.append(page.count("<tr>") - 1)
        if "?before=" not in page:
            break
        before = page.split("?before=")[1].split('"')[0]
    assert seen == [4, 4, 2]
    assert "回到最近的" in page
    for odd in ("x", "-1", "0", "99999999999999999999", "²", "9" * 5_000):
        page_of(book, "ledger-account", number, before=odd)


def test_a_statement_adds_up_and_puts_late_entries_on_their_day(book):
    page = page_of(book, "ledger-account", account_number(), first="2026-03-03", last="2026-03-05")
    assert "2026-03-03 至 2026-03-05" in page
    for label, value in (
        ("期初余额", "2,000.00 元"),
        ("本期净变动", "50.00 元"),
        ("期末余额", "2,050.00 元"),
        ("明细条数", "6"),
    ):
        row = page.split(f"<dt>{label}</dt>")[1].split("</div>")[0]
        assert value in row
    assert "pay-2" in page
    assert "refund-1" not in page


def test_a_statement_of_many_entries_is_by_day(book, monkeypatch):
    monkeypatch.setattr(ledger_pages, "ENTRIES_A_STATEMENT", 3)
    number = account_number()
    asked = {"first": "2026-03-01", "last": "2026-03-31"}
    page = page_of(book, "ledger-account", number, **asked)
    assert "明细太多，按天列出" in page
    assert page.count("<tr>") == 6
    assert "?first=2026-03-03&amp;last=2026-03-03" in page
    assert "lesson-1" not in page
    one = page_of(book, "ledger-account", number, first="2026-03-03", last="2026-03-03")
    assert "lesson-1/done" in one
    monkeypatch.setattr(ledger_pages, "DAYS_A_STATEMENT", 2)
    assert "只列出最后的 2 天" in page_of(book, "ledger-account", number, **asked)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": "2026-03-03"}, "请填到哪天为止"),
        ({"first": "昨天", "last": "2026-03-03"}, "请按 2026-11-15 的样子填日期"),
        ({"first": "2026-03-03", "last": "2026-03-02"}, "止日不能早于起日"),
        ({"first": "2026-03-03", "last": "9999-12-31"}, "止日太晚了"),
    ],
)
def test_a_wrong_period_is_told(book, asked, words):
    page = page_of(book, "ledger-account", account_number(), status=422, **asked)
    assert words in page
    assert "最近的明细</h2>" not in page


def test_a_transfers_story_leads_to_its_kin(book):
    page = page_of(book, "ledger-transfer", transfer_number("lesson-1"))
    assert "已转记账" in page
    assert reverse("ledger-transfer", args=[transfer_number("lesson-1/done")]) in page
    assert "还没有封存" in page
    wrong = page_of(book, "ledger-transfer", transfer_number("refund-1"))
    for words in ("已冲正", "冲正它的", "更正它的", "600.00 元"):
        assert words in wrong
    assert "冻结中" in page_of(book, "ledger-transfer", transfer_number("lesson-3"))
    right = page_of(book, "ledger-transfer", transfer_number("refund-1/right"))
    assert "有效" in right
    assert "更正的转账" in right


def test_a_sealed_transfer_says_where_it_stands(book):
    seal()
    page = page_of(book, "ledger-transfer", transfer_number("pay-1"))
    assert "第 1 块" in page
    assert chain_head().head in page
    assert "还没有封存" not in page


@pytest.mark.parametrize("name", ["ledger-account", "ledger-transfer"])
@pytest.mark.parametrize("number", [0, 10**9, 10**30])
def test_a_number_of_nothing_is_not_found(book, name, number):
    page_of(book, name, number, status=404)


def test_anybody_reads_the_published_heads(book, tmp_path):
    url = reverse("ledger-heads")
    assert Client().get(url).content == b""
    file = heads_file(tmp_path)
    seal()
    publish_head(file=file, at=AT)
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"block":')
    answer = Client().get(url)
    assert (answer.status_code, answer.content) == (200, whole)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_auditors_home_leads_there(book):
    assert "查看账本" in page_of(book, "home")
    book.force_login(User.objects.get(username="auditor"))
    assert "查看账本" not in page_of(book, "home")


def test_the_pages_ask_no_more_of_the_database_for_more_transfers(
    book, django_assert_max_num_queries
):
    for number in range(20):
        pay(f"more-{number}", 100, on=day(20))
    for name, arguments in (
        ("ledger-home", ()),
        ("ledger-book", (BOOK,)),
        ("ledger-account", (account_number(),)),
        ("ledger-transfer", (transfer_number("pay-1"),)),
    ):
        with django_assert_max_num_queries(16):
            page_of(book, name, *arguments)


@pytest.mark.parametrize(
    ("age", "text", "tone"),
    [
        (timedelta(seconds=59), "刚刚", "info"),
        (timedelta(minutes=59), "59 分钟前", "info"),
        (timedelta(minutes=61), "1 小时前", "warning"),
        (timedelta(days=3), "3 天前", "warning"),
    ],
)
def test_how_old_the_tail_is(age, text, tone):
    assert age_text(age) == text
    state = tail_state(Tail(7, 0, AT, age))
    assert state.tone == tone
    assert f"7 笔，最早的一笔：{text}。" in state.hint
