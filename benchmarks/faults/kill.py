"""强制终止: ``kill -9`` of client, backend, postmaster or all of the server while clients post."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from time import perf_counter, sleep

from benchmarks.faults.client import Client, Crew
from benchmarks.faults.examination import Answers, examine_answers, examine_books
from benchmarks.faults.scene import Scene, seal_all
from benchmarks.faults.server import Server, kill
from benchmarks.outcome import Count, Must, Outcome
from benchmarks.site import tell

KINDS = ("client", "backend", "postmaster", "server")
_DELAY_MOST_SECONDS = 0.02
_BLIND_KILLS = 12
_BLIND_TRANSFERS = 800


@dataclass(frozen=True)
class KillSize:
    """强制终止的规模: rounds of so many transfers from so many clients, and of each control."""

    rounds: int
    transfers: int
    clients: int = 8
    strikes_most: int = 3
    controls: int = 1


@dataclass
class Tally:
    """累计: over all rounds."""

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    torn: int = 0
    strangers: int = 0
    unbalanced: int = 0
    chain: int = 0
    unanswered: int = 0
    repeated: int = 0
    restarts: int = 0
    strikes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    def take(self, answers: Answers) -> None:
        """What was found after a strike (计入)."""
        self.lost += answers.lost
        self.doubled += answers.doubled
        self.torn += answers.torn
        self.strangers += answers.strangers

    def counts(self) -> list[Count]:
        """As numbers with their words (计数)."""
        strikes = [Count(f"killed_{kind}", _KILLED[kind], self.strikes[kind]) for kind in KINDS]
        return [
            Count("acknowledged", "已回执的转账", self.acknowledged),
            Count("lost", "丢失", self.lost, Must.NONE),
            Count("doubled", "重复", self.doubled, Must.NONE),
            Count("torn", "只有一部分", self.torn, Must.NONE),
            Count("strangers", "无人下达", self.strangers, Must.NONE),
            Count("unbalanced", "不平", self.unbalanced, Must.NONE),
            Count("chain", "封存链有误", self.chain, Must.NONE),
            Count("unanswered", "已记账而未得回执", self.unanswered),
            Count("repeated", "重发后答为重复", self.repeated),
            Count("restarts", "服务器恢复", self.restarts),
            *strikes,
        ]


_KILLED = {
    "client": "终止客户端",
    "backend": "终止后端进程",
    "postmaster": "终止主进程",
    "server": "终止整个服务器",
}


def kill_faults(scene: Scene, size: KillSize) -> list[Outcome]:
    """All rounds, then the controls (强制终止及对照)."""
    return [
        _rounds(scene, size),
        _without_durability(scene, size),
        _without_keys(scene, size),
        _with_a_fen_changed(scene, size),
    ]


def _rounds(scene: Scene, size: KillSize) -> Outcome:
    started, tally, version = perf_counter(), Tally(), ""
    for number in range(size.rounds):
        tell(f"强制终止，第 {number + 1} 轮，共 {size.rounds} 轮")
        with scene.open() as server:
            version = server.version()
            _Round(scene, size, number, server, tally).run()
    return Outcome(
        key="kill",
        title=f"kill -9，每轮 {size.clients} 个客户端共 {size.transfers} 笔",
        server=version,
        seed=scene.seed,
        runs=size.rounds,
        seconds=perf_counter() - started,
        counts=tally.counts(),
    )


class _Round:
    """One round: clients post, are struck a few times, and come to their end all the same."""

    def __init__(
        self, scene: Scene, size: KillSize, number: int, server: Server, tally: Tally
    ) -> None:
        self._size, self._server, self._tally = size, server, tally
        self._random = Random(f"{scene.seed}/{number}")
        # why: every kind comes up even in a few rounds; where it begins is random.
        self._turn = number + Random(scene.seed).randrange(len(KINDS))
        self._clients = scene.clients(size.clients, size.transfers, round_number=number)

    def run(self) -> None:
        steps = sum(len(client.script.steps()) for client in self._clients)
        strikes = self._random.randint(1, self._size.strikes_most)
        # why: at the very end there may be nobody left to be struck.
        moments = sorted(self._random.randrange(steps * 9 // 10) for _ in range(strikes))
        crew = Crew(self._clients)
        try:
            crew.start()
            for place, moment in enumerate(moments):
                crew.wait_for(moment)
                sleep(self._random.uniform(0, _DELAY_MOST_SECONDS))
                kind = KINDS[self._turn % len(KINDS)] if place == 0 else self._random.choice(KINDS)
                self._strike(kind, crew)
            crew.join()
            assert crew.is_done()
        finally:
            crew.close()
        self._close_books()

    def _strike(self, kind: str, crew: Crew) -> None:
        running, backends = crew.running(), self._server.backends()
        if not running or not backends:
            return  # why: all had come to their end before the moment drawn
        self._tally.strikes[kind] += 1
        if kind == "client":
            client = self._random.choice(running)
            crew.kill_one(client)
            crew.start_one(client)
            return
        if kind == "backend":
            kill(self._random.choice(backends))
        elif kind == "postmaster":
            self._server.kill_postmaster()
        else:
            self._server.kill_all()
        crew.join()
        if kind == "backend":
            self._server.wait_until_it_answers()
        else:
            self._server.start()
        self._tally.restarts += 1
        self._look()
        crew.start()

    def _look(self) -> None:
        with self._server.connect() as connection:
            answers = examine_answers(connection, self._clients)
        self._tally.take(answers)
        self._tally.unanswered += answers.unanswered

    def _close_books(self) -> None:
        seal_all()
        with self._server.connect() as connection:
            answers = examine_answers(connection, self._clients)
            books = examine_books(connection)
        self._tally.take(answers)
        self._tally.acknowledged += answers.acknowledged
        self._tally.repeated += _repeats(self._clients)
        # why: in the end everything was answered, so nothing may be there without an answer.
        self._tally.strangers += answers.unanswered + books.transfers - answers.acknowledged
        self._tally.unbalanced += books.unbalanced
        self._tally.chain += books.chain


def _repeats(clients: Sequence[Client]) -> int:
    return sum(said.is_repeat for client in clients for said in client.acknowledgements.read())


def _without_durability(scene: Scene, size: KillSize) -> Outcome:
    """Control: a server that acknowledges before it has written must lose some."""
    started, lost, acknowledged, unbalanced, version = perf_counter(), 0, 0, 0, ""
    for number in range(size.controls):
        tell(f"对照：synchronous_commit=off，第 {number + 1} 轮，共 {size.controls} 轮")
        with scene.open(settings={"synchronous_commit": "off"}) as server:
            version = server.version()
            clients = scene.clients(size.clients, size.transfers, round_number=number)
            _strike_once(Crew(clients, is_sealing=False), server)
            with server.connect() as connection:
                answers = examine_answers(connection, clients)
                unbalanced += examine_books(connection).unbalanced
            lost += answers.lost
            acknowledged += answers.acknowledged
    return Outcome(
        key="kill/control-durability",
        title="对照：同样终止整个服务器，但 synchronous_commit=off",
        server=version,
        seed=scene.seed,
        runs=size.controls,
        seconds=perf_counter() - started,
        counts=[
            Count("acknowledged", "已回执的转账", acknowledged),
            Count("lost", "丢失", lost, Must.SOME),
            Count("unbalanced", "不平", unbalanced, Must.NONE),
        ],
        note="没有丢失，就说明这个测试看不见丢失",
    )


def _strike_once(crew: Crew, server: Server) -> None:
    """Kill all of the server half way, and start it again."""
    steps = sum(len(client.script.steps()) for client in crew.clients)
    try:
        crew.start()
        crew.wait_for(steps // 2)
        server.kill_all()
        crew.join()
    finally:
        crew.close()
    server.start()


def _without_keys(scene: Scene, size: KillSize) -> Outcome:
    """Control: clients that give an order a new key when they send it again must double some."""
    started, doubled, version = perf_counter(), 0, ""
    for number in range(size.controls):
        tell(f"对照：重发时换键，第 {number + 1} 轮，共 {size.controls} 轮")
        with scene.open() as server:
            version = server.version()
            transfers = max(size.transfers, _BLIND_TRANSFERS)
            plain = scene.clients(size.clients, transfers, round_number=number, is_plain=True)
            clients = [replace(client, has_fresh_keys=True) for client in plain]
            _strike_clients(Crew(clients, is_sealing=False), Random(f"{scene.seed}/{number}"))
            with server.connect() as connection:
                doubled += examine_answers(connection, clients).doubled
    return Outcome(
        key="kill/control-keys",
        title="对照：终止客户端，重发时换了幂等键",
        server=version,
        seed=scene.seed,
        runs=size.controls,
        seconds=perf_counter() - started,
        counts=[Count("doubled", "重复", doubled, Must.SOME)],
        note="没有重复，就说明这个测试看不见重复",
    )


def _strike_clients(crew: Crew, random: Random) -> None:
    steps = sum(len(client.script.steps()) for client in crew.clients)
    try:
        crew.start()
        for part in range(1, _BLIND_KILLS + 1):
            crew.wait_for(steps * part // (_BLIND_KILLS + 1))
            if running := crew.running():
                client = random.choice(running)
                crew.kill_one(client)
                crew.start_one(client)
        crew.join()
    finally:
        crew.close()


def _with_a_fen_changed(scene: Scene, size: KillSize) -> Outcome:
    """Control: one fen changed by the superuser must be found, in the sums and in the chain."""
    started = perf_counter()
    tell("对照：超级用户改动一分")
    with scene.open() as server:
        version = server.version()
        clients = scene.clients(size.clients, size.clients * 10, round_number=0)
        crew = Crew(clients)
        try:
            crew.start()
            crew.join()
        finally:
            crew.close()
        seal_all()
        with server.connect() as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "UPDATE ledger_leg SET amount_fen = amount_fen + 1 WHERE (transfer_id, number) = "
                "(SELECT transfer_id, number FROM ledger_leg WHERE amount_fen > 0 LIMIT 1)"
            )
            books = examine_books(connection)
    return Outcome(
        key="kill/control-fen",
        title="对照：超级用户改动一分",
        server=version,
        seed=scene.seed,
        runs=1,
        seconds=perf_counter() - started,
        counts=[
            Count("unbalanced", "不平", books.unbalanced, Must.SOME),
            Count("chain", "封存链有误", books.chain, Must.SOME),
        ],
        note="没有发现，就说明这个测试看不见改动",
    )
