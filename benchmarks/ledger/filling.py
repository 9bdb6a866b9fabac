"""装账: the ledger as it fills up through batches, and what is called at every size on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from random import Random
from threading import Event
from time import perf_counter
from uuid import uuid4

from django.db import DatabaseError, connection

from benchmarks.ledger import bare, ours
from benchmarks.site import TODAY
from shuangjian.foundation.ledger.models import Transfer
from shuangjian.foundation.ledger.queries import balance, balance_at, balance_on
from shuangjian.foundation.ledger.sealing import seal
from shuangjian.foundation.ledger.services import post_batch

BATCH = {"school": 20, "district": 1_000, "city": 1_000}
BATCHES = {"school": 1, "district": 5, "city": 5}
CALLS = {"school": 3, "district": 200, "city": 200}
HOT_EVERY = 2

# why: made on the server, since ten million orders made in Python would take longer than posting.
FILL = """
    SELECT count(*) FROM (
        SELECT array_agg(%(mark)s::text || n) AS keys, array_agg('posted'::text) AS steps,
            array_agg(%(kind)s::text) AS kinds, array_agg(%(reason)s::text) AS reasons,
            array_agg(%(today)s::date - (random() * %(days)s)::integer) AS days,
            array_agg(''::text) AS texts, array_agg(NULL::text) AS originals,
            array_agg(NULL::timestamptz) AS expiries, array_agg(n - %(first)s + 1) AS orders,
            array_agg('pupil:' || lpad(to_hex(payer), 6, '0') || '/prepaid') AS debits,
            array_agg('pupil:' || lpad(to_hex(payee), 6, '0') || '/prepaid') AS credits,
            array_agg(1 + (random() * 9998)::bigint) AS amounts
        FROM (
            SELECT n, payer, CASE n %% %(hot)s WHEN 0 THEN 0
                ELSE 1 + (payer + (random() * (%(accounts)s - 3))::integer) %% (%(accounts)s - 1)
                END AS payee
            FROM (
                SELECT n, 1 + (random() * (%(accounts)s - 2))::integer AS payer
                FROM generate_series(%(first)s, %(last)s) n) a
        ) b
    ) o, LATERAL ledger_transfers(%(book)s, o.keys, o.steps, o.kinds, o.reasons, o.days, o.texts,
        o.originals, o.expiries, o.orders, o.debits, o.credits, o.amounts)
"""

Call = Callable[[], object]


class Filling:
    """装账: one client, which fills the ledger and measures it on the way."""

    def __init__(self, scale: str) -> None:
        self._batch, self._batches, self._calls = BATCH[scale], BATCHES[scale], CALLS[scale]
        self._accounts = ours.count_accounts()
        self._orders = ours.Orders(1, accounts=self._accounts, hot=HOT_EVERY, days=ours.DAYS)
        self._random = Random(2)
        self._row = bare.BareRow(0)
        self._mark = uuid4().hex[:12]
        self.checked = 0

    def fill(self, size: int) -> None:
        """Post batches until so many transfers are there, sealed meanwhile by another (装入)."""
        filled, done = self.transfers(), Event()
        with ThreadPoolExecutor(1) as threads:
            sealer = threads.submit(_seal_until, done)
            try:
                for first in range(filled, size, self._batch):
                    self._fill(first, min(first + self._batch, size) - 1)
            finally:
                done.set()
            sealer.result()

    def _fill(self, first: int, last: int) -> None:
        try:
            self._write(first, last)
        except DatabaseError as error:
            # why: as the services do where the sealer has fallen behind.
            if "tail_full" not in str(error):
                raise
            seal()
            self._write(first, last)

    def _write(self, first: int, last: int) -> None:
        values = {
            "mark": f"{self._mark}-",
            "kind": ours.KIND,
            "reason": ours.REASON,
            "today": TODAY,
            "days": ours.DAYS - 1,
            "hot": HOT_EVERY,
            "accounts": self._accounts,
            "first": first,
            "last": last,
            "book": ours.BOOK,
        }
        with connection.cursor() as cursor:
            cursor.execute(FILL, values)

    def leave_a_tail(self) -> None:
        """Seal all, then post one batch more (未封存的一批): balances of then must look into it."""
        seal()
        post_batch(book=ours.BOOK, orders=self._orders.take(self._batch))

    def transfers(self) -> int:
        """How many there are (笔数)."""
        return ours.count_transfers()

    def seconds(self, key: str) -> list[float]:
        """One turn of a curve (一轮): seconds of every call, or a transfer's of every batch."""
        found = []
        for call in self._calls_of(key):
            started = perf_counter()
            call()
            found.append(perf_counter() - started)
        return [each / self._batch for each in found] if key == "batch" else found

    def check(self) -> None:
        """Prove the whole ledger (核对), as ``ledger check`` does; it must be in order."""
        from shuangjian.foundation.ledger.check import check_ledger

        report = check_ledger()
        assert report.ok, report.violations
        self.checked = report.transfers

    def read_legs(self) -> None:
        """Add up all legs (只读分录), the least that any proof must do."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), sum(amount_fen), sum(held_fen) FROM ledger_leg")

    def _calls_of(self, key: str) -> list[Call]:
        """What is called; all that it needs stands ready."""
        if key == "row":
            return [partial(self._row, 1)] * self._calls
        if key == "batch":
            batches = [self._orders.take(self._batch) for _ in range(self._batches)]
            return [partial(post_batch, book=ours.BOOK, orders=batch) for batch in batches]
        if key == "single":
            return [partial(ours.post, order) for order in self._orders.take(self._calls)]
        is_hot, asked = key.startswith("hot-"), key.removeprefix("hot-")
        return [self._balance(asked, self._code(is_hot=is_hot)) for _ in range(self._calls)]

    def _balance(self, asked: str, code: str) -> Call:
        if asked == "balance-on":
            return partial(balance_on, book=ours.BOOK, account=code, day=self._orders.day())
        if asked == "balance-at":
            return partial(balance_at, book=ours.BOOK, account=code, moment=self._moment())
        return partial(balance, book=ours.BOOK, account=code)

    def _code(self, *, is_hot: bool) -> str:
        return ours.code_of(0 if is_hot else self._random.randrange(1, self._accounts))

    def _moment(self) -> datetime:
        """When some transfer was recorded, any of them."""
        last = Transfer.objects.values_list("pk", flat=True).latest("pk")
        some = Transfer.objects.filter(pk__gte=self._random.randint(1, last)).earliest("pk")
        return some.recorded_at


def _seal_until(done: Event) -> None:
    """Seal again and again (封存者), as the platform's own sealer, until the filling is done."""
    try:
        while not done.wait(0.2):
            seal()
        seal()
    finally:
        connection.close()
