"""Files that are no workbook, or that would harm whoever reads them."""

import io
import zipfile

import pytest

from shuangjian.areas.homework.workbook import UnreadableWorkbookError, archive, read_workbook
from tests.areas.homework.workbook.book import REFERENCE_DAY, book, day_list

GOOD = book(day_list(["11月2日", "星期一", "语文", "抄写", "书面", 20, ""]))
SHEET = "xl/worksheets/sheet1.xml"
OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)


def refused(content: bytes) -> UnreadableWorkbookError:
    with pytest.raises(UnreadableWorkbookError) as caught:
        read_workbook(content, reference_day=REFERENCE_DAY)
    assert "请" in caught.value.message
    return caught.value


def with_part(name: str, part: bytes, content: bytes = GOOD) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, part)
    return packed.getvalue()


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as new:
        for name in names:
            new.writestr(name, b"<a/>")
    return packed.getvalue()


def sheet_xml(cells: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{head}<sheetData>{cells}</sheetData></worksheet>".encode()


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "file_empty", "空"),
        ("班级,语文\n五(1)班,20".encode(), "file_not_workbook", "纯文本"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file_not_workbook", "网页"),
        (b"%PDF-1.7 ...", "file_not_workbook", "PDF"),
        (b"\x00\x01\x02", "file_not_workbook", "不是工作簿"),
        (OLE, "file_old_format", ".xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "file_encrypted", "密码"),
        (b"PK\x03\x04 and then nothing", "file_damaged", "损坏"),
        (GOOD[: len(GOOD) // 2], "file_damaged", "损坏"),
        (zipped("word/document.xml"), "file_not_xlsx", "Word"),
        (zipped("content.xml", "mimetype"), "file_not_xlsx", ".ods"),
        (zipped("xl/workbook.bin"), "file_not_xlsx", ".xlsb"),
        (zipped("a.txt"), "file_not_xlsx", "压缩包"),
        (zipped("xl/workbook.xml"), "file_damaged", "损坏"),
        (with_part(SHEET, b"<worksheet><sheetData>"), "file_damaged", "损坏"),
        (
            with_part(SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'),
            "file_damaged",
            "DOCTYPE",
        ),
    ],
)  # fmt: skip
def test_files_that_are_no_workbook_say_what_they_are(content, code, said):
    error = refused(content)
    assert error.code == code
    assert said in error.message


def test_a_file_beyond_the_size():
    assert refused(b"PK" + bytes(archive.MAX_FILE_BYTES)).code == "file_too_large"


def test_a_bomb_of_blanks_is_not_unpacked():
    bomb = with_part("xl/sharedStrings.xml", b" " * (archive.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < 10**6
    assert "解开后" in refused(bomb).message


def test_a_forged_size_brings_nothing_in():
    bomb = with_part("xl/sharedStrings.xml", b" " * 10**6)
    size = (10**6).to_bytes(4, "little")
    assert size in bomb
    assert refused(bomb.replace(size, (10).to_bytes(4, "little"))).code == "file_damaged"


def test_too_many_members():
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(archive.MAX_MEMBERS + 1)]
    assert refused(zipped("xl/workbook.xml", *names)).code == "file_too_much"


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"><v>1</v></c></row>',
        '<row r="9000"><c r="GR9000"><v>1</v></c></row>',
        "<row/>" * 10_000 + "<row><c><v>1</v></c></row>",
    ],
)
def test_a_value_in_a_far_corner_takes_no_memory(cells):
    error = refused(with_part(SHEET, sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>' + cells)))
    assert error.code == "file_too_much"
    assert "列" in error.message


def test_blank_cells_far_away_are_no_obstacle():
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        xml = old.read(SHEET).decode()
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    reading = read_workbook(
        with_part(SHEET, xml.replace("</sheetData>", far).encode()), reference_day=REFERENCE_DAY
    )
    assert reading.faults == ()
    assert len(reading.rows) == 1


def test_ranges_merged_over_everything():
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old:
        xml = old.read(SHEET).decode()
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    error = refused(with_part(SHEET, xml.replace("</sheetData>", f"</sheetData>{merged}").encode()))
    assert "合并单元格" in error.message


def test_one_long_text_shared_by_many_cells():
    text = "字" * 32_000
    strings = f"<sst><si><t>{text}</t></si></sst>".encode()
    row = '<c t="s"><v>0</v></c>' * 100
    content = with_part("xl/sharedStrings.xml", strings)
    content = with_part(SHEET, sheet_xml(f"<row>{row}</row>" * 100), content)
    assert refused(content).code == "file_too_much"


def test_pictures_and_macros_are_never_opened():
    content = with_part("xl/media/image1.png", b"not a picture")
    content = with_part("xl/vbaProject.bin", b"\x00" * 100, content)
    with zipfile.ZipFile(io.BytesIO(archive.checked_archive(content))) as checked:
        names = checked.namelist()
    assert SHEET in names
    assert not any("media" in name or "vba" in name for name in names)
    assert read_workbook(content, reference_day=REFERENCE_DAY).faults == ()
