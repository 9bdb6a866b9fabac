"""小磁盘: a small file system of its own, which is gone with the last process that sees it."""

import errno
import os
import subprocess
from pathlib import Path

MEBIBYTE = 1 << 20
SIZE_MEBIBYTES = 320
_BALLAST = "ballast"
_PROBE_BYTES = 256 * 1024


def on_small_disk(folder: Path) -> tuple[str, ...]:
    """Words before a command that give it a small disk at a folder (小磁盘).

    A name space of its own holds the mount: nobody else sees it, and nothing is left of it however
    the command ends. Who is not root becomes root in there for the mount alone.

    Raises:
        RuntimeError: the machine lets nobody do it.
    """
    prefix = _prefix(folder)
    if subprocess.run([*prefix, "true"], check=False).returncode != 0:
        raise RuntimeError(
            "这台机器不允许挂载小磁盘，不能测试磁盘写满。"
            "请以 root 运行，或让普通用户可以建立用户命名空间。"
        )
    return prefix


def _prefix(folder: Path) -> tuple[str, ...]:
    mount = f'mount -t tmpfs -o size={SIZE_MEBIBYTES}m,mode=755 tmpfs "$0" && '
    if os.geteuid() == 0:
        return ("unshare", "--mount", "sh", "-c", f'{mount}exec "$@"', str(folder))
    back = f'exec unshare --user --map-user={os.geteuid()} "$@"'
    return (
        "unshare",
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        mount + back,
        str(folder),
    )


class SmallDisk:
    """小磁盘, seen from inside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fill(self, *, leave_bytes: int) -> None:
        """Take up all room but a little (占满), as whatever else grows on a server's disk does."""
        room = os.statvfs(self._folder)
        taken = room.f_bavail * room.f_frsize - leave_bytes
        with (self._folder / _BALLAST).open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, taken)

    def free(self) -> None:
        """Give the room back (腾出)."""
        (self._folder / _BALLAST).unlink()

    def is_full(self) -> bool:
        """Whether the operating system itself refuses to write another 256 KiB (写满)."""
        probe = self._folder / "probe"
        try:
            with probe.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, _PROBE_BYTES)
        except OSError as error:
            return error.errno == errno.ENOSPC
        else:
            return False
        finally:
            probe.unlink(missing_ok=True)
