"""对账单: what stood in an account, what came and went in a period of business days, what is left.

An account's first V versions never change: whatever is committed later comes above V. So everything
here is taken of the versions up to the one that stood at the first look, and adds up however many
others write meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import accumulate
from typing import Final

from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.ledger.entry_line import EntryLine, entry_lines
from shuangjian.foundation.ledger.reading import rows

_VERSIONS_A_READ: Final = 5_000


@dataclass(frozen=True, slots=True)
class DayLine:
    """一个业务日的合计.

    Attributes:
        booked_on: the business day.
        entries: how many entries it has.
        change_fen: by what they changed the balance.
        closing_fen: the balance at its end, of all business days up to it.
    """

    booked_on: date
    entries: int
    change_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class Statement:
    """对账单: opening balance + all changes = closing balance.

    Attributes:
        account: the account's code.
        starts_on: the first business day.
        ends_on: the day after the last.
        opening_fen: the balance of all business days before, as known now.
        closing_fen: the balance of all business days before ``ends_on``.
        entries: how many entries the period has.
        days: the days that have any.
        lines: these entries by version, each with the balance after it, counted from the opening;
            ``None`` where there are more than were asked for.
    """

    account: str
    starts_on: date
    ends_on: date
    opening_fen: int
    closing_fen: int
    entries: int
    days: tuple[DayLine, ...]
    lines: tuple[EntryLine, ...] | None


# why: what was not added up yet when the last block was sealed is added here, in the same look;
# these entries come from the two indexes, so the whole account is never read.
_TOTALS: Final = """
WITH account AS (
    SELECT a.id, a.side, a.version FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id
    WHERE b.code = %(book)s AND a.code = %(account)s
), counted AS (
    SELECT a.id, a.side, coalesce(sum(d.entries), 0)::bigint AS entries
    FROM account a LEFT JOIN ledger_daytotal d ON d.account_id = a.id GROUP BY a.id, a.side
), late AS (
    SELECT e.transfer_id, CASE WHEN e.is_debit = (c.side = 'debit') THEN e.amount_fen
        ELSE -e.amount_fen END AS change_fen
    FROM counted c JOIN ledger_entry e ON e.account_id = c.id AND e.version > c.entries
), day AS (
    SELECT d.booked_on, d.change_fen, d.entries
    FROM account a JOIN ledger_daytotal d ON d.account_id = a.id
    UNION ALL
    SELECT t.booked_on, e.change_fen, 1
    FROM late e JOIN LATERAL (
        SELECT booked_on FROM ledger_transfer WHERE id = e.transfer_id OFFSET 0) t ON true
)
SELECT a.id, a.version, CASE WHEN d.booked_on >= %(starts_on)s THEN d.booked_on END AS on_day,
    coalesce(sum(d.entries), 0)::bigint, coalesce(sum(d.change_fen), 0)::bigint
FROM account a LEFT JOIN day d ON d.booked_on < %(ends_on)s
GROUP BY a.id, a.version, on_day ORDER BY on_day NULLS FIRST
"""


def statement(
    *, book: str, account: str, starts_on: date, ends_on: date, most: int = 10_000
) -> Statement:
    """An account's statement (对账单) of the business days from ``starts_on`` to ``ends_on``.

    Args:
        book: code of the book.
        account: code of the account.
        starts_on: the first day.
        ends_on: the day after the last.
        most: with more entries than this they are not listed, only counted by day.

    Raises:
        LedgerRefusedError: ``unknown_book``, ``unknown_account``.
    """
    asked = {"book": book, "account": account, "starts_on": starts_on, "ends_on": ends_on}
    found = rows(_TOTALS, asked)
    if not found:
        _refuse_unknown(book=book, account=account)
    account_id, version = found[0][:2]
    opening_fen = sum(change_fen for *_, on, _, change_fen in found if on is None)
    days = _days([each[2:] for each in found if each[2] is not None], opening_fen=opening_fen)
    entries = sum(day.entries for day in days)
    lines = None
    if entries <= most:
        listed = _lines(account_id, version, starts_on=starts_on, ends_on=ends_on, entries=entries)
        lines = _with_balances(listed, opening_fen=opening_fen)
    closing_fen = days[-1].closing_fen if days else opening_fen
    return Statement(account, starts_on, ends_on, opening_fen, closing_fen, entries, days, lines)


def version_before(account_id: int, *, on: date) -> int:
    """The last version that was recorded before a day began in Beijing (日初版本), 0 for none."""
    began_at = datetime.combine(on, time.min, tzinfo=BEIJING)
    ((version,),) = rows("SELECT version FROM ledger_balance_at(%s, %s)", [account_id, began_at])
    return int(version)


def _days(found: Sequence[tuple[date, int, int]], *, opening_fen: int) -> tuple[DayLine, ...]:
    closing_fen = accumulate((change_fen for *_, change_fen in found), initial=opening_fen)
    next(closing_fen)
    return tuple(DayLine(*each, after) for each, after in zip(found, closing_fen, strict=True))


def _lines(
    account_id: int, version: int, *, starts_on: date, ends_on: date, entries: int
) -> list[EntryLine]:
    """The entries of a period, of which there are ``entries``, without reading the whole account.

    Most were recorded from the first day on; only what was booked ahead stands before that.
    """
    found: list[EntryLine] = []
    first = version_before(account_id, on=starts_on) + 1
    asked = {"starts_on": starts_on, "ends_on": ends_on}
    for start in range(first, version + 1, _VERSIONS_A_READ):
        if len(found) == entries:
            break
        last = min(start + _VERSIONS_A_READ - 1, version)
        found += entry_lines(account_id, first=start, last=last, **asked)
    for last in range(first - 1, 0, -_VERSIONS_A_READ):
        if len(found) == entries:
            break
        start = max(last - _VERSIONS_A_READ + 1, 1)
        found = entry_lines(account_id, first=start, last=last, **asked) + found
    return found


def _with_balances(lines: list[EntryLine], *, opening_fen: int) -> tuple[EntryLine, ...]:
    balances = accumulate((line.change_fen for line in lines), initial=opening_fen)
    next(balances)
    return tuple(
        replace(line, balance_fen=balance_fen)
        for line, balance_fen in zip(lines, balances, strict=True)
    )


def _refuse_unknown(*, book: str, account: str) -> None:
    if not rows("SELECT 1 FROM ledger_book WHERE code = %s", [book]):
        raise LedgerRefusedError("unknown_book", book=book)
    raise LedgerRefusedError("unknown_account", account=account)
