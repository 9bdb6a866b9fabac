"""并行: kernels and arrow let go of the interpreter's lock, so plain threads use all processors."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import numpy as np


def processors() -> int:
    """How many processors this process may use (可用处理器数)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_side_by_side(tasks: Iterable[Callable[[], None]], *, threads: int) -> None:
    """Run independent tasks (并行执行) and raise the first error, in the order of the tasks."""
    waiting = list(tasks)
    if threads == 1 or len(waiting) < 2:
        for task in waiting:
            task()
        return
    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(task) for task in waiting]:
            future.result()


def run_over(count: int, work: Callable[[int, int], None], *, threads: int) -> None:
    """Run ``work(first, last)`` over ``range(count)``, a part for each thread (分段执行)."""
    edges = np.linspace(0, count, threads + 1).astype(np.int64).tolist()
    run_side_by_side(
        [partial(work, first, last) for first, last in pairwise(edges) if first < last],
        threads=threads,
    )
