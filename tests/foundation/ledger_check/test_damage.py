"""Every kind of damage is found by its code and at its place."""

from dataclasses import replace

import pytest

from shuangjian.foundation.ledger.check import check_ledger
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.guards import check_guards
from shuangjian.foundation.ledger.check.wording import VIOLATION_WORDS

from .scene import database_name, published_heads
from .superuser import (
    REBUILD,
    account,
    block,
    damage,
    forget,
    holder,
    leg,
    one_fen_more,
    row,
    superuser,
    transfer,
)

MANY = "ARRAY(SELECT generate_series(1, 1001))"
LAST_FLOOR = "floor_id = (SELECT max(id) FROM ledger_transfer), floor_number = 4"

DAMAGES = {
    "unknown_step": [row("tail-1", "step = 'gift'")],
    "unknown_reason": [row("tail-1", "reason_id = 999")],
    "wrong_expiry": [row("tail-1", "expires_at = '2099-01-01'")],
    "wrong_day": [row("tail-1", "booked_on = '1999-12-31'")],
    "wrong_leg_count": [row("tail-1", "leg_count = 2")],
    "wrong_leg_number": [leg("three", "number = 4", number=3)],
    "leg_without_transfer": ["DELETE FROM ledger_transfer WHERE key = 'tail-1'"],
    "wrong_amount": [leg("tail-1", "amount_fen = 0, held_fen = 60")],
    "same_account": [
        "ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_amounts",
        leg("tail-1", "credit_account_id = debit_account_id, credit_version = 99"),
    ],
    "unknown_account": [leg("tail-1", "credit_account_id = 999")],
    "other_book": [leg("tail-1", f"credit_account_id = {account('b', of='other-pay')}")],
    "key_twice": [
        "ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_key",
        row("tail-1", "key = 'pay-a'"),
    ],
    "original_missing": [row("lesson-2/off", "original_id = NULL")],
    "original_surplus": [row("lesson-2", f"original_id = {transfer('pay-a')}")],
    "original_absent": [row("lesson-2/off", f"original_id = {transfer('other-pay')}")],
    "not_a_hold": [row("lesson-2/off", f"original_id = {transfer('pay-a')}")],
    "not_reversible": [
        row("lesson-4/done", "original_id = NULL"),
        row("pay-c/undo", f"original_id = {transfer('lesson-4')}"),
    ],
    "not_reversed": [row("three/right", f"original_id = {transfer('pay-a')}")],
    "hold_expired": [
        row(
            "lesson-4",
            f"expires_at = (SELECT recorded_at FROM ledger_transfer WHERE id = {transfer('lesson-4/done')})",
        )
    ],
    "hold_not_due": [row("lesson-3", "expires_at = '2099-01-01'")],
    "hold_resolved_twice": [
        "DROP INDEX ledger_transfer_once",
        row("lesson-2/off", f"original_id = {transfer('lesson-1')}"),
    ],
    "reversed_twice": [
        "DROP INDEX ledger_transfer_once",
        row("lesson-1/undo", f"original_id = {transfer('pay-c')}"),
    ],
    "not_mirrored": [leg("lesson-4/done", "amount_fen = 399, held_fen = -399")],
    "version_gap": [leg("tail-2", "credit_version = credit_version + 1")],
    "version_twice": [leg("tail-2", "debit_version = debit_version - 1")],
    "balance_wrong": [leg("tail-1", "credit_balance_fen = credit_balance_fen - 1")],
    "time_falls": [row("late-2", "recorded_at = recorded_at - interval '1 hour'")],
    "below_minimum": [holder("a", "minimum_fen = balance_fen - held_out_fen")],
    "above_maximum": [holder("b", "maximum_fen = balance_fen")],
    "balance_too_large": [leg("tail-2", "credit_balance_fen = 9007199254740992")],
    "account_form": [holder("outside", "side = 'both'")],
    "account_version": [holder("b", "version = version + 1")],
    "account_balance": [holder("b", "balance_fen = balance_fen + 1")],
    "account_held_out": [holder("a", "held_out_fen = 0")],
    "account_held_in": [holder("c", "held_in_fen = 0")],
    "account_time": [holder("b", "recorded_at = recorded_at - interval '1 second'")],
    "book_unbalanced": [holder("bank", "balance_fen = balance_fen - 1")],
    "day_total_wrong": [
        f"UPDATE ledger_daytotal SET change_fen = change_fen + 1 WHERE account_id = {account('c')}"
    ],
    "day_total_ahead": [
        f"UPDATE ledger_daytotal SET entries = entries + 50 WHERE account_id = {account('c')}"
    ],
    "day_total_of_none": [
        "INSERT INTO ledger_daytotal (account_id, booked_on, change_fen, entries) VALUES (999, '2026-03-02', 1, 1)"
    ],
    "block_number": ["DELETE FROM ledger_block WHERE number = 2"],
    "broken_chain": [block(3, "previous = head")],
    "seal_time_falls": [block(3, "sealed_at = sealed_at - interval '1 day'")],
    "block_total": [block(3, "transfers_total = transfers_total + 1")],
    "too_many_transfers": [block(4, f"transfer_ids = {MANY}")],
    "block_row_absent": [*forget("pay-a")],
    "block_changed": [row("pay-a", "reference = 'slip-9'")],
    "sealed_twice": [block(4, f"transfer_ids = transfer_ids || {transfer('pay-a')}")],
    "above_floor": [block(4, "floor_id = 1, floor_number = 4")],
    "never_sealed": [block(4, LAST_FLOOR)],
    "guard_absent": ["DROP TRIGGER ledger_leg_append_only ON ledger_leg"],
    "guard_changed": [
        "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_limits",
        "ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_limits CHECK (true)",
    ],
    "guard_disabled": ["ALTER TABLE ledger_block DISABLE TRIGGER ledger_block_no_truncate"],
    "function_changed": [
        """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN RETURN NEW; END'"""
    ],
    "role_may_write": ["GRANT UPDATE (balance_fen) ON ledger_account TO shuangjian_app"],
}
"""By the code that must be among those found."""

PLACES = {
    "wrong_leg_count": (None, "tail-1", None),
    "balance_wrong": (None, "tail-1", "b"),
    "not_mirrored": (2, "lesson-4/done", None),
    "time_falls": (4, "late-2", "bank"),
    "key_twice": (None, "pay-a", None),
    "version_gap": (None, None, "c"),
    "below_minimum": (2, "three", "a"),
    "block_changed": (1, None, None),
    "block_number": (3, None, None),
    "day_total_wrong": (None, None, "c"),
    "never_sealed": (None, "open", None),
    "role_may_write": (None, None, None),
}
"""Where some of them are: block, transfer, account."""

WITH_HEADS = {"head_absent", "head_differs", "head_counts"}
BY_SETTING = {"setting_off"}
BY_ROLE = {"role_is_owner", "role_setting_off"}


@pytest.mark.parametrize("code", DAMAGES)
def test_damage_is_found(ledger, code):
    damage(*DAMAGES[code])
    found = [each for each in check_ledger().violations if each.code == code]
    assert found
    assert found[0].text.endswith("。")
    assert "{" not in found[0].text
    if code in PLACES:
        assert (found[0].block, found[0].transfer, found[0].account) == PLACES[code]


def test_every_code_has_its_damage():
    assert set(DAMAGES) | WITH_HEADS | BY_SETTING | BY_ROLE == set(VIOLATION_WORDS)


@pytest.mark.parametrize(
    "setting", ["synchronous_commit = off", "session_replication_role = replica"]
)
def test_a_setting_that_loses_or_lets_through_is_found(ledger, setting):
    damage(f'ALTER DATABASE "{database_name()}" SET {setting}')
    report = check_ledger()
    assert [found.code for found in report.violations] == ["setting_off"]
    assert setting.split()[0] in report.violations[0].text


def test_who_may_act_as_the_owner_is_found(ledger):
    """Roles are the whole server's, so this one is never committed."""
    with superuser() as plain:
        owner = plain.execute(
            "SELECT tableowner FROM pg_tables WHERE tablename = 'ledger_leg'"
        ).fetchone()[0]
        plain.execute(f'CREATE ROLE helpful LOGIN IN ROLE "{owner}"')
        findings = FindingList()
        check_guards(plain, findings)
        assert [found.code for found in findings.findings] == ["role_is_owner"]
        plain.rollback()


@pytest.mark.parametrize("value", ["off", "false"])
def test_a_role_that_may_lose_what_it_acknowledged_is_found(ledger, value):
    """Roles are the whole server's, so this is never committed."""
    with superuser() as plain:
        plain.execute("CREATE ROLE hasty LOGIN")
        plain.execute(f"ALTER ROLE hasty SET synchronous_commit = {value}")
        findings = FindingList()
        check_guards(plain, findings)
        plain.rollback()
    (found,) = findings.findings
    assert found.code == "role_setting_off"
    assert found.words["role"] == "hasty"


def test_a_block_may_hold_numbers_that_are_none(ledger):
    damage(block(4, "transfer_ids = transfer_ids || NULL::bigint"))
    assert {(found.code, found.block) for found in check_ledger().violations} == {
        ("block_changed", 4)
    }


def codes(**heads):
    return sorted(found.code for found in check_ledger(**heads).violations)


def test_one_fen_in_an_unsealed_leg_breaks_both_balances(ledger):
    damage(leg("tail-1", "amount_fen = amount_fen + 1"))
    report = check_ledger()
    assert {found.code for found in report.violations} == {"balance_wrong"}
    assert {(found.transfer, found.account) for found in report.violations} == {
        ("tail-1", "bank"),
        ("tail-1", "b"),
    }


def test_one_fen_in_a_sealed_leg_changes_the_block_too(ledger):
    damage(leg("pay-a", "amount_fen = amount_fen + 1"))
    report = check_ledger()
    assert [found.block for found in report.violations if found.code == "block_changed"] == [1]
    (changed,) = (found for found in report.violations if found.code == "block_changed")
    assert "其中另有不符的转账：pay-a" in changed.text
    assert {found.code for found in report.violations} == {
        "balance_wrong", "block_changed", "day_total_wrong",
    }  # fmt: skip


def test_one_fen_made_to_agree_everywhere_is_found_by_the_chain_alone(ledger):
    damage(*one_fen_more("pay-a", "a"))
    report = check_ledger()
    assert [(found.code, found.block) for found in report.violations] == [("block_changed", 1)]
    assert "从现有数据看不出是哪一处" in report.violations[0].text


def test_a_chain_made_anew_is_found_by_the_published_heads_alone(ledger):
    heads = published_heads()
    damage(*one_fen_more("late-1", "outside"), REBUILD)
    assert codes() == []
    report = check_ledger(heads=heads)
    assert [(found.code, found.block) for found in report.violations] == [("head_differs", 4)]
    assert heads[3].published_at.astimezone().date().isoformat() in report.violations[0].text
    assert "第 4 块到这一块之间有改动" in report.violations[0].text


def test_the_first_published_head_that_differs_says_since_when(ledger):
    heads = published_heads()
    damage(row("lesson-2", "reference = 'x'"), REBUILD)
    report = check_ledger(heads=[heads[0], heads[2], heads[3]])
    assert [found.block for found in report.violations] == [3, 4]
    assert all("第 2 块到这一块之间有改动" in found.text for found in report.violations)


def test_a_head_of_another_count_is_found(ledger):
    heads = published_heads()
    assert codes(heads=[replace(heads[1], transfers=heads[1].transfers + 1)]) == ["head_counts"]


def test_a_chain_cut_off_at_its_end_is_found_by_the_published_heads_alone(ledger):
    heads = published_heads()
    damage("DELETE FROM ledger_block WHERE number = 4")
    assert codes() == []
    assert codes(heads=heads) == ["head_absent"]


def test_a_leg_that_is_gone(ledger):
    damage(f"DELETE FROM ledger_leg WHERE transfer_id = {transfer('three')} AND number = 2")
    report = check_ledger()
    found = {(each.code, each.transfer, each.account) for each in report.violations}
    assert {
        ("wrong_leg_count", "three", None),
        ("wrong_leg_number", "three", None),
        ("version_gap", None, "a"),
        ("version_gap", None, "purse"),
        ("block_changed", None, None),
    } <= found


def test_a_hold_ended_without_its_second_leg(ledger):
    damage(
        f"DELETE FROM ledger_leg WHERE transfer_id = {transfer('lesson-1/done')} AND number = 2",
        row("lesson-1/done", "leg_count = 1"),
    )
    found = {(each.code, each.transfer) for each in check_ledger().violations}
    assert ("not_mirrored", "lesson-1/done") in found
    assert "wrong_leg_count" not in {code for code, _ in found}


def test_a_transfer_that_is_gone(ledger):
    damage(*forget("late-1"))
    found = {(each.code, each.block, each.account) for each in check_ledger().violations}
    assert {
        ("block_row_absent", 4, None),
        ("block_changed", 4, None),
        ("version_gap", None, "outside"),
    } <= found


def test_the_last_entry_of_an_account_that_is_gone(ledger):
    damage(*forget("tail-2"))
    found = {(each.code, each.account) for each in check_ledger().violations}
    assert found == {
        (code, who)
        for code in ("account_version", "account_balance", "account_time")
        for who in "bc"
    }


def test_two_transfers_that_changed_places(ledger):
    damage(row("late-1", "key = 'x'"), row("late-2", "key = 'late-1'"), row("x", "key = 'late-2'"))
    report = check_ledger()
    assert [(found.code, found.block) for found in report.violations] == [("block_changed", 4)]


def test_transfers_moved_to_another_block(ledger):
    take = "(SELECT transfer_ids FROM ledger_block WHERE number = {0})"
    damage(block(3, f"transfer_ids = {take.format(4)}"), block(4, "floor_number = 0, floor_id = 0"))
    found = [(each.code, each.block) for each in check_ledger().violations]
    assert ("block_changed", 3) in found
    assert ("sealed_twice", 3) in found


@pytest.mark.parametrize(
    "change", ["owner = 'test:other'", "minimum_fen = -1", "maximum_fen = 900000", "purpose = 'x'",
               "opened_at = opened_at - interval '1 day'"],
)  # fmt: skip
def test_an_account_changed_after_it_was_sealed(ledger, change):
    damage(holder("purse", change))
    assert [(found.code, found.block) for found in check_ledger().violations] == [
        ("block_changed", 1)
    ]


def test_a_moment_changed_by_a_microsecond(ledger):
    damage(
        row("tail-2", "recorded_at = recorded_at + interval '1 microsecond'"),
        row("other-pay", "recorded_at = recorded_at - interval '1 microsecond'"),
    )
    found = {(each.code, each.block, each.account) for each in check_ledger().violations}
    assert found == {
        ("account_time", None, "a"),
        ("account_time", None, "b"),
        ("account_time", None, "bank"),
        ("account_time", None, "c"),
        ("block_changed", 1, None),
    }


def test_day_totals_may_agree_in_sum_and_be_wrong(ledger):
    damage(
        "INSERT INTO ledger_daytotal (account_id, booked_on, change_fen, entries) SELECT account_id, booked_on + 1, 5, 0 FROM ledger_daytotal "
        f"WHERE account_id = {account('c')} LIMIT 1",
        "UPDATE ledger_daytotal SET change_fen = change_fen - 5 WHERE (account_id, booked_on) IN ("
        f"SELECT account_id, min(booked_on) FROM ledger_daytotal WHERE account_id = {account('c')} "
        "GROUP BY 1)",
    )
    report = check_ledger()
    assert {(found.code, found.account) for found in report.violations} == {
        ("day_total_wrong", "c")
    }
    assert len(report.violations) == 2


def test_of_each_code_the_first_are_listed_and_all_are_counted(ledger):
    damage(
        "INSERT INTO ledger_daytotal (account_id, booked_on, change_fen, entries) SELECT 900 + g, date '2026-03-02', 1, 1 FROM generate_series(1, 33) g"
    )
    report = check_ledger()
    assert len(report.violations) == 20
    assert report.left_out == {"day_total_of_none": 13}
    assert not report.ok
