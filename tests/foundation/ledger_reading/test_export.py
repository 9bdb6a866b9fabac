"""The export: the very texts that were sealed, whole or not at all, and a stranger finds it right."""

import subprocess
import sys
from datetime import datetime

import pytest
from django.db import connection

from shuangjian.engines.posting.shape import BEIJING
from shuangjian.engines.posting.verification import verify_export
from shuangjian.foundation.ledger import export_file
from shuangjian.foundation.ledger.export_file import ExportRefusedError, export_ledger
from shuangjian.foundation.ledger.publication import publish_head
from shuangjian.foundation.ledger.queries import book_totals, chain_head
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger_reading.scene import BOOK, day, pay


@pytest.fixture
def blocks(book):
    """Five blocks."""
    seal()
    for number in range(4):
        pay(f"more-{number}", 100 + number, on=day(20))
        seal()


def sealed_text():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ledger_block_text(number, previous, sealed_at, account_ids, transfer_ids)"
            " FROM ledger_block ORDER BY number"
        )
        return [text.encode() for (text,) in cursor.fetchall()]


@pytest.mark.parametrize("at_once", [1, 2, 20])
def test_the_file_is_the_sealed_texts_one_after_another(blocks, tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(export_file, "_BLOCKS_A_READ", at_once)
    file = tmp_path / "账本.txt"
    summary = export_ledger(file)
    assert file.read_bytes() == b"".join(sealed_text())
    assert (summary.blocks, summary.transfers, summary.size) == (5, 14, file.stat().st_size)
    assert summary.head == chain_head().head
    assert summary.differing == ()
    with file.open("rb") as stream:
        report = verify_export(stream)
    assert report.holds
    assert (report.transfers, report.head) == (14, summary.head)
    (total,) = book_totals(books=[BOOK])
    assert report.books[0].debit_fen == total.debit_fen


def test_a_stranger_verifies_it_with_what_lies_beside_it(blocks, tmp_path):
    file, heads = tmp_path / "ledger.txt", tmp_path / "heads.jsonl"
    publish_head(file=heads, at=datetime(2026, 11, 20, tzinfo=BEIJING))
    export_ledger(file)
    command = [sys.executable, "-I", str(tmp_path / "verify_ledger.py"), str(file), str(heads)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert f"第 5 块 链头 {chain_head().head} 累计 14 笔转账" in said.stdout
    file.write_bytes(file.read_bytes().replace(b":200000:", b":200001:"))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1  # control


def test_later_blocks_append_to_an_earlier_export(blocks, tmp_path):
    whole, rest = tmp_path / "whole.txt", tmp_path / "rest.txt"
    export_ledger(whole)
    assert export_ledger(rest, first=4).blocks == 2
    assert whole.read_bytes() == b"".join(sealed_text()[:3]) + rest.read_bytes()


def test_a_block_that_no_longer_gives_its_head_is_told(blocks, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_transfer SET reference = 'slip-9999' WHERE key = 'more-1'")
        cursor.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")
    assert export_ledger(tmp_path / "ledger.txt").differing == (3,)


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_overwritten(blocks, tmp_path):
    file = tmp_path / "ledger.txt"
    file.write_bytes(b"mine")
    with pytest.raises(ExportRefusedError, match="已经存在，不覆盖"):
        export_ledger(file)
    assert file.read_bytes() == b"mine"
    (tmp_path / "verify_ledger.py").write_bytes(b"mine, too")
    export_ledger(tmp_path / "other.txt")
    assert (tmp_path / "verify_ledger.py").read_bytes() == b"mine, too"


def test_a_failure_on_the_way_leaves_no_part(blocks, tmp_path, monkeypatch):
    monkeypatch.setattr(export_file, "_BLOCKS_A_READ", 2)
    real = export_file.rows

    def fail_later(statement, parameters=()):
        if parameters and parameters[0] > 2:
            raise RuntimeError("the database went away")
        return real(statement, parameters)

    monkeypatch.setattr(export_file, "rows", fail_later)
    with pytest.raises(RuntimeError):
        export_ledger(tmp_path / "ledger.txt")
    assert left_in(tmp_path) == []
    monkeypatch.undo()
    export_ledger(tmp_path / "ledger.txt")  # control: what failed was the way, not the place
    assert left_in(tmp_path) == ["ledger.txt", "verify_ledger.py"]


def test_what_cannot_be_written_or_is_not_there_is_refused(blocks, tmp_path):
    with pytest.raises(ExportRefusedError, match="写不进去"):
        export_ledger(tmp_path / "absent" / "ledger.txt")
    with pytest.raises(ExportRefusedError, match="没有第 6 块"):
        export_ledger(tmp_path / "ledger.txt", first=6)
    assert left_in(tmp_path) == []
