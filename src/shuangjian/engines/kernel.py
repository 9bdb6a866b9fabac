"""编译内核: inner loops over integer arrays, compiled once and kept on disk."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

_ENGINES: Final = Path(__file__).parent
_NAME: Final = "kernels-"


def compiled(function: Function) -> Function:
    """Compile a loop over numpy arrays (编译): cached, without the interpreter's lock.

    Threads may therefore run it side by side; it must not touch Python objects.
    """
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


def keep_apart(engines: Path, *, version: str, else_in: Path) -> Path | None:
    """The folder for what is compiled from exactly these sources (编译缓存).

    numba looks only at a kernel's own file, so after an update a kernel could go on calling the
    old code of another file: a draw would have a different result here than elsewhere.

    Args:
        engines: all ``.py`` below it count.
        version: of the compiler.
        else_in: where the folder goes if ``engines`` cannot be written to.

    Returns:
        A new or existing folder; those of other sources beside it are removed. ``None`` where
        neither place can be written to.
    """
    stamp = hashlib.sha256(version.encode())
    for path in sorted(engines.rglob("*.py")):
        stamp.update(b"%d\0" % path.stat().st_size + path.read_bytes())
    for parent in (engines / "__pycache__", else_in):
        folder = parent / f"{_NAME}{stamp.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            for other in set(parent.glob(f"{_NAME}*")) - {folder}:
                shutil.rmtree(other, ignore_errors=True)
            return folder
    return None


if not os.environ.get("NUMBA_CACHE_DIR"):
    _folder = keep_apart(
        _ENGINES, version=numba.__version__, else_in=Path.home() / ".cache" / "shuangjian"
    )
    if _folder is not None:
        cast(Any, numba.config).CACHE_DIR = str(_folder)
