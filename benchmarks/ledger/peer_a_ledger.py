"""a-ledger: the other peer; it keeps its books in SQLite and refuses any other database."""

from collections.abc import Callable
from itertools import count
from random import Random

from a_ledger import Ledger
from a_ledger.domain.journal import (
    CommandKey,
    JournalBatch,
    Post,
    PostingInput,
    SourceIdentity,
    TransactionInput,
)
from a_ledger.schema import install
from a_ledger.sqlite import create_sqlite_engine, write_transaction
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from shuangjian.edges.config import env

ACCOUNTS = 100
BOOK = "main"
MOST_FEN = 9_999
BATCH = 100  # why: more a commit are no faster


def one_a_commit(number: int) -> Callable[[int], None]:
    """A transaction of two postings a commit (逐笔)."""
    journal = Journal(number, name="one")

    def run(transfers: int) -> None:
        for _ in range(transfers):
            journal.post(1)

    return run


def hundred_a_commit(number: int) -> Callable[[int], None]:
    """A hundred transactions a commit (批量)."""
    journal = Journal(number, name="hundred")

    def run(transfers: int) -> None:
        assert transfers % BATCH == 0
        for _ in range(transfers // BATCH):
            journal.post(BATCH)

    return run


class Journal:
    """流水账: a store of its own on the server's disk, whose log is flushed at every commit."""

    def __init__(self, number: int, *, name: str) -> None:
        self._engine = _engine(number, name)
        self._random = Random(number)
        self._numbers = count()

    def post(self, transactions: int) -> None:
        """So many transactions in one commit (记账)."""
        first = next(self._numbers)
        posts = [self._post(first)]
        posts += [self._post(next(self._numbers)) for _ in range(transactions - 1)]
        command = JournalBatch(BOOK, CommandKey("bench", f"command-{first}"), tuple(posts))
        with self._engine.connect() as connection, write_transaction(connection):
            Ledger(connection).journal.execute(command)

    def _post(self, number: int) -> Post:
        payer, payee = self._random.sample(range(ACCOUNTS), 2)
        amount = self._random.randint(1, MOST_FEN)
        postings = (
            PostingInput("debit", f"account-{payer}", -amount),
            PostingInput("credit", f"account-{payee}", amount),
        )
        return Post(
            f"item-{number}",
            SourceIdentity("bench", f"source-{number}"),
            TransactionInput("transfer", "2026-11-18", "2026-11-18T02:00:00+00:00", postings),
        )


def _engine(number: int, name: str) -> Engine:
    path = env.data_folder() / f"a-ledger-{name}-{number}.sqlite"
    engine = create_sqlite_engine(path)
    event.listen(engine, "connect", _flush_every_commit)
    with engine.connect() as connection, write_transaction(connection):
        install(connection)
        accounts = Ledger(connection).accounts
        accounts.create_portfolio(BOOK, code=BOOK, currency="CNY")
        for account in range(ACCOUNTS):
            code = f"account-{account}"
            accounts.create_account(code, portfolio_id=BOOK, code=code, category="LIABILITY")
    return engine


def _flush_every_commit(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
