"""A small ledger with everything in it: two books, every step, four blocks, an unsealed tail."""

import time
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from shuangjian.engines.posting.order import Leg
from shuangjian.engines.posting.published_head import PublishedHead
from shuangjian.foundation.ledger import services
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger.book import Book, fetch


def build_ledger() -> None:
    """The keys of all transfers differ, so that a key alone names one."""
    book, other = Book(), Book()
    book.post("pay-a", Leg("bank", "a", 5_000))
    book.post("pay-b", Leg("bank", "b", 8_000), booked_on=timezone.localdate())
    book.post("pay-c", Leg("bank", "b", 90))
    other.post("other-pay", Leg("bank", "a", 700))
    seal()
    book.post("three", Leg("a", "b", 1_000), Leg("a", "purse", 200), Leg("bank", "a", 50))
    book.hold("lesson-1", Leg("a", "c", 300), Leg("a", "purse", 30))
    book.settle("lesson-1/done", "lesson-1", amounts_fen=[250, 0])
    book.hold("lesson-2", Leg("a", "c", 300))
    book.void("lesson-2/off", "lesson-2")
    book.hold("lesson-3", Leg("a", "c", 300), expires_at=timezone.now() + timedelta(seconds=0.2))
    time.sleep(0.3)
    services.expire_holds(book=book.code, booked_on=timezone.localdate())
    book.hold("lesson-4", Leg("b", "c", 400), expires_at=timezone.now() + timedelta(days=9))
    book.settle("lesson-4/done", "lesson-4")
    seal()
    book.reverse("pay-c/undo", "pay-c")
    book.correct("three/right", "three", Leg("a", "b", 900))
    book.reverse("lesson-1/undo", "lesson-1/done")
    seal()
    book.post("late-1", Leg("bank", "outside", 10))
    book.post("late-2", Leg("bank", "outside", 20))
    seal()
    book.hold("open", Leg("a", "c", 100))
    book.post("tail-1", Leg("bank", "b", 60))
    book.post("tail-2", Leg("b", "c", 60))


def published_heads() -> list[PublishedHead]:
    """One for each block, as if each had been published at once."""
    rows = fetch(
        "SELECT number, encode(head, 'hex'), sealed_at, "
        "sum(cardinality(transfer_ids)) OVER (ORDER BY number) FROM ledger_block ORDER BY number"
    )
    return [
        PublishedHead(
            block=number,
            head=head,
            transfers=int(transfers),
            sealed_at=sealed_at,
            published_at=sealed_at + timedelta(hours=1),
        )
        for number, head, sealed_at, transfers in rows
    ]


def database_name() -> str:
    return connection.settings_dict["NAME"]
