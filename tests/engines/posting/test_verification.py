"""Whatever is wrong in an export is found and named; the untouched one is the control."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shuangjian.engines.posting.chain import BLOCK_TRANSFERS_MAXIMUM, Block
from shuangjian.engines.posting.export_report import FAULT_WORDS, FAULTS_MAXIMUM
from shuangjian.engines.posting.order import LEG_MAXIMUM_FEN, Step
from shuangjian.engines.posting.record import LegRecord
from shuangjian.engines.posting.verification import verify_export
from tests.engines.posting.worked_chain import (
    added,
    changed,
    heads_of,
    lines_of,
    rechained,
    split_lines,
    transfer,
    worked_blocks,
)

BLOCKS = worked_blocks()
LAST_ID = 15
SELF = LegRecord(1, 1, 5, 0)


def later(transfer_id: int, number: int = 1, **fields: object):
    """A copy of a transfer at the end of the chain, under a new id and key."""
    copy = transfer(BLOCKS, transfer_id)
    name = {"id": LAST_ID + number, "key": f"later-{number}"}
    return replace(copy, **(name | fields))


def with_account(place: int, **fields: object) -> list[Block]:
    """One account of the first block changed."""
    first = BLOCKS[0]
    accounts = list(first.accounts)
    accounts[place] = replace(accounts[place], **fields)
    return rechained([replace(first, accounts=tuple(accounts)), *BLOCKS[1:]])


def leg_of(transfer_id: int, **fields: object) -> list[Block]:
    """The first leg of a transfer changed."""
    first, *rest = transfer(BLOCKS, transfer_id).legs
    return changed(BLOCKS, transfer_id, legs=(replace(first, **fields), *rest))


def swapped() -> list[Block]:
    first, *rest = BLOCKS
    one, two, *others = first.transfers
    return rechained([replace(first, transfers=(two, one, *others)), *rest])


def too_large() -> list[Block]:
    legs = (LegRecord(5, 6, LEG_MAXIMUM_FEN, 0),) * 1_000
    big = [later(LAST_ID, number, legs=legs) for number in range(1, 11)]
    return added(BLOCKS, *big)


def crowded() -> list[Block]:
    more = [later(LAST_ID, number) for number in range(1, BLOCK_TRANSFERS_MAXIMUM + 1)]
    return added(BLOCKS, *more)


HOLD = transfer(BLOCKS, 2)
DUE = HOLD.expires_at
FAULTS: dict[str, tuple[Callable[[], list[Block]], set[str]]] = {
    "account twice": (
        lambda: rechained(
            [BLOCKS[0], replace(BLOCKS[1], accounts=BLOCKS[0].accounts[:1]), BLOCKS[2]]
        ),
        {"account_twice"},
    ),
    "account code twice": (
        lambda: rechained(
            [
                BLOCKS[0],
                replace(BLOCKS[1], accounts=(replace(BLOCKS[0].accounts[0], id=9),)),
                BLOCKS[2],
            ]
        ),
        {"code_twice"},
    ),
    "transfer twice": (
        lambda: added(BLOCKS, later(LAST_ID, id=LAST_ID)),
        {"transfer_twice", "not_in_order"},
    ),
    "transfer twice in another block": (
        lambda: added(BLOCKS[:2], later(10, id=1)),
        {"transfer_twice", "not_in_order"},
    ),
    "key twice": (lambda: added(BLOCKS, later(13, key="pay-1")), {"key_twice"}),
    "ids not in order": (swapped, {"not_in_order"}),
    "accounts not in order": (
        lambda: rechained([replace(BLOCKS[0], accounts=BLOCKS[0].accounts[::-1]), *BLOCKS[1:]]),
        {"not_in_order"},
    ),
    "unknown account": (
        lambda: added(BLOCKS, later(13, legs=(LegRecord(1, 77, 5, 0),))),
        {
            "unknown_account",
            "book_unbalanced",
        },
    ),
    "another book's account": (
        lambda: added(BLOCKS, later(13, legs=(LegRecord(1, 6, 5, 0),))),
        {"other_book", "book_unbalanced"},
    ),
    "another book's transfer": (lambda: changed(BLOCKS, 13, book="fees"), {"other_book"}),
    "same account": (lambda: added(BLOCKS, later(13, legs=(SELF,))), {"same_account"}),
    "posted nothing": (
        lambda: added(BLOCKS, later(13, legs=(LegRecord(1, 2, 0, 0),))),
        {"wrong_amount"},
    ),
    "posted and held": (
        lambda: added(BLOCKS, later(13, legs=(LegRecord(1, 2, 5, 1),))),
        {"wrong_amount"},
    ),
    "posted too much": (
        lambda: added(BLOCKS, later(LAST_ID, legs=(LegRecord(5, 6, LEG_MAXIMUM_FEN + 1, 0),))),
        {"wrong_amount"},
    ),
    "held and moved": (lambda: leg_of(14, moved_fen=1), {"wrong_amount"}),
    "settled more than held": (lambda: leg_of(5, moved_fen=5_001), {"wrong_amount"}),
    "settled nothing": (lambda: leg_of(5, moved_fen=0), {"wrong_amount"}),
    "voided and moved": (lambda: leg_of(9, moved_fen=1), {"wrong_amount"}),
    "reversal that holds": (lambda: leg_of(11, held_fen=-1), {"wrong_amount"}),
    "many legs": (
        lambda: added(BLOCKS, later(LAST_ID, legs=(LegRecord(5, 6, 1, 0),) * 1_001)),
        {"too_many_legs"},
    ),
    "expiry of what is not held": (lambda: changed(BLOCKS, 13, expires_at=DUE), {"wrong_expiry"}),
    "expiry in the past": (
        lambda: changed(BLOCKS, 14, expires_at=transfer(BLOCKS, 14).recorded_at),
        {"wrong_expiry"},
    ),
    "settled without a hold": (lambda: changed(BLOCKS, 3, original_id=None), {"original_missing"}),
    "hold with an original": (lambda: changed(BLOCKS, 14, original_id=10), {"original_surplus"}),
    "original absent": (lambda: changed(BLOCKS, 3, original_id=77), {"original_absent"}),
    "original in a later block": (
        lambda: changed(BLOCKS, 3, original_id=8),
        {"original_absent"},
    ),
    "original of another book": (
        lambda: added(
            BLOCKS, later(11, legs=(LegRecord(6, 5, 6, 0),), original_id=13, book="fees")
        ),
        {"original_absent"},
    ),
    "settled what is no hold": (lambda: changed(BLOCKS, 3, original_id=1), {"not_a_hold"}),
    "reversed a hold": (
        lambda: changed(BLOCKS, 11, original_id=8),
        {"not_reversible", "not_reversed"},
    ),
    "reversed a reversal": (lambda: added(BLOCKS, later(11, original_id=11)), {"not_reversible"}),
    "corrects what stands": (lambda: changed(BLOCKS, 13, original_id=1), {"not_reversed"}),
    "corrects a hold": (lambda: changed(BLOCKS, 13, original_id=2), {"not_reversed"}),
    "hold resolved twice": (
        lambda: added(BLOCKS, later(9)),
        {"hold_resolved_twice"},
    ),
    "hold settled and voided": (
        lambda: added(BLOCKS, later(9, original_id=2)),
        {"hold_resolved_twice"},
    ),
    "reversed twice": (lambda: added(BLOCKS, later(11)), {"reversed_twice"}),
    "reversed another amount": (lambda: leg_of(11, moved_fen=59_999), {"not_mirrored"}),
    "reversed not swapped": (
        lambda: changed(BLOCKS, 11, legs=transfer(BLOCKS, 10).legs),
        {"not_mirrored"},
    ),
    "settled other legs": (lambda: leg_of(3, credit_id=4), {"not_mirrored"}),
    "gave back another amount": (lambda: leg_of(9, held_fen=-4_999), {"not_mirrored"}),
    "gave back one leg only": (
        lambda: changed(BLOCKS, 5, legs=transfer(BLOCKS, 5).legs[:1]),
        {"not_mirrored"},
    ),
    "settled too late": (lambda: changed(BLOCKS, 3, recorded_at=DUE), {"hold_expired"}),
    "expired too early": (
        lambda: changed(BLOCKS, 7, recorded_at=transfer(BLOCKS, 6).expires_at - timedelta(0, 0, 1)),
        {"hold_not_due"},
    ),
    "expired what never does": (
        lambda: changed(BLOCKS, 9, step=Step.EXPIRED),
        {"hold_not_due"},
    ),
    "below the minimum": (lambda: with_account(1, minimum_fen=145_701), {"below_minimum"}),
    "above the maximum": (lambda: with_account(3, maximum_fen=299), {"above_maximum"}),
    "balance too large": (too_large, {"balance_too_large"}),
    "too many transfers": (crowded, {"too_many_transfers"}),
    "a transfer left out": (
        lambda: rechained([replace(BLOCKS[0], transfers=BLOCKS[0].transfers[1:]), *BLOCKS[1:]]),
        {"below_minimum"},
    ),
    "nothing": (list, {"empty"}),
}


def codes(report) -> set[str]:
    return {fault.code for fault in report.faults}


def test_the_untouched_chain_holds():
    assert rechained(BLOCKS) == BLOCKS
    report = verify_export(lines_of(BLOCKS), heads=heads_of(BLOCKS))
    assert report.holds, report.faults
    assert (report.blocks, report.accounts, report.transfers) == (3, 6, LAST_ID)
    assert report.head == BLOCKS[-1].head()
    assert [(each.book, each.debit_fen, each.credit_fen) for each in report.books] == [
        ("fees", 11, 11),
        ("prepaid", 160_000, 160_000),
    ]


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_though_the_chain_was_made_anew(name):
    blocks, expected = FAULTS[name][0](), FAULTS[name][1]
    report = verify_export(lines_of(blocks))
    assert codes(report) == expected, report.faults
    for fault in report.faults:
        assert fault.text.endswith("。")
        assert "{" not in fault.text


RAW: dict[str, tuple[Callable[[bytes], bytes], set[str]]] = {
    "a word": (lambda text: text.replace(b"posted", b"posten", 1), {"wrong_line", "wrong_count"}),
    "carriage returns": (lambda text: text.replace(b"\n", b"\r\n"), {"wrong_line"}),
    "no last line feed": (lambda text: text[:-1], {"wrong_line", "wrong_count"}),
    "an empty line": (lambda text: text + b"\n", {"wrong_line"}),
    "no ASCII": (
        lambda text: text.replace(b"slip", "单".encode(), 1),
        {"wrong_line", "wrong_count"},
    ),
    "a leading zero": (lambda text: text.replace(b":200000:", b":0200000:"), {"wrong_line"}),
    "no such day": (lambda text: text.replace(b"2026-03-02\t", b"2026-02-30\t", 1), {"wrong_line"}),
    "no header": (lambda text: text.split(b"\n", 1)[1], {"wrong_line", "broken_chain"}),
    "a number": (lambda text: text.replace(b"block\t2", b"block\t5"), {"block_number"}),
    "the head before": (
        lambda text: text.replace(b"\t" + b"0" * 64, b"\t" + b"1" * 64),
        {"broken_chain"},
    ),
    "the count of accounts": (lambda text: text.replace(b"\t4\t5\n", b"\t5\t5\n"), {"wrong_count"}),
    "the count of transfers": (
        lambda text: text.replace(b"\t4\t5\n", b"\t4\t6\n"),
        {"wrong_count"},
    ),
    "a line less": (lambda text: text.replace(account_line(text), b""), {"wrong_count"}),
    "an account behind": (
        lambda text: text + account_line(text).replace(b"account\t1", b"account\t8"),
        {"wrong_line"},
    ),
}


def account_line(text: bytes) -> bytes:
    return split_lines(text)[1]


@pytest.mark.parametrize("name", RAW)
def test_each_fault_of_the_text_is_found(name):
    change, expected = RAW[name]
    text = b"".join(lines_of(BLOCKS))
    found = change(text)
    assert found != text
    report = verify_export(split_lines(found))
    assert codes(report) >= expected, report.faults


def test_a_block_left_out_or_moved_breaks_the_chain():
    for blocks in ([BLOCKS[0], BLOCKS[2]], [BLOCKS[1], BLOCKS[0], BLOCKS[2]], BLOCKS[1:]):
        assert {"block_number", "broken_chain"} <= codes(verify_export(lines_of(blocks)))


def test_heads_kept_elsewhere_find_what_the_chain_alone_cannot():
    kept = heads_of(BLOCKS)
    forged = changed(BLOCKS, 13, reference="slip-0003")
    assert verify_export(lines_of(forged)).holds, "the control: all of it was made anew"
    report = verify_export(lines_of(forged), heads=kept)
    assert [(fault.code, fault.block) for fault in report.faults] == [("head_differs", 3)]
    shorter = verify_export(lines_of(BLOCKS[:2]), heads=kept)
    assert codes(shorter) == {"head_absent"}
    assert shorter.heads_checked == 2
    fewer = tuple(replace(head, transfers=head.transfers - 1) for head in kept)
    assert codes(verify_export(lines_of(BLOCKS), heads=fewer)) == {"head_counts"}


def test_any_byte_changed_is_found_against_the_heads():
    text, kept = b"".join(lines_of(BLOCKS)), heads_of(BLOCKS)
    unseen_alone = 0
    for place in range(len(text)):
        found = text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :]
        lines = split_lines(found)
        report = verify_export(lines, heads=kept)
        assert not report.holds, place
        unseen_alone += verify_export(lines).holds
    assert unseen_alone > 0, "the control: without heads the last block is not protected"


def test_every_fault_has_its_test():
    tested = set().union(*(expected for _, expected in [*FAULTS.values(), *RAW.values()]))
    assert tested | {"head_absent", "head_differs", "head_counts"} == set(FAULT_WORDS)


def test_a_fault_names_its_block_and_line():
    report = verify_export(lines_of(added(BLOCKS, later(13, key="pay-1"))))
    (fault,) = report.faults
    assert (fault.block, fault.line) == (3, 25)
    assert fault.text.startswith("第 3 块，第 25 行：幂等键与第 6 行重复")
    legs = transfer(BLOCKS, 3).legs
    report = verify_export(lines_of(changed(BLOCKS, 3, legs=legs * 2)))
    (fault,) = report.faults
    assert (fault.code, fault.block, fault.line) == ("not_mirrored", 1, 8)


def test_a_file_of_something_else_is_counted_not_listed():
    report = verify_export([b"x\n"] * (FAULTS_MAXIMUM + 5))
    assert len(report.faults) == FAULTS_MAXIMUM
    assert report.faults_left_out > 0
    assert not report.holds


def test_a_later_block_may_bring_lower_ids_and_a_block_its_own_originals():
    """A late committer, and an original that stands behind what names it, in the same block."""
    late = rechained(
        [
            replace(BLOCKS[0], transfers=BLOCKS[0].transfers[:1]),
            replace(BLOCKS[1], transfers=BLOCKS[0].transfers[1:3] + BLOCKS[1].transfers[2:4]),
            replace(BLOCKS[2], accounts=(), transfers=BLOCKS[0].transfers[3:5]),
        ]
    )
    assert verify_export(lines_of(late)).holds
    hold, void = transfer(BLOCKS, 8), transfer(BLOCKS, 9)
    turned = (replace(void, id=8, original_id=9), replace(hold, id=9))
    block = replace(BLOCKS[1], transfers=turned)
    assert verify_export(lines_of(rechained([BLOCKS[0], block]))).holds
