"""编译循环: the checker's own compiled loops; it shares none with what it checks."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Loop = TypeVar("Loop", bound=Callable[..., Any])

Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Unsigned = NDArray[np.uint64]

NOBODY: Final = -1
"""No pupil, no course, no place: whatever the array counts, it is none."""


def compiled(function: Loop) -> Loop:
    """Compile a loop over numpy arrays (编译): kept on disk, without the interpreter's lock."""
    return cast(Loop, numba.njit(cache=True, nogil=True)(function))
