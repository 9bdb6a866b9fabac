"""由 Parquet 读表: row groups and columns are read side by side, dictionaries as they are."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from shuangjian.engines.market.column import COLUMNS, Column, Kind
from shuangjian.engines.market.fault import Fault, MarketRefusedError, refused, shown
from shuangjian.engines.market.header import columns_found
from shuangjian.engines.market.table import Piece, Table

ROWS_AT_ONCE: Final = 1 << 20
_BYTES_OF_A_CODE: Final = 4
"""A dictionary's indices take less, repeated texts more: each has its length in four bytes."""

_TEXTS: Final = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_integer,
    pa.types.is_null,
)
_UNREADABLE: Final = "不能作为 Parquet 读出（{error}）。请重新导出这个文件。"


def read_parquet_table(path: Path, name: str) -> Table:
    """A Parquet file as a table (由 Parquet 读表); its cells are read when they are asked for.

    Args:
        path: of the file.
        name: which table.

    Raises:
        MarketRefusedError: it cannot be read, or lacks a column, or a column has another type.
    """
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError) as error:
        raise refused(path.name, None, _UNREADABLE.format(error=_first_line(error))) from error
    found = columns_found(name, path.name, schema.names, line=None)
    faults = [
        Fault(path.name, None, reason)
        for column in COLUMNS[name]
        if column.name in found
        and (reason := _type_fault(column, schema.field(found[column.name]).type))
    ]
    if faults:
        raise MarketRefusedError(faults)
    columns = {
        column: [
            _piece(path, metadata, group, schema.names[place])
            for group in range(metadata.num_row_groups)
        ]
        for column, place in found.items()
    }
    return Table(
        name=name,
        file=path.name,
        rows=metadata.num_rows,
        columns={column: _placed(pieces) for column, pieces in columns.items()},
    )


def _type_fault(column: Column, kind: pa.DataType) -> str | None:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    if any(is_kind(value) for is_kind in _TEXTS):
        return None
    if column.kind is not Kind.ID and pa.types.is_floating(value):
        return None
    wanted = "文字或整数" if column.kind is Kind.ID else "整数"
    return f"{column.shown}这一列的类型是 {kind}，应为{wanted}。请改正类型后重新导出。"


def _piece(path: Path, metadata: pq.FileMetaData, group: int, title: str) -> Piece:
    """One column of one row group; ``first`` is set by ``_placed``."""
    row_group = metadata.row_group(group)
    chunk = next(
        row_group.column(place)
        for place in range(row_group.num_columns)
        if row_group.column(place).path_in_schema == title
    )
    # why: only a speed. Codes of a dictionary are read as they are; where the writer gave its
    # dictionary up, making one again would cost more than looking each text up.
    is_coded = chunk.total_uncompressed_size < _BYTES_OF_A_CODE * row_group.num_rows
    return Piece(
        first=0,
        rows=row_group.num_rows,
        read=_reader(path, metadata, group, title, read_dictionary=[title] if is_coded else []),
    )


def _reader(
    path: Path, metadata: pq.FileMetaData, group: int, title: str, *, read_dictionary: list[str]
) -> Callable[[], Iterator[pa.Array]]:
    def read() -> Iterator[pa.Array]:
        try:
            with pq.ParquetFile(
                path, metadata=metadata, read_dictionary=read_dictionary, pre_buffer=False
            ) as file:
                for batch in file.iter_batches(
                    ROWS_AT_ONCE, row_groups=[group], columns=[title], use_threads=False
                ):
                    yield batch.column(0)
        except (pa.ArrowException, OSError) as error:
            reason = f"的{shown(title)}这一列" + _UNREADABLE.format(error=_first_line(error))
            raise refused(path.name, None, reason) from error

    return read


def _placed(pieces: list[Piece]) -> list[Piece]:
    placed = []
    first = 0
    for piece in pieces:
        placed.append(Piece(first=first, rows=piece.rows, read=piece.read))
        first += piece.rows
    return placed


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
