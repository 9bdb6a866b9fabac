"""裸写: the same rows in tables like the ledger's, with its columns and indexes and nothing else.

No constraint but keys, no trigger, no key looked up, no limit looked at: what any ledger that keeps
such rows must at least do. The tables are made from the ledger's own, so that they stay like them.
"""

from collections.abc import Sequence
from itertools import count, islice
from random import Random
from uuid import uuid4

import psycopg

from benchmarks.ledger.ours import BOOK, Orders
from benchmarks.site import TODAY
from shuangjian.edges.config import database

MOST_FEN = 9_999

ACCOUNT_TABLES = ("ledger_account", "bench_ledger.ledger_account")

_TABLES = ("ledger_account", "ledger_transfer", "ledger_leg")
_COPY_TABLE = """
CREATE TABLE bench_ledger.{table}
    (LIKE public.{table} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES) {options}"""
_FUNCTION = """
CREATE FUNCTION bench_ledger.post(
    new_key text, book integer, reason integer, booked_on date, payer bigint, payee bigint,
    amount bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    new_id bigint;
    payer_version bigint; payer_balance bigint; payee_version bigint; payee_balance bigint;
BEGIN
    IF payer < payee THEN
        UPDATE bench_ledger.ledger_account
        SET balance_fen = balance_fen - amount, version = version + 1, recorded_at = moment
        WHERE id = payer RETURNING version, balance_fen INTO payer_version, payer_balance;
    END IF;
    UPDATE bench_ledger.ledger_account
    SET balance_fen = balance_fen + amount, version = version + 1, recorded_at = moment
    WHERE id = payee RETURNING version, balance_fen INTO payee_version, payee_balance;
    IF payer > payee THEN
        UPDATE bench_ledger.ledger_account
        SET balance_fen = balance_fen - amount, version = version + 1, recorded_at = moment
        WHERE id = payer RETURNING version, balance_fen INTO payer_version, payer_balance;
    END IF;
    INSERT INTO bench_ledger.ledger_transfer
        (book_id, key, step, reason_id, booked_on, recorded_at, reference, leg_count)
    VALUES (book, new_key, 'posted', reason, booked_on, moment, 'benchmark', 1)
    RETURNING id INTO new_id;
    INSERT INTO bench_ledger.ledger_leg
        (transfer_id, number, debit_account_id, credit_account_id, amount_fen, held_fen,
         debit_version, credit_version, debit_balance_fen, credit_balance_fen)
    VALUES (new_id, 1, payer, payee, amount, 0,
            payer_version, payee_version, payer_balance, payee_balance);
    RETURN new_id;
END $$"""
_STAGING = """
CREATE TEMPORARY TABLE staging
    (number integer, key text, debit bigint, credit bigint, amount bigint) ON COMMIT DELETE ROWS"""
_COPY = "COPY staging FROM STDIN"
_POST_STAGED = """
WITH staged AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('bench_ledger.ledger_transfer', 'id')) AS id, *
    FROM (SELECT * FROM staging ORDER BY number) AS ordered
), entry AS (
    SELECT number, 'debit' AS side, debit AS account, -amount AS change FROM staged
    UNION ALL SELECT number, 'credit', credit, amount FROM staged
), run AS (
    SELECT number, side, account, row_number() OVER turn AS nth, sum(change) OVER turn AS total
    FROM entry WINDOW turn AS (PARTITION BY account ORDER BY number)
), summed AS (
    SELECT account, count(*) AS entries, sum(change) AS total FROM entry GROUP BY account
), held AS MATERIALIZED (
    SELECT id, version, balance_fen FROM bench_ledger.ledger_account
    WHERE id IN (SELECT account FROM entry) ORDER BY id FOR UPDATE
), moved AS (
    UPDATE bench_ledger.ledger_account AS account
    SET balance_fen = account.balance_fen + summed.total,
        version = account.version + summed.entries, recorded_at = now()
    FROM summed WHERE summed.account = account.id
), headed AS (
    INSERT INTO bench_ledger.ledger_transfer
        (id, book_id, key, step, reason_id, booked_on, recorded_at, reference, leg_count)
        OVERRIDING SYSTEM VALUE
    SELECT id, %(book)s, key, 'posted', %(reason)s, %(booked_on)s, now(), 'benchmark', 1 FROM staged
)
INSERT INTO bench_ledger.ledger_leg
    (transfer_id, number, debit_account_id, credit_account_id, amount_fen, held_fen,
     debit_version, credit_version, debit_balance_fen, credit_balance_fen)
SELECT staged.id, 1, debit, credit, amount, 0, payer.version + paid.nth, payee.version + got.nth,
       payer.balance_fen + paid.total, payee.balance_fen + got.total
FROM staged
JOIN run AS paid ON paid.number = staged.number AND paid.side = 'debit'
JOIN run AS got ON got.number = staged.number AND got.side = 'credit'
JOIN held AS payer ON payer.id = debit
JOIN held AS payee ON payee.id = credit"""


Row = tuple[int, str, int, int, int]


def make_tables() -> None:
    """The tables (裸表), with every account of the ledger's, and the function."""
    with psycopg.connect(_owner(), autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bench_ledger CASCADE")
        connection.execute("CREATE SCHEMA bench_ledger")
        for table in _TABLES:
            found = connection.execute(
                "SELECT reloptions FROM pg_class WHERE oid = %s::regclass", [f"public.{table}"]
            ).fetchone()
            assert found is not None
            options = f"WITH ({', '.join(found[0])})" if found[0] else ""
            connection.execute(_COPY_TABLE.format(table=table, options=options))
        connection.execute(
            "INSERT INTO bench_ledger.ledger_account OVERRIDING SYSTEM VALUE "
            "SELECT * FROM public.ledger_account"
        )
        connection.execute("CREATE TABLE bench_ledger.row (number integer)")
        connection.execute(_FUNCTION)


def account_ids() -> list[int]:
    """The ids of the benchmark's accounts (账户号), in order of opening."""
    with psycopg.connect(_owner()) as connection:
        rows = connection.execute(
            "SELECT id FROM bench_ledger.ledger_account "
            "WHERE book_id = (SELECT id FROM public.ledger_book WHERE code = %s) ORDER BY id",
            [BOOK],
        )
        return [int(row[0]) for row in rows]


def count_transfers() -> int:
    """How many transfers (转账笔数) the tables hold."""
    with psycopg.connect(_owner()) as connection:
        row = connection.execute("SELECT count(*) FROM bench_ledger.ledger_transfer").fetchone()
    assert row is not None
    return int(row[0])


class BareFunction:
    """裸函数: a call of the server function a transfer, on accounts picked at random."""

    _query = "SELECT bench_ledger.post(%s, %s, %s, %s, %s, %s, %s)"

    def __init__(self, number: int) -> None:
        self._connection = psycopg.connect(_owner(), autocommit=True)
        self._accounts = account_ids()
        self._random, self._numbers = Random(number), count()
        self._mark = uuid4().hex[:12]

    def __call__(self, transfers: int) -> None:
        """So many calls, each committed by itself."""
        for _ in range(transfers):
            key = f"{self._mark}-{next(self._numbers)}"
            amount = self._random.randint(1, MOST_FEN)
            self._connection.execute(self._query, [key, 1, 1, TODAY, *self._pair(), amount])

    def _pair(self) -> Sequence[int]:
        return self._random.sample(self._accounts, 2)


class HotFunction(BareFunction):
    """裸函数，热点账户: the same, and every transfer pays into the first account."""

    def _pair(self) -> Sequence[int]:
        return self._random.choice(self._accounts[1:]), self._accounts[0]


class OursByFunction:
    """账本自己的服务器函数: called as the bare one is, without what the services look at first."""

    _query = "SELECT * FROM ledger_transfer(%s, %s, %s, %s, %s, %s, %s, %s, %s)"

    def __init__(self, number: int) -> None:
        self._connection = psycopg.connect(_owner(), autocommit=True)
        self._orders = Orders(number, accounts=len(account_ids()))

    def __call__(self, transfers: int) -> None:
        """So many calls, each committed by itself."""
        for order in islice(self._orders, transfers):
            (leg,) = order.legs
            names = [BOOK, order.key, order.kind, order.reason, order.booked_on, order.reference]
            self._connection.execute(self._query, [*names, leg.debit, leg.credit, leg.amount_fen])


class BareRow:
    """裸插一行: a statement that inserts one number, the least that is durable."""

    def __init__(self, _number: int) -> None:
        self._connection = psycopg.connect(_owner(), autocommit=True)

    def __call__(self, transfers: int) -> None:
        """So many rows, each committed by itself."""
        for number in range(transfers):
            self._connection.execute("INSERT INTO bench_ledger.row VALUES (%s)", [number])


class CopyBatch:
    """成批裸写: COPY into a temporary table, then one statement on all that is there."""

    def __init__(self) -> None:
        self._connection = psycopg.connect(_owner(), autocommit=True)
        self._connection.execute(_STAGING)

    def __call__(self, rows: Sequence[Row]) -> None:
        """Make a transfer of every row, all in one commit (批量).

        Args:
            rows: place in the batch, key, the accounts' ids, fen.
        """
        with self._connection.transaction():
            with self._connection.cursor().copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
            self._connection.execute(_POST_STAGED, {"book": 1, "reason": 1, "booked_on": TODAY})


def _owner() -> str:
    return database.urls()[1]
