"""故障下的客户端: a process that sends its script step by step until its connection is lost."""

import json
import multiprocessing
import os
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep

import psycopg

from benchmarks.faults.acknowledgement import Acknowledgements
from benchmarks.faults.script import BOOK, Orders, Script
from benchmarks.faults.server import PATIENCE_SECONDS
from shuangjian.engines.posting.order import Receipt

DISK_FULL = "53100"
_DONE, _FAILED, _LOST = 0, 1, 3
_SEALING_PAUSE_SECONDS = 0.05
_FULL_PAUSE_SECONDS = 0.02
_TRIES_WHEN_FULL = 5


@dataclass(frozen=True)
class Client:
    """客户端: a script, and the folder where its acknowledgements and errors are written.

    ``has_fresh_keys`` makes it a bad client, which gives an order a new key when it sends it again.
    """

    script: Script
    folder: Path
    has_fresh_keys: bool = False

    @property
    def number(self) -> int:
        """Its number (客户端号)."""
        return self.script.client

    @property
    def acknowledgements(self) -> Acknowledgements:
        """Its log (回执簿), opened anew."""
        return Acknowledgements(self.folder / f"{self.number}.acknowledged")

    @property
    def errors(self) -> Path:
        """Where the errors stand (错误簿) that ended it or that it waited for."""
        return self.folder / f"{self.number}.errors"

    def run(self) -> None:
        """Send all that has no answer yet, the first such step again (续发)."""
        log = self.acknowledgements
        log.mend()
        attempt = self._attempt()
        steps = self.script.steps()
        for place in range(len(log.read()), len(steps)):
            orders = steps[place]
            if self.has_fresh_keys:
                orders = tuple(replace(order, key=f"{order.key}/{attempt}") for order in orders)
            log.add(place, self._send(orders))

    def _send(self, orders: Orders) -> Sequence[Receipt]:
        for left in reversed(range(_TRIES_WHEN_FULL)):
            try:
                return send(orders)
            except Exception as error:
                self.tell(error)
                if sqlstate_of(error) != DISK_FULL or left == 0:
                    raise
                sleep(_FULL_PAUSE_SECONDS)
        raise AssertionError

    def _attempt(self) -> int:
        path = self.folder / f"{self.number}.attempts"
        attempts = path.stat().st_size if path.exists() else 0
        path.write_bytes(b"." * (attempts + 1))
        return attempts

    def tell(self, error: Exception) -> None:
        """Write down an error (记下错误), with its SQLSTATE if it has one."""
        words = {
            "kind": type(error).__name__,
            "sqlstate": sqlstate_of(error),
            "text": "".join(traceback.format_exception_only(error)).strip()[:400],
            "is_lost_connection": is_lost_connection(error),
        }
        with self.errors.open("a", encoding="utf-8") as file:
            file.write(json.dumps(words) + "\n")


def send(orders: Orders) -> Sequence[Receipt]:
    """Send one step as a caller of the platform would (发送)."""
    from benchmarks.faults.one_order import send as send_one
    from shuangjian.foundation.ledger.services import post_batch

    if len(orders) > 1:
        return post_batch(book=BOOK, orders=orders)
    return [send_one(BOOK, orders[0])]


def sqlstate_of(error: BaseException) -> str | None:
    """The SQLSTATE of a database error (错误号), Django's or the driver's own."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None


def is_lost_connection(error: BaseException) -> bool:
    """Whether it says that there is no server to talk to any more (失去连接)."""
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = sqlstate_of(error)
    # why: a server that goes away says so by class 57P or, if it cannot, says nothing at all.
    return isinstance(cause, psycopg.OperationalError) and (state is None or state[:3] == "57P")


class Crew:
    """一组客户端: their processes, and one that seals all the while."""

    def __init__(self, clients: Sequence[Client], *, is_sealing: bool = True) -> None:
        self.clients = clients
        self._is_sealing = is_sealing
        self._context = multiprocessing.get_context("fork")
        self._processes: dict[int, BaseProcess] = {}
        self._sealer: BaseProcess | None = None
        self._logs = {client.number: client.acknowledgements for client in clients}

    def start(self) -> None:
        """Start all that have something left to send (启动)."""
        for client in self.clients:
            self.start_one(client)
        if self._is_sealing:
            self._sealer = self._fork(_seal_for_ever, self.clients[0].folder)

    def start_one(self, client: Client) -> None:
        """Start one of them (启动一个)."""
        self._processes[client.number] = self._fork(_run_client, client)

    def running(self) -> list[Client]:
        """Those that are under way (在跑的)."""
        return [each for each in self.clients if self._processes[each.number].is_alive()]

    def kill_one(self, client: Client) -> None:
        """``kill -9`` of one of them; its backend goes on with what it was asked."""
        process = self._processes[client.number]
        process.kill()
        process.join()

    def acknowledged(self) -> int:
        """How many steps were answered by now (已回执步数), of all clients."""
        return sum(log.count() for log in self._logs.values())

    def wait_for(self, steps: int) -> None:
        """Wait until so many steps were answered, or nobody sends any more (等待)."""
        until = monotonic() + PATIENCE_SECONDS * 10
        while self.acknowledged() < steps and self.running():
            if monotonic() > until:
                raise TimeoutError(f"{self.acknowledged()} of {steps} steps")
            sleep(0.001)

    def join(self) -> None:
        """Wait until all have ended (等待结束): by themselves, or by having lost the server.

        Raises:
            TimeoutError: one goes on.
            RuntimeError: one met what is neither a lost connection nor a full disk.
        """
        self._end_sealer()
        for number, process in self._processes.items():
            process.join(PATIENCE_SECONDS * 10)
            if process.exitcode is None:
                process.kill()
                raise TimeoutError(f"client {number}")
            if process.exitcode == _FAILED:
                client = next(each for each in self.clients if each.number == number)
                raise RuntimeError(client.errors.read_text(encoding="utf-8"))

    def is_done(self) -> bool:
        """Whether all came to the end of their scripts (全部发完)."""
        return all(process.exitcode == _DONE for process in self._processes.values())

    def close(self) -> None:
        """Kill what still runs (收场)."""
        for process in self._processes.values():
            if process.is_alive():
                process.kill()
            process.join()
        self._end_sealer()

    def _end_sealer(self) -> None:
        if self._sealer is not None:
            self._sealer.kill()
            self._sealer.join()
            self._sealer = None

    def _fork(self, function: Callable[..., None], argument: object) -> BaseProcess:
        process = self._context.Process(target=function, args=(argument,), daemon=True)
        process.start()
        return process


def _run_client(client: Client) -> None:
    """The life of a client's process; it ends without the parent's own clearing up."""
    code = _FAILED
    try:
        client.run()
        code = _DONE
    except Exception as error:  # noqa: BLE001 -- told by the exit code and in the client's errors
        if is_lost_connection(error) or sqlstate_of(error) == DISK_FULL:
            code = _LOST
        client.tell(error)
    finally:
        os._exit(code)


def _seal_for_ever(folder: Path) -> None:
    from django.db import connection

    from shuangjian.foundation.ledger.sealing import seal

    while True:
        try:
            seal()
        except Exception as error:  # noqa: BLE001 -- it seals again when the server is back
            (folder / "sealer.error").write_text(repr(error), encoding="utf-8")
            with suppress(Exception):
                connection.close()
        sleep(_SEALING_PAUSE_SECONDS)
