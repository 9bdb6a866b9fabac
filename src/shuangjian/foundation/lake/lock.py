"""湖的锁: one export at a time, and no file is taken away from under a reader."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXPORT_LOCK = ".export.lock"
READ_LOCK = ".read.lock"


class ExportRefusedError(RuntimeError):
    """The export cannot be done; the message says in Chinese why and what to do."""


@contextmanager
def exporting(lake: Path) -> Iterator[None]:
    """Hold the lake for one export (独占导出).

    Raises:
        ExportRefusedError: another export runs.
    """
    lake.mkdir(parents=True, exist_ok=True)
    (lake / READ_LOCK).touch()
    handle = os.open(lake / EXPORT_LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ExportRefusedError(
                "另一个导出正在写数据湖，两个同时写会互相覆盖。请等它结束后再运行。"
            ) from error
        yield
    finally:
        os.close(handle)


@contextmanager
def reading(lake: Path) -> Iterator[None]:
    """Keep every file of the manifest in place while it is read (读者锁); readers share it."""
    try:
        handle = os.open(lake / READ_LOCK, os.O_RDONLY)
    except FileNotFoundError:  # why: a lake that no export ever touched loses no files either.
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


@contextmanager
def without_readers(lake: Path) -> Iterator[bool]:
    """Whether nobody reads the lake (无人读取), nor will inside the block; never waits."""
    handle = os.open(lake / READ_LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
