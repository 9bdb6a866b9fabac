"""公布目录: the files of one published draw, read without trusting any of them."""

import os
from pathlib import Path
from typing import NoReturn

from shuangjian.engines.draw.hashing import hex_digest_of_file
from shuangjian.engines.draw.refusal import DrawRefusedError


class PublishedFolder:
    """公布目录.

    Attributes:
        root: where it lies.
        names: paths of its files within it, with ``/``, sorted; of plain files only.
        strange: paths of what is neither a plain file nor a folder, such as links.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        plain: list[str] = []
        strange: list[str] = []
        for place, folders, files in os.walk(root):
            for name in (*folders, *files):
                path = Path(place, name)
                shown = path.relative_to(root).as_posix()
                if path.is_symlink() or not (path.is_file() or path.is_dir()):
                    strange.append(shown)
                elif path.is_file():
                    plain.append(shown)
        self.names = sorted(plain)
        self._known = frozenset(plain)
        self.strange = sorted(strange)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def within(self, folder: str) -> list[str]:
        """Names below a folder of it (目录下的文件), without that folder."""
        return [
            name.removeprefix(f"{folder}/") for name in self.names if name.startswith(f"{folder}/")
        ]

    def read(self, name: str) -> bytes:
        """The bytes of a file (文件内容).

        Raises:
            DrawRefusedError: it is not there, or cannot be read.
        """
        self._require(name)
        try:
            return (self.root / name).read_bytes()
        except OSError:
            _refuse(name, "无法读取", "没有读取权限或者磁盘有错")

    def hash_of(self, name: str, *, hash_name: str) -> str:
        """The hash of a file (散列值), in hex.

        Raises:
            DrawRefusedError: it is not there, or cannot be read.
        """
        self._require(name)
        try:
            return hex_digest_of_file(self.root / name, hash_name=hash_name)
        except OSError:
            _refuse(name, "无法读取", "没有读取权限或者磁盘有错")

    def _require(self, name: str) -> None:
        if name not in self:
            _refuse(name, "目录里没有这个文件", "协议规定它必须公布")


def shown(name: str) -> str:
    """A file's name as it can be printed (文件名), for it need not be UTF-8."""
    return name.encode("utf-8", "replace").decode()


def _refuse(place: str, what: str, why: str) -> NoReturn:
    raise DrawRefusedError(
        place=place,
        what=what,
        why=why,
        remedy="请重新下载完整的公布目录；仍然如此的，请向公布单位查询",
    )
