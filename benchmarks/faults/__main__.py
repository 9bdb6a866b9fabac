"""A fault's own process (故障进程); ``apart`` starts it and reads what it prints."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from benchmarks.faults.apart import TEMPLATE
from benchmarks.faults.clock import ClockSize, step_clock
from benchmarks.faults.disk import DiskSize, fill_disk
from benchmarks.faults.kill import KillSize, kill_faults
from benchmarks.faults.restore import RestoreSize, restore_ledger
from benchmarks.faults.scene import Scene, leave_server
from benchmarks.faults.server import adopt_orphans
from benchmarks.faults.year_end import turn_of_the_year
from benchmarks.outcome import Outcome


def _make_template(_scene: Scene) -> list[Outcome]:
    from shuangjian.edges.config import database, embedded
    from shuangjian.edges.install import migrate

    database.ensure_server()
    database.refresh_settings()
    migrate()
    leave_server()
    embedded.stop(database.folder())
    return []


def _run_races(scene: Scene, **size: int) -> list[Outcome]:
    from benchmarks.faults.races import RacesSize, run_races

    return run_races(scene, RacesSize(**size))


FAULTS: dict[str, Callable[..., list[Outcome]]] = {
    TEMPLATE: _make_template,
    "clock": lambda scene, **size: step_clock(scene, ClockSize(**size)),
    "disk": lambda scene, **size: fill_disk(scene, DiskSize(**size)),
    "races": _run_races,
    "restore": lambda scene, **size: restore_ledger(scene, RestoreSize(**size)),
    "year-end": turn_of_the_year,
    "kill": lambda scene, **size: kill_faults(scene, KillSize(**size)),
}


def main() -> None:
    """Run the one fault that the arguments name; print its outcomes as JSON."""
    call: dict[str, Any] = json.loads(sys.argv[1])
    scene = Scene(Path(call["template"]), Path(call["folder"]), call["seed"])
    adopt_orphans()
    django.setup()
    outcomes = FAULTS[call["fault"]](scene, **call["size"])
    print(json.dumps([outcome.plain() for outcome in outcomes], ensure_ascii=False))


if __name__ == "__main__":
    main()
