"""Accounts a page at a time, and entries by version."""

from shuangjian.engines.posting.order import AccountOrder, Side
from shuangjian.foundation.ledger.entry_line import entry_lines
from shuangjian.foundation.ledger.listing import accounts_of
from shuangjian.foundation.ledger.models import LedgerAccount
from shuangjian.foundation.ledger.services import open_accounts, open_book
from tests.foundation.ledger_reading.scene import BOOK, EARNED, FAMILY, open_scene

CODES = ["Pupil:1", "pupil-1", "pupil.1", "pupil/1", "pupil:1", "pupil:10", "pupil:2", "pupilx"]


def codes(**asked):
    return [account.code for account in accounts_of(book=BOOK, **asked).accounts]


def open_codes():
    open_scene()
    orders = [
        AccountOrder(code, owner="pupil:x", purpose="prepaid", side=Side.CREDIT) for code in CODES
    ]
    open_accounts(book=BOOK, accounts=orders)
    open_book(code="other", title="另一个")
    open_accounts(book="other", accounts=orders)


def test_codes_that_begin_so(db):
    open_codes()
    assert codes(starting="pupil:1") == ["pupil:1", "pupil:10"]
    assert codes(starting="pupil:") == ["pupil:1", "pupil:10", "pupil:2", FAMILY]
    assert codes(starting="Pupil") == ["Pupil:1"]
    assert codes(starting="nobody") == []
    assert len(codes()) == len(CODES) + 3


def test_pages_bring_every_account_once(db):
    open_codes()
    seen, after = [], ""
    while True:
        page = accounts_of(book=BOOK, after=after, most=3)
        seen += [account.code for account in page.accounts]
        if page.next_after is None:
            break
        after = page.next_after
    assert seen == sorted([*CODES, "bank", EARNED, FAMILY])


def test_entries_between_two_versions(book):
    number = LedgerAccount.objects.get(code=FAMILY).pk
    assert [line.version for line in entry_lines(number, first=3, last=5)] == [3, 4, 5]
    assert entry_lines(number, first=11, last=20) == []
    every = entry_lines(number, first=1, last=10)
    assert sum(line.change_fen for line in every) == every[-1].balance_fen
    assert sum(line.held_out_fen for line in every) == 5_000
