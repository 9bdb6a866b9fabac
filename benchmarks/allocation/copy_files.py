"""只读只写: reads some Parquet files and writes others again, batch by batch; nothing between.

``python copy_files.py READ REWRITTEN OUT``: what pyarrow alone takes to read the files of ``READ``
and to write files like those of ``REWRITTEN``. A script, so that nothing else is imported.
"""

import sys
from pathlib import Path

import pyarrow.parquet as pq


def copy_files(read: Path, rewritten: Path, out: Path) -> None:
    """Read every Parquet file of ``read``, write every one of ``rewritten`` again (只读只写)."""
    for path in sorted(read.glob("*.parquet")):
        for _ in pq.ParquetFile(path).iter_batches(1 << 20):
            pass
    out.mkdir(exist_ok=True)
    for path in sorted(rewritten.glob("*.parquet")):
        file = pq.ParquetFile(path)
        with pq.ParquetWriter(out / path.name, file.schema_arrow) as writer:
            for batch in file.iter_batches(1 << 20):
                writer.write_batch(batch)


if __name__ == "__main__":
    copy_files(*(Path(word) for word in sys.argv[1:]))
