"""A transfer's story: what it moved, what it names, what names it, and its block."""

import pytest

from shuangjian.engines.posting.order import Leg, Order
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger.models import Block, Transfer
from shuangjian.foundation.ledger.sealing import seal
from shuangjian.foundation.ledger.services import post_batch
from shuangjian.foundation.ledger.story import transfer_story
from tests.foundation.ledger_reading.scene import BANK, BOOK, EARNED, FAMILY, day, pay


def of(key):
    return transfer_story(book=BOOK, key=key)


def test_a_payment(book):
    story = of("pay-1")
    assert (story.transfer.title, story.transfer.step) == ("缴纳学费", "posted")
    assert story.reference == "slip-0001"
    (leg,) = story.legs
    assert (leg.debit, leg.credit, leg.moved_fen, leg.held_fen) == (BANK, FAMILY, 200_000, 0)
    assert (leg.debit_balance_fen, leg.credit_balance_fen) == (200_000, 200_000)
    assert (story.original, story.successors, story.ended_by, story.sealed_in) == (
        None,
        (),
        None,
        None,
    )


def test_a_hold_and_what_ended_it(book):
    held, settled = of("lesson-1"), of("lesson-1/done")
    assert held.legs[0].held_fen == 5_000
    assert held.legs[0].credit == EARNED
    assert held.ended_by == settled.transfer
    assert settled.original == held.transfer
    assert (settled.legs[0].moved_fen, settled.legs[0].held_fen) == (5_000, -5_000)
    assert of("lesson-2").ended_by.step == "voided"
    assert of("lesson-3").ended_by is None
    assert not of("lesson-3").is_due


def test_a_reversed_transfer_names_both_that_followed(book):
    wrong = of("refund-1")
    assert [each.key for each in wrong.successors] == ["refund-1/right/reversal", "refund-1/right"]
    assert wrong.ended_by.key == "refund-1/right/reversal"
    assert of("refund-1/right").original == wrong.transfer
    assert of("refund-1/right").ended_by is None


def test_its_block_is_found_among_many(book):
    """Every transfer, in whatever block, those of later blocks with lower numbers among them."""
    for number in range(8):
        seal()
        pay(f"more-{number}", 100, on=day(20))
    assert of("more-7").sealed_in is None
    seal()
    blocks = list(Block.objects.order_by("number"))
    assert len(blocks) == 9
    for block in blocks:
        for key in Transfer.objects.filter(pk__in=block.transfer_ids).values_list("key", flat=True):
            sealed = of(key).sealed_in
            assert (sealed.block, sealed.head) == (block.number, bytes(block.head).hex())


def test_its_block_is_found_where_one_run_made_several(book):
    """A block holds 1,000 transfers; all blocks of a run bear the same notes."""
    seal()
    orders = [
        Order(f"many-{n}", "tuition", "paid", day(20), legs=(Leg(BANK, FAMILY, 1),))
        for n in range(2_500)
    ]
    post_batch(book=BOOK, orders=orders)
    assert len(seal()) == 3
    blocks = [of(f"many-{n}").sealed_in.block for n in (0, 999, 1_000, 1_999, 2_000, 2_499)]
    assert blocks == [2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize(
    ("book_code", "key", "code"),
    [("other", "pay-1", "unknown_book"), (BOOK, "pay-9", "unknown_original")],
)
def test_what_is_not_there_is_refused(book, book_code, key, code):
    with pytest.raises(LedgerRefusedError) as refused:
        transfer_story(book=book_code, key=key)
    assert refused.value.code == code
