"""故障的场景: a folder with a server of its own, the ledger opened in it, and the clients' logs."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults.client import Client
from benchmarks.faults.script import BOOK, KIND, REASON, Script, account_orders
from benchmarks.faults.server import Server


@dataclass(frozen=True)
class Scene:
    """故障的场景.

    Attributes:
        template: the folder of a migrated server that stands still; every round copies it.
        folder: what this process may write; its server lies here, where the platform looks for it.
        seed: of all that is random.
    """

    template: Path
    folder: Path
    seed: int

    @property
    def server(self) -> Server:
        """The server of the round (服务器)."""
        return Server(self.folder)

    @property
    def logs(self) -> Path:
        """Where clients keep what they were answered (回执文件夹)."""
        return self.folder / "logs"

    @contextmanager
    def open(
        self,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Iterator[Server]:
        """A fresh server with the book and its accounts (开场); killed and removed afterwards."""
        server = self.server
        server.copy_from(Server(self.template))
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir()
        try:
            server.set(**settings or {})
            server.start(environment)
            open_ledger()
            yield server
        finally:
            server.forget()

    def clients(
        self, number: int, transfers: int, *, round_number: int, is_plain: bool = False
    ) -> Sequence[Client]:
        """So many clients, which share ``transfers`` between them (客户端)."""
        seed = self.seed * 1_000 + round_number
        return [
            Client(Script(seed, client, -(-transfers // number), is_plain), self.logs)
            for client in range(number)
        ]


def open_ledger() -> None:
    """Open book, reason and accounts through the platform's own calls (建账)."""
    from shuangjian.edges.config import database
    from shuangjian.foundation.ledger.services import open_accounts, open_book, register_reason

    database.refresh_settings()
    open_book(code=BOOK, title="故障测试")
    register_reason(kind=KIND, reason=REASON, title="虚构")
    open_accounts(book=BOOK, accounts=account_orders())
    leave_server()


def seal_all() -> None:
    """Seal all that is committed (封存)."""
    from shuangjian.foundation.ledger.sealing import seal

    seal()
    leave_server()


def leave_server() -> None:
    """Close this process's own connections (断开): a forked client must not inherit one."""
    from django.db import connections

    connections.close_all()
