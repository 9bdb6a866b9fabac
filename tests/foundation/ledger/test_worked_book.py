"""The tables of docs/algorithms/ledger.md, run against PostgreSQL at the moments they name."""

from datetime import date

import pytest
from django.db import connection, transaction

from benchmarks.faults.moved_clock import moved_clock
from benchmarks.faults.one_order import send
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger import services
from shuangjian.foundation.ledger.sealing import seal
from tests.engines.posting.worked_book import (
    ACCOUNTS,
    BOOK,
    BOOK_TITLE,
    OPENED_AT,
    PAGE,
    account_orders,
    balance,
    batches,
    moment,
    reasons,
    refusals,
    shown_file,
    steps,
    unversioned,
    worked_ledger,
)
from tests.engines.worked_table import worked_table
from tests.foundation.ledger.book import everything, fetch

SEALED = {5: "2026-03-04 23:00", 16: "2026-03-15 08:30"}
"""After how many steps of the table, and when."""


def standing() -> list:
    names = "balance_fen", "held_out_fen", "held_in_fen"
    return fetch(f"SELECT code, {', '.join(names)} FROM ledger_account ORDER BY id")


def figures(balances) -> list:
    return [(b.account, b.balance_fen, b.held_out_fen, b.held_in_fen) for b in balances]


@pytest.fixture(scope="module")
def clock(ledger_database):
    with moved_clock() as clock:
        yield clock


@pytest.fixture(scope="module")
def answers(clock):
    """The whole worked book, step by step; what each step was answered, and how all stood then."""
    clock.move(moment(OPENED_AT))
    services.open_book(code=BOOK, title=BOOK_TITLE)
    for kind, reason, title in reasons():
        services.register_reason(kind=kind, reason=reason, title=title)
    assert services.open_accounts(book=BOOK, accounts=account_orders()) == len(ACCOUNTS)
    found = []
    for number, step in enumerate(steps(), start=1):
        clock.move(step.at)
        found.append((send(BOOK, step.order), standing()))
        if number in SEALED:
            clock.move(moment(SEALED[number]))
            seal()
    return found


def test_every_step_is_answered_and_moves_the_balances_as_the_page_says(answers):
    assert len(answers) == len(steps())
    for step, (receipt, stood) in zip(steps(), answers, strict=True):
        assert (receipt.transfer_id, receipt.is_repeat) == (step.transfer_id, step.is_repeat)
        assert receipt.recorded_at == step.at or step.is_repeat
        assert stood == figures(step.balances), step.order.key


def test_all_accounts_and_entries_are_those_of_the_model(answers):
    model = worked_ledger()
    for account in model.accounts():
        found = fetch(
            "SELECT e.version, e.transfer_id, e.number, e.balance_fen FROM ledger_entry e "
            "WHERE e.account_id = %s ORDER BY e.version",
            account.id,
        )
        assert found == [
            (entry.version, entry.transfer_id, entry.number, entry.balance.balance_fen)
            for entry in model.entries(account.code, book=BOOK)
        ]


def test_the_chain_has_the_heads_of_the_page_and_the_same_bytes(answers):
    rows = fetch(
        "SELECT number::text, encode(head, 'hex'), ledger_block_text(number, previous, sealed_at, "
        "account_ids, transfer_ids) FROM ledger_block ORDER BY number"
    )
    assert "".join(row[2] for row in rows) == shown_file("export.txt")
    pages = [(row["block"], row["head"]) for row in worked_table(PAGE, "heads")]
    assert [row[:2] for row in rows] == pages


@pytest.mark.parametrize("number", range(len(refusals())))
def test_refused_with_its_code_and_nothing_changed(answers, clock, number):
    refusal, row = refusals()[number], worked_table(PAGE, "refusals")[number]
    before = everything()
    clock.move(refusal.at)
    with pytest.raises(LedgerRefusedError) as caught:
        send(refusal.book, refusal.order)
    assert caught.value.code == refusal.code
    assert caught.value.index is None
    if row["names"]:
        assert caught.value.details["account"] == row["names"]
    with pytest.raises(LedgerRefusedError) as caught:
        services.post_batch(book=refusal.book, orders=[refusal.order])
    assert (caught.value.code, caught.value.index) == (refusal.code, 0)
    assert everything() == before


@pytest.mark.parametrize("name", batches())
def test_a_batch_is_done_whole_or_not_at_all(answers, clock, name):
    rows = batches()[name]
    orders = [row.order for row in rows]
    clock.move(rows[0].at)
    model, before = worked_ledger(), everything()
    wrong = [(index, row.code) for index, row in enumerate(rows) if row.code]
    if wrong:
        with pytest.raises(LedgerRefusedError) as caught:
            services.post_batch(book=BOOK, orders=orders)
        assert [(caught.value.index, caught.value.code)] == wrong
    else:
        expected = model.post_batch(orders, book=BOOK, at=rows[0].at)
        with transaction.atomic():
            receipts = services.post_batch(book=BOOK, orders=orders)
            assert standing() == figures(model.balance(code, book=BOOK) for code in ACCOUNTS)
            connection.check_constraints()
            transaction.set_rollback(True)
        assert [(r.key, r.is_repeat, r.recorded_at) for r in receipts] == [
            (r.key, r.is_repeat, r.recorded_at) for r in expected
        ]
    assert everything() == before


def test_balances_as_of_days(answers):
    for row in worked_table(PAGE, "days"):
        day = date.fromisoformat(row["day"])
        found = fetch("SELECT ledger_balance_on(id, %s) FROM ledger_account ORDER BY id", day)
        assert [fen for (fen,) in found] == [balance(a, row[a]).balance_fen for a in ACCOUNTS], row


def test_balances_as_of_moments(answers):
    for row in worked_table(PAGE, "moments"):
        found = fetch(
            "SELECT t.version, t.balance_fen FROM ledger_account a, ledger_balance_at(a.id, %s) t "
            "ORDER BY a.id",
            moment(row["moment"]),
        )
        model = worked_ledger()
        expected = [model.balance_at(a, book=BOOK, moment=moment(row["moment"])) for a in ACCOUNTS]
        assert found == [(each.version, each.balance_fen) for each in expected], row
        assert [unversioned(each).balance_fen for each in expected] == [
            balance(a, row[a]).balance_fen for a in ACCOUNTS
        ]
