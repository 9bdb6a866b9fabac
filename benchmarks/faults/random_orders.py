"""随机指令: orders of every step, right and wrong ones, from what the model knows at the time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from shuangjian.engines.posting.ledger import ModelLedger
from shuangjian.engines.posting.order import (
    LEG_MAXIMUM_FEN,
    AccountOrder,
    Leg,
    Order,
    Side,
    Step,
)
from shuangjian.engines.posting.record import TransferRecord
from shuangjian.engines.posting.shape import BEIJING, FIRST_DAY

KIND: Final = "fault"
REASONS: Final = ("invented", "repeated")
ACCOUNTS: Final = (
    AccountOrder("cash", "bank:b01", "custody", Side.DEBIT, None, None),
    AccountOrder("a", "pupil:a", "prepaid", Side.CREDIT, 0, 60),
    AccountOrder("b", "pupil:b", "prepaid", Side.CREDIT, -5, 40),
    AccountOrder("c", "pupil:c", "custody", Side.DEBIT, 0, None),
    AccountOrder("d", "pupil:d", "earned", Side.CREDIT, None, 80),
)
_CODES: Final = tuple(account.code for account in ACCOUNTS)
_INWARD: Final = (("cash", "a"), ("cash", "b"), ("cash", "d"), ("c", "cash"))
_STEPS: Final = {
    Step.POSTED: 8,
    Step.HELD: 7,
    Step.SETTLED: 5,
    Step.VOIDED: 2,
    Step.EXPIRED: 2,
    Step.REVERSAL: 3,
}
_ENDABLE: Final = {
    Step.POSTED: {Step.REVERSAL},
    Step.SETTLED: {Step.REVERSAL},
    Step.HELD: {Step.SETTLED, Step.VOIDED, Step.EXPIRED},
}


class OrderMaker:
    """指令来源: one sequence's orders; most could be done, one in four is wrong somewhere.

    Args:
        chance: where everything comes from.
        ledger: what was done so far.
        book: in which book.
    """

    def __init__(self, chance: Random, ledger: ModelLedger, book: str) -> None:
        self.chance = chance
        self._ledger, self._book = ledger, book
        self._number = 0
        self.done: list[Order] = []

    def order(self, *, at: datetime, planned: Sequence[Order] = ()) -> Order:
        """The next order (下一条).

        Args:
            at: the ledger's moment.
            planned: what stands before it in the same batch.
        """
        if self.done and self._happens(10):
            return self._sent_again()
        self._number += 1
        # why: what names another wants some others first.
        steps = list(_STEPS)[: None if self._number > 4 else 2]
        step = self.chance.choices(steps, weights=[_STEPS[each] for each in steps])[0]
        order = Order(
            key=f"k{self._number}",
            kind=KIND,
            reason=self.chance.choice(REASONS),
            booked_on=at.astimezone(BEIJING).date() + timedelta(days=self.chance.randint(-4, 4)),
            step=step,
            reference="" if self._happens(50) else f"slip-{self.chance.randint(1, 9)}",
        )
        if step in {Step.POSTED, Step.HELD}:
            order = replace(order, legs=self.legs())
        if step is Step.HELD and self._happens(60):
            order = replace(order, expires_at=at + timedelta(minutes=self.chance.randint(1, 300)))
        if step not in {Step.POSTED, Step.HELD}:
            order = self._ending(order, planned)
        elif step is Step.POSTED and self._happens(12):
            order = replace(order, original=self.original(step, planned))
        return self._spoilt(order, at=at) if self._happens(12) else order

    def _happens(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent

    def legs(self) -> tuple[Leg, ...]:
        """One leg or a few (分录), between any accounts."""
        return tuple(
            Leg(*self._pair(), self.chance.randint(1, 25))
            for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 4)))
        )

    def _pair(self) -> Sequence[str]:
        """Debit and credit; often money comes in, so that there is some to go out."""
        return self.chance.choice(_INWARD) if self._happens(50) else self.chance.sample(_CODES, 2)

    def _ending(self, order: Order, planned: Sequence[Order]) -> Order:
        original = self.original(order.step, planned)
        order = replace(order, original=original)
        found = {transfer.key: transfer for transfer in self._ledger.transfers()}.get(original)
        if order.step is Step.SETTLED and found is not None and self._happens(50):
            order = replace(
                order,
                amounts_fen=tuple(
                    self.chance.randint(0, leg.held_fen + self._happens(5))
                    if leg.held_fen > 0
                    else 1
                    for leg in found.legs
                ),
            )
        return order

    def original(self, step: Step, planned: Sequence[Order] = ()) -> str:
        """Key of an original (所指转账): mostly one that fits; sometimes any, or none at all."""
        transfers = list(self._ledger.transfers())
        ended = {each.original_id for each in transfers if each.step is not Step.POSTED}
        fitting = [each.key for each in transfers if self._fits(step, each, ended)]
        fitting += [each.key for each in planned if step in _ENDABLE.get(each.step, ())]
        if fitting and self._happens(90):
            return self.chance.choice(fitting)
        return self.chance.choice([each.key for each in transfers] or ["nobody"])

    def _fits(self, step: Step, transfer: TransferRecord, ended: set[int | None]) -> bool:
        if step is Step.POSTED:
            return transfer.id in ended and transfer.step is not Step.HELD
        return step in _ENDABLE.get(transfer.step, ()) and transfer.id not in ended

    def _sent_again(self) -> Order:
        """One that was done: the same, or with the same key and another content."""
        order = self.chance.choice(self.done)
        if self._happens(60):
            return order
        return self.chance.choice(
            [
                replace(order, reference=f"{order.reference}x"),
                replace(order, booked_on=order.booked_on + timedelta(days=1)),
                replace(order, reason=REASONS[order.reason == REASONS[0]]),
                replace(order, legs=order.legs[::-1]),
                replace(order, legs=order.legs + order.legs[:1]),
                replace(order, amounts_fen=self._spelled_out(order)),
            ]
        )

    def _spelled_out(self, order: Order) -> tuple[int, ...] | None:
        """What a settled hold took, said in figures: the same content; else what it was."""
        transfers = {transfer.key: transfer for transfer in self._ledger.transfers()}
        if order.step is not Step.SETTLED:
            return order.amounts_fen
        return tuple(leg.moved_fen for leg in transfers[order.key].legs)

    def _spoilt(self, order: Order, *, at: datetime) -> Order:
        ways: list[Callable[[], Order]] = [
            lambda: replace(order, key=f"{order.key} "),
            lambda: replace(order, reference="tel:13912345678"),
            lambda: replace(order, kind="gift"),
            lambda: replace(order, booked_on=FIRST_DAY - timedelta(days=1)),
            lambda: replace(order, original=None),
            lambda: replace(order, original=self.original(Step.REVERSAL)),
            lambda: replace(order, amounts_fen=(1,)),
            lambda: replace(order, legs=()),
            lambda: replace(order, legs=self.legs()),
            lambda: replace(order, expires_at=at),
            *(
                lambda leg=leg: replace(order, legs=(*order.legs, leg))
                for leg in (
                    Leg("cash", "nobody", 1),
                    Leg("a", "a", 1),
                    Leg("cash", "a", 0),
                    Leg("cash", "a", -1),
                    Leg("cash", "a", LEG_MAXIMUM_FEN),
                    Leg("cash", "a", LEG_MAXIMUM_FEN + 1),
                )
            ),
        ]
        return self.chance.choice(ways)()
