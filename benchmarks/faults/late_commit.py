"""迟到的提交: transactions that take their numbers early and commit late, in every order.

Two to four sessions keep transfers open and commit or roll back at random; blocks are sealed and
balances asked for in between. What PostgreSQL answers, now, of a day and of a moment, is held
against the list of what was committed; what it called final may never change; and in the end every
transfer stands in exactly one block. Beside it two naive ways go wrong: a running total by numbers,
and taking every past moment for final.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import uuid4

import psycopg

KIND: Final = "fault"
REASON: Final = "late"
ACCOUNTS: Final = 6
DAYS: Final = tuple(date(2026, 3, day) for day in range(1, 5))
_SESSIONS = 4
_ACTIONS = 14
_OPEN = "SELECT ledger_open_accounts(%s, %s, %s, %s, %s, %s::bigint[], %s::bigint[])"
_ONE = "SELECT transfer_id, recorded_at FROM ledger_transfer(%s,%s,%s,%s,%s,%s,%s,%s,%s::bigint)"
_STANDING = """
SELECT a.code, a.balance_fen, a.version,
    ARRAY(SELECT ledger_balance_on(a.id, day) FROM unnest(%(days)s::date[]) day),
    ARRAY(SELECT jsonb_build_array(t.version, t.balance_fen, t.is_provisional)
        FROM unnest(%(moments)s::timestamptz[]) WITH ORDINALITY m (moment, place),
            ledger_balance_at(a.id, m.moment) t ORDER BY m.place),
    (SELECT coalesce(sum(CASE WHEN e.is_debit THEN e.amount_fen ELSE -e.amount_fen END), 0)::bigint
        FROM ledger_entry e WHERE e.account_id = a.id AND e.transfer_id > %(counted)s),
    (SELECT coalesce(sum(entries), 0)::bigint FROM ledger_daytotal WHERE account_id = a.id),
    (SELECT max(id) FROM ledger_transfer)
FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id
WHERE b.code = %(book)s ORDER BY a.id
"""


@dataclass
class LateCommitReport:
    """迟到提交的结果: how much was looked at; a difference raises instead.

    Attributes:
        seed: of the whole run.
        interleavings: how many were run.
        transfers: committed ones.
        late: those committed after one with a higher number.
        balances: how many answers were compared.
        final: how many answers of a moment were called final.
        quiet: interleavings at whose end nothing older was under way in the whole server, so that
            all that was past had to be final.
        naive_totals_wrong: answers that a running total by numbers would have had wrong.
        naive_finals_wrong: answers of a past moment that changed later, though not called final.
    """

    seed: int
    interleavings: int = 0
    transfers: int = 0
    late: int = 0
    blocks: int = 0
    balances: int = 0
    final: int = 0
    quiet: int = 0
    naive_totals_wrong: int = 0
    naive_finals_wrong: int = 0


@dataclass(frozen=True)
class _Moved:
    """One transfer as its session was answered."""

    id: int
    debit: str
    credit: str
    amount_fen: int
    booked_on: date
    recorded_at: datetime


@dataclass
class _Session:
    """A session, what it has open, and the accounts whose rows it holds until it commits."""

    connection: psycopg.Connection
    moved: list[_Moved] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)


def run_interleavings(
    *, address: str, interleavings: int, seed: int, actions: int = _ACTIONS
) -> LateCommitReport:
    """So many random interleavings (交错), each in a book of its own.

    Args:
        address: of a database with the ledger's tables, with the right to write through functions.
        interleavings: how many.
        seed: of the chances.
        actions: how many steps each takes before all is ended.

    Raises:
        AssertionError: an answer was wrong, or a transfer was not sealed exactly once.
    """
    report = LateCommitReport(seed)
    with ExitStack() as stack:
        connections = [
            stack.enter_context(psycopg.connect(address, autocommit=number == 0))
            for number in range(_SESSIONS + 1)
        ]
        for connection in connections:
            connection.execute("SET synchronous_commit = off")  # why: no crash is tried here.
            connection.commit()
        for number in range(interleavings):
            chance = Random(f"{seed}/{number}")
            interleaving = _Interleaving(chance, connections, report)
            with _telling(seed, number, interleaving):
                interleaving.run(actions)
            report.interleavings += 1
    return report


@contextmanager
def _telling(seed: int, number: int, interleaving: "_Interleaving") -> Iterator[None]:
    try:
        yield
    except Exception as error:
        history = "\n".join(interleaving.history)
        error.add_note(f"seed {seed}, interleaving {number}; what was done:\n{history}")
        raise


class _Interleaving:
    """One book, some sessions, and the list of what was committed."""

    def __init__(
        self, chance: Random, connections: Sequence[psycopg.Connection], report: LateCommitReport
    ) -> None:
        self._chance, self._report = chance, report
        self._observer = connections[0]
        self._sessions = [_Session(each) for each in connections[1 : chance.randint(3, 5)]]
        self._book = f"b{uuid4().hex}"
        self._accounts: list[str] = []
        self._committed: list[_Moved] = []
        self._moments: list[datetime] = []
        self._final: dict[tuple[str, datetime], tuple[int, int]] = {}
        self._earlier: dict[tuple[str, datetime], tuple[int, int]] = {}
        self._counted = 0
        self._running: dict[str, int] = {}
        self.history: list[str] = []

    def run(self, actions: int) -> None:
        self._observer.execute("SELECT ledger_open_book(%s, %s)", [self._book, "迟到的提交"])
        self._observer.execute(
            "SELECT ledger_register_reason(%s, %s, %s)", [KIND, REASON, "迟到的提交"]
        )
        self._accounts = [f"a{number}" for number in range(ACCOUNTS)]
        self._open(self._observer, self._accounts)
        for _ in range(actions):
            self._act()
            self._compare()
        self._end_all()
        self._compare_finals()
        self._compare_blocks()

    def _open(self, connection: psycopg.Connection, codes: Sequence[str]) -> None:
        many = len(codes)
        connection.execute(
            _OPEN,
            [self._book, codes, [f"x:{code}" for code in codes], ["test"] * many,
             ["debit"] * many, [None] * many, [None] * many],
        )  # fmt: skip

    def _act(self) -> None:
        session = self._chance.choice(self._sessions)
        way = self._chance.randrange(20)
        if way < 10:
            self._post(session)
        elif way == 10:
            code = f"n{len(self.history)}"
            self._open(session.connection, [code])
            session.opened.append(code)
            session.held.add(code)
            self.history.append(f"{self._name(session)} opened {code}")
        elif way < 15:
            self._end(session, is_kept=True)
        elif way == 15:
            self._end(session, is_kept=False)
        else:
            self._seal()

    def _post(self, session: _Session) -> None:
        """Between accounts that no other session holds, since one thread waits for nobody."""
        elsewhere = set[str]().union(*(each.held for each in self._sessions if each is not session))
        free = [code for code in self._accounts + session.opened if code not in elsewhere]
        if len(free) < 2:
            return
        debit, credit = self._chance.sample(free, 2)
        # why: most sessions stay with few accounts, or soon nobody else could do anything.
        if len(session.held) >= 3:
            debit, credit = self._chance.sample(sorted(session.held), 2)
        amount, day = self._chance.randint(1, 99), self._chance.choice(DAYS)
        parameters = [self._book, f"k{len(self.history)}", KIND, REASON, day, "", debit, credit]
        row = session.connection.execute(_ONE, [*parameters, amount]).fetchone()
        assert row is not None
        assert row[0] is not None, parameters
        session.moved.append(_Moved(row[0], debit, credit, amount, day, row[1]))
        session.held |= {debit, credit}
        self._moments.append(row[1])
        self.history.append(f"{self._name(session)} posted {session.moved[-1]}")

    def _end(self, session: _Session, *, is_kept: bool) -> None:
        if is_kept:
            session.connection.commit()
            self._report.late += sum(
                any(other.id > each.id for other in self._committed) for each in session.moved
            )
            self._committed += session.moved
            self._accounts += session.opened
            self._report.transfers += len(session.moved)
        else:
            session.connection.rollback()
        self.history.append(f"{self._name(session)} {'committed' if is_kept else 'rolled back'}")
        session.moved, session.opened, session.held = [], [], set()

    def _end_all(self) -> None:
        for session in self._chance.sample(self._sessions, len(self._sessions)):
            self._end(session, is_kept=self._chance.randrange(5) > 0)
            self._compare()

    def _seal(self) -> None:
        numbers = self._observer.execute("SELECT ledger_seal()").fetchall()
        self._report.blocks += len(numbers)
        self.history.append(f"sealed {numbers}")

    def _compare(self) -> None:
        """Everything that can be asked for, in one snapshot, against what was committed."""
        days = self._chance.sample(DAYS, 2)
        past = self._chance.sample(self._moments, min(2, len(self._moments)))
        moments = [each + timedelta(microseconds=self._chance.randint(-1, 1)) for each in past]
        moments += [
            each[1] for each in self._chance.sample(list(self._earlier), min(2, len(self._earlier)))
        ]
        rows = self._observer.execute(
            _STANDING,
            {
                "book": self._book,
                "days": days,
                "moments": moments,
                "counted": self._counted,
            },
        ).fetchall()
        assert [row[0] for row in rows] == self._in_order(), self.history[-1]
        for code, balance, version, on_days, at_moments, fresh, counted, _ in rows:
            mine = [each for each in self._committed if code in {each.debit, each.credit}]
            assert (balance, version) == (_sum(mine, code), len(mine))
            expected = [_sum([e for e in mine if e.booked_on <= day], code) for day in days]
            assert on_days == expected, (code, on_days, expected)
            assert counted <= version
            for moment, answer in zip(moments, at_moments, strict=True):
                self._compare_moment(code, moment, answer, mine)
            self._running[code] = self._running.get(code, 0) + fresh
            self._report.naive_totals_wrong += self._running[code] != balance
            self._report.balances += 2 + len(days) + len(moments)
        self._counted = max(row[-1] or 0 for row in rows)

    def _compare_moment(
        self, code: str, moment: datetime, answer: Sequence[int], mine: Sequence[_Moved]
    ) -> None:
        version, balance, is_provisional = answer
        then = [each for each in mine if each.recorded_at <= moment]
        assert (version, balance) == (len(then), _sum(then, code)), (code, moment)
        place = (code, moment)
        before = self._earlier.setdefault(place, (version, balance))
        if place in self._final:
            assert self._final[place] == (version, balance), f"{place} had been called final"
        elif before != (version, balance):
            self._report.naive_finals_wrong += 1
        if is_provisional:
            return
        self._final[place] = (version, balance)
        self._report.final += 1
        late = [each for session in self._sessions for each in session.moved]
        assert not [
            each
            for each in late
            if code in {each.debit, each.credit} and each.recorded_at <= moment
        ], f"{place} is called final, and one is still to come"

    def _compare_finals(self) -> None:
        """When all has ended, the past becomes final, and all that was called final stands."""
        self._post(self._sessions[0])
        self._end(self._sessions[0], is_kept=True)
        self._seal()
        # why: another session of the same server may have something open for long.
        row = self._observer.execute(
            "SELECT max(noted_xid) <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint, "
            "coalesce(max(sealed_at) = ledger_final_until(), false) FROM ledger_block"
        ).fetchone()
        assert row in {(True, True), (False, False)}, f"over and final: {row}"
        self._report.quiet += row == (True, True)
        for (code, moment), expected in self._final.items():
            found = self._observer.execute(
                "SELECT t.version, t.balance_fen FROM ledger_account a, ledger_book b, "
                "ledger_balance_at(a.id, %s) t WHERE b.id = a.book_id AND b.code = %s "
                "AND a.code = %s",
                [moment, self._book, code],
            ).fetchone()
            assert found == expected, (code, moment, "had been called final")

    def _compare_blocks(self) -> None:
        """Every transfer and every account of the book stands in exactly one block."""
        for column, table in (("transfer_ids", "transfer"), ("account_ids", "account")):
            rows = self._observer.execute(
                f"SELECT t.id, count(k.number) FROM ledger_{table} t "
                "JOIN ledger_book b ON b.id = t.book_id LEFT JOIN "
                f"(SELECT number, unnest({column}) AS id FROM ledger_block) k ON k.id = t.id "
                "WHERE b.code = %s GROUP BY t.id",
                [self._book],
            ).fetchall()
            wrong = [row for row in rows if row[1] != 1]
            assert not wrong, f"{table}s not sealed once: {wrong}"
            if table == "transfer":
                assert {row[0] for row in rows} == {each.id for each in self._committed}

    def _in_order(self) -> list[str]:
        rows = self._observer.execute(
            "SELECT a.code FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id "
            "WHERE b.code = %s ORDER BY a.id",
            [self._book],
        ).fetchall()
        codes = [row[0] for row in rows]
        assert sorted(codes) == sorted(self._accounts)
        return codes

    def _name(self, session: _Session) -> str:
        return f"session {self._sessions.index(session)}"


def _sum(moved: Sequence[_Moved], code: str) -> int:
    """What the transfers come to on an account that grows by debits."""
    return sum(each.amount_fen if each.debit == code else -each.amount_fen for each in moved)
