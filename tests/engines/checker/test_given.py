"""The checker's own reading of the input: coding and digest as docs/algorithms/market.md says."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from shuangjian.engines.checker.check import check_allocation, read_given
from shuangjian.engines.checker.digest import digest_of
from shuangjian.engines.checker.draw_order import standing_of
from shuangjian.engines.checker.given import Given, Tickets
from shuangjian.engines.checker.record import Record
from tests.engines.checker.oracle import SEED, drawn_with, standings
from tests.engines.checker.scenes import Rows, edit, publish_school, school
from tests.engines.worked_table import worked_table

NAMES = ("pupils", "courses", "choices", "tiers", "tickets")
"""The files of an input folder."""


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    for name in NAMES:
        rows = worked_table("market.md", name)
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return tmp_path


def read(folder: Path) -> Given:
    record = Record()
    market = read_given(folder, record)
    assert market is not None, record.violations
    return market


def to_parquet(folder: Path, **types: pa.DataType) -> None:
    for path in folder.glob("*.csv"):
        table = pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types=types))
        pq.write_table(table, path.with_suffix(".parquet"))
        path.unlink()


def test_the_worked_digest(worked: Path) -> None:
    (row,) = worked_table("market.md", "digest")
    assert digest_of(read(worked)) == row["digest"]


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_does_not_matter(name: str, worked: Path) -> None:
    before = digest_of(read(worked))
    edit(worked / f"{name}.csv", lambda rows: [rows[0], *rows[:0:-1]])
    assert digest_of(read(worked)) == before


def test_parquet_is_the_same_market(worked: Path) -> None:
    before = digest_of(read(worked))
    to_parquet(worked)
    assert digest_of(read(worked)) == before


def test_whole_numbers_and_dictionaries_of_parquet_are_text(tmp_path: Path) -> None:
    given, answered = publish_school("lottery", tmp_path)
    code = {name: str(100 + place) for place, name in enumerate(sorted(school().pupils))}

    def renamed(rows: Rows) -> Rows:
        return [rows[0], *([code[row[0]], *row[1:]] for row in rows[1:])]

    for name in ("pupils", "choices", "tiers", "tickets"):
        edit(given / f"{name}.csv", renamed)
    before = digest_of(read(given))
    to_parquet(
        given, pupil=pa.int32(), rank=pa.float64(), course=pa.dictionary(pa.int32(), pa.string())
    )
    assert digest_of(read(given)) == before
    assert "digest_wrong" in check_allocation(given, answered).counts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_titles_spaces_and_empty_rows(encoding: str, worked: Path) -> None:
    before = digest_of(read(worked))
    text = (worked / "pupils.csv").read_text(encoding="utf-8")
    text = text.replace("pupil,grade,group", "学号, 年级 ,类别").replace("p1,1", " p1 , 1.0")
    text = text.replace("\n", "\r\n").replace("p10", "\r\n,,\r\np10")
    (worked / "pupils.csv").write_bytes(text.encode(encoding))
    assert digest_of(read(worked)) == before


def test_standings_are_those_of_the_oracle() -> None:
    scene = school()
    held = drawn_with(scene)
    pupils = sorted(scene.pupils)
    start = np.cumsum([0, *(len(held[name]) for name in pupils)])
    tickets = [ticket.encode() for name in pupils for ticket in held[name]]
    found = standing_of(Tickets(start, tickets), 4, seed=SEED, hash_name="sha256")
    for slot, name in enumerate(scene.slots):
        assert [pupils[code] for code in np.argsort(found[slot])] == standings(scene)[name]


REFUSED = {
    "no pupils": ("pupils", lambda rows: None, "file_missing"),
    "no column": ("courses", lambda rows: [row[1:] for row in rows], "column_missing"),
    "pupil twice": ("pupils", lambda rows: [*rows, rows[1]], "input_wrong"),
    "pupil without id": ("pupils", lambda rows: [*rows, ["", "1", ""]], "input_wrong"),
    "grade 63": ("pupils", lambda rows: [*rows, ["q", "63", ""]], "input_wrong"),
    "grade of letters": ("pupils", lambda rows: [*rows, ["q", "one", ""]], "input_wrong"),
    "course twice": ("courses", lambda rows: [*rows, rows[1]], "input_wrong"),
    "seats missing": (
        "courses",
        lambda rows: [*rows, ["q", "mon", "", *rows[1][3:]]],
        "input_wrong",
    ),
    "seats below 0": (
        "courses",
        lambda rows: [*rows, ["q", "mon", "-1", *rows[1][3:]]],
        "input_wrong",
    ),
    "seats too many": (
        "courses",
        lambda rows: [*rows, ["q", "mon", "2147483648", *rows[1][3:]]],
        "input_wrong",
    ),
    "day twice": ("courses", lambda rows: [*rows, ["q", "mon+mon", *rows[1][2:]]], "input_wrong"),
    "grades backwards": (
        "courses",
        lambda rows: [*rows, ["q", "mon", "1", "", "3-1", "", ""]],
        "input_wrong",
    ),
    "reserve above seats": (
        "courses",
        lambda rows: [*rows, ["q", "mon", "1", "", "", "", "g:2"]],
        "input_wrong",
    ),
    "reserve twice": (
        "courses",
        lambda rows: [*rows, ["q", "mon", "5", "", "", "", "g:2+g:1"]],
        "input_wrong",
    ),
    "reserve of nothing": (
        "courses",
        lambda rows: [*rows, ["q", "mon", "5", "", "", "", "g"]],
        "input_wrong",
    ),
    "round in some rows": (
        "courses",
        lambda rows: [
            [*row, "round" if not at else "1" if at == 1 else ""] for at, row in enumerate(rows)
        ],
        "input_wrong",
    ),
    "one round for slots that share a day": (
        "courses",
        lambda rows: [[*row, "round" if not at else "1"] for at, row in enumerate(rows)],
        "input_wrong",
    ),
    "no choices": ("choices", lambda rows: rows[:1], "input_wrong"),
    "choice of nobody": (
        "choices",
        lambda rows: [*rows, ["zoe", "mon", "1", "art"]],
        "input_wrong",
    ),
    "choice of no course": (
        "choices",
        lambda rows: [*rows, ["fay", "thu", "1", "zoo"]],
        "input_wrong",
    ),
    "choice in another slot": (
        "choices",
        lambda rows: [*rows, ["fay", "mon", "1", "gem"]],
        "input_wrong",
    ),
    "rank twice": ("choices", lambda rows: [*rows, ["fay", "mon", "1", "cub"]], "input_wrong"),
    "course wished twice": (
        "choices",
        lambda rows: [*rows, ["fay", "mon", "2", "art"]],
        "input_wrong",
    ),
    "rank 0": ("choices", lambda rows: [*rows, ["fay", "thu", "0", "gem"]], "input_wrong"),
    "rank 32768": ("choices", lambda rows: [*rows, ["fay", "thu", "32768", "gem"]], "input_wrong"),
    "tier 0": ("tiers", lambda rows: [*rows, ["fay", "gem", "0"]], "input_wrong"),
    "tier of nobody": ("tiers", lambda rows: [*rows, ["zoe", "gem", "1"]], "input_wrong"),
    "tier twice": ("tiers", lambda rows: [*rows, rows[1]], "input_wrong"),
    "ticket of nobody": ("tickets", lambda rows: [*rows, ["zoe", "t9", ""]], "input_wrong"),
    "ticket of two": ("tickets", lambda rows: [*rows, ["eve", "t5", ""]], "input_wrong"),
    "ticket twice": ("tickets", lambda rows: [*rows, ["dan", "t5", ""]], "input_wrong"),
    "ticket empty": ("tickets", lambda rows: [*rows, ["eve", "", ""]], "input_wrong"),
    "two bundles": ("tickets", lambda rows: [*rows, ["ann", "t9", "others"]], "input_wrong"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_could_not_be_allocated_is_rejected(fault: str, tmp_path: Path) -> None:
    given, answered = publish_school("lottery", tmp_path)
    name, change, code = REFUSED[fault]
    path = given / f"{name}.csv"
    if fault == "no pupils":
        path.unlink()
    else:
        edit(path, change)
    assert code in check_allocation(given, answered).counts


@pytest.mark.parametrize("name", NAMES)
def test_csv_beside_parquet_is_rejected(name: str, tmp_path: Path) -> None:
    given, answered = publish_school("lottery", tmp_path)
    (given / f"{name}.parquet").write_bytes(b"PAR1")
    assert check_allocation(given, answered).counts == {"file_twice": 1}
