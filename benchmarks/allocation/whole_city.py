"""全市: the real command from Parquet to Parquet in fresh processes, and OR-tools as its judge."""

from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.allocation import copy_files
from benchmarks.allocation.city import CHOICES, DAYS, DRAW_SEED, City, make_city
from benchmarks.allocation.city_files import write_city
from benchmarks.allocation.flow import Totals, best_flow, totals_of
from benchmarks.allocation.process import COMMAND, run_python
from benchmarks.ratio import Ratio, Role, Timings
from benchmarks.site import tell

SIZES = {"school": (2, 130), "district": (20, 1300), "city": (1000, 1300)}
TURNS_MOST = 3  # why: a turn of a whole city takes a minute
GIBIBYTE = 1 << 30

Steps = dict[str, tuple[str, ...]]


def measure(scale: str, *, repetitions: int, folder: Path) -> list[Ratio]:
    """Allocate twice, check, copy, in turns; then compare with OR-tools' optimum, once."""
    # why: once on little, so that no turn has a kernel to compile.
    small = make_city(schools=1, pupils=50, seed=1)
    write_city(small, folder / "small", form="parquet")
    for words in _steps(folder / "small").values():
        run_python(*words)
    schools, pupils = SIZES[scale]
    city = make_city(schools=schools, pupils=pupils, seed=1)
    tell(f"写下 {city.choices.size} 个志愿")
    write_city(city, folder / "whole", form="parquet")
    timings, peaks = _timed(_steps(folder / "whole"), turns=min(repetitions, TURNS_MOST))
    once = Timings()
    tell("与 OR-tools 逐校逐天核对")
    optima = once.time("flow", partial(_optima, city))
    assert _found(city, folder / "whole" / "rank-optimal") == optima
    run = run_python(*_steps(folder / "whole")["rank-optimal"])
    once.keep("rank-optimal", run.seconds)
    return [*_ratios(timings, peaks, city), _beside_flow(once, city)]


def _steps(folder: Path) -> Steps:
    """What is run, by name; all but the first two need what the first has written."""

    def allocate(mechanism: str) -> tuple[str, ...]:
        words = ("--mechanism", mechanism, "--seed", DRAW_SEED.hex())
        return (*COMMAND, "allocate", "--in", str(folder), "--out", str(folder / mechanism), *words)

    first = str(folder / "lottery")
    return {
        "lottery": allocate("lottery"),
        "rank-optimal": allocate("rank-optimal"),
        "check": (*COMMAND, "check-allocation", "--in", str(folder), "--out", first),
        "copy": (str(Path(copy_files.__file__)), str(folder), first, str(folder / "copy")),
    }


def _timed(steps: Steps, *, turns: int) -> tuple[Timings, dict[str, int]]:
    """Every step in turns, the order reversed at every second one; and the largest peaks."""
    timings, peaks = Timings(), dict.fromkeys(steps, 0)
    for turn in range(turns):
        for name in steps if turn % 2 == 0 else reversed(steps):
            tell(f"第 {turn + 1} 轮：{name}")
            run = run_python(*steps[name])
            timings.keep(name, run.seconds)
            peaks[name] = max(peaks[name], run.peak_bytes)
    return timings, peaks


def _optima(city: City) -> list[Totals]:
    """The best of every school and day, by OR-tools."""
    by_school = city.choices.reshape(city.schools, city.pupils, len(DAYS), CHOICES)
    tier = city.tier.reshape(city.schools, city.pupils)
    return [
        best_flow(
            by_school[school, :, day] - (school * len(DAYS) + day) * city.courses,
            tier[school],
            courses=city.courses,
            seats=city.seats,
        )
        for school in range(city.schools)
        for day in range(len(DAYS))
    ]


def _found(city: City, folder: Path) -> list[Totals]:
    """The totals of every school and day, read from the audit file."""
    audit = pq.read_table(folder / "audit.parquet", columns=["pupil", "slot", "placed"])
    placed: NDArray[np.int16] = np.full((city.pupil_count, len(DAYS)), -1, np.int16)
    placed[audit["pupil"].to_numpy(), audit["slot"].to_numpy()] = audit["placed"].to_numpy()
    by_school = placed.reshape(city.schools, city.pupils, len(DAYS))
    tier = city.tier.reshape(city.schools, city.pupils)
    return [
        totals_of(by_school[school, :, day], tier[school])
        for school in range(city.schools)
        for day in range(len(DAYS))
    ]


def _ratios(timings: Timings, peaks: dict[str, int], city: City) -> list[Ratio]:
    peak = {name: f"内存最多 {bytes_ / GIBIBYTE:.2f} GiB" for name, bytes_ in peaks.items()}
    size = f"{city.schools} 所学校，{city.pupil_count} 名学生，{city.choices.size} 个志愿"
    lottery = "抽签录取，从 Parquet 到 Parquet"
    return [
        timings.ratio(
            "city/copy", "lottery", "copy",
            words=(lottery, "pyarrow 只读同样的文件、写同样的文件"), role=Role.PEER,
            note=f"{size}；{peak['lottery']}",
        ),
        timings.ratio(
            "city-rank-optimal/city", "rank-optimal", "lottery",
            words=("总名次最优，从 Parquet 到 Parquet", lottery), role=Role.SELF,
            note=peak["rank-optimal"],
        ),
        timings.ratio(
            "city-check/city", "check", "lottery",
            words=("从文件核对", lottery), role=Role.SELF, note=peak["check"],
        ),
    ]  # fmt: skip


def _beside_flow(once: Timings, city: City) -> Ratio:
    return once.ratio(
        "city-rank-optimal/flow", "rank-optimal", "flow",
        words=("总名次最优，从 Parquet 到 Parquet", "OR-tools 最小费用流，逐校逐天，只求解"),
        role=Role.PEER,
        note=f"只一次；{city.schools * len(DAYS)} 个市场的人数和总名次都相等",
    )  # fmt: skip
