"""录取命令: ``allocate``, ``compare-mechanisms`` and ``check-allocation``, from files alone."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from shuangjian.edges.cli.answer import Refused, as_json, print_json, print_pairs
from shuangjian.engines.draw.hashing import DEFAULT_HASH, HASHES

if TYPE_CHECKING:
    from shuangjian.engines.allocation.comparison import MechanismFigures
    from shuangjian.engines.allocation.misreport import MisreportSearch
    from shuangjian.engines.checker.record import CheckReport
    from shuangjian.engines.market.folder import Form
    from shuangjian.engines.market.market import Market

# why: numpy and the compiled kernels take a second to load, which no other command should wait for.
MECHANISM_NAMES = ("lottery", "fullest", "rank-optimal", "serial", "deferred-acceptance")
_WIDTH = 120
_SEED_BYTES = 32
_PREFLIB_HELP = "改读一个 PrefLib 文件（.soc .soi .toc .toi）。"


class Seed(click.ParamType[bytes]):
    """A seed in hexadecimal, as a draw publishes it."""

    name = "十六进制"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> bytes:
        """The seed's bytes, or a usage error in Chinese."""
        if isinstance(value, bytes):
            return value
        text = str(value)
        if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", text):
            self.fail(
                f"“{text}”不是十六进制的种子。应为偶数个 0～9、a～f，如抽签公布的 64 位种子。",
                param,
                ctx,
            )
        return bytes.fromhex(text)


folder_in = click.option(
    "--in",
    "given",
    type=click.Path(path_type=Path),
    help="报名文件夹：pupils、courses、choices（.csv 或 .parquet），可另有 tiers、tickets。",
)
seats = click.option("--seats", type=click.IntRange(min=0), help="PrefLib 每个选项的名额。")
seed_option = click.option(
    "--seed", type=Seed(), required=True, help="种子，十六进制；应来自公开抽签，不应自己想一个。"
)
hash_option = click.option(
    "--hash",
    "hash_name",
    type=click.Choice(HASHES),
    default=DEFAULT_HASH,
    show_default=True,
    help="散列算法，与抽签公告一致。",
)
threads_option = click.option(
    "--threads", type=click.IntRange(min=1), help="用几个线程；不写为全部处理器。结果与此无关。"
)


@click.command(
    "allocate",
    epilog="例：bin/shuangjian allocate --in 报名 --mechanism lottery --seed 5eed… --out 结果",
)
@folder_in
@click.option(
    "--preflib",
    type=click.Path(path_type=Path),
    help=f"{_PREFLIB_HELP}这样的结果不能用 check-allocation 核对，它只读报名文件夹。",
)
@seats
@click.option("--mechanism", type=click.Choice(MECHANISM_NAMES), required=True, help="录取办法。")
@seed_option
@hash_option
@click.option(
    "--out", "answered", type=click.Path(path_type=Path), required=True, help="结果文件夹。"
)
@click.option("--for-excel", is_flag=True, help="CSV 便于用 Excel 打开：加字节序标记，防公式。")
@threads_option
@as_json
def allocate_command(
    given: Path | None,
    preflib: Path | None,
    seats: int | None,
    mechanism: str,
    seed: bytes,
    hash_name: str,
    answered: Path,
    threads: int | None,
    *,
    for_excel: bool,
    as_json: bool,
) -> None:
    """按志愿、优先级和抽签录取，写出名单、每个志愿的理由和统计。

    不连接数据库；同样的报名和种子，在任何机器上结果逐字节相同。
    """
    from shuangjian.engines.allocation.mechanism import MECHANISMS
    from shuangjian.engines.allocation.run import allocate
    from shuangjian.engines.allocation.summary import summarise
    from shuangjian.engines.market.write import write_result

    began = perf_counter()

    def seconds() -> float:
        return round(perf_counter() - began, 3)

    _require_folder(answered)
    market, form = _read(given, preflib, seats)
    if market.courses.reserved.any() and not MECHANISMS[mechanism].is_reserving:
        raise Refused(
            f"courses 表里有预留名额（reserved），而 {mechanism} 不看预留名额。"
            "请改用 deferred-acceptance，或去掉这一列。"
        )
    allocation = allocate(
        market, mechanism=mechanism, seed=seed, hash_name=hash_name, threads=threads
    )
    summary = {
        "mechanism": mechanism,
        "seed": seed.hex(),
        "hash": hash_name,
        **summarise(market, allocation),
    }
    write_result(
        market,
        allocation,
        answered,
        summary=summary,
        form=form,
        seconds=seconds,
        for_excel=for_excel,
        threads=threads,
    )
    if as_json:
        print_json({**summary, "seconds": seconds(), "out": str(answered)})
        return
    _print_summary(summary, answered)
    if len(seed) < _SEED_BYTES:
        click.echo(f"提醒：种子不足 {_SEED_BYTES} 字节，只宜试用；正式录取请用公开抽签得出的种子。")


@click.command(
    "compare-mechanisms",
    epilog="例：bin/shuangjian compare-mechanisms --in 报名 --seed 5eed…",
)
@folder_in
@click.option("--preflib", type=click.Path(path_type=Path), help=_PREFLIB_HELP)
@seats
@seed_option
@hash_option
@as_json
def compare_command(
    given: Path | None,
    preflib: Path | None,
    seats: int | None,
    seed: bytes,
    hash_name: str,
    *,
    as_json: bool,
) -> None:
    """同一份报名按三种办法各录一遍，并排比较：首选、平均志愿、落空、不公、虚报得益。"""
    from shuangjian.engines.allocation.comparison import compare_mechanisms

    market, _ = _read(given, preflib, seats)
    found = compare_mechanisms(market, seed=seed, hash_name=hash_name)
    if as_json:
        print_json(found)
        return
    _print_figures(found)


@click.command(
    "check-allocation",
    epilog="例：bin/shuangjian check-allocation --in 报名 --out 结果",
)
@click.option("--in", "given", type=click.Path(path_type=Path), required=True, help="报名文件夹。")
@click.option(
    "--out", "answered", type=click.Path(path_type=Path), required=True, help="结果文件夹。"
)
@click.option("--seed", type=Seed(), help="公布的种子；写了就必须与结果里的一致。")
@as_json
def check_command(given: Path, answered: Path, seed: bytes | None, *, as_json: bool) -> None:
    """从文件核对一份录取结果：名额、资格、冲突、次序、理由，和该办法所称的性质。"""
    from shuangjian.engines.checker.check import check_allocation

    report = check_allocation(given, answered, seed=seed)
    if as_json:
        print_json({"is_right": report.is_right, **asdict(report)})
    else:
        print_check(report)
    if not report.is_right:
        raise Refused("核对没有通过。请把上面各条交给录取的人，改正后重新公布。", is_told=as_json)


def print_check(report: "CheckReport") -> None:
    """What the checker looked at and found (核对结论), one a line."""
    for name, count in report.checks:
        click.echo(f"看过 {name}：{count}")
    for sentence in report.unproved:
        click.echo(f"未能判定：{sentence}")
    for violation in report.violations:
        place = "，".join(filter(None, (violation.file, violation.key)))
        click.echo(f"不对（{violation.code}）{place}：{violation.sentence}", err=True)
    if report.is_right:
        click.echo("核对通过。")


def _read(given: Path | None, preflib: Path | None, seats: int | None) -> "tuple[Market, Form]":
    """The market (选课市场) of a folder or of a PrefLib file, and the form its answer takes."""
    from shuangjian.engines.market.folder import form_of, read_market
    from shuangjian.engines.market.preflib import read_preflib

    if (given is None) is (preflib is None):
        raise Refused("请在 --in（报名文件夹）和 --preflib（PrefLib 文件）里写一个，也只写一个。")
    if given is not None:
        if seats is not None:
            raise Refused("--seats 只和 --preflib 一起用；文件夹里的名额写在 courses 表里。")
        return read_market(given), form_of(given)
    assert preflib is not None
    if seats is None:
        raise Refused("用 --preflib 时还要写 --seats：每个选项有几个名额。")
    return read_preflib(preflib, seats=seats), "csv"


def _require_folder(answered: Path) -> None:
    """Refuse a result folder (结果文件夹) that is a file or below one, before the work."""
    with suppress(OSError):  # why: what cannot be looked at is told of when it is written.
        for place in (answered, *answered.parents):
            if place.is_file():
                raise Refused(f"{place} 是文件，不是文件夹。请换一个路径。")


def _print_figures(found: "list[MechanismFigures]") -> None:
    from rich.console import Console
    from rich.table import Table

    from shuangjian.engines.allocation.mechanism import MECHANISMS

    table = Table(box=None)
    table.add_column("")
    rows: dict[str, list[str]] = {
        title: [] for title in ("首选录取", "平均志愿", "落空", "有理由的不平（对）", "虚报能得益")
    }
    for figures in found:
        table.add_column(f"{MECHANISMS[figures.mechanism].title}\n{figures.mechanism}")
        cells = (
            _share(figures.first_choices, figures.applications),
            "—" if figures.mean_rank is None else f"{figures.mean_rank:.2f}",
            _share(figures.unplaced, figures.applications),
            str(figures.envy_pairs),
            _gain(figures.misreports),
        )
        for row, cell in zip(rows.values(), cells, strict=True):
            row.append(cell)
    for title, row in rows.items():
        table.add_row(title, *row)
    Console(width=max(_WIDTH, Console().width), highlight=False).print(table)


def _print_summary(summary: Mapping[str, Any], answered: Path) -> None:
    from shuangjian.engines.allocation.mechanism import MECHANISMS
    from shuangjian.engines.market.result import CODES, TITLES

    words = {CODES[reason]: title for reason, title in TITLES.items()}
    applications = summary["applications"]
    mean_rank = summary["mean_rank"]
    print_pairs(
        [
            ("办法", MECHANISMS[summary["mechanism"]].title),
            ("学生", summary["pupils"]),
            ("课程", summary["courses"]),
            ("报名（每人每时段一份）", applications),
            ("录取", summary["placed"]),
            ("首选录取", _share(summary["first_choice_count"], applications)),
            ("平均志愿", "—" if mean_rank is None else f"{mean_rank:.2f}"),
            ("落空", _share(summary["unplaced_count"], applications)),
            ("停开的课", "、".join(summary["closed"]) or "无"),
            ("输入的摘要", summary["digest"]),
        ]
    )
    click.echo("各志愿的理由：")
    for code, count in summary["reasons"].items():
        if count:
            click.echo(f"  {count:>9}  {words[code]}")
    if stranger := summary["not_eligible"]:
        click.echo(
            "提醒：有志愿填了不对该年级开放的课，如学生 {pupil} 在 {slot} 填的 {course}；"
            "这些志愿没有参加录取。请核对年级和课程的面向年级。".format(**stranger)
        )
    click.echo(f"名单、理由和统计在 {answered}。")


def _gain(search: "MisreportSearch") -> str:
    tried = f"（查了 {search.searched} 份、{search.reports} 种填法）"
    if not search.gainers:
        return f"没有找到{tried}"
    return f"{search.gainers} 份，最多提前 {search.largest_gain} 个志愿{tried}"


def _share(count: int, whole: int) -> str:
    return f"{count}（{count / whole:.1%}）" if whole else "0"
