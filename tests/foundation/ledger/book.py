"""A book of a test's own, and what there is of it and of the whole ledger."""

from datetime import date
from uuid import uuid4

from django.apps import apps
from django.db import connection

from shuangjian.engines.posting.order import AccountOrder, Balance, Leg, Order, Receipt, Side
from shuangjian.foundation.ledger import services
from shuangjian.foundation.ledger.sealing import seal

KIND, REASON = "tuition", "lesson"
DAY = date(2026, 3, 2)
MODELS = list(apps.get_app_config("ledger").get_models())
TABLES = [model._meta.db_table for model in MODELS]


class Book:
    """Accounts: ``bank`` grows by debits, the others by credits; none may fall below 0.

    ``purse`` takes 1,000 fen at most; ``outside`` has no limits.
    """

    def __init__(self) -> None:
        self.code = f"b{uuid4().hex}"
        services.open_book(code=self.code, title="试验")
        services.register_reason(kind=KIND, reason=REASON, title="课时消耗")
        self.open("bank", side=Side.DEBIT)
        self.open("a", "b", "c")
        self.open("purse", maximum_fen=1_000)
        self.open("outside", minimum_fen=None)

    def open(
        self,
        *codes: str,
        side: Side = Side.CREDIT,
        minimum_fen: int | None = 0,
        maximum_fen: int | None = None,
    ) -> int:
        accounts = [
            AccountOrder(code, f"test:{code}", "test", side, minimum_fen, maximum_fen)
            for code in codes
        ]
        return services.open_accounts(book=self.code, accounts=accounts)

    @property
    def common(self) -> dict:
        """What every call of a service wants."""
        return {"book": self.code, "kind": KIND, "reason": REASON, "booked_on": DAY}

    def post(self, key: str, *legs: Leg, **more: object) -> Receipt:
        return services.post_transfer(**self.common | {"key": key, "legs": legs} | more)

    def fund(self, account: str, amount_fen: int) -> Receipt:
        return self.post(f"fund-{uuid4().hex}", Leg("bank", account, amount_fen))

    def hold(self, key: str, *legs: Leg, **more: object) -> Receipt:
        return services.hold(**self.common | {"key": key, "legs": legs} | more)

    def settle(self, key: str, hold: str, **more: object) -> Receipt:
        return services.settle_hold(**self.common | {"key": key, "hold": hold} | more)

    def void(self, key: str, hold: str, **more: object) -> Receipt:
        return services.void_hold(**self.common | {"key": key, "hold": hold} | more)

    def reverse(self, key: str, transfer: str, **more: object) -> Receipt:
        return services.reverse_transfer(**self.common | {"key": key, "transfer": transfer} | more)

    def correct(self, key: str, transfer: str, *legs: Leg) -> tuple[Receipt, Receipt]:
        return services.correct_transfer(**self.common, key=key, transfer=transfer, legs=legs)

    def batch(self, *orders: Order) -> list[Receipt]:
        return services.post_batch(book=self.code, orders=orders)

    def order(self, key: str, *legs: Leg, **more: object) -> Order:
        return Order(
            **{"key": key, "kind": KIND, "reason": REASON, "booked_on": DAY, "legs": legs} | more
        )

    def balances(self) -> dict[str, Balance]:
        rows = fetch(
            "SELECT a.code, a.balance_fen, a.held_out_fen, a.held_in_fen, a.version "
            "FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id WHERE b.code = %s",
            self.code,
        )
        return {row[0]: Balance(*row) for row in rows}

    def balance(self, account: str) -> int:
        return self.balances()[account].balance_fen

    def steps(self) -> list[tuple[str, str]]:
        """Key and step of every transfer, by number."""
        return fetch(
            "SELECT t.key, t.step FROM ledger_transfer t JOIN ledger_book b ON b.id = t.book_id "
            "WHERE b.code = %s ORDER BY t.id",
            self.code,
        )

    def check_sums(self) -> None:
        """Both sides come to the same, and every account to its entries."""
        rows = fetch(
            "SELECT a.side, a.balance_fen, a.held_out_fen, a.held_in_fen, a.version, "
            "coalesce(sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN e.amount_fen "
            "ELSE -e.amount_fen END), 0), "
            "coalesce(sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN 0 ELSE e.held_fen END), 0), "
            "coalesce(sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN e.held_fen ELSE 0 END), 0), "
            "count(e.version) FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id "
            "LEFT JOIN ledger_entry e ON e.account_id = a.id WHERE b.code = %s GROUP BY a.id",
            self.code,
        )
        for row in rows:
            assert row[1:5] == row[5:]
        sides = {
            side: sum(row[1] for row in rows if row[0] == side) for side in ("debit", "credit")
        }
        assert sides["debit"] == sides["credit"]


def filled() -> Book:
    """A book with which every table of the ledger has a row."""
    book = Book()
    book.fund("a", 1_000)
    book.hold("held", Leg("a", "b", 100), Leg("a", "c", 50))
    book.post("several", Leg("a", "b", 10), Leg("a", "c", 20))
    seal()
    return book


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fetch(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return cursor.fetchall()


def everything() -> dict[str, tuple[int, str]]:
    """How many rows each table of the ledger has, and a digest of them all."""
    return {
        table: fetch(
            f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        )[0]
        for table in TABLES
    }
