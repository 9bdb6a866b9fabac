"""故障测试: what is done to the ledger and its server, what came of it, and controls."""

from dataclasses import dataclass

from benchmarks.faults.apart import Ground
from benchmarks.faults.small_disk import on_small_disk
from benchmarks.outcome import Outcome
from benchmarks.site import SEED, Site

__all__ = ["measure"]


@dataclass(frozen=True)
class Size:
    """规模: how often each fault is done."""

    kill_rounds: int
    kill_transfers: int
    disk_rounds: int
    clock_actions: int
    restore_part: int
    sequences: int
    interleavings: int
    holds: int


SIZES = {
    "school": Size(4, 200, 1, 100, 60, 5, 20, 1),
    "district": Size(10, 10_000, 5, 1_000, 2_000, 1_000, 1_000, 100),
    "city": Size(100, 10_000, 20, 10_000, 10_000, 10_000, 10_000, 1_000),
}


def measure(site: Site) -> list[Outcome]:
    """Every fault, each with its controls; the site's own server is not touched."""
    size = SIZES[site.scale]
    with Ground(site.folder / "faults").opened() as ground:
        return [*_of_the_server(ground, size), *_of_the_clock(ground, size), *_races(ground, size)]


def _of_the_server(ground: Ground, size: Size) -> list[Outcome]:
    kill = {
        "rounds": size.kill_rounds,
        "transfers": size.kill_transfers,
        "controls": max(1, size.kill_rounds // 10),
    }
    disk = on_small_disk(ground.data_folder("disk"))
    return [
        *ground.run("kill", kill, seed=SEED),
        *ground.run("disk", {"rounds": size.disk_rounds}, seed=SEED, prefix=disk),
        *ground.run("restore", {"part": size.restore_part}, seed=SEED),
    ]


def _of_the_clock(ground: Ground, size: Size) -> list[Outcome]:
    return [
        *ground.run("clock", {"actions": size.clock_actions}, seed=SEED),
        *ground.run("year-end", {}, seed=SEED),
    ]


def _races(ground: Ground, size: Size) -> list[Outcome]:
    races = {
        "sequences": size.sequences,
        "interleavings": size.interleavings,
        "holds": size.holds,
    }
    # why: these look into the tables as their owner, which a test's connection is.
    return ground.run("races", races, seed=SEED, mode="test")
