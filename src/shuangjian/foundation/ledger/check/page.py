"""页: transfers with their legs, as columns; a ledger of any size is read page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from shuangjian.engines.posting.order import Step
from shuangjian.foundation.ledger.check.column import Integers, fetch_columns
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.snapshot import Connection

PAGE_TRANSFERS: Final = 100_000
PAGE_LEGS: Final = 500_000
"""At most, but for the legs of one transfer."""
STEPS: Final = tuple(Step)
"""Steps by the number that stands for each in a column."""
NEVER: Final = np.iinfo(np.int64).max
"""What stands for no expiry."""

_FIRST: Final = np.iinfo(np.int64).min
_LAST: Final = np.iinfo(np.int64).max

_STEP: Final = " ".join(f"WHEN '{step.value}' THEN {place}" for place, step in enumerate(STEPS))
_TRANSFERS: Final = f"""
SELECT array_agg(id), array_agg(book_id), array_agg(CASE step {_STEP} ELSE -1 END),
    array_agg(reason_id), array_agg(booked_on), array_agg(recorded_at),
    array_agg(coalesce(expires_at, 'infinity')), array_agg(leg_count),
    array_agg(hashtextextended(key, book_id))
FROM (SELECT * FROM ledger_transfer WHERE id > %s ORDER BY id LIMIT %s) t
"""  # noqa: S608 -- made of constants alone
_LEGS: Final = """
SELECT array_agg(transfer_id), array_agg(number), array_agg(debit_account_id),
    array_agg(credit_account_id), array_agg(amount_fen), array_agg(held_fen),
    array_agg(debit_version), array_agg(credit_version), array_agg(debit_balance_fen),
    array_agg(credit_balance_fen)
FROM (SELECT * FROM ledger_leg WHERE transfer_id > %s AND transfer_id <= %s
    ORDER BY transfer_id, number) l
"""


@dataclass(frozen=True, slots=True)
class TransferColumns:
    """转账各列, rising by ``id``.

    Attributes:
        id: its number.
        book: number of its book.
        step: place of its step in ``STEPS``, -1 for one there is not.
        reason: number of its reason.
        booked_on: its business day, in days since 2000-01-01.
        recorded_at: in microseconds since the beginning of that day in UTC.
        expires_at: the same, ``NEVER`` if it does not expire.
        leg_count: how many legs it says it has.
        key_mark: a hash of its book and key.
    """

    id: Integers
    book: Integers
    step: Integers
    reason: Integers
    booked_on: Integers
    recorded_at: Integers
    expires_at: Integers
    leg_count: Integers
    key_mark: Integers


@dataclass(frozen=True, slots=True)
class LegColumns:
    """分录各列, rising by ``transfer`` and ``number``; names as in ``models.Leg``."""

    transfer: Integers
    number: Integers
    debit: Integers
    credit: Integers
    amount: Integers
    held: Integers
    debit_version: Integers
    credit_version: Integers
    debit_balance: Integers
    credit_balance: Integers


@dataclass(frozen=True, slots=True)
class Page:
    """一页.

    Attributes:
        transfers: at most ``PAGE_TRANSFERS``.
        legs: all of theirs, and no others.
        owner: for each leg the place of its transfer.
    """

    transfers: TransferColumns
    legs: LegColumns
    owner: Integers


def read_pages(connection: Connection, findings: FindingList) -> Iterator[Page]:
    """The whole ledger, in order of transfers' numbers (逐页读); legs of none are findings."""
    after: int = _FIRST
    while True:
        columns = fetch_columns(connection, _TRANSFERS, [after, PAGE_TRANSFERS])
        is_last = columns[0].size < PAGE_TRANSFERS
        transfers = TransferColumns(*columns)
        fitting = max(1, int(np.searchsorted(np.cumsum(transfers.leg_count), PAGE_LEGS)))
        if fitting < transfers.id.size:
            transfers = TransferColumns(*(column[:fitting] for column in columns))
            is_last = False
        until = _LAST if is_last else int(transfers.id[-1])
        columns = fetch_columns(connection, _LEGS, [after, until])
        yield _page(transfers, columns, findings)
        if is_last:
            return
        after = until


def _page(transfers: TransferColumns, columns: list[Integers], findings: FindingList) -> Page:
    legs = LegColumns(*columns)
    owner = np.searchsorted(transfers.id, legs.transfer)
    has_owner = np.zeros(owner.size, np.bool_)
    inside = owner < transfers.id.size
    has_owner[inside] = transfers.id[owner[inside]] == legs.transfer[inside]
    if not has_owner.all():
        findings.add_where(~has_owner, "leg_without_transfer", number=legs.number, id=legs.transfer)
        legs = LegColumns(*(column[has_owner] for column in columns))
        owner = owner[has_owner]
    return Page(transfers, legs, owner)
