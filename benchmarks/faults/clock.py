"""时钟后退: the ledger while its server's clock is put back and forth."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from time import perf_counter

import psycopg

from benchmarks.faults.client import send
from benchmarks.faults.examination import examine_books
from benchmarks.faults.fake_clock import FakeClock, read_clock
from benchmarks.faults.scene import Scene, leave_server
from benchmarks.faults.script import BOOK, FIRST_DAY, KIND, REASON, code_of
from benchmarks.outcome import Count, Must, Outcome
from benchmarks.site import tell
from shuangjian.engines.posting.order import Leg, Order, Receipt, Step
from shuangjian.engines.posting.refusal import LedgerRefusedError

HOUR = timedelta(hours=1)
_ACCOUNTS = 12
_DAYS = 5
_STILL_FINAL = (
    "SELECT version, balance_fen FROM ledger_balance_at("
    "(SELECT id FROM ledger_account WHERE code = %s), %s) WHERE NOT is_provisional"
)
# why: counted from the legs, so that the ledger's own way of answering is not asked again.
_COUNTED_AT = """
SELECT count(*),
    coalesce(sum(CASE WHEN a.side = e.side THEN e.amount_fen ELSE -e.amount_fen END), 0)
FROM ledger_account a JOIN (
    SELECT debit_account_id AS id, 'debit' AS side, amount_fen, transfer_id FROM ledger_leg
    UNION ALL SELECT credit_account_id, 'credit', amount_fen, transfer_id FROM ledger_leg
) e ON e.id = a.id JOIN ledger_transfer t ON t.id = e.transfer_id
WHERE a.code = %s AND t.{column} <= %s
"""
_ON = "SELECT ledger_balance_on(id, %s) FROM ledger_account WHERE code = %s"
_LATEST = """
SELECT greatest((SELECT max(recorded_at) FROM ledger_transfer),
    (SELECT max(sealed_at) FROM ledger_block), clock_timestamp())
"""


@dataclass(frozen=True)
class ClockSize:
    """时钟后退的规模: so many actions at random, after those that are always done."""

    actions: int


@dataclass(frozen=True)
class Seen:
    """看到的余额: a balance at a moment, which was said to be final."""

    account: int
    moment: datetime
    answer: tuple[int, int]


def step_clock(scene: Scene, size: ClockSize) -> list[Outcome]:
    """A walk at random under a clock that steps (时钟后退)."""
    tell(f"时钟后退，{size.actions} 个动作")
    started = perf_counter()
    clock = FakeClock(scene.folder)
    with scene.open(environment=clock.environment) as server, server.connect() as connection:
        version = server.version()
        walk = _Walk(scene.seed, clock, connection)
        walk.trap()
        for _ in range(size.actions):
            walk.act()
        counts = walk.counts()
        leave_server()
    return [
        Outcome(
            key="clock",
            title="时钟在运行中后退一小时，或前后乱跳",
            server=version,
            seed=scene.seed,
            runs=size.actions,
            seconds=perf_counter() - started,
            counts=counts,
            note="对照：服务器的钟确实后退；若照它记账，时间就会倒流，已成定论的余额就会变",
        )
    ]


class _Walk:
    """A walk at random; what must never be is counted as it is met."""

    def __init__(self, seed: int, clock: FakeClock, connection: psycopg.Connection) -> None:
        self._random = Random(seed)
        self._clock, self._connection = clock, connection
        self._number = 0
        self._holds: dict[str, datetime] = {}
        self._held_as: dict[str, str] = {}
        self._seen: list[Seen] = []
        self._sent: list[tuple[Order, Receipt]] = []
        self._naive_latest: dict[int, datetime] = {}
        self._count = Counter[str]()
        self._actions: list[tuple[int, Callable[[], None]]] = [
            (12, self._step_back),
            (8, self._step_anyhow),
            (36, self._post),
            (8, self._post_several),
            (10, self._hold),
            (8, self._settle),
            (3, self._expire),
            (4, self._repeat),
            (10, self._seal),
            (10, self._look),
        ]

    def act(self) -> None:
        """One action at random (随机动作)."""
        weights = [weight for weight, _ in self._actions]
        actions = [action for _, action in self._actions]
        self._random.choices(actions, weights)[0]()

    def trap(self) -> None:
        """Where a ledger that believes the clock goes wrong, always done first (陷阱).

        Long after the accounts were opened: seal, look at some that nobody used, a little before;
        put the clock back, post to one pair, seal, post to another. What was final must stay.
        """
        self._clock.shift(2 * HOUR)
        self._post(accounts=(0, 1))
        self._seal()
        past = read_clock(self._connection) - timedelta(minutes=10)
        for account in range(2, 8):
            self._look_at(account, past)
        self._step_back()
        self._post(accounts=(2, 3))
        self._seal()
        self._post(accounts=(4, 5))
        # why: several at once are written by another function of the ledger.
        self._send([self._order(Step.POSTED, (6, 7)) for _ in range(2)])

    def _step_back(self) -> None:
        before = read_clock(self._connection)
        self._clock.shift(-HOUR)
        self._count["stepped_back"] += read_clock(self._connection) < before - HOUR * 0.9

    def _step_anyhow(self) -> None:
        """Set right again, and a little more or less, as a correction over the network is."""
        self._clock.set(self._latest() + timedelta(seconds=self._random.uniform(-600, 3_600)))

    def _post(self, accounts: tuple[int, int] | None = None) -> None:
        self._send([self._order(Step.POSTED, accounts)])

    def _post_several(self) -> None:
        self._send([self._order(Step.POSTED) for _ in range(self._random.randint(2, 4))])

    def _hold(self) -> None:
        order = self._order(Step.HELD)
        expires_at = read_clock(self._connection) + timedelta(
            seconds=self._random.uniform(60, 5_400)
        )
        order = replace(order, expires_at=expires_at)
        try:
            (receipt,) = self._send([order])
        except LedgerRefusedError as error:
            self._check(error.code == "expiry_in_past" and self._latest() >= expires_at)
        else:
            self._holds[order.key] = expires_at
            self._held_as[f"expired/{receipt.transfer_id}"] = order.key

    def _settle(self) -> None:
        if not self._holds:
            return
        key = self._random.choice(list(self._holds))
        expires_at = self._holds[key]
        order = replace(self._order(Step.SETTLED), legs=(), original=key)
        try:
            receipts = self._send([order])
        except LedgerRefusedError as error:
            self._check(error.code == "hold_expired" and self._latest() >= expires_at)
        else:
            self._check(receipts[0].recorded_at < expires_at)
            del self._holds[key]

    def _expire(self) -> None:
        from shuangjian.foundation.ledger.services import expire_holds

        for receipt in expire_holds(book=BOOK, booked_on=FIRST_DAY):
            self._check(receipt.recorded_at >= self._holds.pop(self._held_as[receipt.key]))

    def _repeat(self) -> None:
        if self._sent:
            order, first = self._random.choice(self._sent)
            (again,) = send((order,))
            self._check(again == replace(first, is_repeat=True), "repeats_differ")

    def _seal(self) -> None:
        from shuangjian.foundation.ledger.sealing import seal

        self._count["blocks"] += len(seal())

    def _look(self) -> None:
        moment = self._latest() + timedelta(seconds=self._random.uniform(-7_200, 600))
        self._look_at(self._random.randrange(_ACCOUNTS), moment)

    def _look_at(self, account: int, moment: datetime) -> None:
        row = self._connection.execute(_STILL_FINAL, [code_of(account), moment]).fetchone()
        if row is not None:
            self._seen.append(Seen(account, moment, (row[0], row[1])))

    def _order(self, step: Step, accounts: tuple[int, int] | None = None) -> Order:
        self._number += 1
        debit, credit = accounts or self._random.sample(range(_ACCOUNTS), 2)
        return Order(
            key=f"clock/{self._number}",
            kind=KIND,
            reason=REASON,
            booked_on=FIRST_DAY + timedelta(days=self._random.randrange(_DAYS)),
            step=step,
            legs=(Leg(code_of(debit), code_of(credit), self._random.randint(1, 9_999)),),
            reference=f"{debit}/{credit}",
        )

    def _send(self, orders: list[Order]) -> list[Receipt]:
        naive = read_clock(self._connection)
        receipts = list(send(tuple(orders)))
        self._count["transfers"] += len(receipts)
        for order, receipt in zip(orders, receipts, strict=True):
            self._sent.append((order, receipt))
            accounts = [int(number) for number in order.reference.split("/")]
            self._count["naive_falling"] += any(
                naive < self._naive_latest.get(account, naive) for account in accounts
            )
            self._naive_latest.update(dict.fromkeys(accounts, naive))
            # why: had it been recorded by the clock alone, what was final would have changed now.
            self._count["naive_changed"] += sum(
                seen.account in accounts and naive <= seen.moment for seen in self._seen
            )
        return receipts

    def _latest(self) -> datetime:
        row = self._connection.execute(_LATEST).fetchone()
        assert row is not None
        moment: datetime = row[0]
        return moment

    def _check(self, is_right: bool, name: str = "expiry_wrong") -> None:  # noqa: FBT001 -- a claim
        self._count[name] += not is_right
        self._count["judged"] += name == "expiry_wrong"

    def counts(self) -> list[Count]:
        """What was met, after all is sealed (计数)."""
        self._clock.set(self._latest() + HOUR)
        self._post()
        self._seal()
        self._count["as_of_wrong"] += sum(map(self._is_wrong_as_of, range(_ACCOUNTS)))
        changed = sum(self._is_changed(seen) for seen in self._seen)
        books = examine_books(self._connection)
        return [
            Count("transfers", "转账", self._count["transfers"]),
            Count("blocks", "封存的区块", self._count["blocks"]),
            Count("final", "已成定论的余额", len(self._seen)),
            Count("judged", "判断到期", self._count["judged"]),
            Count("falling", "记账时间倒流的账户", books.falling, Must.NONE),
            Count("changed", "定论之后又变", changed, Must.NONE),
            Count("as_of_wrong", "某日某刻余额有误", self._count["as_of_wrong"], Must.NONE),
            Count("expiry_wrong", "到期判断有误", self._count["expiry_wrong"], Must.NONE),
            Count("repeats_differ", "重发所得回执不同", self._count["repeats_differ"], Must.NONE),
            Count("unbalanced", "不平", books.unbalanced, Must.NONE),
            Count("chain", "封存链有误", books.chain, Must.NONE),
            Count("stepped_back", "对照：钟后退", self._count["stepped_back"], Must.SOME),
            Count("naive_falling", "对照：照钟则倒流", self._count["naive_falling"], Must.SOME),
            Count("naive_changed", "对照：照钟则又变", self._count["naive_changed"], Must.SOME),
        ]

    def _is_changed(self, seen: Seen) -> bool:
        return self._row(_STILL_FINAL, code_of(seen.account), seen.moment) != seen.answer

    def _is_wrong_as_of(self, account: int) -> bool:
        code = code_of(account)
        moments = [self._random.choice(self._sent)[1].recorded_at for _ in range(5)]
        days = [FIRST_DAY + timedelta(days=day) for day in range(-1, _DAYS)]
        at = all(
            self._row(_STILL_FINAL, code, moment)
            == self._row(_COUNTED_AT.format(column="recorded_at"), code, moment)
            for moment in moments
        )
        on = all(
            self._row(_ON, day, code)[0]
            == self._row(_COUNTED_AT.format(column="booked_on"), code, day)[1]
            for day in days
        )
        return not (at and on)

    def _row(self, query: str, *parameters: object) -> tuple[object, ...]:
        return self._connection.execute(query, parameters).fetchone() or ()
