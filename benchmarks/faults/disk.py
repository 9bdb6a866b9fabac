"""磁盘写满: clients post until there is no room for data, then none for the log of changes."""

import json
from collections import Counter
from dataclasses import dataclass
from time import monotonic, perf_counter, sleep

from benchmarks.faults.client import DISK_FULL, Client, Crew
from benchmarks.faults.examination import examine_answers, examine_books
from benchmarks.faults.scene import Scene, leave_server, seal_all
from benchmarks.faults.server import PATIENCE_SECONDS, Server
from benchmarks.faults.small_disk import SmallDisk
from benchmarks.outcome import Count, Must, Outcome
from benchmarks.site import tell

_PAUSE_SECONDS = 0.02
# why: the log is written as late as it may be, or there might be nothing left to lose.
_WRITES_LATER = {
    "synchronous_commit": "off",
    "wal_writer_delay": "10s",
    "wal_writer_flush_after": "1GB",
}


@dataclass(frozen=True)
class DiskSize:
    """磁盘写满的规模: rounds, clients and the room that is left to them at first."""

    rounds: int
    clients: int = 8
    room_kibibytes: int = 512
    transfers_after: int = 200


def fill_disk(scene: Scene, size: DiskSize) -> list[Outcome]:
    """All rounds (磁盘写满); the process must have been started on a small disk."""
    started, total, version = perf_counter(), Counter[str](), ""
    for number in range(size.rounds):
        tell(f"磁盘写满，第 {number + 1} 轮，共 {size.rounds} 轮")
        with scene.open() as server:
            version = server.version()
            _Round(scene, size, number, server, total).run()
    outcome = Outcome(
        key="disk",
        title=f"磁盘写满，{size.clients} 个客户端",
        server=version,
        seed=scene.seed,
        runs=size.rounds,
        seconds=perf_counter() - started,
        counts=_counts(total, size.rounds),
        note="先无处写数据（53100），再无处写日志（服务器停止）；腾出空间后恢复",
    )
    return [outcome, _without_durability(scene, size)]


def _without_durability(scene: Scene, size: DiskSize) -> Outcome:
    """Control: a server that acknowledges before it has written must lose some."""
    started, total = perf_counter(), Counter[str]()
    tell("对照：写满磁盘，synchronous_commit=off")
    with scene.open(settings=_WRITES_LATER) as server:
        version = server.version()
        _Round(scene, size, 0, server, total).stop_when_full()
    return Outcome(
        key="disk/control",
        title="对照：同样写满，但 synchronous_commit=off，此时终止服务器",
        server=version,
        seed=scene.seed,
        runs=1,
        seconds=perf_counter() - started,
        counts=[
            Count("acknowledged", "已回执的转账", total["acknowledged"]),
            Count("lost", "丢失", total["lost"], Must.SOME),
        ],
        note="没有丢失，就说明这个测试看不见丢失",
    )


def _counts(total: Counter[str], rounds: int) -> list[Count]:
    return [
        Count("acknowledged", "已回执的转账", total["acknowledged"]),
        Count("lost", "丢失", total["lost"], Must.NONE),
        Count("doubled", "重复", total["doubled"], Must.NONE),
        Count("torn", "只有一部分", total["torn"], Must.NONE),
        Count("unbalanced", "不平", total["unbalanced"], Must.NONE),
        Count("chain", "封存链有误", total["chain"], Must.NONE),
        Count("unclear", "报错不明", total["unclear"], Must.NONE),
        Count("refused", "明确报“磁盘已满”", total["refused"], Must.SOME),
        Count("disconnected", "服务器停止后失去连接", total["disconnected"]),
        Count("went_down", "服务器因写不了日志而停止", total["went_down"]),
        Count("not_full", "其实没有写满", rounds - total["full"], Must.NONE),
        Count("not_back", "腾出空间后没有恢复", rounds - total["back"], Must.NONE),
    ]


class _Round:
    """One round: full, down, freed, up again, and all goes on."""

    def __init__(
        self, scene: Scene, size: DiskSize, number: int, server: Server, total: Counter[str]
    ) -> None:
        self._size, self._server, self._total = size, server, total
        self._disk = SmallDisk(server.folder)
        # why: more than there is room for; they never come to the end of it.
        self._clients = scene.clients(size.clients, 100_000, round_number=number)

    def run(self) -> None:
        self._fill()
        was_full = self._disk.is_full()
        crew = Crew(self._clients)
        try:
            crew.start()
            self._wait_for_refusals(crew)
            self._total["full"] += self._disk.is_full() and not was_full
            self._use_up_the_log()
            crew.join()
        finally:
            crew.close()
        self._free()
        self._total["back"] += 1
        self._look()
        self._go_on()

    def stop_when_full(self) -> None:
        """Kill all of the server as soon as somebody was refused (写满即终止)."""
        self._fill()
        crew = Crew(self._clients)
        try:
            crew.start()
            self._wait_for_refusals(crew)
            self._server.kill_all()
            crew.join()
        finally:
            crew.close()
        self._free()
        self._look()

    def _fill(self) -> None:
        with self._server.connect() as connection:
            # why: a fresh segment of the log, so that data find no room before the log does.
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
        self._disk.fill(leave_bytes=self._size.room_kibibytes * 1024)

    def _free(self) -> None:
        self._disk.free()
        self._server.kill_all()
        self._server.start()

    def _wait_for_refusals(self, crew: Crew) -> None:
        """Until a client was told that the disk is full."""
        until = monotonic() + PATIENCE_SECONDS
        while not any(client.errors.exists() for client in self._clients):
            if monotonic() > until or not crew.running():
                raise TimeoutError("no client was refused")
            sleep(_PAUSE_SECONDS)

    def _use_up_the_log(self) -> None:
        """Ask for new segments of the log until the server cannot make one and goes down."""
        import psycopg

        try:
            with self._server.connect() as connection:
                for _ in range(20):
                    connection.execute("SELECT pg_switch_wal()")
                    connection.execute("SELECT pg_logical_emit_message(true, 'fault', 'more')")
        except psycopg.OperationalError:
            self._total["went_down"] += 1

    def _look(self) -> None:
        leave_server()
        with self._server.connect() as connection:
            answers = examine_answers(connection, self._clients)
        for name in ("acknowledged", "lost", "doubled", "torn"):
            self._total[name] += getattr(answers, name)
        for client in self._clients:
            for error in _errors_of(client):
                self._total[_class_of(error)] += 1

    def _go_on(self) -> None:
        """Some more, the unanswered ones first, with the keys they had."""
        crew = Crew(self._clients)
        goal = crew.acknowledged() + self._size.transfers_after
        try:
            crew.start()
            crew.wait_for(goal)
        finally:
            crew.close()
        self._wait_for_backends()
        seal_all()
        with self._server.connect() as connection:
            answers = examine_answers(connection, self._clients)
            books = examine_books(connection)
        for name in ("lost", "doubled", "torn"):
            self._total[name] += getattr(answers, name)
        self._total["unbalanced"] += books.unbalanced
        self._total["chain"] += books.chain

    def _wait_for_backends(self) -> None:
        """Until what the ended clients had asked for is done."""
        until = monotonic() + PATIENCE_SECONDS
        while self._server.backends():
            if monotonic() > until:
                raise TimeoutError("backends do not end")
            sleep(_PAUSE_SECONDS)


def _errors_of(client: Client) -> list[dict[str, object]]:
    if not client.errors.exists():
        return []
    return [json.loads(line) for line in client.errors.read_text(encoding="utf-8").splitlines()]


def _class_of(error: dict[str, object]) -> str:
    if error["sqlstate"] == DISK_FULL:
        return "refused"
    return "disconnected" if error["is_lost_connection"] else "unclear"
