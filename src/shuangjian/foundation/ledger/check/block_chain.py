"""区块链: blocks follow one another, hold what their heads say, and are as they were published."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from shuangjian.engines.posting.chain import BLOCK_TRANSFERS_MAXIMUM, GENESIS
from shuangjian.engines.posting.published_head import PublishedHead
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.ledger.check.block_text import BlockText
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.seal_table import Block


def check_links(blocks: Sequence[Block], findings: FindingList) -> None:
    """Numbers and heads follow on (核对链接); by the rows alone."""
    number, head, sealed_at, total = 0, GENESIS, "", 0
    for block in blocks:
        if block.number != number + 1:
            findings.add("block_number", block=block.number, expected=number + 1)
        elif block.previous != head:
            findings.add("broken_chain", block=block.number)
        if block.sealed_at < sealed_at:
            findings.add("seal_time_falls", block=block.number)
        total += block.transfers
        if block.total != total:
            findings.add("block_total", block=block.number, stated=block.total, found=total)
        if block.transfers > BLOCK_TRANSFERS_MAXIMUM:
            findings.add(
                "too_many_transfers",
                block=block.number,
                found=block.transfers,
                most=BLOCK_TRANSFERS_MAXIMUM,
            )
        number, head, sealed_at = block.number, block.head, block.sealed_at


def check_texts(
    blocks: Sequence[Block], texts: Mapping[int, BlockText], findings: FindingList
) -> None:
    """Every block holds what it names, and what its head says (核对区块正文).

    Args:
        blocks: as their rows say.
        texts: rebuilt, by number.
        findings: takes what is wrong.
    """
    for block in blocks:
        text = texts[block.number]
        for what, stated, found in (
            ("个账户", block.accounts, text.accounts),
            ("笔转账", block.transfers, text.transfers),
        ):
            if stated != found:
                findings.add(
                    "block_row_absent", block=block.number, what=what, stated=stated, found=found
                )
        if text.head != block.head:
            findings.add("block_changed", block=block.number, stated=block.head, found=text.head)


def check_heads(
    blocks: Sequence[Block],
    texts: Mapping[int, BlockText],
    *,
    heads: Sequence[PublishedHead],
    findings: FindingList,
) -> int:
    """Every published head is what the rows come to now (核对公布的链头).

    Args:
        blocks: as their rows say.
        texts: rebuilt, by number.
        heads: as published, from somewhere that the ledger's keeper cannot write.
        findings: takes what is wrong; the first that differs says since when.

    Returns:
        The last block whose published head agrees; 0 without any.
    """
    sums = accumulate(block.transfers for block in blocks)
    totals = dict(zip((block.number for block in blocks), sums, strict=True))
    good = 0
    for head in sorted(heads, key=lambda head: (head.block, head.published_at)):
        day = head.published_at.astimezone(BEIJING).date().isoformat()
        text = texts.get(head.block)
        if text is None:
            findings.add("head_absent", block=head.block, day=day)
        elif text.head != head.head:
            findings.add(
                "head_differs",
                block=head.block,
                day=day,
                since=good + 1,
                published=head.head,
                found=text.head,
            )
        elif totals[head.block] != head.transfers:
            findings.add(
                "head_counts",
                block=head.block,
                day=day,
                published=head.transfers,
                found=totals[head.block],
            )
        else:
            good = max(good, head.block)
    return good
