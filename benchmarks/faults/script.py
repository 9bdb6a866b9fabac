"""客户端的指令单: what one client sends, step by step, the same whenever it is asked for again."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Side, Step

BOOK = "faults"
KIND = "fault"
REASON = "invented"
FIRST_DAY = date(2026, 9, 1)
ACCOUNTS = 200
_DAYS = 60
_MOST_FEN = 9_999
_HOT_OF_TEN = 2
_BATCH_MOST = 5

Orders = tuple[Order, ...]
"""One step: sent in one call, alone or as a batch."""


def account_orders() -> list[AccountOrder]:
    """The accounts (账户) that all clients share; half of them grow by debits."""
    return [
        AccountOrder(
            code=code_of(number),
            owner=f"pupil:{number:04x}",
            purpose="prepaid",
            side=Side.DEBIT if number % 2 else Side.CREDIT,
            minimum_fen=None,
        )
        for number in range(ACCOUNTS)
    ]


def code_of(number: int) -> str:
    """The code of an account (账户编号), by its place."""
    return f"pupil:{number:04x}/prepaid"


@dataclass
class Script:
    """指令单: the steps of one client; all kinds of transfers, or posted ones alone.

    ``reference`` names the order whatever key it is sent with, so that it shows if it went twice.
    """

    seed: int
    client: int
    transfers: int
    is_plain: bool = False

    def steps(self) -> list[Orders]:
        """All steps (各步), ``transfers`` orders in them."""
        return _Writer(self).write()


class _Writer:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._random = Random(f"{script.seed}/{script.client}")
        self._written = 0
        self._posted: list[str] = []
        self._held: list[tuple[str, int]] = []

    def write(self) -> list[Orders]:
        steps = []
        while (left := self._script.transfers - self._written) > 0:
            steps.append((self._posting(),) if self._script.is_plain else self._step(left))
        return steps

    def _step(self, left: int) -> Orders:
        draw = self._random.random()
        if draw < 0.08:
            return (self._order(Step.HELD, legs=self._legs(self._random.randint(1, 2))),)
        if draw < 0.16 and self._held:
            return (self._resolution(),)
        if draw < 0.20 and self._posted:
            place = self._random.randrange(len(self._posted))
            return (self._order(Step.REVERSAL, original=self._posted.pop(place)),)
        if draw < 0.28:
            size = min(left, self._random.randint(2, _BATCH_MOST))
            return tuple(self._posting() for _ in range(size))
        return (self._posting(),)

    def _posting(self) -> Order:
        legs = 1 if self._script.is_plain or self._random.random() < 0.9 else 3
        return self._order(Step.POSTED, legs=self._legs(legs))

    def _resolution(self) -> Order:
        key, first_fen = self._held.pop(self._random.randrange(len(self._held)))
        if self._random.random() < 0.5:
            return self._order(Step.VOIDED, original=key)
        part = None if first_fen == 0 else (self._random.randint(1, first_fen),)
        return self._order(Step.SETTLED, original=key, amounts_fen=part)

    def _order(
        self,
        step: Step,
        *,
        legs: tuple[Leg, ...] = (),
        original: str | None = None,
        amounts_fen: tuple[int, ...] | None = None,
    ) -> Order:
        key = f"{self._script.client}/{self._written}"
        self._written += 1
        if step is Step.POSTED:
            self._posted.append(key)
        elif step is Step.HELD:
            # why: a part is settled of holds with one leg; those with more are settled whole.
            self._held.append((key, legs[0].amount_fen if len(legs) == 1 else 0))
        return Order(
            key=key,
            kind=KIND,
            reason=REASON,
            booked_on=FIRST_DAY + timedelta(days=self._random.randrange(_DAYS)),
            step=step,
            legs=legs,
            reference=key,
            original=original,
            amounts_fen=amounts_fen,
        )

    def _legs(self, count: int) -> tuple[Leg, ...]:
        return tuple(self._leg() for _ in range(count))

    def _leg(self) -> Leg:
        debit, credit = self._random.sample(range(1, ACCOUNTS), 2)
        if self._random.randrange(10) < _HOT_OF_TEN:
            credit = 0
        return Leg(code_of(debit), code_of(credit), self._random.randint(1, _MOST_FEN))
