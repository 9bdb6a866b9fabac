"""Small markets for the checker, each with a right result made by the oracle."""

import csv
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from hypothesis import assume
from hypothesis import strategies as st

from tests.engines.checker.oracle import Course, Right, Scene, allocate
from tests.engines.checker.oracle_files import write_right, write_scene

MECHANISMS = ("lottery", "fullest", "rank-optimal", "serial", "deferred-acceptance")
Rows = list[list[str]]


def school() -> Scene:
    """Every feature once: days, rounds, grades, tiers, least, reserves, bundles, carry-over."""
    return Scene(
        pupils={
            "ann": (1, ""),
            "ben": (2, ""),
            "cat": (3, ""),
            "dan": (1, "near"),
            "eve": (2, "near"),
            "fay": (None, ""),
        },
        courses={
            "art": Course("mon", 2),
            "box": Course("mon", 1, grades=(1, 2)),
            "cub": Course("mon", 3, least=2),
            "dig": Course("tue", 2),
            "elf": Course("tue", 2, reserved={"near": 1}),
            "fox": Course("wed+thu", 2),
            "gem": Course("thu", 2, close_order=1),
            "hut": Course("thu", 3, least=3),
        },
        wishes={
            ("ann", "mon"): ["art", "box"],
            ("ben", "mon"): ["box", "art"],
            ("cat", "mon"): ["box", "art", "cub"],
            ("dan", "mon"): ["art", "box"],
            ("eve", "mon"): ["cub", "art"],
            ("fay", "mon"): ["art"],
            ("ann", "tue"): ["elf", "dig"],
            ("ben", "tue"): ["elf", "dig"],
            ("cat", "tue"): ["dig", "elf"],
            ("dan", "tue"): ["dig", "elf"],
            ("eve", "tue"): ["elf"],
            ("fay", "tue"): ["elf"],
            ("ann", "wed+thu"): ["fox"],
            ("ben", "wed+thu"): ["fox"],
            ("cat", "wed+thu"): ["fox"],
            ("ann", "thu"): ["gem", "hut"],
            ("ben", "thu"): ["hut", "gem"],
            ("dan", "thu"): ["gem"],
            ("eve", "thu"): ["gem"],
        },
        tiers={("eve", "elf"): 2, ("dan", "art"): 2, ("fay", "elf"): 3, ("eve", "gem"): 2},
        tickets=[
            ("ann", "t1", "twins"),
            ("ben", "t2", "twins"),
            ("cat", "t3", ""),
            ("cat", "t4", ""),
            ("dan", "t5", ""),
        ],
    )


def publish(scene: Scene, mechanism: str, folder: Path) -> tuple[Path, Path]:
    """The input and the right result of a scene, as files."""
    write_scene(scene, folder / "in")
    write_right(allocate(scene, mechanism), folder / "out")
    return folder / "in", folder / "out"


@cache
def _school_files(mechanism: str) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        publish(school(), mechanism, Path(folder))
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def publish_school(mechanism: str, folder: Path) -> tuple[Path, Path]:
    """The same of ``school``, made once."""
    for name, content in _school_files(mechanism).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "in", folder / "out"


def forge(right: Right, folder: Path) -> tuple[Path, Path]:
    """A result that is wrong, and whose files all tell the same tale."""
    write_scene(right.scene, folder / "in")
    write_right(right, folder / "out")
    return folder / "in", folder / "out"


def moved(right: Right, slot: str, **places: str) -> Right:
    """Pupils put elsewhere in one slot, ``none`` for nowhere."""
    placed = right.placed | {(pupil, slot): course for pupil, course in places.items()}
    return replace(right, placed={at: course for at, course in placed.items() if course != "none"})


def edit(path: Path, change: Callable[[Rows], Rows]) -> None:
    """Change the rows of a CSV file; the first is the header."""
    rows = change(list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def edit_summary(path: Path, **changes: object) -> None:
    figures = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")


@st.composite
def markets(draw: st.DrawFn) -> Scene:
    """Markets small enough for brute force."""
    slots = draw(
        st.lists(
            st.sampled_from(["mon", "tue", "mon+wed", "a", "b", "c", "d"]),
            min_size=1,
            max_size=7,
            unique=True,
        )
    )
    courses = {}
    for number in range(draw(st.integers(1, 6))):
        seats = draw(st.integers(0, 3))
        courses[f"c{number}"] = Course(
            draw(st.sampled_from(slots)),
            seats,
            draw(st.sampled_from([0, 0, 1, 2, 3])),
            draw(st.sampled_from([(), (), (1, 2), (3,)])),
            draw(st.integers(0, 1)),
            {"g": draw(st.integers(0, seats))} if draw(st.booleans()) else {},
        )
    pupils = {
        f"p{number}": (draw(st.sampled_from([None, 1, 2, 3])), draw(st.sampled_from(["", "g"])))
        for number in range(draw(st.integers(1, 5)))
    }
    wishes = {}
    for pupil in pupils:
        for slot in sorted({course.slot for course in courses.values()}):
            own = [name for name, course in courses.items() if course.slot == slot]
            chosen = draw(st.permutations(own))[: draw(st.integers(0, 3))]
            if chosen:
                wishes[pupil, slot] = chosen
    assume(wishes)
    pairs = [(pupil, course) for pupil in pupils for course in courses]
    tiers = {pair: draw(st.integers(1, 3)) for pair in pairs if draw(st.booleans())}
    tickets = []
    for pupil in pupils if draw(st.booleans()) else ():
        bundle = "twins" if pupil in ("p0", "p1") else ""
        own = draw(st.integers(1 if bundle else 0, 3))
        tickets += [(pupil, f"{pupil}-{number}", bundle) for number in range(own)]
    return Scene(pupils, courses, wishes, tiers, tickets, draw(st.binary(min_size=32, max_size=32)))
