"""竞争: the long runs of random sequences, late committers, and many processes at one hold."""

import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from benchmarks.faults.late_commit import run_interleavings
from benchmarks.faults.one_hold import run_one_hold
from benchmarks.faults.scene import Scene, leave_server
from benchmarks.faults.sequences import run_sequences
from benchmarks.faults.server import Server
from benchmarks.outcome import Count, Must, Outcome
from benchmarks.site import tell
from shuangjian.edges.config import embedded

Run = Callable[[Scene, Server, int], list[Count]]
_CONTROL_SEQUENCES = 20
_CONTROL_HOLDS = 3
# why: a transfer that takes its time between what it read and what it writes.
_DAWDLE = """
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
CREATE TRIGGER aaa_dawdle BEFORE INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION dawdle();
DROP INDEX ledger_transfer_once;
DROP TRIGGER ledger_account_moves ON ledger_account;
ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_debit;
ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_credit;
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_limits;
"""


@dataclass(frozen=True)
class RacesSize:
    """竞争的规模: so many sequences, interleavings and holds."""

    sequences: int
    interleavings: int
    holds: int


def run_races(scene: Scene, size: RacesSize) -> list[Outcome]:
    """All three (竞争), each in a fresh database; wants the tables' owner for its connection."""
    sequences = replace(_SEQUENCES, runs=size.sequences)
    late = replace(_LATE, runs=size.interleavings)
    hold = replace(_HOLD, runs=size.holds)
    return [each.run(scene) for each in (sequences, _WRONG_DAY, late, hold, _NO_LOCKS)]


@dataclass(frozen=True)
class _Race:
    """One of them; a control is one on a ledger out of which something was taken."""

    key: str
    title: str
    fight: Run
    runs: int
    weaken: Callable[[Server], None] | None = None

    def run(self, scene: Scene) -> Outcome:
        tell(f"{self.title}，{self.runs} 次")
        started = perf_counter()
        with scene.open() as server:
            version = server.version()
            if self.weaken is not None:
                self.weaken(server)
            counts = self._counts(scene, server)
            leave_server()
        return Outcome(
            key=self.key,
            title=self.title,
            server=version,
            seed=scene.seed,
            runs=self.runs,
            seconds=perf_counter() - started,
            counts=counts,
        )

    def _counts(self, scene: Scene, server: Server) -> Sequence[Count]:
        try:
            counts = self.fight(scene, server, self.runs)
        except AssertionError:
            if self.weaken is None:
                # why: what was done before stands in the notes; the seed brings it back.
                traceback.print_exc(file=sys.stderr)
            counts = [Count("differences", "相异", 1, Must.NONE)]
        if self.weaken is None:
            return counts
        # why: a control must fail, so of what should be none some must be found.
        return [replace(count, must=Must.SOME) for count in counts if count.name == "differences"]


def _fight_sequences(scene: Scene, _server: Server, runs: int) -> list[Count]:
    report = run_sequences(sequences=runs, seed=scene.seed)
    return [
        Count("sequences", "序列", report.sequences),
        Count("steps", "步", report.steps),
        Count("blocks", "区块", report.blocks),
        Count("differences", "相异", 0, Must.NONE),
    ]


def _fight_late(scene: Scene, server: Server, runs: int) -> list[Count]:
    address = server.cluster.url(embedded.OWNER)
    report = run_interleavings(address=address, interleavings=runs, seed=scene.seed)
    return [
        Count("interleavings", "交错", report.interleavings),
        Count("transfers", "转账", report.transfers),
        Count("late", "迟到", report.late, Must.SOME),
        Count("balances", "核对的余额", report.balances),
        Count("final", "已成定论", report.final, Must.SOME),
        Count("differences", "相异", 0, Must.NONE),
        Count("naive_totals", "对照：按编号累计则错", report.naive_totals_wrong, Must.SOME),
        Count("naive_finals", "对照：按时刻定论则错", report.naive_finals_wrong, Must.SOME),
    ]


def _fight_holds(scene: Scene, _server: Server, runs: int) -> list[Count]:
    report = run_one_hold(holds=runs, seed=scene.seed)
    not_once = sum(resolutions != 1 for resolutions in report.resolutions)
    return [
        Count("holds", "冻结", len(report.resolutions)),
        Count("attempts", "争抢", sum(report.answers.values())),
        Count("differences", "不是恰好了结一次", not_once, Must.NONE),
        Count("sums_wrong", "余额有误", report.sums_wrong, Must.NONE),
    ]


def _count_a_day_late(server: Server) -> None:
    """A balance of a day without what was booked on that very day."""
    _alter(server, "ledger_balance_on", r"t\.booked_on <= p_day", "t.booked_on < p_day")


def _unlock(server: Server) -> None:
    """Nobody waits for anybody's account, and nothing stops a second resolution."""
    for function in ("ledger_transfer", "ledger_write"):
        _alter(server, function, "FOR NO KEY UPDATE", "")
    with server.connect() as connection:
        connection.execute(_DAWDLE)


def _alter(server: Server, function: str, pattern: str, replacement: str) -> None:
    with server.connect() as connection:
        row = connection.execute("SELECT pg_get_functiondef(%s::regproc)", [function]).fetchone()
        assert row is not None
        altered, many = re.subn(pattern, replacement, row[0])
        assert many, f"{function} has no {pattern}"
        connection.execute(altered)


_SEQUENCES = _Race("sequences", "随机序列，每步之后与模型比较", _fight_sequences, 0)
_WRONG_DAY = _Race(
    "sequences/control",
    "对照：某日余额漏计当日",
    _fight_sequences,
    _CONTROL_SEQUENCES,
    _count_a_day_late,
)
_LATE = _Race("late-commit", "迟到提交，每步之后核对各种余额", _fight_late, 0)
_HOLD = _Race("one-hold", "五十个进程争一笔冻结", _fight_holds, 0)
_NO_LOCKS = _Race(
    "one-hold/control", "对照：不加锁，也无唯一索引", _fight_holds, _CONTROL_HOLDS, _unlock
)
