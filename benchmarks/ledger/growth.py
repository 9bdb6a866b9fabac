"""增长: what a transfer and a balance cost as the ledger fills, and the plot of it.

Every second transfer pays into one hot account, as into a custodian's; business days lie at random
in more than a year, so no account's entries are in their order. One batch is left unsealed where
balances are read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.ledger import server
from benchmarks.ledger.filling import Filling
from benchmarks.ratio import Case, Ratio, Role, Timings, interleave
from benchmarks.site import tell

SIZES = {
    "school": (200, 400),
    "district": (100_000, 1_000_000),
    "city": (100_000, 1_000_000, 10_000_000),
}
CHECKS_MOST = 3
PLOT = "ledger-growth.svg"

Points = Sequence[tuple[int, float]]
"""Transfers in the ledger and seconds."""


@dataclass(frozen=True)
class Curve:
    """一条曲线: what is measured at every size, by its key in ``Filling``."""

    key: str
    title: str
    label: str


TRANSFERS = (
    Curve("single", "逐笔记账", "one a commit"),
    Curve("batch", "批量记账", "in a batch of 1,000"),
    Curve("row", "只插入一个数（与账本无关，看机器是否平稳）", "one row, no ledger"),
)
BALANCES = (
    Curve("balance", "现在的余额", "now"),
    Curve("balance-on", "某日的余额", "as of a day"),
    Curve("balance-at", "某刻的余额", "as of a moment"),
    Curve("hot-balance", "热点账户现在的余额", "hot account, now"),
    Curve("hot-balance-on", "热点账户某日的余额", "hot account, as of a day"),
    Curve("hot-balance-at", "热点账户某刻的余额", "hot account, as of a moment"),
)
CURVES = (*TRANSFERS, *BALANCES)


def measure(scale: str, *, repetitions: int, images: Path | None) -> list[Ratio]:
    """Fill, measure, fill again; at last prove the whole ledger, beside only reading its legs."""
    sizes, filling, timings = SIZES[scale], Filling(scale), Timings()
    slowest: dict[str, float] = {}
    for size in sizes:
        tell(f"增长：装到 {size} 笔")
        filling.fill(size)
        server.gather_statistics()
        for _ in range(repetitions):
            for curve in CURVES:
                if curve is BALANCES[0]:
                    filling.leave_a_tail()
                name, seconds = f"{curve.key}/{size}", filling.seconds(curve.key)
                timings.keep(name, mean(seconds))
                slowest[name] = max(slowest.get(name, 0), *seconds)
    if images is not None:
        points = {
            curve.key: [(size, timings.median(f"{curve.key}/{size}")) for size in sizes]
            for curve in CURVES
        }
        plot(points, images / PLOT)
    ratios = [
        _growth(timings, curve, size, sizes[0], slowest=slowest[f"{curve.key}/{size}"])
        for curve in CURVES
        for size in sizes[1:]
    ]
    tell("核对全部账目")
    return [*ratios, _checked(filling, min(repetitions, CHECKS_MOST))]


def _growth(timings: Timings, curve: Curve, size: int, smallest: int, *, slowest: float) -> Ratio:
    """What one takes at a size, divided by what it took at the smallest."""
    return timings.ratio(
        f"growth-{curve.key}/{size}",
        f"{curve.key}/{size}",
        f"{curve.key}/{smallest}",
        words=(f"{curve.title}，账上 {size} 笔", f"账上 {smallest} 笔"),
        role=Role.SELF,
        note=f"1 为不随规模变慢；最慢一次 {slowest * 1000:.2f} 毫秒",
    )


def _checked(filling: Filling, turns: int) -> Ratio:
    """The proof of everything, beside a sum over the legs."""
    cases = {"check": Case(filling.check), "read": Case(filling.read_legs)}
    timings = interleave(cases, repetitions=turns, warm_up=False)
    assert filling.checked >= filling.transfers()
    return timings.ratio(
        "check/read", "check", "read",
        words=("核对全部账目（ledger check）", "只把分录加一遍"), role=Role.LIMIT,
        note=f"{filling.checked} 笔，没有一处不符",
    )  # fmt: skip


def plot(points: Mapping[str, Points], path: Path) -> None:
    """Draw what a transfer and a balance take over the ledger's size (增长图), as an SVG.

    Args:
        points: of every curve, by its key; the file depends on them alone.
        path: of the file.
    """
    with mpl.rc_context({"svg.hashsalt": "shuangjian", "svg.fonttype": "path"}):
        figure = Figure(figsize=(10, 4.5), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw(left, TRANSFERS, points, unit=1e6)
        left.set_ylabel("microseconds a transfer")
        left.set_title("Transfers: a level line is no growth")
        _draw(right, BALANCES, points, unit=1e3)
        right.set_ylabel("milliseconds a balance")
        right.set_title("Balances of one account")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _draw(
    axes: Axes, curves: Sequence[Curve], points: Mapping[str, Points], *, unit: float
) -> None:
    for curve, marker in zip(curves, "os^vDP", strict=False):
        sizes = [size for size, _ in points[curve.key]]
        values = [seconds * unit for _, seconds in points[curve.key]]
        axes.plot(sizes, values, marker=marker, label=curve.label)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("transfers in the ledger")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
