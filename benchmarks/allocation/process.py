"""子进程: what runs in a fresh process of its own, with its wall time and peak memory.

As a script, ``python process.py WORDS`` runs ``python WORDS`` and answers with one line of JSON: a
process counts the memory of whoever started it as its own, so that must be somebody small.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ("-m", "shuangjian.edges.cli")


@dataclass(frozen=True)
class Run:
    """一次运行: seconds from start to end of the process, and its largest resident set."""

    seconds: float
    peak_bytes: int


def run_python(*words: str) -> Run:
    """Run ``python WORDS`` in the repository and wait for it (子进程).

    Raises:
        subprocess.CalledProcessError: it did not end with 0; what it wrote has been printed.
    """
    done = subprocess.run(
        [sys.executable, __file__, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        check=True,
    )
    return Run(**json.loads(done.stdout))


def _measured(words: list[str]) -> Run:
    with tempfile.TemporaryFile() as written:
        started = perf_counter()
        process = subprocess.Popen(
            [sys.executable, *words], stdout=written, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            written.seek(0)
            sys.exit(written.read().decode(errors="replace"))
    return Run(seconds, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    print(json.dumps(asdict(_measured(sys.argv[1:]))))
