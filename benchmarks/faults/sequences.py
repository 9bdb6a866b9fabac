"""随机序列: PostgreSQL and the model are asked the same, and must answer and stand alike.

Orders of every step come at random, wrong ones and repeats too, alone and in batches; blocks are
sealed in between, and the ledger's clock goes on, now and then back. After every one of them the
answers, the refusals with their place, all balances, and balances as of a day and a moment are
compared; at the end of a sequence everything that was written, and the blocks byte by byte.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

from django.db import connection

from benchmarks.faults.moved_clock import MovedClock, moved_clock
from benchmarks.faults.one_order import send
from benchmarks.faults.random_orders import ACCOUNTS, KIND, REASONS, OrderMaker
from shuangjian.engines.posting.chain import Block
from shuangjian.engines.posting.ledger import ModelLedger
from shuangjian.engines.posting.order import Order, Receipt, Step
from shuangjian.engines.posting.record import LegRecord, TransferRecord
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger import services
from shuangjian.foundation.ledger.sealing import seal

LENGTH: Final = 25
START: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
Answer = tuple[object, ...]


@dataclass
class SequencesReport:
    """随机序列的结果: how much was compared; a difference raises instead."""

    seed: int
    sequences: int = 0
    steps: int = 0
    blocks: int = 0
    answers: Counter[str] = field(default_factory=Counter)


def run_sequences(*, sequences: int, seed: int, length: int = LENGTH) -> SequencesReport:
    """So many random sequences (随机序列), each in a book of its own.

    Wants a database of its own, whose tables the connection's role owns.

    Raises:
        AssertionError: PostgreSQL and the model differ; it says where, and what was done before.
    """
    report = SequencesReport(seed)
    with moved_clock() as clock, connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # why: no crash is tried here.
        for number in range(sequences):
            chance = Random(f"{seed}/{number}")
            sequence = _Sequence(chance, clock, report)
            with _telling(seed, number, sequence):
                sequence.run(length)
            report.sequences += 1
        cursor.execute("RESET synchronous_commit")
    return report


@contextmanager
def _telling(seed: int, number: int, sequence: "_Sequence") -> Iterator[None]:
    try:
        yield
    except Exception as error:
        history = "\n".join(sequence.history)
        error.add_note(f"seed {seed}, sequence {number}; what was done:\n{history}")
        raise


class _Sequence:
    """One sequence: a book in PostgreSQL, and the same in the model."""

    def __init__(self, chance: Random, clock: MovedClock, report: SequencesReport) -> None:
        self._chance, self._clock, self._report = chance, clock, report
        self._book = f"b{uuid4().hex}"
        self._model = ModelLedger()
        self._maker = OrderMaker(chance, self._model, self._book)
        self._ids: dict[str, int] = {}
        self._now = self._sealed_at = START
        self._blocks: list[int] = []
        self.history: list[str] = []

    def run(self, length: int) -> None:
        self._open()
        for _ in range(length):
            self._move_clock()
            self._act()
            self._compare_balances()
            self._report.steps += 1
        self._seal()
        self._compare_rows()
        self._compare_blocks()

    @property
    def _at(self) -> datetime:
        """The moment that counts: the clock's, unless it stepped back behind the last seal."""
        return max(self._now, self._sealed_at)

    def _open(self) -> None:
        seal()
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(sealed_at) FROM ledger_block")
            self._sealed_at = (cursor.fetchone() or [None])[0] or START
        # why: the accounts' own moment counts as well, so no sequence begins before the last seal.
        self._now = self._sealed_at + timedelta(hours=3)
        self._clock.move(self._now)
        services.open_book(code=self._book, title="随机序列")
        self._model.open_book(self._book, title="随机序列")
        for reason in REASONS:
            services.register_reason(kind=KIND, reason=reason, title="虚构")
            self._model.register_reason(KIND, reason, title="虚构")
        services.open_accounts(book=self._book, accounts=ACCOUNTS)
        for account in ACCOUNTS:
            self._model.open_account(account, book=self._book, at=self._now)
        self._opened_at = self._now

    def _move_clock(self) -> None:
        """On by up to two hours; to the end of a hold, exactly; or back, never before opening."""
        expiries = [
            each.expires_at
            for each in self._model.transfers()
            if each.expires_at and each.expires_at > self._now
        ]
        way = self._chance.randrange(20)
        if way == 0:
            self._now -= timedelta(minutes=self._chance.randint(1, 120))
            self._now = max(self._now, self._opened_at)
        elif way <= 2 and expiries:
            self._now = min(expiries) - timedelta(microseconds=self._chance.randint(0, 1))
        else:
            self._now += timedelta(seconds=self._chance.randint(0, 7200))
        self._clock.move(self._now)

    def _act(self) -> None:
        way = self._chance.randrange(100)
        if way < 8:
            self._seal()
        elif way < 13:
            self._expire()
        elif way < 20:
            self._correct()
        elif way < 38:
            self._batch()
        else:
            order = self._maker.order(at=self._at)
            self._ask(
                [order],
                lambda: [send(self._book, order)],
                lambda: [self._model.post(order, book=self._book, at=self._at)],
            )

    def _batch(self) -> None:
        orders: list[Order] = []
        for _ in range(self._chance.randint(0, 6)):
            orders.append(self._maker.order(at=self._at, planned=orders))
        self._ask(
            orders,
            lambda: services.post_batch(book=self._book, orders=orders),
            lambda: self._model.post_batch(orders, book=self._book, at=self._at),
        )

    def _expire(self) -> None:
        transfers = self._model.transfers()
        ended = {each.original_id for each in transfers if each.step is not Step.POSTED}
        due = [
            each
            for each in transfers
            if each.expires_at and each.expires_at <= self._now and each.id not in ended
        ]
        orders = [
            Order(
                key=f"expired/{self._ids[each.key]}",
                kind=each.kind,
                reason=each.reason,
                booked_on=self._now.date(),
                step=Step.EXPIRED,
                original=each.key,
            )
            for each in sorted(due, key=lambda each: (each.expires_at, each.id))
        ]
        self._ask(
            orders,
            lambda: services.expire_holds(book=self._book, booked_on=self._now.date()),
            lambda: [self._model.post(each, book=self._book, at=self._at) for each in orders],
        )

    def _correct(self) -> None:
        wrong = self._maker.original(Step.REVERSAL)
        right = Order(
            key=f"r{len(self.history)}",
            kind=KIND,
            reason=REASONS[0],
            booked_on=self._now.date(),
            legs=self._maker.legs(),
            original=wrong,
        )
        reversal = replace(right, key=f"{right.key}/reversal", step=Step.REVERSAL, legs=())
        orders = [reversal, right]
        self._ask(
            orders,
            lambda: services.correct_transfer(
                book=self._book,
                key=right.key,
                transfer=wrong,
                kind=right.kind,
                reason=right.reason,
                booked_on=right.booked_on,
                legs=right.legs,
                reference=right.reference,
            ),
            lambda: self._corrected(orders),
        )

    def _corrected(self, orders: Sequence[Order]) -> Sequence[Receipt]:
        try:
            return self._model.post_batch(orders, book=self._book, at=self._at)
        except LedgerRefusedError as error:
            error.index = None  # why: to its caller a correction is one order.
            raise

    def _ask(
        self,
        orders: Sequence[Order],
        ledger: Callable[[], Sequence[Receipt]],
        model: Callable[[], Sequence[Receipt]],
    ) -> None:
        self.history += [f"{self._now} {order}" for order in orders]
        receipts: list[Receipt] = []
        found, expected = _answer(ledger, receipts), _answer(model)
        self.history.append(f"    {found}")
        assert found == expected, f"PostgreSQL {found}, the model {expected}"
        self._report.answers[str(found[0])] += 1
        for order, receipt in zip(orders, receipts, strict=bool(receipts)):
            assert self._ids.setdefault(order.key, receipt.transfer_id) == receipt.transfer_id
            self._maker.done.append(order)
            self._report.answers["repeat" if receipt.is_repeat else order.step.value] += 1

    def _seal(self) -> None:
        numbers = seal()
        self._blocks += numbers
        self._report.blocks += len(numbers)
        if numbers:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT sealed_at FROM ledger_block WHERE number = %s", [numbers[-1]]
                )
                ((self._sealed_at,),) = cursor.fetchall()
        self.history.append(f"{self._now} sealed {numbers}")

    def _compare_balances(self) -> None:
        day = self._now.date() + timedelta(days=self._chance.randint(-5, 5))
        moment = self._some_moment()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT a.code, side, a.balance_fen, held_out_fen, held_in_fen, a.version, "
                "ledger_balance_on(a.id, %s), t.version, t.balance_fen "
                "FROM ledger_account a, ledger_book b, ledger_balance_at(a.id, %s) t "
                "WHERE b.id = a.book_id AND b.code = %s ORDER BY a.id",
                [day, moment, self._book],
            )
            found = cursor.fetchall()
        assert found == [self._standing(each.code, day, moment) for each in ACCOUNTS]
        signs = {"debit": 1, "credit": -1}
        assert sum(signs[row[1]] * row[2] for row in found) == 0

    def _standing(self, code: str, day: date, moment: datetime) -> Answer:
        now = self._model.balance(code, book=self._book)
        then = self._model.balance_at(code, book=self._book, moment=moment)
        on_day = self._model.balance_on(code, book=self._book, day=day)
        side = next(each.side for each in ACCOUNTS if each.code == code)
        figures = (now.balance_fen, now.held_out_fen, now.held_in_fen, now.version)
        return (code, side.value, *figures, on_day.balance_fen, then.version, then.balance_fen)

    def _some_moment(self) -> datetime:
        transfers = self._model.transfers()
        if not transfers:
            return self._now
        moment = self._chance.choice(transfers).recorded_at
        return moment + timedelta(microseconds=self._chance.randint(-1, 1))

    def _compare_rows(self) -> None:
        """Everything that was written, and nothing else."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.key, t.id FROM ledger_transfer t JOIN ledger_book b ON b.id = t.book_id "
                "WHERE b.code = %s",
                [self._book],
            )
            assert dict(cursor.fetchall()) == self._ids
            assert set(self._ids) == {each.key for each in self._model.transfers()}
            cursor.execute(
                "SELECT a.code, t.key, e.version, e.number, e.balance_fen FROM ledger_entry e "
                "JOIN ledger_account a ON a.id = e.account_id JOIN ledger_book b ON "
                "b.id = a.book_id JOIN ledger_transfer t ON t.id = e.transfer_id "
                "WHERE b.code = %s ORDER BY a.id, e.version",
                [self._book],
            )
            keys = {each.id: each.key for each in self._model.transfers()}
            assert cursor.fetchall() == [
                (each.code, keys[entry.transfer_id], entry.version, entry.number,
                 entry.balance.balance_fen)
                for each in ACCOUNTS
                for entry in self._model.entries(each.code, book=self._book)
            ]  # fmt: skip

    def _compare_blocks(self) -> None:
        """The blocks sealed meanwhile, rebuilt from the model: the same bytes, so the same head."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number, encode(previous, 'hex'), encode(head, 'hex'), sealed_at, "
                "account_ids, transfer_ids FROM ledger_block WHERE number = ANY (%s) "
                "ORDER BY number",
                [self._blocks],
            )
            blocks = cursor.fetchall()
            cursor.execute(
                "SELECT a.code, a.id FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id "
                "WHERE b.code = %s",
                [self._book],
            )
            account_ids = dict(cursor.fetchall())
        accounts = {
            account_ids[each.code]: replace(each, id=account_ids[each.code])
            for each in self._model.accounts()
        }
        transfers = {
            each.id: each for each in map(self._renumbered(account_ids), self._model.transfers())
        }
        sealed = [number for block in blocks for number in block[5]]
        assert sorted(sealed) == sorted(transfers)
        for number, previous, head, sealed_at, opened, moved in blocks:
            block = Block(
                number,
                previous,
                sealed_at,
                tuple(accounts[each] for each in opened),
                tuple(transfers[each] for each in moved),
            )
            assert block.head() == head, block.text()

    def _renumbered(
        self, account_ids: dict[str, int]
    ) -> Callable[[TransferRecord], TransferRecord]:
        """A transfer of the model with PostgreSQL's numbers."""
        codes = {each.id: each.code for each in self._model.accounts()}
        keys = {each.id: each.key for each in self._model.transfers()}

        def renumbered(transfer: TransferRecord) -> TransferRecord:
            original = transfer.original_id
            return replace(
                transfer,
                id=self._ids[transfer.key],
                original_id=None if original is None else self._ids[keys[original]],
                legs=tuple(
                    LegRecord(
                        account_ids[codes[leg.debit_id]],
                        account_ids[codes[leg.credit_id]],
                        leg.moved_fen,
                        leg.held_fen,
                    )
                    for leg in transfer.legs
                ),
            )

        return renumbered


def _answer(ask: Callable[[], Sequence[Receipt]], kept: list[Receipt] | None = None) -> Answer:
    """What was answered, in words that both can say; the receipts themselves go into ``kept``."""
    receipts = [] if kept is None else kept
    try:
        receipts += ask()
    except LedgerRefusedError as error:
        names = ("account", "limit_fen", "would_be_fen")
        details = {name: error.details.get(name) for name in names}
        is_limit = error.code in {"below_minimum", "above_maximum", "balance_too_large"}
        return (error.code, error.index, details if is_limit else None)
    return ("done", *((each.key, each.is_repeat, each.recorded_at) for each in receipts))
