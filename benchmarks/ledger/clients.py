"""记账的几方: client processes that make transfers side by side, each way of making them in turn.

Processes, as the web server's, and not threads. What a way needs is imported when a process first
gets work of it, since a peer has Django settings of its own.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import perf_counter

Client = Callable[[int], None]
"""Makes so many transfers one after the other, each durable before the next begins."""

Way = Callable[[int], Client]
"""A class or function of a module: makes the client of a process, by the process's number."""


@dataclass(frozen=True)
class Work:
    """一批活: so many transfers of each client, in one way."""

    way: Way
    transfers: int


class Clients:
    """记账的几方: the processes, which start a batch of work together."""

    def __init__(self, pipes: Sequence["Connection[Work | None, str]"]) -> None:
        self._pipes = pipes

    def run(self, work: Work, *, clients: int) -> float:
        """The same work in so many processes at once.

        Returns:
            Seconds a transfer: from the start to the end of the last one, by all transfers made.

        Raises:
            RuntimeError: one of them failed.
        """
        pipes = self._pipes[:clients]
        assert len(pipes) == clients
        started = perf_counter()
        for pipe in pipes:
            pipe.send(work)
        failures = [failure for pipe in pipes if (failure := pipe.recv())]
        seconds = perf_counter() - started
        if failures:
            raise RuntimeError(failures[0])
        return seconds / (work.transfers * clients)


@contextmanager
def open_clients(count: int) -> Iterator[Clients]:
    """So many processes, each with connections of its own; they end with the block."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for number in range(count):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, number), daemon=True)
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    try:
        yield Clients(pipes)
    finally:
        for pipe, process in zip(pipes, processes, strict=True):
            if process.is_alive():
                pipe.send(None)
            process.join()


def run_apart(function: Callable[[int], None], argument: int) -> None:
    """Run a function of a module in a process of its own (另起进程), and wait for it.

    Raises:
        RuntimeError: it failed; what it printed stands on the error output.
    """
    process = multiprocessing.get_context("spawn").Process(target=function, args=(argument,))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{function.__module__}.{function.__name__}: {process.exitcode}")


def _serve(pipe: "Connection[str, Work | None]", number: int) -> None:
    made: dict[Way, Client] = {}
    while (work := pipe.recv()) is not None:
        try:
            if work.way not in made:
                made[work.way] = work.way(number)
            made[work.way](work.transfers)
        except Exception as error:  # noqa: BLE001 -- told to the parent, which raises it
            pipe.send(repr(error))
        else:
            pipe.send("")
