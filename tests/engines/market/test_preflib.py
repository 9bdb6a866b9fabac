"""Orders of preflib.org, written by hand and real ones."""

import tracemalloc
from collections import Counter

import pytest

from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.fault import MarketRefusedError
from shuangjian.engines.market.preflib import VOTERS_HIGHEST, read_preflib
from tests.engines.market.scene import beside_repository
from tests.engines.market.test_coding import coded

HEADER = "# FILE NAME: x\n# NUMBER ALTERNATIVES: 4\n# ALTERNATIVE NAME 1: 甲\n"
REAL = sorted(beside_repository("preflib-00038-project").glob("*.soi"))


def written(folder, suffix, text):
    path = folder / f"orders{suffix}"
    path.write_text(text, encoding="utf-8")
    return path


def wishes_of(path, seats=2):
    """The wishes of each pupil as (rank, course)."""
    market = read_preflib(path, seats=seats)
    assert market.slots == ("all",)
    assert market.courses.seats.tolist() == [seats] * len(market.courses.ids)
    pupils, courses = market.pupils.to_pylist(), market.courses.ids.to_pylist()
    found = {pupil: [] for pupil in pupils}
    applications = market.applications
    for place, pupil in enumerate(applications.pupil.tolist()):
        for wish in range(applications.start[place], applications.start[place + 1]):
            found[pupils[pupil]].append(
                (int(applications.rank[wish]), courses[applications.course[wish]])
            )
    return found


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        (
            ".soc",
            "2: 4,2,1,3\n1: 1,2,3,4\n",
            {
                "1": [(1, "4"), (2, "2"), (3, "1"), (4, "3")],
                "2": [(1, "4"), (2, "2"), (3, "1"), (4, "3")],
                "3": [(1, "1"), (2, "2"), (3, "3"), (4, "4")],
            },
        ),
        (
            ".soi",
            "1: 3\n\n2: 2, 1\n",
            {"1": [(1, "3")], "2": [(1, "2"), (2, "1")], "3": [(1, "2"), (2, "1")]},
        ),
        (
            ".toc",
            "1: 2,{3,4},1\n1: {1,2,3,4}\n",
            {
                "1": [(1, "2"), (2, "3"), (2, "4"), (3, "1")],
                "2": [(1, "1"), (1, "2"), (1, "3"), (1, "4")],
            },
        ),
        (".toi", "1: {4},{1,2}\n1:3\n", {"1": [(1, "4"), (2, "1"), (2, "2")], "2": [(1, "3")]}),
    ],
)
def test_the_four_kinds(tmp_path, suffix, text, expected):
    assert wishes_of(written(tmp_path, suffix, HEADER + text)) == expected


def test_pupils_are_numbered_down_the_file_and_sorted_by_bytes(tmp_path):
    path = written(tmp_path, ".soi", HEADER + "9: 1\n2: 2\n")
    market = read_preflib(path, seats=0)
    assert market.pupils.to_pylist() == sorted(str(number) for number in range(1, 12))
    assert wishes_of(path)["10"] == [(1, "2")]
    rows = {
        "pupils": [(number,) for number in range(1, 12)],
        "courses": [(number, "all", 0) for number in range(1, 5)],
        "choices": [(number, "all", 1, 1 if number < 10 else 2) for number in range(1, 12)],
    }
    assert coded(market) == coded(build_market(**rows))


@pytest.mark.parametrize(
    ("suffix", "line", "reason"),
    [
        (".soi", "1,2,3", "看不懂“1,2,3”"),
        (".soi", "x: 1,2", "看不懂"),
        (".soi", "1: ", "看不懂"),
        (".soi", "1: 1,,2", "看不懂"),
        (".soi", "1: 1 2", "看不懂"),
        (".soi", "1: a", "看不懂"),
        (".toi", "1: {1,{2}}", "看不懂"),
        (".toi", "1: 1,{2,3", "看不懂"),
        (".toi", "1: 1,{}", "有一对花括号是空的"),
        (".soi", "1: {1,2}", ".soi 文件里不应有并列"),
        (".soc", "1: {1,2},3,4", ".soc 文件里不应有并列"),
        (".soi", "1: 1,2,1", "同一个选项写了两次"),
        (".toi", "1: 1,{2,1}", "同一个选项写了两次"),
        (".soi", "1: 1,5", "有选项不在 1～4 之内"),
        (".soi", "1: 0", "有选项不在 1～4 之内"),
        (".soc", "1: 1,2,3", ".soc 文件里每行应写全 4 个选项"),
        (".toc", "1: {1,2},3", ".toc 文件里每行应写全 4 个选项"),
    ],
)
def test_bad_lines_are_refused_by_line(tmp_path, suffix, line, reason):
    good = "1: 1,2,3,4"
    path = written(tmp_path, suffix, f"{HEADER}{good}\n{line}\n{good}\n{line}\n")
    with pytest.raises(MarketRefusedError) as caught:
        read_preflib(path, seats=1)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [
        (path.name, 5),
        (path.name, 7),
    ]
    assert all(reason in fault.reason and "请" in fault.reason for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("suffix", "text", "reason"),
    [
        (".soi", "1: 1\n", "应有一行“# NUMBER ALTERNATIVES: 个数”"),
        (".soi", "# NUMBER ALTERNATIVES: many\n1: 1\n", "NUMBER ALTERNATIVES 是“many”，应为整数"),
        (".soi", "# NUMBER ALTERNATIVES: 0\n", "个数在 1～32767 之内"),
        (".soi", "# NUMBER ALTERNATIVES: 40000\n1: 1\n", "个数在 1～32767 之内"),
        (".soi", HEADER, "没有一行次序"),
        (
            ".soi",
            f"{HEADER}# NUMBER VOTERS: 3\n2: 1\n",
            "写明有 3 人（NUMBER VOTERS），各行合计却是 2 人",
        ),
        (".csv", HEADER, "文件名应以 .soc、.soi、.toc、.toi 结尾"),
    ],
)
def test_bad_files_are_refused(tmp_path, suffix, text, reason):
    with pytest.raises(MarketRefusedError) as caught:
        read_preflib(written(tmp_path, suffix, text), seats=1)
    assert reason in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MarketRefusedError, match="不能读出"):
        read_preflib(tmp_path / "none.soi", seats=1)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_real_project_choices(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    said = {
        name.strip("# "): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line.startswith("#"))
    }
    market = read_preflib(path, seats=1)
    assert len(market.pupils) == int(said["NUMBER VOTERS"])
    assert len(market.courses.ids) == int(said["NUMBER ALTERNATIVES"])
    orders = Counter()
    for line in lines:
        if not line.startswith("#"):
            count, _, order = line.partition(":")
            orders[tuple(order.strip().split(","))] += int(count)
    found = Counter(tuple(course for _, course in wishes) for wishes in wishes_of(path).values())
    assert found == orders


def test_there_are_eight_years_of_real_choices():
    assert len(REAL) == 8


@pytest.mark.parametrize("count", ["1", "99999999999999", "9" * 5_000])
def test_too_many_pupils_are_refused_by_line(tmp_path, count):
    path = written(tmp_path, ".soi", f"{HEADER}{VOTERS_HIGHEST}: 1\n{count}: 2\n1: 3\n")
    with pytest.raises(MarketRefusedError) as caught:
        read_preflib(path, seats=1)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (path.name, 5)
    assert "合计多于 10000000 人" in fault.reason
    assert "请" in fault.reason


def test_too_many_pupils_take_no_memory(tmp_path):
    path = written(tmp_path, ".soi", f"{HEADER}99999999999: 1,2,3\n")
    tracemalloc.start()
    try:
        with pytest.raises(MarketRefusedError, match="10000000"):
            read_preflib(path, seats=1)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1 << 20


def test_an_alternative_of_many_digits_is_refused(tmp_path):
    path = written(tmp_path, ".soi", f"{HEADER}1: {'9' * 5_000}\n")
    with pytest.raises(MarketRefusedError, match="有选项不在 1～4 之内"):
        read_preflib(path, seats=1)
