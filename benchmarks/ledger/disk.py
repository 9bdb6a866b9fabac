"""落盘: how long the disk takes to make four kibibytes durable, where the server's data lies."""

import os
from pathlib import Path
from time import perf_counter

BYTES = 4096


def seconds_a_flush(folder: Path, *, writes: int) -> float:
    """Write and ``fdatasync`` (落盘) in a file that has its size already, as a server's log has.

    Args:
        folder: on the disk that is measured.
        writes: how many, one after the other.

    Returns:
        Seconds a write.
    """
    path = folder / "flush.tmp"
    block = bytes(range(256)) * (BYTES // 256)
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        os.pwrite(file, block * writes, 0)
        os.fsync(file)
        started = perf_counter()
        for number in range(writes):
            os.pwrite(file, block, number * BYTES)
            os.fdatasync(file)
        return (perf_counter() - started) / writes
    finally:
        os.close(file)
        path.unlink()
