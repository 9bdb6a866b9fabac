"""一笔冻结，许多进程: one half settles the same hold, the other half voids it, all at once."""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from random import Random
from time import monotonic, sleep
from typing import Final
from uuid import uuid4

from django.db import DatabaseError, OperationalError, connection, connections

from shuangjian.engines.posting.order import AccountOrder, Leg, Side
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger import services

PROCESSES: Final = 50
HELD_FEN: Final = 500
_PATIENCE_SECONDS = 120
_ENDED: Final = "a process ended: "
_COMMON: Final = {"kind": "fault", "reason": "one_hold", "booked_on": date(2026, 3, 2)}


@dataclass
class OneHoldReport:
    """一笔冻结的结果.

    Attributes:
        seed: who settles and who voids is shuffled by it.
        processes: how many go for each hold.
        resolutions: how many steps ended each hold; one each, or the ledger is broken.
        sums_wrong: holds after which the balances were not what the one step makes of them.
        answers: what the processes were told, all holds together.
    """

    seed: int
    processes: int
    resolutions: list[int] = field(default_factory=list)
    sums_wrong: int = 0
    answers: Counter[str] = field(default_factory=Counter)


def run_one_hold(*, holds: int, seed: int, processes: int = PROCESSES) -> OneHoldReport:
    """One hold after another (冻结), with all processes at each of them.

    Processes are forks with connections of their own, to the database that Django is on.

    Raises:
        RuntimeError: a process met what is no answer of the ledger.
        queue.Empty: or it gave none.
    """
    book = _make_book(holds)
    connections.close_all()  # why: a fork must not share its parent's connection.
    context = get_context("fork")
    start, answers = context.Barrier(processes), context.Queue()
    children = [
        context.Process(target=_fight, args=(book, holds, number, seed, start, answers))
        for number in range(processes)
    ]
    for child in children:
        child.start()
    report = OneHoldReport(seed, processes)
    for _ in range(holds * processes):
        answer = answers.get(timeout=_PATIENCE_SECONDS)
        if answer.startswith(_ENDED):
            raise RuntimeError(answer)
        report.answers[answer] += 1
    for child in children:
        child.join(_PATIENCE_SECONDS)
        assert child.exitcode == 0, child
    _look(book, holds, report)
    return report


def _make_book(holds: int) -> str:
    """A book with two accounts of its own for each hold, so that each can be looked at alone."""
    book = f"b{uuid4().hex}"
    services.open_book(code=book, title="一笔冻结")
    services.register_reason(kind="fault", reason="one_hold", title="一笔冻结")
    services.open_accounts(
        book=book,
        accounts=[
            AccountOrder(code, "x:1", "test", Side.CREDIT, minimum)
            for number in range(holds)
            for code, minimum in ((f"from{number}", 0), (f"to{number}", 0), (f"src{number}", None))
        ],
    )
    for number in range(holds):
        paid = (Leg(f"src{number}", f"from{number}", 2 * HELD_FEN),)
        services.post_transfer(**_COMMON, book=book, key=f"paid{number}", legs=paid)
        held = (Leg(f"from{number}", f"to{number}", HELD_FEN),)
        services.hold(**_COMMON, book=book, key=f"hold{number}", legs=held)
    return book


def _fight(
    book: str,
    holds: int,
    process: int,
    seed: int,
    start: Barrier,
    answers: "Queue[str]",
) -> None:
    try:
        _connect()
        for number in range(holds):
            order = list(range(start.parties))
            Random(f"{seed}/{number}").shuffle(order)
            start.wait(_PATIENCE_SECONDS)
            answers.put(_resolve(book, number, process, settles=order[process] % 2 == 0))
        connections.close_all()
    except Exception as error:  # noqa: BLE001 -- told to the parent, which raises it
        answers.put(f"{_ENDED}{error!r}")
        start.abort()
    answers.close()
    answers.join_thread()
    os._exit(0)  # why: what the parent wants done at its end is not the child's to do.


def _connect() -> None:
    """Wait for room (等待连接): the server may not have let go of those before us yet."""
    until = monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if monotonic() > until:
                raise
            sleep(0.05)
        else:
            return


def _resolve(book: str, number: int, process: int, *, settles: bool) -> str:
    names = {"book": book, "key": f"end{number}/{process}", "hold": f"hold{number}"}
    try:
        if settles:
            services.settle_hold(**_COMMON, **names)
        else:
            services.void_hold(**_COMMON, **names)
    except LedgerRefusedError as error:
        return error.code
    except DatabaseError as error:
        return type(error).__name__
    return "settled" if settles else "voided"


def _look(book: str, holds: int, report: OneHoldReport) -> None:
    with connection.cursor() as cursor:
        for number in range(holds):
            cursor.execute(
                "SELECT array_agg(e.step) FROM ledger_transfer e JOIN ledger_transfer h "
                "ON h.id = e.original_id JOIN ledger_book b ON b.id = h.book_id "
                "WHERE b.code = %s AND h.key = %s",
                [book, f"hold{number}"],
            )
            steps = (cursor.fetchone() or [None])[0] or []
            cursor.execute(
                "SELECT balance_fen, held_out_fen + held_in_fen FROM ledger_account a "
                "JOIN ledger_book b ON b.id = a.book_id WHERE b.code = %s AND a.code IN (%s, %s) "
                "ORDER BY a.id",
                [book, f"from{number}", f"to{number}"],
            )
            moved = HELD_FEN if steps == ["settled"] else 0
            report.resolutions.append(len(steps))
            report.sums_wrong += cursor.fetchall() != [(2 * HELD_FEN - moved, 0), (moved, 0)]
