"""Results are written whole, in both forms, with the same cells."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from shuangjian.engines.market import result_rows, write
from shuangjian.engines.market.build import build_market
from shuangjian.engines.market.fault import ResultNotWrittenError
from shuangjian.engines.market.result import CODES, SENTENCES, Allocation, Reason
from shuangjian.engines.market.write import write_result
from tests.engines.market.scene import ROWS

SUMMARY = {"mechanism": "lottery", "mean_rank": 1.25, "closed": ["课"], "none": None}
NAMES = ["audit", "courses_result", "outcomes", "placements"]


def some_allocation(market, seed=5):
    """An answer of the right shape; whether it is a fair one does not matter here."""
    draw = np.random.default_rng(seed)
    applications = market.applications
    wishes = np.diff(applications.start)
    placed = np.array([draw.integers(-1, count) for count in wishes], np.int16)
    reason = draw.integers(1, len(Reason), applications.course.size).astype(np.int8)
    place = np.where(reason == Reason.FULL_BY_DRAW, draw.integers(1, 40, reason.size), 0)
    granted = (applications.start[:-1] + placed)[placed >= 0]
    reason[granted], place[granted] = Reason.PLACED, 0
    courses, pupils = len(market.courses.ids), len(market.pupils)
    return Allocation(
        placed=placed,
        reason=reason,
        place=place.astype(np.int32),
        is_closed=draw.random(courses) < 0.5,
        seats_taken=np.bincount(applications.course[granted], minlength=courses).astype(np.int32),
        standing=np.array([draw.permutation(pupils) for _ in market.slots], np.int32).reshape(
            len(market.slots), pupils
        ),
    )


@pytest.fixture(scope="module")
def market():
    return build_market(**ROWS)


@pytest.fixture(scope="module")
def allocation(market):
    return some_allocation(market)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def plain_rows(market, allocation):
    """What the page says that stands in each file."""
    pupils, courses = market.pupils.to_pylist(), market.courses.ids.to_pylist()
    applications = market.applications
    found = {name: [] for name in NAMES}
    wished, waiting = dict.fromkeys(courses, 0), dict.fromkeys(courses, 0)
    last = {}
    for place in range(applications.pupil.size):
        pupil, slot = int(applications.pupil[place]), int(applications.slot[place])
        names = (pupils[pupil], market.slots[slot])
        standing, granted = int(allocation.standing[slot, pupil]), int(allocation.placed[place])
        rank_granted = 0
        for position, wish in enumerate(
            range(applications.start[place], applications.start[place + 1])
        ):
            course, rank = courses[applications.course[wish]], int(applications.rank[wish])
            reason, waits = Reason(allocation.reason[wish]), int(allocation.place[wish])
            sentence = SENTENCES[reason].format(place=waits)
            found["outcomes"].append((*names, rank, course, CODES[reason], waits, sentence))
            wished[course] += 1
            waiting[course] += waits > 0
            if position == granted:
                rank_granted = rank
                found["placements"].append((*names, course, rank))
                last[course] = max(
                    last.get(course, (0, 0)), (int(applications.tier[wish]), standing)
                )
        found["audit"].append((pupil, slot, standing, granted, rank_granted))
    for code, course in enumerate(courses):
        found["courses_result"].append(
            (
                course,
                market.slots[market.courses.slot[code]],
                int(market.courses.seats[code]),
                int(market.courses.least[code]),
                wished[course],
                int(allocation.seats_taken[code]),
                waiting[course],
                "closed" if allocation.is_closed[code] else "open",
                *last.get(course, (None, None)),
            )
        )
    return found


def csv_rows(path, encoding="utf-8"):
    with path.open(encoding=encoding, newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def as_text(rows):
    return [tuple("" if cell is None else str(cell) for cell in row) for row in rows]


def parquet_rows(path):
    return [tuple(row.values()) for row in pq.read_table(path).to_pylist()]


def test_csv_holds_what_the_page_says(tmp_path, market, allocation):
    write_result(market, allocation, tmp_path, summary=SUMMARY, form="csv")
    expected = plain_rows(market, allocation)
    assert names_in(tmp_path) == [*(f"{name}.csv" for name in NAMES), "summary.json"]
    for name in NAMES:
        assert csv_rows(tmp_path / f"{name}.csv") == as_text(expected[name]), name
        content = (tmp_path / f"{name}.csv").read_bytes()
        assert b"\r" not in content
        assert b'"' not in content
        assert content.endswith(b"\n")
        assert not content.startswith(b"\xef\xbb\xbf")
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8")) == SUMMARY
    assert "课" in (tmp_path / "summary.json").read_text(encoding="utf-8")


def test_seconds_are_asked_when_the_tables_are_written(tmp_path, market, allocation):
    def seconds():
        assert all((tmp_path / f".unfinished-{name}.csv").stat().st_size for name in NAMES)
        return 1.5

    write_result(market, allocation, tmp_path, summary={"a": 1}, form="csv", seconds=seconds)
    assert json.loads((tmp_path / "summary.json").read_text()) == {"a": 1, "seconds": 1.5}


def test_parquet_holds_the_same_in_narrow_types(tmp_path, market, allocation):
    write_result(market, allocation, tmp_path, summary=SUMMARY, form="parquet")
    expected = plain_rows(market, allocation)
    expected["outcomes"] = [row[:-1] for row in expected["outcomes"]]
    for name in NAMES:
        assert parquet_rows(tmp_path / f"{name}.parquet") == expected[name], name
    schema = pq.read_schema(tmp_path / "outcomes.parquet")
    assert [str(kind) for kind in schema.types] == [
        "string",
        "string",
        "int16",
        "string",
        "string",
        "int32",
    ]
    schema = pq.read_schema(tmp_path / "audit.parquet")
    assert [str(kind) for kind in schema.types] == ["int32", "int16", "int32", "int16", "int16"]
    schema = pq.read_schema(tmp_path / "courses_result.parquet")
    assert str(schema.field("last_tier").type) == "int16"


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_batches_are_one_table(tmp_path, monkeypatch, form):
    pupils = 300
    market = build_market(
        pupils=[(f"p{number}",) for number in range(pupils)],
        courses=[(f"{day}{number}", day, 5) for day in "ab" for number in range(9)],
        choices=[
            (f"p{number}", day, rank + 1, f"{day}{(number + rank) % 9}")
            for number in range(pupils)
            for day in "ab"
            for rank in range(number % 5)
        ],
    )
    allocation = some_allocation(market)
    monkeypatch.setattr(result_rows, "_WISHES_AT_ONCE", 17)
    monkeypatch.setattr(result_rows, "_PLACEMENTS_AT_ONCE", 13)
    monkeypatch.setattr("shuangjian.engines.market.csv_writing._ROWS_AT_ONCE", 19)
    write_result(market, allocation, tmp_path, summary={}, form=form)
    expected = plain_rows(market, allocation)
    for name in NAMES:
        if form == "csv":
            assert csv_rows(tmp_path / f"{name}.csv") == as_text(expected[name]), name
            continue
        assert pq.read_metadata(tmp_path / f"{name}.parquet").num_row_groups > 1
        width = len(expected[name][0]) - (name == "outcomes")
        assert parquet_rows(tmp_path / f"{name}.parquet") == [row[:width] for row in expected[name]]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_files_are_the_same_for_any_number_of_threads(tmp_path, market, allocation, form):
    for threads in (1, 3):
        write_result(
            market, allocation, tmp_path / str(threads), summary=SUMMARY, form=form, threads=threads
        )
    for name in names_in(tmp_path / "1"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()


def test_nothing_at_all_is_written_too(tmp_path):
    market = build_market(pupils=[("a",)], courses=[], choices=[])
    for form in ("csv", "parquet"):
        write_result(market, some_allocation(market), tmp_path / form, summary={}, form=form)
    assert (tmp_path / "csv" / "placements.csv").read_text(
        encoding="utf-8"
    ) == "pupil,slot,course,rank\n"
    assert pq.read_table(tmp_path / "parquet" / "outcomes.parquet").num_rows == 0


# --- what a spreadsheet makes of it --------------------------------------------------------------

RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a"]
ODD = ['say "a"', "a,b", "a'b", "x=1"]


def risky_market():
    names = [*RISKY, *ODD]
    return build_market(
        pupils=[(name,) for name in names],
        courses=[(name, "mon", 1) for name in names],
        choices=[(name, "mon", 1, name) for name in names],
    )


def test_ids_stand_byte_for_byte_unless_excel_is_meant(tmp_path):
    market = risky_market()
    allocation = some_allocation(market)
    write_result(market, allocation, tmp_path / "exact", summary={}, form="csv")
    rows = csv_rows(tmp_path / "exact" / "courses_result.csv")
    assert [row[0] for row in rows] == sorted([*RISKY, *ODD], key=str.encode)
    write_result(market, allocation, tmp_path / "excel", summary={}, form="csv", for_excel=True)
    for name in NAMES:
        content = (tmp_path / "excel" / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        exact = csv_rows(tmp_path / "exact" / f"{name}.csv")
        shielded = [
            tuple(f"'{cell}" if cell in RISKY else cell for cell in row) if name != "audit" else row
            for row in exact
        ]
        assert csv_rows(tmp_path / "excel" / f"{name}.csv", "utf-8-sig") == shielded
    # why: -1 of the audit is a number, and stays one.
    assert any(row[3] == "-1" for row in csv_rows(tmp_path / "excel" / "audit.csv", "utf-8-sig"))


# --- whole or not at all -------------------------------------------------------------------------


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_earlier_result_is_replaced_whole(tmp_path, market, allocation):
    write_result(market, allocation, tmp_path, summary=SUMMARY, form="csv")
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    write_result(market, some_allocation(market, seed=6), tmp_path, summary={}, form="parquet")
    assert names_in(tmp_path) == sorted(
        [*(f"{name}.parquet" for name in NAMES), "note.txt", "summary.json"]
    )


def test_a_failure_leaves_the_earlier_result(tmp_path, market, allocation, monkeypatch):
    write_result(market, allocation, tmp_path, summary=SUMMARY, form="csv")
    before = contents(tmp_path)

    def no_space(*arguments, **named):
        Path(arguments[1]).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "write_csv", no_space)
    with pytest.raises(ResultNotWrittenError, match="请核对路径、权限和磁盘空间"):
        write_result(market, some_allocation(market, seed=6), tmp_path, summary={}, form="csv")
    assert contents(tmp_path) == before


def test_an_interrupted_replacement_has_no_summary(tmp_path, market, allocation, monkeypatch):
    """The control of the promise: what has a summary is whole."""
    write_result(market, allocation, tmp_path, summary=SUMMARY, form="csv")
    replace = Path.replace

    def stops_at_placements(path, target):
        if Path(target).name == "placements.csv":
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", stops_at_placements)
    with pytest.raises(KeyboardInterrupt):
        write_result(market, some_allocation(market, seed=6), tmp_path, summary={}, form="csv")
    left = names_in(tmp_path)
    assert "summary.json" not in left
    assert not [name for name in left if name.startswith(".unfinished")]


def test_a_summary_that_is_no_json_leaves_nothing(tmp_path, market, allocation):
    with pytest.raises(TypeError):
        write_result(market, allocation, tmp_path, summary={"a": object()}, form="csv")
    with pytest.raises(ValueError, match="JSON"):
        write_result(market, allocation, tmp_path, summary={"a": math.nan}, form="csv")
    assert names_in(tmp_path) == []


def test_a_folder_that_is_a_file_is_refused(tmp_path, market, allocation):
    (tmp_path / "result").write_text("x", encoding="utf-8")
    for folder in (tmp_path / "result", tmp_path / "result" / "inner"):
        with pytest.raises(ResultNotWrittenError, match="不能写入文件夹"):
            write_result(market, allocation, folder, summary={}, form="csv")
    assert (tmp_path / "result").read_text(encoding="utf-8") == "x"


def test_rows_written_are_rows_read(tmp_path):
    """Ids of the result are ids of the input, to the byte."""
    market = risky_market()
    write_result(market, some_allocation(market), tmp_path, summary={}, form="parquet")
    outcomes = pq.read_table(tmp_path / "outcomes.parquet")
    assert pc.unique(outcomes["pupil"].combine_chunks()).equals(market.pupils)
