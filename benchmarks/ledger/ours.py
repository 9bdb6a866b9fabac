"""我们的账本: a book of the benchmark's own, and clients that post to it through the services.

The services are imported when they are needed: a peer's process has other settings.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from random import Random
from uuid import uuid4

from benchmarks.site import TODAY
from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Receipt, Side

BOOK = "benchmark"
KIND = "benchmark"
REASON = "invented"
MOST_FEN = 9_999
DAYS = 400
ACCOUNTS_AT_ONCE = 1_000


def make_book(accounts: int) -> None:
    """Open the book (账簿) and so many accounts without limits, all on the credit side."""
    from shuangjian.foundation.ledger.services import open_accounts, open_book, register_reason

    open_book(code=BOOK, title="测量")
    register_reason(kind=KIND, reason=REASON, title="虚构")
    codes = [code_of(number) for number in range(accounts)]
    for first in range(0, accounts, ACCOUNTS_AT_ONCE):
        part = [
            AccountOrder(
                code=code,
                owner=code.removesuffix("/prepaid"),
                purpose="prepaid",
                side=Side.CREDIT,
                minimum_fen=None,
            )
            for code in codes[first : first + ACCOUNTS_AT_ONCE]
        ]
        open_accounts(book=BOOK, accounts=part)


def code_of(number: int) -> str:
    """The code (账户编号) of an account, by its place; the first is the hot one."""
    return f"pupil:{number:06x}/prepaid"


def number_of(code: str) -> int:
    """The place of an account (账户序号), from its code."""
    return int(code[len("pupil:") :].removesuffix("/prepaid"), 16)


def count_accounts() -> int:
    """How many accounts (账户数) the book has."""
    from shuangjian.foundation.ledger.models import LedgerAccount

    return LedgerAccount.objects.filter(book__code=BOOK).count()


def count_transfers() -> int:
    """How many transfers (转账笔数) the book has."""
    from shuangjian.foundation.ledger.models import Transfer

    return Transfer.objects.filter(book__code=BOOK).count()


class Orders:
    """指令: invented orders without end, each with a key of its own.

    Args:
        number: seeds accounts and amounts.
        accounts: how many there are to pick from.
        hot: of how many transfers one pays into the first account; 0 for none.
        days: over how many days before today they are spread at random.
    """

    def __init__(self, number: int, *, accounts: int, hot: int = 0, days: int = 1) -> None:
        self._random, self._numbers = Random(number), count()
        self._accounts, self._hot, self._days = accounts, hot, days
        self._mark = uuid4().hex[:12]  # why: another process must not have used just the same

    def __iter__(self) -> Iterator[Order]:
        return self

    def __next__(self) -> Order:
        """The next order (下一条)."""
        number = next(self._numbers)
        payer, payee = self._pair(is_hot=self._hot > 0 and number % self._hot == 0)
        leg = Leg(code_of(payer), code_of(payee), self._random.randint(1, MOST_FEN))
        key = f"{self._mark}-{number}"
        return Order(key=key, kind=KIND, reason=REASON, booked_on=self.day(), legs=(leg,))

    def day(self) -> date:
        """One of the business days (业务日期), any of them."""
        return TODAY - timedelta(days=self._random.randrange(self._days))

    def take(self, orders: int) -> list[Order]:
        """So many of them (一批)."""
        return [next(self) for _ in range(orders)]

    def _pair(self, *, is_hot: bool) -> Sequence[int]:
        if is_hot:
            return self._random.randrange(1, self._accounts), 0
        return self._random.sample(range(self._accounts), 2)


def post(order: Order) -> Receipt:
    """An order through ``post_transfer`` (记账), as an area would."""
    from shuangjian.foundation.ledger.services import post_transfer

    return post_transfer(
        book=BOOK,
        key=order.key,
        kind=order.kind,
        reason=order.reason,
        booked_on=order.booked_on,
        legs=order.legs,
    )


class PostTransfer:
    """逐笔记账: a call of ``post_transfer`` a transfer, on accounts picked at random."""

    hot = 0

    def __init__(self, number: int) -> None:
        import django

        django.setup()
        self._orders = Orders(number, accounts=count_accounts(), hot=self.hot)

    def __call__(self, transfers: int) -> None:
        """So many calls, each committed by itself."""
        for _ in range(transfers):
            assert not post(next(self._orders)).is_repeat


class PostHot(PostTransfer):
    """逐笔记账，热点账户: the same, and every transfer pays into the first account."""

    hot = 1
