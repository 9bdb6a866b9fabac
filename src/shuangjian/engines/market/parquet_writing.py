"""写 Parquet: texts go out as codes of small dictionaries, so that none is hashed again."""

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from shuangjian.engines.market.result_table import Cells, ResultTable, TextCells

_DICTIONARY_BYTES: Final = 16 << 20


def write_parquet(table: ResultTable, path: Path) -> None:
    """Write a result table (写 Parquet), a row group a batch.

    Args:
        table: what to write.
        path: of the file.
    """
    types = [_array(cells).type for cells in table.batch(0, 0)]
    schema = pa.schema(list(zip(table.columns, types, strict=True)))
    texts = [
        name
        for name, kind in zip(table.columns, types, strict=True)
        if pa.types.is_dictionary(kind)
    ]
    with pq.ParquetWriter(
        path,
        schema,
        compression="snappy",
        use_dictionary=texts,
        dictionary_pagesize_limit=_DICTIONARY_BYTES,
        # why: rows stand by the first column, so its bounds tell readers which row group to open.
        write_statistics=[table.columns[0]],
        # why: readers should see plain text, not how we happened to hold it.
        store_schema=False,
    ) as writer:
        for first, last in table.batches():
            arrays = [_array(cells) for cells in table.batch(first, last)]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))


def _array(cells: Cells) -> pa.Array:
    if not isinstance(cells, TextCells):
        return pa.array(cells.values, mask=cells.is_absent)
    if not cells.codes.size:
        return pa.DictionaryArray.from_arrays(pa.array([], pa.int32()), cells.values[:0])
    lowest, highest = int(cells.codes.min()), int(cells.codes.max())
    return pa.DictionaryArray.from_arrays(
        pa.array(cells.codes - lowest if lowest else cells.codes, pa.int32()),
        cells.values.slice(lowest, highest - lowest + 1),
        safe=False,
    )
