"""由 CSV 读表: UTF-8 or GB18030, as schools and spreadsheets write it."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuangjian.engines.market.fault import Fault, MarketRefusedError, refused
from shuangjian.engines.market.fault_list import KEPT
from shuangjian.engines.market.header import columns_found
from shuangjian.engines.market.table import Table, in_memory

ROWS_AT_ONCE: Final = 1 << 16
_BYTES_AT_ONCE: Final = 1 << 22
_HEADER_LINE: Final = 1
_LONGEST_HEADER: Final = 1 << 16
_OTHER_SEPARATORS: Final = {";": "分号", "\t": "制表符"}


class Reader(Protocol):
    """The reader of the standard library's ``csv``."""

    @property
    def line_num(self) -> int:
        """Lines read so far."""

    def __iter__(self) -> Iterator[list[str]]:
        """Rows."""

    def __next__(self) -> list[str]:
        """The next row."""


@dataclass
class _Gathered:
    """已读的行: arrays of each column, the lines, and the rows with another number of cells."""

    columns: dict[str, list[pa.Array]]
    lines: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unkept: int = 0


def read_csv_table(path: Path, name: str) -> Table:
    """A CSV file as a table (由 CSV 读表).

    Args:
        path: of the file.
        name: which table.

    Raises:
        MarketRefusedError: it is no text, no CSV, lacks a column, or rows have too many or too
            few cells.
    """
    with path.open(encoding=_encoding_of(path), newline="") as text:
        _refuse_other_separator(text.readline(_LONGEST_HEADER), path.name)
        text.seek(0)
        reader = csv.reader(text, strict=True)
        try:
            return _read(reader, path.name, name)
        except csv.Error as error:
            raise refused(
                path.name,
                reader.line_num,
                f"这一行的引号或逗号不合 CSV 的写法（{error}）。请用表格软件另存为 CSV。",
            ) from error


def _refuse_other_separator(header: str, file: str) -> None:
    """Without this every needed column would be said to be missing."""
    plain = header.strip()
    found = [title for mark, title in _OTHER_SEPARATORS.items() if mark in plain]
    if found and "," not in plain:
        reason = f"分隔符不是逗号，而是{found[0]}。请用表格软件另存为“CSV（逗号分隔）”。"
        raise refused(file, _HEADER_LINE, reason)


def _read(reader: Reader, file: str, name: str) -> Table:
    titles = next(reader, None)
    if titles is None:
        raise refused(file, None, "是空文件。请填写后重新运行。")
    found = columns_found(name, file, titles, line=_HEADER_LINE)
    gathered = _Gathered({column: [] for column in found})
    for lines, rows in _chunks(reader):
        _gather(gathered, lines, rows, width=len(titles), found=found, file=file)
    if gathered.faults:
        raise MarketRefusedError(gathered.faults, unkept=gathered.unkept)
    return in_memory(
        name,
        file,
        {
            column: pa.chunked_array(arrays, pa.dictionary(pa.int32(), pa.string()))
            for column, arrays in gathered.columns.items()
        },
        np.concatenate(gathered.lines) if gathered.lines else np.zeros(0, np.int64),
    )


def _chunks(reader: Reader) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Rows that are not wholly empty, with the line where each begins."""
    lines: list[int] = []
    rows: list[list[str]] = []
    line = reader.line_num + 1
    for row in reader:
        if "".join(row).strip():
            lines.append(line)
            rows.append(row)
        line = reader.line_num + 1
        if len(rows) == ROWS_AT_ONCE:
            yield lines, rows
            lines, rows = [], []
    if rows:
        yield lines, rows


def _gather(
    gathered: _Gathered,
    lines: list[int],
    rows: list[list[str]],
    *,
    width: int,
    found: Mapping[str, int],
    file: str,
) -> None:
    if set(map(len, rows)) != {width}:
        for line, row in zip(lines, rows, strict=True):
            if len(row) == width:
                continue
            if len(gathered.faults) < KEPT:
                reason = f"这一行有 {len(row)} 格，表头有 {width} 格。请补齐或删去多余的逗号。"
                gathered.faults.append(Fault(file, line, reason))
            else:
                gathered.unkept += 1
        return
    cells = list(zip(*rows, strict=True))
    for column, place in found.items():
        coded = pa.array(cells[place], pa.string()).dictionary_encode()
        gathered.columns[column].append(
            pa.DictionaryArray.from_arrays(coded.indices, pc.utf8_trim_whitespace(coded.dictionary))
        )
    gathered.lines.append(np.array(lines, np.int64))


def _encoding_of(path: Path) -> str:
    """UTF-8, with or without a byte-order mark; else GB18030, as spreadsheets in China write."""
    for encoding in ("utf-8-sig", "gb18030"):
        if _is_written_in(path, encoding):
            return encoding
    raise refused(
        path.name,
        _first_strange_line(path),
        "既不是 UTF-8 也不是 GB18030（GBK）文字。请用表格软件另存为“CSV UTF-8”。",
    )


def _is_written_in(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BYTES_AT_ONCE):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first_strange_line(path: Path) -> int | None:
    """The first line that is not GB18030, whose line feeds are never part of a character."""
    with path.open("rb") as file:
        for place, line in enumerate(file):
            try:
                line.decode("gb18030")
            except UnicodeDecodeError:
                return place + 1
    return None
