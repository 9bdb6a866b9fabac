"""表: one CSV or Parquet file, read column by column in pieces, or told why it cannot be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from shuangjian.engines.checker.loop import Flags, Int64
from shuangjian.engines.checker.number_form import plain_numbers
from shuangjian.engines.checker.text import Text, numbers_in, text_of

BATCH_ROWS: Final = 1 << 20
FORMS: Final = (".csv", ".parquet")
_ENCODINGS: Final = ("utf8", "gb18030")
_READING_FAULTS: Final = (pa.ArrowException, OSError, ValueError, KeyError, TypeError)


class UnreadableError(Exception):
    """无法读取: a file is absent, broken or without a column it needs.

    Attributes:
        code: of the violation.
        file: its name.
        sentence: in Chinese.
    """

    def __init__(self, code: str, file: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.file = file
        self.sentence = sentence


@dataclass(frozen=True)
class Numbers:
    """数字列: whole numbers of a column.

    Attributes:
        values: ``(n,)``.
        is_wrong: where the cell is no whole number.
    """

    values: Int64
    is_wrong: Flags


@dataclass(frozen=True)
class Piece:
    """一段行: some rows of a file, in their order.

    Attributes:
        first: number of the first row in the file, from 0.
        rows: how many.
        columns: name to Arrow array, for the columns that are there.
        file: name of the file.
    """

    first: int
    rows: int
    columns: dict[str, pa.Array]
    file: str

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.columns

    def text(self, name: str) -> Text:
        """A column as texts.

        Raises:
            UnreadableError: its type has no text.
        """
        try:
            return text_of(self.columns[name])
        except _READING_FAULTS as error:
            raise _no_type(self.file, name) from error

    def numbers(self, name: str, *, empty: int | None = None) -> Numbers:
        """A column as whole numbers; an absent column or an empty cell is ``empty``.

        Raises:
            UnreadableError: its type has no numbers.
        """
        if name not in self.columns:
            return Numbers(np.full(self.rows, empty or 0), np.full(self.rows, empty is None))
        array = self.columns[name]
        try:
            if pa.types.is_dictionary(array.type):
                array = array.dictionary_decode()
            if pa.types.is_integer(array.type):
                is_wrong = np.zeros(self.rows, np.bool_)
                if array.null_count:
                    is_wrong = np.asarray(pc.is_null(array)) & (empty is None)
                    array = pc.fill_null(array, empty or 0)
                return Numbers(np.asarray(array.cast(pa.int64())), is_wrong)
            if pa.types.is_floating(array.type):
                array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
            else:
                array = plain_numbers(array, is_grade=name == "grade")
            values, is_wrong = numbers_in(text_of(array), empty or 0)
        except _READING_FAULTS as error:
            raise _no_type(self.file, name) from error
        if empty is None:
            is_wrong |= np.diff(text_of(array).start) == 0
        return Numbers(values, is_wrong)


@dataclass(frozen=True)
class Table:
    """表: a file found in a folder, whose columns are known by name.

    Attributes:
        path: the file.
        titles: name to the title that the file uses.
        source: the parsed CSV; none for Parquet, which is read in pieces.
    """

    path: Path
    titles: dict[str, str]
    source: pa.Table | None

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.path.name

    @property
    def is_csv(self) -> bool:
        """Whether the rows come from CSV."""
        return self.source is not None

    def has(self, name: str) -> bool:
        """Whether the file has the column."""
        return name in self.titles

    def pieces(self) -> Iterator[Piece]:
        """The rows in order, in pieces of at most ``BATCH_ROWS``.

        Raises:
            UnreadableError: the file breaks off.
        """
        first = 0
        try:
            for batch in self._batches():
                columns = {name: batch.column(title) for name, title in self.titles.items()}
                yield Piece(first, batch.num_rows, columns, self.file)
                first += batch.num_rows
        except _READING_FAULTS as error:
            raise _broken(self.file) from error

    def whole(self) -> Piece:
        """All rows at once.

        Raises:
            UnreadableError: the file breaks off.
        """
        pieces = list(self.pieces())
        rows = sum(piece.rows for piece in pieces)
        columns = {
            name: pa.concat_arrays([_plain(piece.columns[name]) for piece in pieces])
            if pieces
            else pa.array([], pa.string())
            for name in self.titles
        }
        return Piece(0, rows, columns, self.file)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        titles = list(dict.fromkeys(self.titles.values()))
        if self.source is not None:
            yield from self.source.select(titles).to_batches(max_chunksize=BATCH_ROWS)
            return
        with pq.ParquetFile(self.path) as file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, columns=titles)


def open_table(folder: Path, name: str, titles: Mapping[str, tuple[str, ...]]) -> Table | None:
    """Find ``name.csv`` or ``name.parquet``; none if neither is there.

    Args:
        folder: where to look.
        name: of the file, without ending.
        titles: column to the titles it may have.

    Raises:
        UnreadableError: both are there, or the file is broken, or has a title twice.
    """
    found = [path for form in FORMS if (path := folder / f"{name}{form}").is_file()]
    if not found:
        return None
    if len(found) > 1:
        raise UnreadableError(
            "file_twice", found[0].name, f"{name}.csv 与 {name}.parquet 同时存在，只能留一份。"
        )
    path = found[0]
    source = _parse_csv(path) if path.suffix == ".csv" else None
    try:
        there = source.column_names if source is not None else pq.read_schema(path).names
    except _READING_FAULTS as error:
        raise _broken(path.name) from error
    return Table(path, _matched(path.name, there, titles), source)


def _matched(file: str, there: list[str], titles: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    matched = {}
    for column, names in titles.items():
        fitting = [title for title in there if title.strip() in names]
        if len(fitting) > 1:
            raise UnreadableError(
                "column_twice", file, f"{file} 有两个列都是 {column}：{'、'.join(fitting)}。"
            )
        if fitting:
            matched[column] = fitting[0]
    return matched


def _parse_csv(path: Path) -> pa.Table:
    """All cells as trimmed text; rows without any are left out."""
    if path.stat().st_size == 0:
        raise UnreadableError("unreadable", path.name, f"{path.name} 是空文件，没有表头。")
    for encoding in _ENCODINGS:
        try:
            return _trimmed(_parse(path, encoding))
        except _READING_FAULTS as error:
            fault = error
    raise _broken(path.name) from fault


def _parse(path: Path, encoding: str) -> pa.Table:
    reading = pa.csv.ReadOptions(encoding=encoding)
    parsing = pa.csv.ParseOptions(newlines_in_values=True)
    with pa.csv.open_csv(
        path, read_options=pa.csv.ReadOptions(encoding=encoding), parse_options=parsing
    ) as peek:
        names = peek.schema.names
    return pa.csv.read_csv(
        path,
        read_options=reading,
        parse_options=parsing,
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _trimmed(parsed: pa.Table) -> pa.Table:
    columns = [pc.utf8_trim_whitespace(column) for column in parsed.columns]
    trimmed = pa.table(columns, names=parsed.column_names)
    is_filled = None
    for column in columns:
        has_text = pc.greater(pc.binary_length(column), 0)
        is_filled = has_text if is_filled is None else pc.or_(is_filled, has_text)
    if is_filled is None or pc.all(is_filled).as_py() is not False:
        return trimmed
    return trimmed.filter(is_filled)


def _plain(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _broken(file: str) -> UnreadableError:
    return UnreadableError("unreadable", file, f"无法读取 {file}：文件损坏、被截断或不是该格式。")


def _no_type(file: str, name: str) -> UnreadableError:
    return UnreadableError("unreadable", file, f"{file} 的 {name} 列不是可用的类型。")
