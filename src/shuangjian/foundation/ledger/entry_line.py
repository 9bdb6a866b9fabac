"""账户明细: the entries of one account by version, as they were recorded."""

from dataclasses import dataclass
from datetime import date, datetime

from shuangjian.foundation.ledger.reading import rows


@dataclass(frozen=True, slots=True)
class EntryLine:
    """一条明细: what one leg did to one account.

    Attributes:
        version: the entry's number in the account, from 1.
        transfer_id: the transfer's number.
        leg: the leg's number in it.
        key: the transfer's key.
        step: what it did.
        kind: with ``reason`` a registered pair.
        reason: why.
        title: the reason's name.
        booked_on: the business day.
        recorded_at: when it was recorded.
        counter_id: number of the other account.
        counter: code of the other account.
        change_fen: by what the balance changed, on the account's own side.
        held_out_fen: by what that which is held and will lower it changed.
        held_in_fen: by what that which is held and will raise it changed.
        balance_fen: the balance after it, in the order in which the lines are given.
    """

    version: int
    transfer_id: int
    leg: int
    key: str
    step: str
    kind: str
    reason: str
    title: str
    booked_on: date
    recorded_at: datetime
    counter_id: int
    counter: str
    change_fen: int
    held_out_fen: int
    held_in_fen: int
    balance_fen: int


# why: the interval of versions is taken first, from the two indexes; only then is the rest looked
# up, row by row, whatever the planner thinks of the days asked for.
_LINES = """
SELECT e.version, e.transfer_id, e.number, t.key, t.step, r.kind, r.code, r.title, t.booked_on,
    t.recorded_at, c.id, c.code,
    CASE WHEN e.is_growth THEN e.amount_fen ELSE -e.amount_fen END,
    CASE WHEN e.is_growth THEN 0 ELSE e.held_fen END,
    CASE WHEN e.is_growth THEN e.held_fen ELSE 0 END, e.balance_fen
FROM (
    SELECT e.*, e.is_debit = (a.side = 'debit') AS is_growth
    FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
    WHERE a.id = %(account)s AND e.version BETWEEN %(first)s AND %(last)s
    OFFSET 0
) e
JOIN LATERAL (SELECT * FROM ledger_transfer WHERE id = e.transfer_id OFFSET 0) t ON true
JOIN ledger_reason r ON r.id = t.reason_id
JOIN LATERAL (SELECT * FROM ledger_account WHERE id = e.counter_id OFFSET 0) c ON true
WHERE t.booked_on >= %(starts_on)s AND t.booked_on < %(ends_on)s
ORDER BY e.version
"""


def entry_lines(
    account_id: int,
    *,
    first: int,
    last: int,
    starts_on: date = date.min,
    ends_on: date = date.max,
) -> list[EntryLine]:
    """Entries of an account (明细) with versions ``first`` to ``last``, in that order.

    Args:
        account_id: the account's number.
        first: the lowest version.
        last: the highest.
        starts_on: only those booked on this day or later.
        ends_on: only those booked before this day.
    """
    asked = {
        "account": account_id,
        "first": first,
        "last": last,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    return [EntryLine(*each) for each in rows(_LINES, asked)]
