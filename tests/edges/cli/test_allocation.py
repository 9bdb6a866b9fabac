"""The commands on files alone: what they write, print and refuse, without Django."""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from shuangjian.edges.cli import offline, running
from shuangjian.edges.cli.commands.allocation import MECHANISM_NAMES
from shuangjian.engines.allocation.mechanism import MECHANISMS

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "examples" / "after-school"
SEED = "5eed" * 16
TABLES = {"audit.csv", "courses_result.csv", "outcomes.csv", "placements.csv"}
REMINDER = "提醒：种子不足 32 字节"
HELP = "请加 --help 查看用法和例子。"
SOC = """# FILE NAME: 00000-00000001.soc
# TITLE: three courses
# DATA TYPE: soc
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 4
# NUMBER UNIQUE ORDERS: 2
# ALTERNATIVE NAME 1: chess
# ALTERNATIVE NAME 2: choir
# ALTERNATIVE NAME 3: drama
3: 1,2,3
1: 2,1,3
"""


def python(*words: object) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"]}
    command = [sys.executable, *map(str, words)]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def shuangjian(*words: object) -> subprocess.CompletedProcess[str]:
    return python("-m", "shuangjian.edges.cli", *words)


def allocate(given: Path, out: Path, *more: object) -> subprocess.CompletedProcess[str]:
    words = ("--mechanism", "lottery", "--seed", SEED)
    return shuangjian("allocate", "--in", given, *words, "--out", out, *more)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def copied(to: Path) -> Path:
    return shutil.copytree(EXAMPLE, to)


def rewrite(path: Path, change) -> None:
    """Let ``change`` mend a table's rows (the header apart) in place."""
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    change(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def assert_refused(said: subprocess.CompletedProcess[str], words: str) -> None:
    assert said.returncode == 2, said.stderr
    assert words in said.stderr
    assert "Traceback" not in said.stderr
    assert "Error" not in said.stderr
    assert "Usage" not in said.stderr


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> Path:
    """The example's result; nobody writes into it."""
    folder = tmp_path_factory.mktemp("allocated") / "result"
    assert allocate(EXAMPLE, folder).returncode == 0
    return folder


def test_allocate_writes_the_files_and_prints_the_figures(tmp_path):
    said = allocate(EXAMPLE, tmp_path / "new" / "out")
    assert (said.returncode, said.stderr) == (0, "")
    assert set(files(tmp_path / "new" / "out")) == TABLES | {"summary.json"}
    summary = json.loads((tmp_path / "new" / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["mechanism"], summary["seed"]) == ("lottery", SEED)
    lines = said.stdout.splitlines()
    assert "办法：优先级加抽签" in lines
    assert "学生：24" in lines
    assert f"录取：{summary['placed']}" in lines
    assert f"输入的摘要：{summary['digest']}" in lines
    assert lines[-1] == f"名单、理由和统计在 {tmp_path / 'new' / 'out'}。"
    with (tmp_path / "new" / "out" / "placements.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == summary["placed"]


def test_allocate_prints_its_summary_as_one_line_of_json(tmp_path):
    said = allocate(EXAMPLE, tmp_path / "out", "--json")
    (line,) = said.stdout.splitlines()
    printed = json.loads(line)
    written = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert printed.pop("out") == str(tmp_path / "out")
    del printed["seconds"], written["seconds"]
    assert printed == written


def test_the_order_of_the_rows_changes_nothing(result, tmp_path):
    given = copied(tmp_path / "given")
    for path in given.iterdir():
        rewrite(path, random.Random(7).shuffle)
    assert files(given) != files(EXAMPLE)
    assert allocate(given, tmp_path / "out").returncode == 0
    found, wanted = files(tmp_path / "out"), files(result)
    summaries = [json.loads(each.pop("summary.json")) for each in (found, wanted)]
    for summary in summaries:
        del summary["seconds"]
    assert found == wanted
    assert summaries[0] == summaries[1]


def test_check_allocation_passes_what_is_right(result):
    said = shuangjian("check-allocation", "--in", EXAMPLE, "--out", result, "--seed", SEED)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[-1] == "核对通过。"


def test_check_allocation_finds_two_swapped_placements(result, tmp_path):
    forged = shutil.copytree(result, tmp_path / "forged")

    def swap(rows: list[list[str]]) -> None:
        first = next(row for row in rows if row[1] == "mon")
        other = next(row for row in rows if row[1] == "mon" and row[2] != first[2])
        first[2], other[2] = other[2], first[2]

    rewrite(forged / "placements.csv", swap)
    said = shuangjian("check-allocation", "--in", EXAMPLE, "--out", forged)
    assert_refused(said, "不对（")
    assert "placements.csv" in said.stderr
    assert said.stderr.splitlines()[-1].startswith("核对没有通过。")
    assert "核对通过" not in said.stdout
    said = shuangjian("check-allocation", "--in", EXAMPLE, "--out", forged, "--json")
    (line,) = said.stdout.splitlines()
    assert (said.returncode, json.loads(line)["is_right"]) == (2, False)


def test_check_allocation_refuses_another_seed(result):
    said = shuangjian("check-allocation", "--in", EXAMPLE, "--out", result, "--seed", "ab" * 32)
    assert_refused(said, "核对没有通过。")


def test_compare_mechanisms_prints_three_columns_and_three_objects():
    words = ("compare-mechanisms", "--in", EXAMPLE, "--seed", "5eed")
    said = shuangjian(*words)
    assert (said.returncode, said.stderr) == (0, "")
    titles, names = (line.split() for line in said.stdout.splitlines()[:2])
    assert names == ["lottery", "fullest", "rank-optimal"]
    assert titles == [MECHANISMS[name].title for name in names]
    (first_choices,) = (
        line.split() for line in said.stdout.splitlines() if line.strip().startswith("首选录取")
    )
    assert len(first_choices) == 1 + 3
    assert REMINDER not in said.stdout
    said = shuangjian(*words, "--json")
    figures = json.loads(said.stdout)
    assert [each["mechanism"] for each in figures] == names
    for each, cell in zip(figures, first_choices[1:], strict=True):
        assert cell.startswith(f"{each['first_choices']}（")


def test_a_preflib_file_is_allocated(tmp_path):
    (tmp_path / "three.soc").write_text(SOC, encoding="utf-8")
    words = ("--preflib", tmp_path / "three.soc", "--seats", 2, "--seed", SEED)
    out = tmp_path / "out"
    said = shuangjian("allocate", *words, "--mechanism", "lottery", "--out", out, "--json")
    assert (said.returncode, said.stderr) == (0, "")
    summary = json.loads(said.stdout)
    # Of three who want the first course two get it, and all four find a seat.
    assert (summary["pupils"], summary["placed"], summary["first_choice_count"]) == (4, 4, 3)
    assert set(files(out)) == TABLES | {"summary.json"}
    said = shuangjian("compare-mechanisms", *words, "--json")
    assert [each["applications"] for each in json.loads(said.stdout)] == [4, 4, 4]
    said = shuangjian("check-allocation", "--in", tmp_path / "three.soc", "--out", out)
    assert said.returncode == 2
    assert "Traceback" not in said.stderr


def test_only_allocates_help_says_that_a_preflib_result_is_not_checked():
    told = shuangjian("allocate", "--help").stdout
    assert "不能用check-allocation核对，它只读报名文件夹。" in "".join(told.split())
    assert "check-allocation" not in shuangjian("compare-mechanisms", "--help").stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "请在 --in（报名文件夹）和 --preflib（PrefLib 文件）里写一个"),
        (("--in", EXAMPLE, "--preflib", "x.soc"), "也只写一个"),
        (("--in", EXAMPLE, "--seats", 3), "--seats 只和 --preflib 一起用"),
        (("--preflib", "x.soc"), "还要写 --seats"),
        (("--in", "没有的文件夹"), "没有的文件夹"),
        (("--in", EXAMPLE, "--seed", "xyz"), "--seed：“xyz”不是十六进制的种子"),
        (("--in", EXAMPLE, "--seed", "abc"), "--seed：“abc”不是十六进制的种子"),
    ],
)
@pytest.mark.parametrize("command", ["allocate", "compare-mechanisms"])
def test_what_cannot_be_read_is_refused_in_chinese(command, words, why, tmp_path):
    asked = ("--mechanism", "lottery", "--out", tmp_path / "out") if command == "allocate" else ()
    assert_refused(shuangjian(command, "--seed", SEED, *asked, *words), why)
    assert not (tmp_path / "out").exists()


def test_reserved_seats_need_a_mechanism_that_keeps_them(tmp_path):
    given = copied(tmp_path / "given")
    lines = (given / "courses.csv").read_text(encoding="utf-8").splitlines()
    reserved = [f"{lines[0]},reserved", f"{lines[1]},a:1", *(f"{line}," for line in lines[2:])]
    (given / "courses.csv").write_text("\n".join(reserved) + "\n", encoding="utf-8")
    assert_refused(allocate(given, tmp_path / "out"), "lottery 不看预留名额")
    assert not (tmp_path / "out").exists()
    said = allocate(given, tmp_path / "out", "--mechanism", "deferred-acceptance")
    assert (said.returncode, said.stderr) == (0, "")


def test_a_bad_row_is_named_by_file_and_line(tmp_path):
    given = copied(tmp_path / "given")
    rewrite(given / "choices.csv", lambda rows: rows[1].__setitem__(3, "swimming"))
    said = allocate(given, tmp_path / "out")
    assert_refused(said, "choices.csv 第 3 行")
    assert "swimming" in said.stderr
    said = allocate(given, tmp_path / "out", "--json")
    assert "choices.csv 第 3 行" in json.loads(said.stdout)["refused"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_the_place_of_the_result_is_refused_before_the_work(tmp_path, below):
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    said = allocate(tmp_path / "not-even-read", taken / below)
    assert_refused(said, f"{taken} 是文件，不是文件夹。请换一个路径。")
    assert "not-even-read" not in said.stderr
    assert taken.read_text(encoding="utf-8") == "mine"


def test_a_short_seed_is_for_trying_only(tmp_path):
    short, long = ("--seed", "ab" * 31), ("--seed", "ab" * 32)
    assert REMINDER in allocate(EXAMPLE, tmp_path / "out", *short).stdout
    assert REMINDER not in allocate(EXAMPLE, tmp_path / "out", *long).stdout
    said = allocate(EXAMPLE, tmp_path / "out", *short, "--json")
    assert REMINDER not in said.stdout + said.stderr


def test_verify_draw_refuses_what_is_no_published_folder(tmp_path):
    said = shuangjian("verify-draw", tmp_path / "absent")
    assert_refused(said, f"没有这个文件夹：{tmp_path / 'absent'}。")
    assert said.stdout == ""
    said = shuangjian("verify-draw", tmp_path)
    assert_refused(said, f"文件夹里没有 draw.json：{tmp_path}。")
    assert said.stdout == ""
    (tmp_path / "draw.json").write_text("{", encoding="utf-8")
    said = shuangjian("verify-draw", tmp_path)
    assert_refused(said, "不符：draw.json")
    assert said.stdout == ""


def test_the_mechanisms_on_offer_are_those_there_are():
    assert tuple(MECHANISMS) == MECHANISM_NAMES


def test_none_of_them_loads_django(tmp_path):
    """Each command runs to its end in a process of its own, which then looks at its modules."""
    script = (
        "import sys; from shuangjian.edges.cli import __main__\n"
        "code = __main__.main()\n"
        "sys.exit('django' if 'django' in sys.modules else code)"
    )
    out = tmp_path / "out"
    asked = ("--in", EXAMPLE, "--seed", SEED)
    for words, code in (
        (("allocate", *asked, "--mechanism", "lottery", "--out", out), 0),
        (("compare-mechanisms", *asked), 0),
        (("check-allocation", *asked, "--out", out), 0),
        (("verify-draw", out), 2),
    ):
        said = python("-c", script, *words)
        assert said.returncode == code, said.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("allocate", "--mechanism", "lottery", "--out", "x"), "缺少选项 --seed。"),
        (
            ("allocate", "--seed", "ab", "--out", "x"),
            "缺少选项 --mechanism。可选：lottery、fullest、",
        ),
        (("allocate", "--threads", "0"), "--threads：0 不在范围内。应不小于 1。"),
        (("allocate", "--threads", "two"), "--threads：“two”不是整数。应不小于 1。"),
        (("allocate", "--mechanism", "dice"), "--mechanism：不认识“dice”。可选：lottery、"),
        (("allocate", "--seeds", "ab"), "没有选项 --seeds。相近的有：--seed"),
        (("allocate", "--seed"), "选项 --seed 后面还要写一个值。"),
        (("allocate", "--json=yes"), "选项 --json 后面不写值。"),
        (("verify-draw",), "缺少参数 DIR。"),
        (("verify-draw", "one", "two"), "多写了：two。"),
        (("check-allocation", "--preflib", "x.soc"), "没有选项 --preflib。"),
        (("verify-drew",), "没有命令 verify-drew。相近的有：verify-draw。"),
    ],
)
def test_wrong_words_are_told_in_chinese(words, why, capsys):
    code = running.run(
        offline.main, list(words), refusals=offline.REFUSALS, refused_of=offline.refused_of
    )
    said = capsys.readouterr()
    first, last = said.err.splitlines()
    assert (code, said.out, last) == (2, "", HELP)
    assert first.startswith(why)


def test_wrong_words_are_told_as_json_too_and_a_bare_group_helps(capsys):
    def told(*words: str) -> tuple[str, str]:
        code = running.run(
            offline.main, list(words), refusals=offline.REFUSALS, refused_of=offline.refused_of
        )
        assert code == 2
        said = capsys.readouterr()
        return said.out, said.err

    out, _ = told("allocate", "--threads", "0", "--json")
    assert json.loads(out)["refused"].splitlines()[-1] == HELP
    out, err = told()
    assert out == ""
    assert "verify-draw" in err
    assert HELP not in err


def test_wrong_paths_are_told_in_chinese(tmp_path, capsys):
    @click.group()
    def group() -> None:
        pass

    @group.command("read")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False))
    @click.option("--folder", type=click.Path(exists=True, file_okay=False))
    @click.option("--grade", type=click.IntRange(1, 12))
    def read(file: str, folder: str | None, grade: int | None) -> None:
        pass

    def told(*words: object) -> str:
        arguments = ["read", *map(str, words)]
        assert (
            running.run(group, arguments, refusals=offline.REFUSALS, refused_of=offline.refused_of)
            == 2
        )
        return capsys.readouterr().err.splitlines()[0]

    absent = tmp_path / "it's absent"
    assert told(absent) == f"FILE：没有“{absent}”，请核对路径。"
    assert told(tmp_path) == f"FILE：“{tmp_path}”是文件夹，不是文件，请换一个路径。"
    assert told("--folder", __file__, __file__).startswith(f"--folder：“{__file__}”是文件，")
    assert told("--grade", 13, __file__) == "--grade：13 不在范围内。应在 1～12 之间。"
