"""批量: a thousand transfers a commit, beside COPY with one statement; and the same batch again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any

from benchmarks.ledger import bare, ours, peer_a_ledger
from benchmarks.ledger.clients import Clients, Work, open_clients
from benchmarks.ledger.one_by_one import per_second
from benchmarks.ratio import Ratio, Role, Timings
from shuangjian.engines.posting.order import Order
from shuangjian.foundation.ledger.services import post_batch

TRANSFERS = {"school": 20, "district": 1_000, "city": 1_000}
BATCHES = {"school": 1, "district": 5, "city": 5}
PEER_TRANSFERS = {"school": 100, "district": 500, "city": 500}
OURS, AGAIN, COPY, PEER = "ours", "again", "copy", "a-ledger"


def measure(scale: str, *, repetitions: int) -> list[Ratio]:
    """Some batches a turn, each way; what is sent twice must add nothing."""
    accounts = bare.account_ids()
    orders, copy = ours.Orders(0, accounts=len(accounts)), bare.CopyBatch()
    timings = Timings()
    with open_clients(1) as apart:
        for turn in range(repetitions + 1):
            batches = [orders.take(TRANSFERS[scale]) for _ in range(BATCHES[scale])]
            rows = [[_row(n, each, accounts) for n, each in enumerate(batch)] for batch in batches]
            ways = {
                OURS: partial(_seconds_a_transfer, partial(_post, is_repeat=False), batches),
                COPY: partial(_seconds_a_transfer, copy, rows),
                AGAIN: partial(_send_again, batches),
                PEER: partial(_seconds_of_peer, apart, PEER_TRANSFERS[scale]),
            }
            # why: what is sent again must have been sent, so ours is always before it.
            for name in (OURS, COPY, AGAIN, PEER) if turn % 2 else (PEER, COPY, OURS, AGAIN):
                seconds = ways[name]()
                if turn > 0:
                    timings.keep(name, seconds)
    return _ratios(timings, TRANSFERS[scale])


def _seconds_a_transfer(run: Callable[[Any], object], batches: Sequence[Sequence[Any]]) -> float:
    started = perf_counter()
    for batch in batches:
        run(batch)
    return (perf_counter() - started) / sum(len(batch) for batch in batches)


def _seconds_of_peer(apart: Clients, transfers: int) -> float:
    return apart.run(Work(peer_a_ledger.hundred_a_commit, transfers), clients=1)


def _post(batch: Sequence[Order], *, is_repeat: bool) -> None:
    receipts = post_batch(book=ours.BOOK, orders=batch)
    assert len(receipts) == len(batch)
    assert all(receipt.is_repeat is is_repeat for receipt in receipts)


def _send_again(batches: Sequence[Sequence[Order]]) -> float:
    before = ours.count_transfers()
    seconds = _seconds_a_transfer(partial(_post, is_repeat=True), batches)
    assert ours.count_transfers() == before, "a batch sent twice added something"
    return seconds


def _row(place: int, order: Order, accounts: Sequence[int]) -> bare.Row:
    (leg,) = order.legs
    payer, payee = (accounts[ours.number_of(code)] for code in (leg.debit, leg.credit))
    return place, order.key, payer, payee, leg.amount_fen


def _ratios(timings: Timings, transfers: int) -> list[Ratio]:
    words = f"批量记账，每批 {transfers} 笔一次提交"
    ratios = [
        timings.ratio(
            "batch/copy", OURS, COPY, words=(words, "COPY 加一条语句写同样的行，不核对"),
            role=Role.LIMIT,
        ),
        timings.ratio(
            "batch/a-ledger", OURS, PEER, words=(words, "a-ledger：SQLite，每批 100 笔"),
            role=Role.PEER,
        ),
        timings.ratio(
            "batch-again/batch", AGAIN, OURS, words=("同一批再送一次，什么也不添", words),
            role=Role.SELF,
        ),
    ]  # fmt: skip
    return [replace(ratio, note=per_second(ratio)) for ratio in ratios]
