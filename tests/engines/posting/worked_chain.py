"""The worked book's chain in three blocks, with a second book beside it, to be tampered with."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from shuangjian.engines.posting.chain import GENESIS, Block, seal
from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Side
from shuangjian.engines.posting.published_head import PublishedHead
from shuangjian.engines.posting.record import TransferRecord
from tests.engines.posting.worked_book import moment, steps, worked_ledger


def worked_blocks() -> list[Block]:
    """Blocks of 5, 5 and 5 transfers; the last two are of a book opened after the second block."""
    ledger = worked_ledger()
    worked, opened = ledger.transfers(), ledger.accounts()
    ledger.open_book("fees", title="课后服务费")
    for code, side in (("cash", Side.DEBIT), ("owed", Side.CREDIT)):
        account = AccountOrder(code, f"school:{code}", "fees", side)
        ledger.open_account(account, book="fees", at=moment("2026-03-15 10:00"))
    order = Order(
        "pay-1",
        "tuition",
        "paid",
        steps()[0].order.booked_on,
        legs=(Leg("cash", "owed", 5), Leg("cash", "owed", 6)),
    )
    ledger.post(order, book="fees", at=moment("2026-03-15 10:01"))
    added = ledger.transfers()[len(worked) :]
    blocks = [
        seal(None, accounts=opened, transfers=worked[:5], sealed_at=moment("2026-03-04 23:00"))
    ]
    for accounts, transfers, sealed_at in (
        ((), worked[5:10], "2026-03-13 10:30"),
        (ledger.accounts()[len(opened) :], worked[10:] + added, "2026-03-15 11:00"),
    ):
        block = seal(
            blocks[-1], accounts=accounts, transfers=transfers, sealed_at=moment(sealed_at)
        )
        blocks.append(block)
    return blocks


def rechained(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks numbered and chained anew, as one who can change everything would do."""
    found: list[Block] = []
    for number, block in enumerate(blocks, start=1):
        previous = found[-1].head() if found else GENESIS
        found.append(replace(block, number=number, previous_head=previous))
    return found


def changed(blocks: Sequence[Block], transfer_id: int, **fields: object) -> list[Block]:
    """The same with fields of one transfer changed, chained anew."""
    return rechained(
        [
            replace(
                block,
                transfers=tuple(
                    replace(each, **fields) if each.id == transfer_id else each
                    for each in block.transfers
                ),
            )
            for block in blocks
        ]
    )


def added(blocks: Sequence[Block], *transfers: TransferRecord) -> list[Block]:
    """The same with more transfers at the end, chained anew."""
    last = blocks[-1]
    return rechained([*blocks[:-1], replace(last, transfers=last.transfers + transfers)])


def transfer(blocks: Sequence[Block], transfer_id: int) -> TransferRecord:
    return next(each for block in blocks for each in block.transfers if each.id == transfer_id)


def lines_of(blocks: Sequence[Block]) -> list[bytes]:
    return split_lines("".join(block.text() for block in blocks).encode())


def split_lines(text: bytes) -> list[bytes]:
    """As an opened file gives them: ended by LF and nothing else."""
    return list(BytesIO(text))


def heads_of(blocks: Sequence[Block]) -> tuple[PublishedHead, ...]:
    total, found = 0, []
    for block in blocks:
        total += len(block.transfers)
        found.append(
            PublishedHead(block.number, block.head(), total, block.sealed_at, block.sealed_at)
        )
    return tuple(found)
