"""Broken files are violations with a Chinese sentence, never an exception."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.checker.check import check_allocation
from shuangjian.engines.checker.record import SHOWN, CheckReport, Record
from tests.engines.checker.scenes import publish_school

INPUT = ("pupils.csv", "courses.csv", "choices.csv", "tiers.csv", "tickets.csv")
OUTPUT = ("placements.csv", "outcomes.csv", "audit.csv", "courses_result.csv", "summary.json")
FILES = (*(f"in/{name}" for name in INPUT), *(f"out/{name}" for name in OUTPUT))


def check(folder: Path) -> CheckReport:
    return check_allocation(folder / "in", folder / "out")


def is_told(report: CheckReport) -> bool:
    """Wrong, and each violation in Chinese."""
    said = [violation.sentence for violation in report.violations]
    return bool(said) and all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in said)


@pytest.mark.parametrize("name", OUTPUT)
def test_a_file_that_is_missing(name: str, tmp_path: Path) -> None:
    publish_school("lottery", tmp_path)
    (tmp_path / "out" / name).unlink()
    report = check(tmp_path)
    assert report.counts == {"file_missing": 1}
    assert is_told(report)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe\x00", b'"', b"[]", b"PAR1PAR1", b"a,b\n1\n", b"[" * 100_000]
)
def test_a_file_of_nonsense(name: str, content: bytes, tmp_path: Path) -> None:
    publish_school("lottery", tmp_path)
    (tmp_path / name).write_bytes(content)
    assert is_told(check(tmp_path))


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".csv")])
def test_parquet_that_is_none_or_of_other_types(name: str, tmp_path: Path) -> None:
    publish_school("lottery", tmp_path)
    path = tmp_path / name
    titles = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    path.unlink()
    path.with_suffix(".parquet").write_bytes(b"PAR1 broken PAR1")
    assert is_told(check(tmp_path))
    lists = pa.table({title: pa.array([[1], None], pa.list_(pa.int64())) for title in titles})
    pq.write_table(lists, path.with_suffix(".parquet"))
    assert is_told(check(tmp_path))
    nothing = pa.table({title: pa.nulls(3) for title in titles})
    pq.write_table(nothing, path.with_suffix(".parquet"))
    assert is_told(check(tmp_path))


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_any_bytes_changed_are_no_exception(name: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        publish_school("rank-optimal", Path(folder))
        path = Path(folder) / name
        content = path.read_bytes()
        start = data.draw(st.integers(0, len(content)))
        stop = data.draw(st.integers(start, min(len(content), start + 30)))
        path.write_bytes(content[:start] + data.draw(st.binary(max_size=8)) + content[stop:])
        report = check(Path(folder))
    assert report.is_right or is_told(report)


def test_only_the_first_of_each_code_are_told() -> None:
    record = Record()
    record.note_all("one", "f", 250, ((f"row {row}", "错") for row in range(250)))
    record.note("one", "f", "", "错")
    record.note("two", "f", "", "错")
    record.note_all("three", "f", 0, ())
    report = record.report("")
    assert report.counts == {"one": 251, "two": 1}
    assert len(report.violations) == SHOWN + 1
