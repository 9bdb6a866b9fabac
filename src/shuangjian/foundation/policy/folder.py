"""The policy folders on the disk (政策文件夹): the shipped one, and an installation's overlay."""

from collections.abc import Sequence
from pathlib import Path

Signature = tuple[tuple[str, int, int], ...]


def policy_paths(roots: Sequence[Path]) -> dict[str, Path]:
    """The files that count (生效文件), by their place in the tree, in order.

    Args:
        roots: the shipped folder first; a later root adds files, and replaces one of the same name.
    """
    path_by_name: dict[str, Path] = {}
    for root in roots:
        for path in root.rglob("*.toml"):
            name = path.relative_to(root).as_posix()
            is_hidden = any(part.startswith(".") for part in name.split("/"))
            if path.is_file() and not is_hidden:
                path_by_name[name] = path
    return {name: path_by_name[name] for name in sorted(path_by_name)}


def read_contents(roots: Sequence[Path]) -> dict[str, bytes]:
    """Every file's bytes by its place in the tree (文件内容)."""
    return {name: path.read_bytes() for name, path in policy_paths(roots).items()}


def folder_signature(roots: Sequence[Path]) -> Signature:
    """Names, sizes and times of change (文件签名): equal while nobody touched a file.

    Cheap, so that it may be asked at every request; a file that vanishes meanwhile is left out.
    """
    rows = []
    for path in policy_paths(roots).values():
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        rows.append((str(path), status.st_size, status.st_mtime_ns))
    return tuple(rows)
