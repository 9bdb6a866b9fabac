"""一所学校: placing one school, beside the bare loop, fairpyx and OR-tools, in turns."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.allocation.bare import serial_dictatorship
from benchmarks.allocation.city import CHOICES, DAYS, DRAW_SEED, City, make_city
from benchmarks.allocation.city_files import write_city
from benchmarks.allocation.city_market import market_of
from benchmarks.allocation.flow import Totals, best_flow, totals_of
from benchmarks.allocation.round_robin import round_robin_of
from benchmarks.ratio import Case, Ratio, Role, Timings, interleave
from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import allocate, place_and_explain
from shuangjian.engines.allocation.standing import standing_of
from shuangjian.engines.allocation.summary import summarise
from shuangjian.engines.market.folder import read_market
from shuangjian.engines.market.market import Int16, Int32
from shuangjian.engines.market.write import write_result

PUPILS = {"school": 300, "district": 1300, "city": 1300}
RUNS = 20  # why: a single placing takes less time than a clock is good for


def measure(scale: str, *, repetitions: int, folder: Path) -> list[Ratio]:
    """All ways on the same school; results that must agree are compared before they are timed."""
    city = make_city(schools=1, pupils=PUPILS[scale], seed=1)
    market = market_of(city)
    standing = standing_of(market, seed=DRAW_SEED)
    orders = _orders(city, standing)
    place = {
        name: partial(place_and_explain, market, standing, MECHANISMS[name])
        for name in ("lottery", "fullest", "rank-optimal")
    }
    seats = np.full(city.course_count, city.seats, np.int32)
    bare = partial(serial_dictatorship, city.choices, seats, orders)
    assert (_by_day(place["lottery"]().placed) == bare()).all()
    assert _totals(city, place["rank-optimal"]().placed) == _flows(city)
    write_city(city, folder / "in", form="csv")
    timings = interleave(
        {
            **{name: Case(run, times=RUNS) for name, run in place.items()},
            "bare": Case(bare, times=RUNS),
            "draw": Case(
                partial(allocate, market, mechanism="lottery", seed=DRAW_SEED), times=RUNS
            ),
            "files": Case(partial(_from_csv_to_csv, folder / "in", folder / "out")),
            "round robin": Case(round_robin_of(city, orders[0])),
            "flow": Case(partial(_flows, city)),
        },
        repetitions=repetitions,
    )
    return _ratios(timings, note=f"{city.pupils} 名学生，{len(DAYS)} 天，各 {CHOICES} 个志愿")


def _orders(city: City, standing: Int32) -> NDArray[np.int32]:
    """Per day the order in which the pupils take their turn, ``(days, pupils)``."""
    return np.lexsort((standing, np.broadcast_to(city.tier, standing.shape))).astype(np.int32)


def _from_csv_to_csv(given: Path, answered: Path) -> None:
    """All that the command does (从 CSV 到 CSV), but for starting Python."""
    market = read_market(given)
    allocation = allocate(market, mechanism="lottery", seed=DRAW_SEED)
    write_result(
        market,
        allocation,
        answered,
        summary={"mechanism": "lottery", **summarise(market, allocation)},
        form="csv",
    )


def _by_day(placed: Int16) -> Int16:
    return placed.reshape(-1, len(DAYS))


def _totals(city: City, placed: Int16) -> list[Totals]:
    return [totals_of(column, city.tier) for column in _by_day(placed).T]


def _flows(city: City) -> list[Totals]:
    return [
        best_flow(
            city.choices[:, day] - day * city.courses,
            city.tier,
            courses=city.courses,
            seats=city.seats,
        )
        for day in range(len(DAYS))
    ]


def _ratios(timings: Timings, *, note: str) -> list[Ratio]:
    ours, bare = "录取，含每个志愿的理由和候补位次", "裸循环：只依次选择"
    robin = "fairpyx 轮流挑选"
    flow = "OR-tools 最小费用流（同一目标）"
    return [
        timings.ratio(
            "school/bare", "lottery", "bare", words=(ours, bare), role=Role.LIMIT, note=note
        ),
        timings.ratio(
            "school/round-robin", "lottery", "round robin", words=(ours, robin), role=Role.PEER
        ),
        timings.ratio(
            "school-draw/round-robin", "draw", "round robin",
            words=("抽签并录取", robin), role=Role.PEER,
        ),
        timings.ratio(
            "school-files/round-robin", "files", "round robin",
            words=("读 CSV、抽签、录取、写 CSV", robin), role=Role.PEER, note="对照不读不写文件",
        ),
        timings.ratio(
            "school-fullest/flow", "fullest", "flow",
            words=("人数最多，含理由", flow), role=Role.PEER,
        ),
        timings.ratio(
            "school-rank-optimal/flow", "rank-optimal", "flow",
            words=("总名次最优，含理由", flow), role=Role.PEER, note="每天的人数和总名次与对照相等",
        ),
    ]  # fmt: skip
