"""``bin/bench [NAME]``: ratios measured side by side in one run, and what faults did."""

import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from benchmarks.catalogue import BENCHMARKS, SCALES, Benchmark
from benchmarks.outcome import Outcome
from benchmarks.ratio import Ratio
from benchmarks.site import open_site, tell

_NAMES = "\n\n".join(f"{each.name}：{each.title}" for each in BENCHMARKS.values())
_NARROW = 132


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help="并排测量各做法的用时之比；不写名称为全部。\n\n" + _NAMES,
    epilog="例：bin/bench rules --scale school",
)
@click.argument("names", nargs=-1, metavar="[名称]...", type=click.Choice(list(BENCHMARKS)))
@click.option(
    "--scale",
    type=click.Choice(SCALES),
    default="district",
    show_default=True,
    help="两所学校、整个虚构的区，或全市；全市只有 ledger、allocation 和 faults。",
)
@click.option(
    "--repetitions",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="每项交替重复的次数，取中位数。",
)
@click.option("--without-spark", is_flag=True, help="不测 Spark。")
@click.option(
    "--images",
    type=click.Path(path_type=Path, file_okay=False),
    help="把图写到这个文件夹；只有 ledger 和 allocation 有图。",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def main(
    names: tuple[str, ...],
    scale: str,
    repetitions: int,
    images: Path | None,
    *,
    without_spark: bool,
    as_json: bool,
) -> None:
    """Run the chosen benchmarks in the catalogue's order and print their ratios."""
    chosen = _chosen(names, scale)
    load_before = os.getloadavg()[0]
    ratios: dict[str, list[Ratio]] = {}
    outcomes: list[Outcome] = []
    with open_site(
        scale=scale, repetitions=repetitions, with_spark=not without_spark, images=images
    ) as site:
        for benchmark in chosen:
            tell(benchmark.title)
            for measured in benchmark.measure(site):
                if isinstance(measured, Outcome):
                    outcomes.append(measured)
                else:
                    ratios.setdefault(benchmark.name, []).append(measured)
    setting = {
        "scale": scale,
        "repetitions": repetitions,
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_before": load_before,
    }
    if as_json:
        rows = [_plain(name, ratio) for name, each in ratios.items() for ratio in each]
        tried = [outcome.plain() for outcome in outcomes]
        found = {**setting, "ratios": rows, "outcomes": tried}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _print(ratios, outcomes, setting)
    if not all(outcome.is_met for outcome in outcomes):
        sys.exit(1)


def _chosen(names: tuple[str, ...], scale: str) -> list[Benchmark]:
    """Those named, or all that can be run at the scale."""
    unable = [name for name in names if scale not in BENCHMARKS[name].scales]
    if unable:
        able = "、".join(BENCHMARKS[unable[0]].scales)
        raise click.UsageError(f"{'、'.join(unable)} 没有规模 {scale}，可选：{able}。")
    return [
        each
        for name, each in BENCHMARKS.items()
        if name in names or (not names and scale in each.scales)
    ]


def _plain(name: str, ratio: Ratio) -> dict[str, Any]:
    return {"benchmark": name, **asdict(ratio), "role": ratio.role.name.lower()}


def _print(
    ratios: dict[str, list[Ratio]], outcomes: list[Outcome], setting: dict[str, object]
) -> None:
    console = Console(highlight=False)
    if console.width < _NARROW:
        console = Console(highlight=False, width=_NARROW)
    console.print(
        f"规模 {setting['scale']}，每项 {setting['repetitions']} 次取中位数；"
        f"{setting['machine']}，{setting['processors']} 个处理器，"
        f"开始时负载 {setting['load_before']:.1f}。"
    )
    if ratios:
        console.print("比值 = 被测 ÷ 对照，“各次”是每一轮的最小和最大比值。")
        _print_ratios(console, ratios)
    if outcomes:
        _print_outcomes(console, outcomes)


def _print_outcomes(console: Console, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        console.print()
        console.print(
            f"{'✓' if outcome.is_met else '✗'} {outcome.title}"
            f"（{outcome.key}；{outcome.server}，种子 {outcome.seed}，"
            f"{outcome.runs} 次，{outcome.seconds:.1f} 秒）"
        )
        for count in outcome.counts:
            verdict = "" if count.is_met else "  ✗"
            must = f"（{count.must.value}）" if count.must.value else ""
            console.print(f"    {count.title} {count.value}{must}{verdict}")
        if outcome.note:
            console.print(f"    {outcome.note}")


def _print_ratios(console: Console, found: dict[str, list[Ratio]]) -> None:
    for name, ratios in found.items():
        table = Table(title=f"{name}：{BENCHMARKS[name].title}", title_justify="left", box=None)
        for title in ("被测", "对照", ""):
            table.add_column(title)
        for title in ("比值", "各次", "被测毫秒", "对照毫秒"):
            table.add_column(title, justify="right", no_wrap=True)
        table.add_column("说明")
        for ratio in ratios:
            table.add_row(
                ratio.measured,
                ratio.beside,
                ratio.role.value,
                _figure(ratio.ratio),
                f"{_figure(ratio.lowest)}～{_figure(ratio.highest)}",
                _milliseconds(ratio.seconds),
                _milliseconds(ratio.beside_seconds),
                ratio.note,
            )
        console.print()
        console.print(table)


def _figure(ratio: float) -> str:
    """A ratio; where ours takes a small part of the other's time, as one to so many."""
    return f"{ratio:.2f}" if ratio >= 0.05 else f"1/{1 / ratio:.0f}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}" if seconds >= 0.001 else f"{seconds * 1000:.3f}"


if __name__ == "__main__":
    main()
