"""账本查询: balances now and of then, books, and how far the chain has come; reads only.

Whoever shows the answers to a person asks ``access`` first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from shuangjian.engines.posting.order import Balance
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import check_book
from shuangjian.engines.posting.text import is_key
from shuangjian.foundation.ledger.reading import rows


class MomentBalance(NamedTuple):
    """某时刻的余额.

    Attributes:
        balance_fen: posted, as the ledger could have said at that moment.
        is_provisional: whether a transfer recorded by then may still be committed.
    """

    balance_fen: int
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class BookTotal:
    """账簿合计: the two sides of a book, which are equal.

    Attributes:
        code: the book's code.
        title: its name.
        accounts: how many it has.
        debit_fen: sum of the balances of the accounts that grow in debit.
        credit_fen: the same for credit.
        held_fen: what is set aside, not posted yet.
    """

    code: str
    title: str
    accounts: int
    debit_fen: int
    credit_fen: int
    held_fen: int


@dataclass(frozen=True, slots=True)
class Tail:
    """未封存的部分: what the chain does not protect yet.

    Attributes:
        transfers: how many are not sealed.
        accounts: how many accounts are not.
        oldest_at: when the oldest of these transfers was recorded; ``None`` without any.
        age: how long ago that is, by the database's clock.
    """

    transfers: int
    accounts: int
    oldest_at: datetime | None
    age: timedelta | None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """链头: the last block, on which all before it hang.

    Attributes:
        block: its number.
        head: 64 hexadecimal digits.
        sealed_at: when it was sealed.
        transfers: how many transfers the blocks up to it hold.
    """

    block: int
    head: str
    sealed_at: datetime
    transfers: int


def balance(*, book: str, account: str) -> Balance:
    """How an account stands now (余额).

    Raises:
        LedgerRefusedError: ``unknown_book``, ``unknown_account``.
    """
    found = _of_account(
        "a.balance_fen, a.held_out_fen, a.held_in_fen, a.version", book=book, account=account
    )
    return Balance(account, *found)


def balance_on(*, book: str, account: str, day: date) -> int:
    """What was booked on a business day or before (某业务日余额), in fen, as known now.

    Raises:
        LedgerRefusedError: ``unknown_book``, ``unknown_account``.
    """
    (balance_fen,) = _of_account(
        "f.balance_fen",
        "ledger_balance_on(a.id, %s) f (balance_fen)",
        day,
        book=book,
        account=account,
    )
    return int(balance_fen)


def balance_at(*, book: str, account: str, moment: datetime) -> MomentBalance:
    """What was recorded at a moment or before (某时刻余额), whatever its business day.

    Raises:
        LedgerRefusedError: ``unknown_book``, ``unknown_account``.
        ValueError: a moment without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"时刻 {moment} 没有时区，无法确定先后。请给出带时区的时刻。")
    found = _of_account(
        "f.balance_fen, f.is_provisional",
        "ledger_balance_at(a.id, %s) f",
        moment,
        book=book,
        account=account,
    )
    return MomentBalance(*found)


def book_totals(*, books: Sequence[str]) -> list[BookTotal]:
    """Each book with its two sides (账簿合计), in one look, by code."""
    found = rows(
        "SELECT b.code, b.title, count(a.id),"
        " coalesce(sum(a.balance_fen) FILTER (WHERE a.side = 'debit'), 0)::bigint,"
        " coalesce(sum(a.balance_fen) FILTER (WHERE a.side = 'credit'), 0)::bigint,"
        " ((coalesce(sum(a.held_out_fen), 0) + coalesce(sum(a.held_in_fen), 0)) / 2)::bigint"
        " FROM ledger_book b LEFT JOIN ledger_account a ON a.book_id = b.id"
        " WHERE b.code = ANY (%s) GROUP BY b.id ORDER BY b.code",
        [list(books)],
    )
    return [BookTotal(*each) for each in found]


def tail() -> Tail:
    """What is committed and not sealed (未封存的部分)."""
    found = rows(
        "SELECT cardinality(u.transfer_ids), cardinality(u.account_ids), o.oldest_at,"
        " clock_timestamp() - o.oldest_at FROM ledger_unsealed() u CROSS JOIN LATERAL ("
        "SELECT min(recorded_at) FROM ledger_transfer WHERE id = ANY (u.transfer_ids))"
        " o (oldest_at)"
    )
    return Tail(*found[0])


def chain_head() -> ChainHead | None:
    """The last block (链头); ``None`` before the first."""
    found = rows(
        "SELECT number, encode(head, 'hex'), sealed_at, transfers_total"
        " FROM ledger_block ORDER BY number DESC LIMIT 1"
    )
    return ChainHead(*found[0]) if found else None


def head_of(block: int) -> str | None:
    """The head of a block (某块的链头), 64 hexadecimal digits; ``None`` without such a block."""
    found = rows("SELECT encode(head, 'hex') FROM ledger_block WHERE number = %s", [block])
    return found[0][0] if found else None


def _of_account(
    columns: str, function: str = "(VALUES (0)) f", *parameters: object, book: str, account: str
) -> tuple[Any, ...]:
    """Some figures of one account (账户的数), by code; what is not there is refused."""
    check_book(book)
    if not is_key(account):
        raise LedgerRefusedError("unknown_account", account=str(account))
    statement = (
        f"SELECT a.id, {columns} FROM ledger_book b"  # noqa: S608 -- our own texts, written above
        " LEFT JOIN ledger_account a ON a.book_id = b.id AND a.code = %s"
        f" CROSS JOIN LATERAL {function} WHERE b.code = %s"
    )
    found = rows(statement, [account, *parameters, book])
    if not found:
        raise LedgerRefusedError("unknown_book", book=book)
    number, *figures = found[0]
    if number is None:
        raise LedgerRefusedError("unknown_account", account=account)
    return tuple(figures)
