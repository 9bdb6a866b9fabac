"""恢复: to a moment from a backup and the archived log, and from a logical dump; then go on."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, perf_counter, sleep

import psycopg

from benchmarks.faults.client import send
from benchmarks.faults.examination import examine_books
from benchmarks.faults.fake_clock import read_clock
from benchmarks.faults.scene import Scene, leave_server, seal_all
from benchmarks.faults.script import Orders, Script
from benchmarks.faults.server import PATIENCE_SECONDS, Server
from benchmarks.outcome import Count, Must, Outcome
from benchmarks.site import tell
from shuangjian.edges.config import embedded
from shuangjian.engines.posting.order import Receipt

# why: what a transfer is to its caller; its number and the time of its recording are the server's.
_TRANSFERS = """
SELECT t.key, t.step, r.kind, r.code, t.booked_on, t.reference, o.key, t.expires_at,
    array_agg(ARRAY[d.code, c.code, l.amount_fen::text, l.held_fen::text] ORDER BY l.number)
FROM ledger_transfer t JOIN ledger_reason r ON r.id = t.reason_id
LEFT JOIN ledger_transfer o ON o.id = t.original_id
JOIN ledger_leg l ON l.transfer_id = t.id
JOIN ledger_account d ON d.id = l.debit_account_id
JOIN ledger_account c ON c.id = l.credit_account_id
GROUP BY t.id, r.id, o.id
"""
_ACCOUNTS = """
SELECT code, owner, purpose, side, minimum_fen, maximum_fen, balance_fen, held_out_fen, held_in_fen,
    version FROM ledger_account
"""
_NUMBERED = "SELECT key, id, recorded_at FROM ledger_transfer"
# why: so that the numbers of transactions in the dump lie in the new server's future.
_USE_UP_NUMBERS = """
DO $$ BEGIN
    FOR turn IN 1..5000 LOOP
        PERFORM pg_current_xact_id();
        COMMIT;
    END LOOP;
END $$
"""
_PROVISIONAL = "SELECT count(*) FROM ledger_block WHERE ledger_final_until() IS NULL"
_UNSEALED = """
SELECT count(*) - coalesce((SELECT max(transfers_total) FROM ledger_block), 0) FROM ledger_transfer
"""
_HEADS = "SELECT number, encode(head, 'hex') FROM ledger_block"


Rows = Mapping[object, tuple[object, ...]]
"""Rows by their first column."""


@dataclass(frozen=True)
class RestoreSize:
    """恢复的规模: so many transfers in each of three parts: before the backup, before the moment to
    which is restored, and after it.
    """

    part: int


@dataclass(frozen=True)
class Content:
    """账本的内容: what the ledger holds, without what each server numbers and times by itself."""

    transfers: Rows
    accounts: Rows

    def differences(self, other: "Content") -> int:
        """How many transfers and accounts are not the same in both (相异)."""
        return _differing(self.transfers, other.transfers) + _differing(
            self.accounts, other.accounts
        )


@dataclass(frozen=True)
class _Copy:
    """What is known of the original, which is gone by the time its copies are looked at."""

    steps: Sequence[Orders]
    receipts: Sequence[Sequence[Receipt]]
    whole: Content
    heads: Rows


def restore_ledger(scene: Scene, size: RestoreSize) -> list[Outcome]:
    """Both ways (恢复), and what an incomplete replay looks like."""
    return [_to_a_moment(scene, size), _from_a_dump(scene, size)]


def _to_a_moment(scene: Scene, size: RestoreSize) -> Outcome:
    """Backup, more, the moment, more, gone; restored to the moment; all that came since again."""
    tell("恢复到某一刻，再把其后的指令重发")
    started = perf_counter()
    archive, backup = scene.folder / "archive", scene.folder / "backup"
    steps = Script(scene.seed, 0, size.part * 3).steps()
    first, second = len(steps) // 3, len(steps) * 2 // 3
    archiving = {
        "archive_mode": "on",
        "archive_command": f"test ! -f {archive}/%f && cp %p {archive}/%f",
    }
    with _emptied(archive, backup), scene.open(settings=archiving) as server:
        version = server.version()
        server.own(archive)
        server.own(backup)
        receipts = _send_all(steps[:first])
        server.run(
            *("pg_basebackup", "-h", server.cluster.socket, "-U", "postgres"),
            *("-D", backup / "data", "-X", "stream", "-c", "fast"),
        )
        receipts += _send_all(steps[first:second])
        with server.connect() as connection:
            moment = read_clock(connection)
            at_moment = _content_of(connection)
        receipts += _send_all(steps[second:])
        known = _known(server, steps, receipts)
        _archive_all(server, archive)
        seconds = perf_counter()
        _recover(server, backup / "data", archive, moment)
        seconds = perf_counter() - seconds
        counts = _after_recovery(server, known, at_moment, first=first, second=second)
    return Outcome(
        key="restore/moment",
        title=f"恢复到某一刻，其后 {len(steps) - second} 步重发",
        server=version,
        seed=scene.seed,
        runs=1,
        seconds=perf_counter() - started,
        counts=[*counts, Count("recovery_milliseconds", "恢复用时（毫秒）", round(seconds * 1000))],
        note="对照：重发之前，与原账本确有相异",
    )


def _after_recovery(
    server: Server, known: _Copy, at_moment: Content, *, first: int, second: int
) -> list[Count]:
    with server.connect() as connection:
        not_as_then = _content_of(connection).differences(at_moment)
        before_replay = _content_of(connection).differences(known.whole)
        heads = _rows(connection, _HEADS)
        numbered = _rows(connection, _NUMBERED)
    unlike = sum(
        numbered.get(receipt.key) != (receipt.transfer_id, receipt.recorded_at)
        for receipts in known.receipts[:second]
        for receipt in receipts
    )
    # why: who cannot say which orders the restored ledger lacks sends some more that it has.
    again = _send_all(known.steps[first:])
    repeats = sum(receipt.is_repeat for receipts in again for receipt in receipts)
    expected = sum(len(orders) for orders in known.steps[first:second])
    seal_all()
    with server.connect() as connection:
        differences = _content_of(connection).differences(known.whole)
        books = examine_books(connection)
        later = _rows(connection, _HEADS)
    forked = sum(later.get(number) != head for number, head in known.heads.items())
    return [
        Count("transfers", "转账", books.transfers),
        Count("heads_forked", "那一刻以后的链头不复存在", forked),
        Count("differences_then", "与那一刻相异", not_as_then, Must.NONE),
        Count("unlike_receipts", "与回执不符", unlike, Must.NONE),
        Count("heads_changed", "链头改变", _changed(heads, known.heads), Must.NONE),
        Count("repeats", "重发后答为重复", repeats),
        Count("repeats_wrong", "重复数与预期之差", abs(repeats - expected), Must.NONE),
        Count("differences", "重发后与原账本相异", differences, Must.NONE),
        Count("unbalanced", "不平", books.unbalanced, Must.NONE),
        Count("chain", "封存链有误", books.chain, Must.NONE),
        Count("before_replay", "对照：重发前与原账本相异", before_replay, Must.SOME),
    ]


def _from_a_dump(scene: Scene, size: RestoreSize) -> Outcome:
    """Dumped, restored into a new server, which goes on from there."""
    tell("导出后装入新的服务器")
    started = perf_counter()
    dump = scene.folder / "dump"
    steps = Script(scene.seed, 0, size.part * 3).steps()
    with _emptied(dump), scene.open() as server:
        version = server.version()
        server.own(dump)
        counts = _after_the_dump(server, steps, dump / "ledger")
    return Outcome(
        key="restore/dump",
        title="pg_dump 导出，装入新的服务器，接着记账和封存",
        server=version,
        seed=scene.seed,
        runs=1,
        seconds=perf_counter() - started,
        counts=counts,
    )


def _after_the_dump(server: Server, steps: Sequence[Orders], dump: Path) -> list[Count]:
    half = len(steps) // 2
    with server.connect() as connection:
        connection.execute(_USE_UP_NUMBERS)
    receipts = _send_all(steps[:half])
    with server.connect() as connection:
        unsealed = _number(connection, _UNSEALED)
    known = _known(server, steps, receipts)
    seconds = perf_counter()
    _reload(server, dump)
    seconds = perf_counter() - seconds
    with server.connect() as connection:
        differences = _content_of(connection).differences(known.whole)
        heads = _rows(connection, _HEADS)
        provisional = _number(connection, _PROVISIONAL)
    again = _send_all(steps)
    seal_all()
    with server.connect() as connection:
        books = examine_books(connection)
        beyond = _content_of(connection).differences(known.whole)
    return [
        Count("transfers", "转账", books.transfers),
        Count("unsealed", "导出时未封存", unsealed),
        Count("differences", "与原账本相异", differences, Must.NONE),
        Count("heads_changed", "链头改变", _changed(heads, known.heads), Must.NONE),
        Count("provisional", "已封存而仍未定论的区块", provisional, Must.NONE),
        Count("unlike_receipts", "重发所得回执不同", _unlike(again[:half], receipts), Must.NONE),
        Count("unbalanced", "不平", books.unbalanced, Must.NONE),
        Count("chain", "封存链有误", books.chain, Must.NONE),
        Count("beyond", "对照：接着记账后相异", beyond, Must.SOME),
        Count("reload_milliseconds", "导出装入用时（毫秒）", round(seconds * 1000)),
    ]


def _unlike(again: Sequence[Sequence[Receipt]], receipts: Sequence[Sequence[Receipt]]) -> int:
    """How many were not answered, sent again, as the first time."""
    return sum(
        (now.transfer_id, now.recorded_at, now.is_repeat)
        != (then.transfer_id, then.recorded_at, True)
        for now_all, then_all in zip(again, receipts, strict=True)
        for now, then in zip(now_all, then_all, strict=True)
    )


def _send_all(steps: Sequence[Orders]) -> list[Sequence[Receipt]]:
    """One step after another, sealing half way, so that a part is sealed and a part is not."""
    receipts = []
    for place, orders in enumerate(steps):
        if place == len(steps) // 2:
            seal_all()
        receipts.append(send(orders))
    leave_server()
    return receipts


def _known(server: Server, steps: Sequence[Orders], receipts: Sequence[Sequence[Receipt]]) -> _Copy:
    with server.connect() as connection:
        return _Copy(steps, receipts, _content_of(connection), _rows(connection, _HEADS))


def _content_of(connection: psycopg.Connection) -> Content:
    return Content(_rows(connection, _TRANSFERS), _rows(connection, _ACCOUNTS))


def _rows(connection: psycopg.Connection, query: str) -> Rows:
    return {row[0]: tuple(row[1:]) for row in connection.execute(query)}


def _number(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _differing(one: Rows, other: Rows) -> int:
    return sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())


def _changed(kept: Rows, known: Rows) -> int:
    """Blocks that came along with another head than they had, or not at all with none left."""
    return sum(known.get(number) != head for number, head in kept.items()) + (not kept)


def _archive_all(server: Server, archive: Path) -> None:
    """Wait until the log up to now is archived (归档)."""
    with server.connect() as connection:
        row = connection.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
        assert row is not None
        connection.execute("SELECT pg_switch_wal()")
    until = monotonic() + PATIENCE_SECONDS
    while not (archive / row[0]).exists():
        if monotonic() > until:
            raise TimeoutError(f"{row[0]} was not archived")
        sleep(0.02)


def _recover(server: Server, backup: Path, archive: Path, moment: datetime) -> None:
    """Put the backup in the place of what is gone, and recover it up to the moment (恢复)."""
    server.kill_all()
    server.replace_data(backup)
    server.set(
        archive_mode="off",
        restore_command=f"cp {archive}/%f %p",
        recovery_target_time=moment.isoformat(),
        recovery_target_action="promote",
    )
    (server.data / "recovery.signal").touch()
    server.start()
    until = monotonic() + PATIENCE_SECONDS
    with server.connect() as connection:
        while _number(connection, "SELECT pg_is_in_recovery()::integer"):
            if monotonic() > until:
                raise TimeoutError("still in recovery")
            sleep(0.02)


def _reload(server: Server, dump: Path) -> None:
    """Dump, drop, and restore into a cluster that was never anything else (导出装入)."""
    connection = ("-h", server.cluster.socket, "-U", "postgres", "-d", embedded.DATABASE)
    server.run("pg_dump", *connection, "-Fc", "-f", dump)
    server.forget()
    embedded.start(server.folder)
    from shuangjian.edges.config import database

    database.refresh_settings()
    connection = ("-h", server.cluster.socket, "-U", "postgres", "-d", embedded.DATABASE)
    server.run("pg_restore", *connection, "--exit-on-error", dump)


@contextmanager
def _emptied(*folders: Path) -> Iterator[None]:
    """Nothing is left in these folders (清空)."""
    try:
        yield
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
