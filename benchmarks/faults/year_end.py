"""年末: the turn of the year in China, which is sixteen hours into the last day by UTC."""

from collections import Counter
from datetime import date, datetime, timedelta
from time import perf_counter

import psycopg

from benchmarks.faults.client import send
from benchmarks.faults.examination import examine_books
from benchmarks.faults.fake_clock import FakeClock, read_clock
from benchmarks.faults.scene import Scene, leave_server, seal_all
from benchmarks.faults.script import KIND, REASON, code_of
from benchmarks.outcome import Count, Must, Outcome
from benchmarks.site import BEIJING, tell
from shuangjian.engines.posting.order import Leg, Order
from shuangjian.engines.posting.refusal import LedgerRefusedError

LAST = date(2026, 12, 31)
FIRST = date(2027, 1, 1)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=BEIJING)
_MOMENT = timedelta(seconds=20)
# why: a business day may lie 366 days after the recorded one, which changes at midnight in China.
_FURTHEST = LAST + timedelta(days=366)


def turn_of_the_year(scene: Scene) -> list[Outcome]:
    """Transfers on both sides of midnight, and one booked late (年末)."""
    tell("年末")
    started = perf_counter()
    clock = FakeClock(scene.folder)
    with scene.open(environment=clock.environment) as server, server.connect() as connection:
        version = server.version()
        counts = _Turn(clock, connection).run()
        leave_server()
    return [
        Outcome(
            key="year-end",
            title="北京时间跨年前后各记几笔，年后补记一笔旧年的",
            server=version,
            seed=scene.seed,
            runs=1,
            seconds=perf_counter() - started,
            counts=counts,
            note="对照：按 UTC 的日期，跨年后的几笔仍在旧年",
        )
    ]


class _Turn:
    """The turn of the year, in a session whose own zone is UTC, as the platform's are."""

    def __init__(self, clock: FakeClock, connection: psycopg.Connection) -> None:
        self._clock, self._connection = clock, connection
        self._count = Counter[str]()

    def run(self) -> list[Count]:
        """Before midnight, after it, and what both are worth (跨年)."""
        self._clock.set(MIDNIGHT - _MOMENT)
        self._post("old/1", 100, LAST)
        self._expect_refusal("old/ahead", _FURTHEST + timedelta(days=1))
        seal_all()
        self._clock.set(MIDNIGHT + _MOMENT)
        self._check(read_clock(self._connection) >= MIDNIGHT)
        self._post("new/1", 10, FIRST)
        self._post("new/late", 1, LAST)
        self._post("new/ahead", 1_000, _FURTHEST + timedelta(days=1))
        seal_all()
        self._expect_balances()
        books = examine_books(self._connection)
        return [
            Count("transfers", "转账", books.transfers),
            Count("wrong", "与预期不符", self._count["wrong"], Must.NONE),
            Count("falling", "记账时间倒流的账户", books.falling, Must.NONE),
            Count("unbalanced", "不平", books.unbalanced, Must.NONE),
            Count("chain", "封存链有误", books.chain, Must.NONE),
            Count("other_year_by_utc", "对照：照 UTC 则年份不同", self._by_utc(), Must.SOME),
        ]

    def _post(self, key: str, amount_fen: int, booked_on: date) -> None:
        leg = Leg(code_of(1), code_of(0), amount_fen)
        order = Order(key=key, kind=KIND, reason=REASON, booked_on=booked_on, legs=(leg,))
        (receipt,) = send((order,))
        self._check((receipt.recorded_at >= MIDNIGHT) is key.startswith("new/"))

    def _expect_refusal(self, key: str, booked_on: date) -> None:
        try:
            self._post(key, 5, booked_on)
        except LedgerRefusedError as error:
            self._check(error.code == "bad_day")
        else:
            self._check(False)  # noqa: FBT003 -- a claim

    def _expect_balances(self) -> None:
        """By business day the late one counts in the old year, by recording time in the new."""
        on = {LAST - timedelta(days=1): 0, LAST: 101, FIRST: 111, _FURTHEST: 111}
        at = {MIDNIGHT: 100, MIDNIGHT + _MOMENT * 0.5: 100, MIDNIGHT + _MOMENT * 2: 1_111}
        for day, balance_fen in on.items():
            self._check(self._ask("ledger_balance_on(id, %s)", day) == balance_fen)
        for moment, balance_fen in at.items():
            self._check(self._ask("(ledger_balance_at(id, %s)).balance_fen", moment) == balance_fen)

    def _ask(self, what: str, when: date) -> object:
        row = self._connection.execute(
            f"SELECT {what} FROM ledger_account WHERE code = %s", [when, code_of(0)]
        ).fetchone()
        assert row is not None
        return row[0]

    def _by_utc(self) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM ledger_transfer WHERE extract(year FROM recorded_at AT TIME ZONE"
            " 'UTC') <> extract(year FROM recorded_at AT TIME ZONE 'Asia/Shanghai')"
        ).fetchone()
        assert row is not None
        return int(row[0])

    def _check(self, is_right: bool) -> None:  # noqa: FBT001 -- a claim
        self._count["wrong"] += not is_right
