"""What the engine writes is right, in both forms; and its words and the checker's are the same."""

import tempfile
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.allocation.run import allocate
from shuangjian.engines.allocation.summary import summarise
from shuangjian.engines.checker.check import check_allocation
from shuangjian.engines.checker.draw_order import standing_of
from shuangjian.engines.checker.given import Tickets
from shuangjian.engines.checker.outcome import SENTENCES, WORDS
from shuangjian.engines.market import result
from shuangjian.engines.market.folder import Form, read_market
from shuangjian.engines.market.write import write_result
from tests.engines.checker.oracle import Scene
from tests.engines.checker.oracle_files import write_scene
from tests.engines.checker.scenes import MECHANISMS, markets, school
from tests.engines.worked_table import worked_table


def run(
    scene: Scene, mechanism: str, folder: Path, form: Form = "csv", hash_name: str = "sha256"
) -> tuple[Path, Path]:
    """The input and what the engine makes of it."""
    asked, answered = folder / "in", folder / "out"
    write_scene(scene, asked)
    if form == "parquet":
        to_parquet(asked)
    market = read_market(asked)
    allocation = allocate(market, mechanism=mechanism, seed=scene.seed, hash_name=hash_name)
    head = {"mechanism": mechanism, "seed": scene.seed.hex(), "hash": hash_name}
    summary = head | summarise(market, allocation)
    write_result(market, allocation, answered, summary=summary, form=form)
    return asked, answered


def to_parquet(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        pq.write_table(pyarrow.csv.read_csv(path), path.with_suffix(".parquet"))
        path.unlink()


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_what_the_engine_writes_is_right(mechanism: str, form: Form, tmp_path: Path) -> None:
    report = check_allocation(*run(school(), mechanism, tmp_path, form), seed=school().seed)
    assert report.is_right, report.violations


def test_under_sm3_it_is_right_too(tmp_path: Path) -> None:
    assert check_allocation(*run(school(), "lottery", tmp_path, hash_name="sm3")).is_right


@settings(max_examples=60, deadline=None)
@given(markets(), st.sampled_from(MECHANISMS))
def test_what_the_engine_makes_of_any_market_is_right(scene: Scene, mechanism: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = check_allocation(*run(scene, mechanism, Path(folder)))
    assert report.is_right, report.violations


@pytest.mark.parametrize("column", ["pupil", "slot", "course", "reason", "rank", "place"])
@pytest.mark.parametrize("row", [0, 7, -1])
def test_one_cell_changed_in_parquet_is_rejected(column: str, row: int, tmp_path: Path) -> None:
    asked, answered = run(school(), "lottery", tmp_path, "parquet")
    path = answered / "outcomes.parquet"
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[row] = values[row] + 1 if isinstance(values[row], int) else f"{values[row]}x"
    place = table.schema.get_field_index(column)
    changed = pyarrow.array(values, table.schema.field(column).type)
    pq.write_table(table.set_column(place, column, changed), path)
    assert not check_allocation(asked, answered).is_right


def test_words_and_sentences_are_those_of_the_engine() -> None:
    assert [word.decode() for word in WORDS] == [result.CODES[code] for code in result.Reason]
    assert list(SENTENCES) == [result.SENTENCES[code] for code in result.Reason]


def test_the_worked_standings() -> None:
    """The table of docs/algorithms/allocation.md: carry-over, twins, and a sixth slot."""
    held: dict[str, list[str]] = {"a": ["a"], "b": ["b-1", "b-2"], "c": ["c-1"]}
    held |= {"t": ["t-1", "u-1"], "u": ["t-1", "u-1"]}
    start = np.cumsum([0, *(len(own) for own in held.values())])
    tickets = [ticket.encode() for own in held.values() for ticket in own]
    found = standing_of(
        Tickets(start, tickets), 6, seed=bytes.fromhex("5eed" * 16), hash_name="sha256"
    )
    for slot, row in enumerate(worked_table("allocation.md", "standing")):
        names = [list(held)[code] for code in np.argsort(found[slot])]
        assert " ".join(names) == row["pupils in order"]


def test_numbers_and_headers_as_a_school_writes_them_are_read_alike(tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    (given / "pupils.csv").write_text(
        "学生,年级\np1,３\np2,四年级\np3,无\np4,5年级\n", encoding="utf-8"
    )
    (given / "courses.csv").write_text(
        "课程,上课日,名额,开班人数\na,mon,２,１\nb,mon,+1,\n", encoding="utf-8"
    )
    (given / "choices.csv").write_text(
        "学生,上课日,志愿,课程\n"
        + "".join(
            f"p{n},mon,{rank},{course}\n"
            for n in (1, 2, 3, 4)
            for rank, course in (("１", "a"), ("2", "b"))
        ),
        encoding="utf-8",
    )
    market = read_market(given)
    allocation = allocate(market, mechanism="lottery", seed=b"\x01" * 32)
    summary = {
        "mechanism": "lottery",
        "seed": "01" * 32,
        "hash": "sha256",
        **summarise(market, allocation),
    }
    write_result(market, allocation, tmp_path / "out", summary=summary, form="csv")
    report = check_allocation(given, tmp_path / "out")
    assert report.violations == ()
