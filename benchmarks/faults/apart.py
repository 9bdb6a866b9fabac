"""单独的进程: each fault runs in a process of its own, which knows no server but its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.faults.server import Server
from benchmarks.outcome import Outcome, read_outcome
from benchmarks.site import tell

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "template"


@dataclass(frozen=True)
class Ground:
    """故障的场地: a temporary folder, with a migrated server in it that every fault copies."""

    folder: Path

    @property
    def template(self) -> Path:
        """Where the template lies (模板文件夹)."""
        return self.folder / TEMPLATE

    @contextmanager
    def opened(self) -> Iterator["Ground"]:
        """Make the template (开场): a server with all tables and rights, stopped in order.

        All of it is gone afterwards.
        """
        self.template.mkdir(parents=True)
        try:
            self._call(TEMPLATE, {}, folder=self.template, seed=0)
            yield self
        finally:
            Server(self.template).forget()
            shutil.rmtree(self.folder)

    def data_folder(self, fault: str) -> Path:
        """Where a fault's server will lie (数据文件夹); made, so that a disk can be put there."""
        folder = self.folder / fault / "postgres"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def run(
        self,
        fault: str,
        size: dict[str, Any],
        *,
        seed: int,
        mode: str = "demo",
        prefix: Sequence[str] = (),
    ) -> list[Outcome]:
        """Run one fault (故障), in a folder of its own, which is empty afterwards.

        Args:
            fault: its name in ``faults.__main__``.
            size: what it takes besides.
            seed: of all that is random.
            mode: how the platform runs; in a ``test`` it connects as the tables' owner.
            prefix: words before the command, for a fault that needs a surrounding of its own.

        Raises:
            RuntimeError: it broke off; what it said stands on the error output.
        """
        folder = self.folder / fault
        folder.mkdir(exist_ok=True)
        try:
            plains = self._call(fault, size, folder=folder, seed=seed, mode=mode, prefix=prefix)
        finally:
            # why: a process that was killed has not cleared up.
            Server(folder).forget()
        outcomes = [read_outcome(plain) for plain in plains]
        for outcome in outcomes:
            # why: all of them take hours; what is known must not be lost with the rest.
            tell(outcome.line())
        return outcomes

    def _call(
        self,
        fault: str,
        size: dict[str, Any],
        *,
        folder: Path,
        seed: int,
        mode: str = "demo",
        prefix: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        call = {
            "fault": fault,
            "size": size,
            "seed": seed,
            "template": str(self.template),
            "folder": str(folder),
        }
        done = subprocess.run(
            [*prefix, sys.executable, "-m", "benchmarks.faults", json.dumps(call)],
            cwd=ROOT,
            env=_environment(folder, mode),
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{fault}: {done.returncode}")
        answer: list[dict[str, Any]] = json.loads(done.stdout)
        return answer


def _environment(folder: Path, mode: str) -> dict[str, str]:
    # why: whatever server the caller uses, a fault must never reach it.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHUANGJIAN_", "DATABASE_", "PG"))
    }
    return {
        **kept,
        "SHUANGJIAN_DATA": str(folder),
        "SHUANGJIAN_MODE": mode,
        "DJANGO_SETTINGS_MODULE": "shuangjian.edges.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
