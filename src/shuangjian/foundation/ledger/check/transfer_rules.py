"""逐笔核对: what a transfer and its legs must be by themselves, a page at a time."""

from typing import Final

import numpy as np

from shuangjian.engines.posting.order import LEG_MAXIMUM_FEN, LEGS_MAXIMUM, Step
from shuangjian.engines.posting.shape import DAYS_AHEAD
from shuangjian.foundation.ledger.check.account_table import AccountTable
from shuangjian.foundation.ledger.check.column import Bools, Integers
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.page import NEVER, STEPS, Page

_HOUR: Final = 3_600_000_000
_BEIJING: Final = 8 * _HOUR
_NAMES: Final = np.array([*(step.value for step in STEPS), ""])


def check_transfers(page: Page, *, reasons: Integers, findings: FindingList) -> None:
    """Step, reason, days and number of legs of every transfer (核对转账).

    Args:
        page: transfers with their legs.
        reasons: numbers of all reasons, rising.
        findings: takes what is wrong.
    """
    rows = page.transfers
    findings.add_where(rows.step < 0, "unknown_step", transfer=rows.id)
    findings.add_where(~np.isin(rows.reason, reasons), "unknown_reason", transfer=rows.id)
    expires = rows.expires_at != NEVER
    is_hold = rows.step == STEPS.index(Step.HELD)
    findings.add_where(
        expires & (~is_hold | (rows.expires_at <= rows.recorded_at)),
        "wrong_expiry",
        transfer=rows.id,
    )
    recorded_on = (rows.recorded_at + _BEIJING) // (24 * _HOUR)
    findings.add_where(
        (rows.booked_on < 0) | (rows.booked_on > recorded_on + DAYS_AHEAD),
        "wrong_day",
        transfer=rows.id,
    )
    found = np.bincount(page.owner, minlength=rows.id.size)
    findings.add_where(
        (found != rows.leg_count) | (found < 1) | (found > LEGS_MAXIMUM),
        "wrong_leg_count",
        transfer=rows.id,
        stated=rows.leg_count,
        found=found,
    )


def check_legs(page: Page, *, accounts: AccountTable, findings: FindingList) -> None:
    """Number, amounts and accounts of every leg (核对分录)."""
    legs, owner = page.legs, page.owner
    starts = np.searchsorted(owner, owner)
    findings.add_where(
        legs.number != np.arange(owner.size) - starts + 1,
        "wrong_leg_number",
        transfer=legs.transfer,
        number=legs.number,
    )
    step = page.transfers.step[owner]
    moved = np.bincount(owner[legs.amount > 0], minlength=page.transfers.id.size) > 0
    is_idle = (step == STEPS.index(Step.SETTLED)) & ~moved[owner]
    findings.add_where(
        (step >= 0) & (~_amounts_fit(step, legs.amount, legs.held) | is_idle),
        "wrong_amount",
        transfer=legs.transfer,
        number=legs.number,
        step=_NAMES[step],
        amount=legs.amount,
        held=legs.held,
    )
    findings.add_where(
        legs.debit == legs.credit,
        "same_account",
        transfer=legs.transfer,
        account=legs.debit,
        number=legs.number,
    )
    book = page.transfers.book[owner]
    for ids in (legs.debit, legs.credit):
        places, is_known = accounts.places(ids)
        findings.add_where(
            ~is_known, "unknown_account", transfer=legs.transfer, number=legs.number, id=ids
        )
        if is_known.any():
            findings.add_where(
                is_known & (accounts.book[places] != book),
                "other_book",
                transfer=legs.transfer,
                account=ids,
                number=legs.number,
            )


def _amounts_fit(step: Integers, amount: Integers, held: Integers) -> Bools:
    """Whether what is moved and what is held is as the step wants it; both are in fen."""
    is_step = {each: step == place for place, each in enumerate(STEPS)}
    moves = is_step[Step.POSTED] | is_step[Step.REVERSAL]
    frees = is_step[Step.VOIDED] | is_step[Step.EXPIRED]
    is_sum = (amount >= 1) & (amount <= LEG_MAXIMUM_FEN)
    is_free = (held < 0) & (held >= -LEG_MAXIMUM_FEN)
    is_held = (held >= 1) & (held <= LEG_MAXIMUM_FEN)
    return np.asarray(
        (moves & (held == 0) & is_sum)
        | (is_step[Step.HELD] & (amount == 0) & is_held)
        | (is_step[Step.SETTLED] & is_free & (amount >= 0) & (amount <= -held))
        | (frees & is_free & (amount == 0))
    )
