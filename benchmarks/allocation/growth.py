"""增长: what a pupil costs as pupils become more, and the plot of it."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.allocation.city import DRAW_SEED, make_city
from benchmarks.allocation.city_market import market_of
from benchmarks.ratio import Case, Ratio, Role, Timings, interleave
from benchmarks.site import tell
from shuangjian.engines.allocation.run import allocate
from shuangjian.engines.market.market import Market

SIZES = {
    "school": (100, 200, 400),
    "district": (1_000, 10_000, 100_000),
    "city": (1_000, 10_000, 100_000, 1_000_000),
}
WORTH_A_TURN = 20_000  # why: fewer pupils take less time than a clock is good for
TURNS_MOST = 3
PLOT = "allocation-growth.svg"


@dataclass(frozen=True)
class Way:
    """一条曲线: a mechanism on schools of a thousand, or on one market of all pupils."""

    key: str
    mechanism: str
    pupils_a_school: int | None
    title: str
    label: str


WAYS = (
    Way("lottery", "lottery", 1_000, "抽签录取，一千人一校", "lottery, schools of 1,000"),
    Way("lottery-one", "lottery", None, "抽签录取，全部在一个市场", "lottery, one market"),
    Way(
        "rank-optimal", "rank-optimal", 1_000,
        "总名次最优，一千人一校", "rank-optimal, schools of 1,000",
    ),
)  # fmt: skip


def measure(scale: str, *, repetitions: int, images: Path | None) -> list[Ratio]:
    """Draw, place and explain for each size and way; the plot is written to ``images``."""
    sizes = SIZES[scale]
    tell(f"增长：{'、'.join(str(size) for size in sizes)} 名学生")
    markets: dict[tuple[int, int], Market] = {}
    cases = {}
    for way in WAYS:
        for size in sizes:
            schools = max(1, size // (way.pupils_a_school or size))
            if (schools, size) not in markets:
                city = make_city(schools=schools, pupils=size // schools, seed=1)
                markets[schools, size] = market_of(city)
            cases[f"{way.key}/{size}"] = Case(
                partial(allocate, markets[schools, size], mechanism=way.mechanism, seed=DRAW_SEED),
                times=max(1, WORTH_A_TURN // size),
            )
    timings = interleave(cases, repetitions=min(repetitions, TURNS_MOST))
    if images is not None:
        plot(
            {
                way.label: [(size, timings.median(f"{way.key}/{size}")) for size in sizes]
                for way in WAYS
            },
            images / PLOT,
        )
    return [_growth(timings, way, size, sizes[0]) for way in WAYS for size in sizes[1:]]


def _growth(timings: Timings, way: Way, size: int, smallest: int) -> Ratio:
    """The time of a size, divided by what the smallest would take for as many pupils."""
    times = size / smallest
    ratio = timings.ratio(
        f"growth-{way.key}/{size}",
        f"{way.key}/{size}",
        f"{way.key}/{smallest}",
        words=(f"{way.title}：{size} 名学生", f"{smallest} 名学生的用时 × {times:.0f}"),
        role=Role.SELF,
        note="1 为线性",
    )
    return replace(
        ratio,
        ratio=ratio.ratio / times,
        lowest=ratio.lowest / times,
        highest=ratio.highest / times,
        beside_seconds=ratio.beside_seconds * times,
    )


def plot(points: dict[str, list[tuple[int, float]]], path: Path) -> None:
    """Draw microseconds a pupil over pupils (增长图), as an SVG that depends on the points alone.

    Args:
        points: pupils and seconds of each curve, by its label.
        path: of the file.
    """
    with mpl.rc_context({"svg.hashsalt": "shuangjian", "svg.fonttype": "path"}):
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.add_subplot()
        for (label, curve), marker in zip(points.items(), "os^", strict=True):
            pupils = [size for size, _ in curve]
            axes.plot(
                pupils,
                [seconds / size * 1e6 for size, seconds in curve],
                marker=marker,
                label=label,
            )
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel("pupils (five days, five choices each)")
        axes.set_ylabel("microseconds a pupil")
        axes.set_title("Draw, placing and reasons: a level line is linear growth")
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None})
