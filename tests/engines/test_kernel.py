"""Compiled kernels are kept apart by the sources that they were made from."""

import os
import subprocess
import sys
from pathlib import Path

from shuangjian.engines.kernel import keep_apart

SOURCE = Path(__file__).resolve().parents[2] / "src"
SCRIPT = """
from pathlib import Path

import numba

from shuangjian.engines.kernel import keep_apart

folder = keep_apart(Path("engine"), version="1", else_in=Path("elsewhere"))
numba.config.CACHE_DIR = str(folder) if {is_apart} else "together"
from engine.caller import answer

print(answer(1))
"""
CALLER = """
import numba

from engine.callee import step


@numba.njit(cache=True)
def answer(number):
    return step(number)
"""
CALLEE = """
import numba


@numba.njit(cache=True)
def step(number):
    return number + {by}
"""


def answers_before_and_after_an_update(folder: Path, *, is_apart: bool) -> list[int]:
    """What a kernel answers when the file that it calls is changed and its own is not."""
    engine = folder / "engine"
    engine.mkdir()
    (engine / "caller.py").write_text(CALLER)
    (folder / "script.py").write_text(SCRIPT.format(is_apart=is_apart))
    found = []
    for by in (1, 2):
        (engine / "callee.py").write_text(CALLEE.format(by=by))
        done = subprocess.run(
            [sys.executable, "-B", "script.py"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{SOURCE}:{folder}"},
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(int(done.stdout))
    return found


def test_an_update_of_one_file_reaches_the_kernels_of_the_others(tmp_path):
    assert answers_before_and_after_an_update(tmp_path, is_apart=True) == [2, 3]


def test_the_control_shows_the_fault(tmp_path):
    assert answers_before_and_after_an_update(tmp_path, is_apart=False) == [2, 2]


def test_only_the_kernels_of_the_sources_as_they_are_stay(tmp_path):
    engines, other = tmp_path / "engines", tmp_path / "other"
    engines.mkdir()
    (engines / "one.py").write_text("1")
    first = keep_apart(engines, version="1", else_in=other)
    assert first == keep_apart(engines, version="1", else_in=other)
    assert first.parent == engines / "__pycache__"
    (engines / "one.py").write_text("2")
    second = keep_apart(engines, version="1", else_in=other)
    assert second != first
    assert [path.name for path in first.parent.iterdir()] == [second.name]
    assert keep_apart(engines, version="2", else_in=other) != second


def test_where_the_sources_cannot_be_written_to_the_home_is_taken(tmp_path):
    engines = tmp_path / "engines"
    engines.mkdir()
    (engines / "__pycache__").write_text("a file where a folder should be")
    found = keep_apart(engines, version="1", else_in=tmp_path / "home")
    assert found.parent == tmp_path / "home"
    (tmp_path / "blocked").write_text("")
    assert keep_apart(engines, version="1", else_in=tmp_path / "blocked") is None
