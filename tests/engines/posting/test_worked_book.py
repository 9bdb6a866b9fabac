"""The tables and files of docs/algorithms/ledger.md, run against the model."""

import hashlib
from datetime import date

import pytest

from shuangjian.engines.posting.chain import seal
from shuangjian.engines.posting.entry import Entry
from shuangjian.engines.posting.order import Balance, Step
from shuangjian.engines.posting.published_head import read_heads
from shuangjian.engines.posting.refusal import CODES, LedgerRefusedError
from shuangjian.engines.posting.split import consumed_fen, split_fen
from shuangjian.engines.posting.verification import verify_export
from tests.engines.posting.worked_book import (
    ACCOUNTS,
    BOOK,
    PAGE,
    balance,
    batches,
    moment,
    opened_ledger,
    refusals,
    shown_file,
    steps,
    unversioned,
    worked_ledger,
)
from tests.engines.posting.worked_chain import split_lines
from tests.engines.worked_table import worked_table

REFUSED_ELSEWHERE = {
    "batch_empty": "test_ledger",
    "key_twice": "table batches",
    "balance_too_large": "test_ledger",
    "book_differs": "test_ledger",
    "account_differs": "test_ledger",
    "reason_differs": "test_ledger",
    "tail_full": "the database's",
    "try_again": "the database's",
}


def standing(ledger) -> tuple[tuple[Balance, tuple[Entry, ...]], ...]:
    return tuple(
        (ledger.balance(account, book=BOOK), ledger.entries(account, book=BOOK))
        for account in ACCOUNTS
    )


def test_every_step_is_answered_and_moves_the_balances_as_the_page_says():
    ledger = opened_ledger()
    for step in steps():
        receipt = ledger.post(step.order, book=BOOK, at=step.at)
        assert (receipt.transfer_id, receipt.is_repeat) == (step.transfer_id, step.is_repeat)
        found = tuple(unversioned(ledger.balance(each, book=BOOK)) for each in ACCOUNTS)
        assert found == step.balances, step.order.key
    assert {step.order.step for step in steps()} == set(Step)


@pytest.mark.parametrize("number", range(len(refusals())))
def test_refused_with_its_code_and_nothing_changed(number):
    refusal = refusals()[number]
    row = worked_table(PAGE, "refusals")[number]
    ledger = worked_ledger()
    before = standing(ledger), ledger.transfers()
    with pytest.raises(LedgerRefusedError) as caught:
        ledger.post(refusal.order, book=refusal.book, at=refusal.at)
    assert caught.value.code == refusal.code
    assert caught.value.index is None
    if row["names"]:
        assert caught.value.details["account"] == row["names"]
    assert (standing(ledger), ledger.transfers()) == before


def test_every_code_is_refused_somewhere_in_the_order_of_codes():
    codes = [refusal.code for refusal in refusals()]
    assert set(CODES) == set(codes) | set(REFUSED_ELSEWHERE)
    assert codes == sorted(codes, key=CODES.index)


@pytest.mark.parametrize("name", batches())
def test_a_batch_is_done_whole_or_not_at_all(name):
    rows = batches()[name]
    ledger = worked_ledger()
    before = standing(ledger), ledger.transfers()
    orders = [row.order for row in rows]
    wrong = [(index, row.code) for index, row in enumerate(rows) if row.code]
    if not wrong:
        receipts = ledger.post_batch(orders, book=BOOK, at=rows[0].at)
        assert [receipt.key for receipt in receipts] == [order.key for order in orders]
        new = [receipt for receipt in receipts if not receipt.is_repeat]
        assert len(ledger.transfers()) == len(before[1]) + len(new)
        assert (name == "with a repeat") is (len(new) < len(rows))
        return
    with pytest.raises(LedgerRefusedError) as caught:
        ledger.post_batch(orders, book=BOOK, at=rows[0].at)
    assert [(caught.value.index, caught.value.code)] == wrong
    assert (standing(ledger), ledger.transfers()) == before


def test_balances_as_of_days():
    ledger = worked_ledger()
    for row in worked_table(PAGE, "days"):
        day = date.fromisoformat(row["day"])
        for account in ACCOUNTS:
            found = ledger.balance_on(account, book=BOOK, day=day)
            assert unversioned(found) == balance(account, row[account]), row
    last = worked_table(PAGE, "days")[-1]
    assert [balance(each, last[each]) for each in ACCOUNTS] == list(steps()[-1].balances)


def test_balances_as_of_moments():
    ledger = worked_ledger()
    for row in worked_table(PAGE, "moments"):
        for account in ACCOUNTS:
            found = ledger.balance_at(account, book=BOOK, moment=moment(row["moment"]))
            assert unversioned(found) == balance(account, row[account]), row


def test_splits():
    for row in worked_table(PAGE, "splits"):
        total, parts = int(row["sum"]), int(row["parts"])
        expected = (int(row["each"]),) * (parts - 1) + (int(row["last"]),)
        assert split_fen(total, parts) == expected
        assert sum(expected) == total
    for row in worked_table(PAGE, "consumed"):
        total, parts, lessons = (int(row[name]) for name in ("sum", "parts", "lessons"))
        assert consumed_fen(total, parts, lessons) == int(row["consumed"])


def test_the_export_shown_is_the_worked_books_and_has_the_heads_of_the_page():
    ledger = worked_ledger()
    transfers = ledger.transfers()
    first = seal(
        None,
        accounts=ledger.accounts(),
        transfers=transfers[:5],
        sealed_at=moment("2026-03-04 23:00"),
    )
    second = seal(first, accounts=(), transfers=transfers[5:], sealed_at=moment("2026-03-15 08:30"))
    shown = shown_file("export.txt")
    assert shown == first.text() + second.text()
    rows = worked_table(PAGE, "heads")
    assert [row["head"] for row in rows] == [first.head(), second.head()]
    lines = shown.splitlines(keepends=True)
    for row, part in zip(rows, (lines[:10], lines[10:]), strict=True):
        assert row["head"] == hashlib.sha256("".join(part).encode()).hexdigest()


def test_the_heads_file_shown_is_that_of_the_export():
    heads = read_heads(split_lines(shown_file("heads.jsonl").encode()))
    rows = worked_table(PAGE, "heads")
    assert [(str(head.block), head.head, str(head.transfers)) for head in heads] == [
        (row["block"], row["head"], row["transfers"]) for row in rows
    ]
    report = verify_export(split_lines(shown_file("export.txt").encode()), heads=heads)
    assert report.holds, report.faults
    assert report.heads_checked == 2
    (book,) = report.books
    assert (book.book, book.accounts, book.transfers) == (BOOK, 4, 14)
    assert book.debit_fen == book.credit_fen == 160_000
