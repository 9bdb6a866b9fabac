"""编译内核: inner loops over integer arrays, compiled once and kept on disk."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a loop over numpy arrays (编译): cached, without the interpreter's lock.

    Threads may therefore run it side by side; it must not touch Python objects.
    """
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
