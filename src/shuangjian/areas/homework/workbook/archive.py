"""文件检查: what a file must be before its cells are read, so that no file can harm the reader."""

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from shuangjian.areas.homework.workbook.fault import UnreadableWorkbookError

MAX_FILE_BYTES = 10 * 2**20
"""A year's plan of a large school is below 1 MB; pictures pasted into it make it a few."""
MAX_MEMBERS = 3_000
"""Files inside the workbook: one a sheet and a few more; thousands are no plan."""
MAX_UNPACKED_BYTES = 100 * 2**20
"""Unpacked size of the parts that are read: a zip bomb makes gigabytes of a few kilobytes."""
MAX_ROWS = 10_000
"""Rows of a sheet down to the last value: 60 classes, 10 subjects, 5 days are 3,000."""
MAX_COLUMNS = 256
"""Columns of a sheet up to the last value: 20 subjects with 4 columns each are 80."""
MAX_CELLS = 1_000_000
"""Rows times columns: one value in a far corner would otherwise take gigabytes of memory."""
MAX_MERGED_CELLS = 500_000
"""Cells inside merged ranges, which are filled one by one."""
MAX_CHARACTERS = 300_000_000
"""Cells with a value times the longest text: one long text may be shared by every cell."""

_OLE_SIGNATURE = bytes.fromhex("D0CF11E0A1B11AE1")
_WORKBOOK_PART = "xl/workbook.xml"
# why: only these parts are handed on, so that pictures and macros are never opened.
_READ_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|xl/workbook\.xml"
    r"|xl/styles\.xml|xl/sharedStrings\.xml|xl/worksheets/[^/]+\.xml"
    r"|xl/worksheets/_rels/[^/]+\.rels",
    re.IGNORECASE,
)
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_RESAVE = "请用 Excel 或 WPS 打开它，另存为“Excel 工作簿（.xlsx）”，再上传。"


def checked_archive(content: bytes) -> bytes:
    """检查后的文件: the parts of the workbook that are read, unpacked within the limits.

    What is returned holds exactly the bytes that were counted, so that a forged size in the
    file can't bring in more.

    Args:
        content: The uploaded file.

    Returns:
        An .xlsx file with the same cells, without compression.

    Raises:
        UnreadableWorkbookError: The file is no .xlsx workbook, or exceeds a limit.
    """
    _check_form(content)
    parts = _unpack(content)
    extents = [_scan(p, is_sheet=bool(_SHEET_PART.fullmatch(n))) for n, p in parts.items()]
    longest_text = max(extent.longest_text for extent in extents)
    for extent in extents:
        _check_extent(extent, longest_text=longest_text)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _check_form(content: bytes) -> None:
    if not content:
        raise UnreadableWorkbookError("file_empty", "文件是空的，没有内容可读。请重新选择文件。")
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableWorkbookError(
            "file_too_large",
            f"文件有 {len(content) / 2**20:.1f} MB，超过 {MAX_FILE_BYTES // 2**20} MB 的上限，"
            "没有读取。请删去图片，或按年级拆成几个文件。",
        )
    if content.startswith(_OLE_SIGNATURE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableWorkbookError(
                "file_encrypted",
                "文件设有打开密码，无法读取。请用 Excel 或 WPS 打开，去掉密码后另存，再上传。",
            )
        raise UnreadableWorkbookError(
            "file_old_format", f"文件是旧格式（.xls 或 .et），没有读取。{_RESAVE}"
        )
    if not content.startswith(b"PK"):
        raise UnreadableWorkbookError("file_not_workbook", _other_form(content))


def _other_form(content: bytes) -> str:
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"%pdf"):
        return f"文件是 PDF，不是工作簿，没有读取。请上传原来的表格。{_RESAVE}"
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        return f"文件其实是网页，只是名称像工作簿，没有读取。{_RESAVE}"
    if b"\x00" not in content[:4096]:
        return f"文件是纯文本（如 .csv），不是工作簿，没有读取。{_RESAVE}"
    return f"文件不是工作簿，没有读取。{_RESAVE}"


def _unpack(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise _too_much(f"里面有 {len(members)} 个部分，超过 {MAX_MEMBERS} 个的上限")
            names = {member.filename for member in members}
            if _WORKBOOK_PART not in names:
                raise UnreadableWorkbookError("file_not_xlsx", _other_archive(names))
            if any(m.flag_bits & 0x1 for m in members if _READ_PARTS.fullmatch(m.filename)):
                raise UnreadableWorkbookError(
                    "file_encrypted", f"文件是加了密码的压缩包，无法读取。{_RESAVE}"
                )
            return _read_members(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise UnreadableWorkbookError(
            "file_damaged", f"文件已损坏或没有传完整，无法读取。{_RESAVE}"
        ) from error


def _read_members(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    for member in members:
        if not _READ_PARTS.fullmatch(member.filename) or member.filename in parts:
            continue
        with archive.open(member) as stream:
            part = stream.read(left + 1)
        if len(part) > left:
            raise _too_much(f"解开后超过 {MAX_UNPACKED_BYTES // 2**20} MB 的上限")
        left -= len(part)
        parts[member.filename] = part
    return parts


def _other_archive(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return f"文件是二进制工作簿（.xlsb），没有读取。{_RESAVE}"
    if "word/document.xml" in names:
        return "文件是 Word 文档，不是工作簿，没有读取。请把表格放进 Excel 工作簿再上传。"
    if "content.xml" in names:
        return f"文件是 OpenDocument 表格（.ods），没有读取。{_RESAVE}"
    return f"文件是压缩包，不是工作簿，没有读取。请先解压。{_RESAVE}"


def _too_much(what: str) -> UnreadableWorkbookError:
    return UnreadableWorkbookError(
        "file_too_much",
        f"文件{what}，没有读取。请只留下课后书面作业的工作表，删去表格以外的内容，或拆成几个文件。",
    )


class _Extent:
    """How far the values of a sheet reach, counted without building them."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.last_column = 0
        self.merged_cells = self.values = self.text = self.longest_text = 0

    def start_text(self, tag: str, _: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            self.text = 0

    def add_text(self, text: str) -> None:
        self.text += len(text)
        self.longest_text = max(self.longest_text, self.text)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row = _whole_number(attributes.get("r")) or self.row + 1
            self.column = 0
        elif tag == "c":
            self._start_cell(attributes.get("r"))
        elif tag in {"v", "is"}:
            self.values += 1
            self.last_row = max(self.last_row, self.row)
            self.last_column = max(self.last_column, self.column)
        elif tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            top, left = _split_reference(first)
            bottom, right = _split_reference(last or first)
            height = min(bottom, MAX_ROWS) - min(top, MAX_ROWS) + 1
            width = min(right, MAX_COLUMNS) - min(left, MAX_COLUMNS) + 1
            self.merged_cells += max(height, 0) * max(width, 0)

    def _start_cell(self, reference: str | None) -> None:
        row, column = _split_reference(reference or "")
        self.row = row or self.row
        self.column = column or self.column + 1


def _split_reference(reference: str) -> tuple[int, int]:
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", reference)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _whole_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 7 else 0


def _refuse_doctype(*_: object) -> None:
    raise UnreadableWorkbookError(
        "file_damaged", f"文件里有工作簿不该有的声明（DOCTYPE），没有读取。{_RESAVE}"
    )


def _scan(part: bytes, *, is_sheet: bool) -> _Extent:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    extent = _Extent()
    if is_sheet:
        parser.StartElementHandler = extent.start
    else:
        parser.StartElementHandler = extent.start_text
        parser.CharacterDataHandler = extent.add_text
    try:
        parser.Parse(part, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as error:
        raise UnreadableWorkbookError(
            "file_damaged", f"文件里有一部分读不懂，可能已损坏。{_RESAVE}"
        ) from error
    return extent


def _check_extent(extent: _Extent, *, longest_text: int) -> None:
    rows, columns = extent.last_row, extent.last_column
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise _too_much(
            f"有一张工作表的内容一直到第 {rows} 行、第 {columns} 列，"
            f"超过 {MAX_ROWS} 行、{MAX_COLUMNS} 列、{MAX_CELLS // 10_000} 万格的上限"
        )
    if extent.merged_cells > MAX_MERGED_CELLS:
        raise _too_much(f"有一张工作表的合并单元格超过 {MAX_MERGED_CELLS // 10_000} 万格的上限")
    if extent.values * longest_text > MAX_CHARACTERS:
        raise _too_much("里的文字太长太多，超过可以读取的上限")
