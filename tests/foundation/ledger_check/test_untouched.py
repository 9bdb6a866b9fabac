"""A ledger that nobody touched is in order, whatever the sizes in which it is read."""

import pytest

from shuangjian.foundation.ledger.check import (
    block_text,
    check_ledger,
    day_total,
    entry_chain,
    ledger_check,
    page,
)
from tests.foundation.ledger.book import fetch
from tests.foundation.ledger.own_database import copied_database, migrated_database

from .scene import published_heads
from .superuser import damage, row


@pytest.fixture
def small_parts(monkeypatch):
    """So read, the small ledger takes many pages, as a large one does."""
    monkeypatch.setattr(page, "PAGE_TRANSFERS", 2)
    monkeypatch.setattr(page, "PAGE_LEGS", 3)
    monkeypatch.setattr(ledger_check, "BLOCKS_AT_ONCE", 1)
    monkeypatch.setattr(day_total, "_PAGES", 1)


def test_everything_is_counted_and_nothing_is_wrong(ledger):
    report = check_ledger(heads=published_heads())
    ((transfers, accounts, blocks),) = fetch(
        "SELECT (SELECT count(*) FROM ledger_transfer), (SELECT count(*) FROM ledger_account), "
        "(SELECT count(*) FROM ledger_block)"
    )
    ((head,),) = fetch("SELECT encode(head, 'hex') FROM ledger_block ORDER BY number DESC LIMIT 1")
    assert report.violations == ()
    assert report.ok
    assert (report.transfers, report.accounts, report.blocks) == (transfers, accounts, blocks)
    assert (report.unsealed, report.head) == (3, head)
    assert set(report.as_json()) == {
        "ok", "violations", "left_out", "transfers", "accounts", "blocks", "unsealed", "head", "heads",
        "proved_until_block", "seconds",
    }  # fmt: skip


def test_page_by_page_too(ledger, small_parts):
    report = check_ledger(heads=published_heads())
    assert report.violations == ()
    assert report.transfers == 22


def test_an_entry_may_come_before_its_turn(ledger, small_parts):
    """Versions say the order on an account; numbers of transfers need not."""
    first, second = (
        fetch(f"SELECT id FROM ledger_transfer WHERE key = 'tail-{n}'")[0][0] for n in (1, 2)
    )
    swap = f"CASE {{0}} WHEN {first} THEN {second} WHEN {second} THEN {first} ELSE {{0}} END"
    damage(
        "ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_last_leg",
        row("tail-1", "id = -1"),
        row("tail-2", f"id = {first}"),
        row("tail-1", f"id = {second}"),
        f"UPDATE ledger_leg SET transfer_id = -transfer_id WHERE transfer_id IN ({first}, {second})",
        f"UPDATE ledger_leg SET transfer_id = {swap.format('-transfer_id')} WHERE transfer_id < 0",
    )
    assert [found.code for found in check_ledger().violations] == ["guard_absent"]


def test_what_waits_too_long_is_taken_as_missing(ledger, small_parts, monkeypatch):
    monkeypatch.setattr(entry_chain, "WAITING_MOST", 0)
    damage("UPDATE ledger_leg SET credit_version = credit_version + 70 WHERE credit_version > 1")
    codes = {found.code for found in check_ledger().violations}
    assert {"version_gap", "account_version"} <= codes
    assert "balance_wrong" not in codes


def test_an_empty_ledger_is_in_order(django_db_blocker):
    with django_db_blocker.unblock(), migrated_database() as name, copied_database(name):
        report = check_ledger()
    assert report.violations == ()
    assert (report.transfers, report.blocks, report.unsealed, report.head) == (0, 0, 0, "")


def test_a_head_that_was_never_made_is_found_in_an_empty_ledger(ledger, django_db_blocker):
    heads = published_heads()
    with migrated_database() as name, copied_database(name):
        report = check_ledger(heads=heads)
    assert [found.code for found in report.violations] == ["head_absent"] * len(heads)


def test_blocks_are_read_in_parts():
    assert block_text.BLOCKS_AT_ONCE > 1
