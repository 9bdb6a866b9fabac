"""故障用的服务器: a PostgreSQL of its own, copied from a template, that may be killed."""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from time import monotonic, sleep

import psycopg

from shuangjian.edges.config import embedded

PATIENCE_SECONDS = 60
_PAUSE_SECONDS = 0.01


class Server:
    """故障用的服务器: lies in ``folder``/postgres, where the platform looks for its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "postgres"
        self.data = self.folder / "data"

    @property
    def cluster(self) -> embedded.Cluster:
        """Its card (服务器卡片)."""
        cluster = embedded.read_cluster(self.folder)
        assert cluster is not None
        return cluster

    def copy_from(self, template: "Server") -> None:
        """Become a fresh copy of a server that stands still (复制)."""
        self.forget()
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(template.folder / "cluster.json", self.folder)
        subprocess.run(["cp", "-a", str(template.data), str(self.data)], check=True)
        self.settle_in()

    def settle_in(self) -> None:
        """Write where it lies now onto its card, which came from elsewhere (改写卡片)."""
        socket = self.folder / "socket"
        if len(str(socket)) > embedded.SOCKET_PATH_MAX:
            socket = Path(tempfile.mkdtemp(prefix="shuangjian-fault-"))
        socket.mkdir(exist_ok=True)
        socket.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(socket, embedded.OS_USER)
        moved = replace(self.cluster, folder=str(self.folder), socket=str(socket))
        card = self.folder / "cluster.json"
        card.write_text(json.dumps(asdict(moved)), encoding="utf-8")

    def replace_data(self, data: Path) -> None:
        """Put other data in the place of its own (换上备份); it must not run."""
        shutil.rmtree(self.data)
        shutil.move(data, self.data)

    def forget(self) -> None:
        """Kill what runs, remove what is there (清除)."""
        if not self.folder.exists():
            return
        if (self.folder / "cluster.json").exists():
            self.kill_all()
            shutil.rmtree(self.cluster.socket, ignore_errors=True)
        # why: the folder itself may be where a small disk is mounted.
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def set(self, **settings: str) -> None:
        """Settings from the next start on (服务器设置)."""
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(lines)

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start it, with more in its environment (启动); recovers first where it was killed."""
        with _environment(environment or {}):
            embedded.start(self.folder)

    def stop(self) -> None:
        """Stop it in an orderly way (停止)."""
        embedded.stop(self.folder)

    def connect(self, role: str = "postgres") -> psycopg.Connection:
        """A connection of a role (连接); the superuser unless another is named."""
        database = embedded.DATABASE
        return psycopg.connect(self.cluster.url(role, database=database), autocommit=True)

    def wait_until_it_answers(self) -> None:
        """Wait while it recovers by itself (等待恢复).

        Raises:
            TimeoutError: it does not answer.
        """
        until = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError as error:
                if monotonic() > until:
                    raise TimeoutError(str(error)) from error
                sleep(_PAUSE_SECONDS)
            else:
                return

    def postmaster(self) -> int | None:
        """Process id of the postmaster (主进程), if it runs."""
        written = self.data / "postmaster.pid"
        if not written.exists():
            return None
        # why: the file of a killed one stays, and its number may be another's by now.
        number = int(written.read_text(encoding="utf-8").split("\n", 1)[0])
        return number if _words_of(number).startswith(f"{self.cluster.binaries}/postgres") else None

    def children(self, postmaster: int) -> dict[int, str]:
        """Its server processes (服务进程), each with what it says it does."""
        return {number: _words_of(number) for number in _children_of(postmaster)}

    def backends(self) -> list[int]:
        """Process ids of those that serve the application's connections (后端进程)."""
        postmaster = self.postmaster()
        if postmaster is None:
            return []
        return [
            number
            for number, words in self.children(postmaster).items()
            if f" {embedded.APPLICATION} " in words
        ]

    def kill_postmaster(self) -> None:
        """``kill -9`` of the postmaster alone; its children notice and end by themselves."""
        self._kill(with_children=False)

    def kill_all(self) -> None:
        """``kill -9`` of the postmaster and all its children: nobody can write any more."""
        self._kill(with_children=True)

    def _kill(self, *, with_children: bool) -> None:
        postmaster = self.postmaster()
        if postmaster is None:
            return
        children = _children_of(postmaster)
        for number in [postmaster, *(children if with_children else ())]:
            kill(number)
        until = monotonic() + PATIENCE_SECONDS
        # why: while one of them lives, the shared memory is in use and no new server starts.
        while not all(_is_gone(number) for number in [postmaster, *children]):
            if monotonic() > until:
                raise TimeoutError(f"server processes of {postmaster} do not end")
            sleep(_PAUSE_SECONDS)

    def version(self) -> str:
        """What it is (版本)."""
        with self.connect() as connection:
            row = connection.execute("SHOW server_version").fetchone()
        assert row is not None
        return f"PostgreSQL {row[0]}"

    def run(self, program: str, *words: str | Path) -> None:
        """Run one of PostgreSQL's own programs as the server's user (运行随包程序).

        Raises:
            RuntimeError: it failed, with what it said.
        """
        user = embedded.OS_USER if os.geteuid() == 0 else None
        done = subprocess.run(
            [f"{self.cluster.binaries}/{program}", *map(str, words)],
            user=user,
            group=user,
            extra_groups=[] if user else None,
            env={**os.environ, "PGPASSWORD": self.cluster.superuser_password},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stderr}")

    def own(self, path: Path) -> Path:
        """Make a folder that the server's user may write (建目录)."""
        path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(path, embedded.OS_USER, embedded.OS_USER)
        return path


def kill(number: int) -> None:
    """``kill -9`` of one process, by its id; it may be gone already."""
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return


def adopt_orphans() -> None:
    """Become who reaps the server's processes (收养): not every machine's first process does.

    A killed one that nobody has reaped still has its id, and a new server would not start.
    """
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def _is_gone(number: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(number, os.WNOHANG)
    return not Path(f"/proc/{number}").exists()


def _children_of(parent: int) -> Sequence[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            stat = entry.read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        # why: the name stands in brackets and may itself hold any sign.
        if int(stat.rpartition(")")[2].split()[1]) == parent:
            found.append(int(entry.parent.name))
    return found


def _words_of(number: int) -> str:
    """The command line of a process (命令行); empty where it has ended."""
    try:
        line = Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return line.replace(b"\0", b" ").decode(errors="replace")


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
