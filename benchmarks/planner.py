"""布置的一方: one client in a process of its own, which plans homework or runs the bare statements.

Processes, as the web server's, and not threads: two threads would share one interpreter.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing.connection import Connection


@dataclass(frozen=True)
class Seat:
    """任课: a teacher's course in a class, by the registry's keys, and the row for the bare way."""

    teacher_id: int
    class_id: int
    course: str
    bare_row: int


@dataclass(frozen=True)
class Work:
    """一批活: so many saves one after the other, as the service does or as bare as can be."""

    seat: Seat
    on: date
    at: datetime
    saves: int
    is_bare: bool


class Planners:
    """布置的几方: the processes, which start a batch together."""

    def __init__(self, pipes: Sequence["Connection[Work | None, str]"]) -> None:
        self._pipes = pipes

    def run(self, *batches: Work) -> None:
        """Each batch in its own process, at once; returns when the last one is done."""
        pipes = self._pipes[: len(batches)]
        for pipe, work in zip(pipes, batches, strict=True):
            pipe.send(work)
        failures = [failure for pipe in pipes if (failure := pipe.recv())]
        if failures:
            raise RuntimeError(failures[0])


@contextmanager
def open_planners(count: int) -> Iterator[Planners]:
    """So many processes, each with connections of its own; they end with the block."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for _ in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        pipes.append(ours)
        processes.append(process)
    try:
        yield Planners(pipes)
    finally:
        for pipe, process in zip(pipes, processes, strict=True):
            if process.is_alive():
                pipe.send(None)
            process.join()


def _serve(pipe: "Connection[str, Work | None]") -> None:
    import django

    django.setup()
    from benchmarks.save import BareSave, ServiceSave

    savers: dict[tuple[Seat, bool], Callable[[Work], None]] = {}
    while (work := pipe.recv()) is not None:
        try:
            key = (work.seat, work.is_bare)
            if key not in savers:
                savers[key] = (BareSave if work.is_bare else ServiceSave)(work.seat)
            savers[key](work)
        except Exception as error:  # noqa: BLE001 -- told to the parent, which raises it
            pipe.send(repr(error))
        else:
            pipe.send("")
