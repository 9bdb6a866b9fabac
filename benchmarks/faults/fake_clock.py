"""假时钟: a server's clock that can be set while it runs, by libfaketime."""

import importlib.util
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

NAME = "libfaketime.so.1"


class FakeClock:
    """假时钟: what a server started with ``environment`` takes for the time.

    It is an offset in a file that the library reads whenever a process asks for the time, so all
    processes of the server go by it, old and new.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.offset = timedelta(0)
        self.shift(timedelta(0))

    @property
    def environment(self) -> dict[str, str]:
        """With what the server must be started (环境变量)."""
        return {
            "LD_PRELOAD": str(find_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            # why: waits are measured on this one; they would end early or never.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def shift(self, by: timedelta) -> None:
        """Set it forward or back (拨动) from where it stands."""
        self.offset += by
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{self.offset.total_seconds():+.6f}", encoding="ascii")
        fresh.chmod(0o644)
        # why: nobody may read half of it.
        fresh.rename(self._file)

    def set(self, moment: datetime) -> None:
        """Set it to a moment (校时), from which it goes on."""
        self.shift(moment - (datetime.now(moment.tzinfo) + self.offset))


def read_clock(connection: psycopg.Connection) -> datetime:
    """What the server takes for the time (读服务器的钟)."""
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    moment: datetime = row[0]
    return moment


def find_library() -> Path:
    """The library: the machine's own, else that of the ``libfaketime`` wheel.

    Raises:
        RuntimeError: there is none that this machine can load.
    """
    for path in _candidates():
        # why: the loader says so if it is another machine's, and goes on without it.
        tried = subprocess.run(
            ["true"], env={**os.environ, "LD_PRELOAD": str(path)}, capture_output=True, check=True
        )
        if not tried.stderr:
            return path
    raise RuntimeError(
        "找不到 libfaketime，不能让服务器的时钟后退。"
        "请运行 apt-get install libfaketime，或安装开发组的 Python 组件。"
    )


def _candidates() -> Iterator[Path]:
    yield from Path("/usr/lib").glob(f"*/faketime/{NAME}")
    # why: importing the package would patch this process; its place is enough.
    wheel = importlib.util.find_spec("libfaketime")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "vendor" / "libfaketime" / "src" / NAME
