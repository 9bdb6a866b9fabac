"""逐笔: one durable transfer a commit, beside the bare function, the disk and the peers.

All by the same Python clients: one alone, then many at once; at last with an account that every
transfer touches, where they can only stand in line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from benchmarks.ledger import bare, ours, peer_a_ledger, peer_hordak
from benchmarks.ledger.clients import Clients, Way, Work, open_clients, run_apart
from benchmarks.ledger.disk import seconds_a_flush
from benchmarks.ratio import Ratio, Role, Timings

TRANSFERS = {"school": 16, "district": 1_200, "city": 1_200}
CLIENTS = {"school": 2, "district": 8, "city": 8}
ROUNDS = 4
PEER_ACCOUNTS = {"school": 10, "district": 1_000, "city": 1_000}
DISK = "disk"


@dataclass(frozen=True)
class Contender:
    """参测者: a way of making transfers.

    Attributes:
        title: in Chinese.
        way: what its clients run.
        part: it makes one of so many of ours in a turn, as it takes so much longer.
        is_apart: it runs in processes that never load the platform's settings.
        is_alone: only one client of it is measured.
    """

    title: str
    way: Way
    part: int = 1
    is_apart: bool = False
    is_alone: bool = False


CONTENDERS = {
    "ours": Contender("逐笔记账", ours.PostTransfer),
    "function": Contender("账本的服务器函数，直接调用", bare.OursByFunction),
    "bare": Contender("裸函数：写同样的行，不核对", bare.BareFunction),
    "row": Contender("只插入一个数", bare.BareRow),
    "hot": Contender("逐笔记账，热点账户", ours.PostHot),
    "bare-hot": Contender("裸函数，热点账户", bare.HotFunction),
    "hordak": Contender("django-hordak：transfer_to", peer_hordak.transfer_to, 4, is_apart=True),
    "hordak-bulk": Contender("django-hordak：合并写分录", peer_hordak.bulk_legs, 4, is_apart=True),
    "hordak-checked": Contender(
        "django-hordak：锁账户、核对余额、transfer_to", peer_hordak.checked, 6, is_apart=True
    ),
    "a-ledger": Contender(
        "a-ledger：SQLite，逐笔落盘", peer_a_ledger.one_a_commit, 20, is_apart=True, is_alone=True
    ),
}


def measure(scale: str, *, repetitions: int, folder: Path) -> list[Ratio]:
    """Every way in turns; afterwards each must hold just what was made in it."""
    peer_hordak.make_database()
    run_apart(peer_hordak.make_accounts, PEER_ACCOUNTS[scale])
    many, before = CLIENTS[scale], _counts()
    with open_clients(many) as near, open_clients(many) as apart:
        race = _Race({False: near, True: apart}, many, TRANSFERS[scale], folder)
        for turn in range(repetitions + 1):
            race.run(turn)
    made = {name: after - before[name] for name, after in _counts().items()}
    assert made == race.made(), f"{made} was written, {race.made()} was acknowledged"
    return _ratios(race.timings, many)


class _Race:
    """The turns; the first warms up. A turn is cut in rounds, so that all share one weather."""

    def __init__(
        self, crews: Mapping[bool, Clients], many: int, transfers: int, folder: Path
    ) -> None:
        self.timings = Timings()
        self._crews, self._many, self._transfers = crews, many, transfers
        self._folder = folder
        self._made = dict.fromkeys(CONTENDERS, 0)

    def run(self, turn: int) -> None:
        """One turn of everybody (一轮)."""
        seconds: dict[str, list[float]] = {}
        for number in range(ROUNDS):
            names = list(CONTENDERS)
            for name in names if number % 2 == 0 else reversed(names):
                for clients in (1,) if CONTENDERS[name].is_alone else (1, self._many):
                    found = self._seconds(name, clients)
                    seconds.setdefault(f"{name}/{clients}", []).append(found)
            flush = seconds_a_flush(self._folder, writes=self._transfers // ROUNDS)
            seconds.setdefault(DISK, []).append(flush)
        if turn > 0:
            for way, rounds in seconds.items():
                self.timings.keep(way, mean(rounds))

    def _seconds(self, name: str, clients: int) -> float:
        contender = CONTENDERS[name]
        # why: as many in all, so that many clients take no longer than one.
        transfers = max(1, self._transfers // ROUNDS // contender.part // clients)
        self._made[name] += transfers * clients
        work = Work(contender.way, transfers)
        return self._crews[contender.is_apart].run(work, clients=clients)

    def made(self) -> dict[str, int]:
        """What was acknowledged, by whose tables it stands in."""
        made = self._made
        return {
            "ours": made["ours"] + made["function"] + made["hot"],
            "bare": made["bare"] + made["bare-hot"],
            "hordak": made["hordak"] + made["hordak-bulk"] + made["hordak-checked"],
        }


def _counts() -> dict[str, int]:
    return {
        "ours": ours.count_transfers(),
        "bare": bare.count_transfers(),
        "hordak": peer_hordak.count_transfers(),
    }


def _ratios(timings: Timings, many: int) -> list[Ratio]:
    one, all_ = "一方", f"{many} 方同时"
    beside = (
        ("one", "ours/1", "bare/1", Role.LIMIT, one),
        ("one-function", "function/1", "bare/1", Role.LIMIT, one),
        ("one", "ours/1", "row/1", Role.LIMIT, one),
        ("one", "ours/1", "hordak/1", Role.PEER, one),
        ("one", "ours/1", "hordak-bulk/1", Role.PEER, one),
        ("one", "ours/1", "hordak-checked/1", Role.PEER, one),
        ("one", "ours/1", "a-ledger/1", Role.PEER, one),
        ("many", f"ours/{many}", f"bare/{many}", Role.LIMIT, all_),
        ("many-function", f"function/{many}", f"bare/{many}", Role.LIMIT, all_),
        ("many", f"ours/{many}", f"row/{many}", Role.LIMIT, all_),
        ("many", f"ours/{many}", f"hordak/{many}", Role.PEER, all_),
        ("many", f"ours/{many}", f"hordak-bulk/{many}", Role.PEER, all_),
        ("many", f"ours/{many}", f"hordak-checked/{many}", Role.PEER, all_),
        ("hot-one", "hot/1", "bare-hot/1", Role.LIMIT, one),
        ("hot-many", f"hot/{many}", f"bare-hot/{many}", Role.LIMIT, all_),
    )
    ratios = [
        timings.ratio(
            f"{key}/{to.split('/')[0]}", of, to, words=(_words(of, how), _words(to, how)), role=role
        )
        for key, of, to, role, how in beside
    ]
    ratios.append(
        timings.ratio(
            "one/disk", "ours/1", DISK,
            words=(_words("ours/1", one), "写 4 KiB 并落盘（fdatasync）"), role=Role.LIMIT,
        )
    )  # fmt: skip
    return [replace(ratio, note=per_second(ratio)) for ratio in ratios]


def _words(name: str, how: str) -> str:
    return f"{CONTENDERS[name.split('/')[0]].title}，{how}"


def per_second(ratio: Ratio) -> str:
    """Both rates (每秒笔数), as the reader knows such things."""
    return f"每秒 {1 / ratio.seconds:.0f} 笔，对照 {1 / ratio.beside_seconds:.0f}"
