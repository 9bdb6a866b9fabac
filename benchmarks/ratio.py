"""比值: two ways of doing a thing, timed in turns within one run, and one divided by the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from statistics import median
from time import perf_counter
from typing import TypeVar

Result = TypeVar("Result")


class Role(Enum):
    """What stands beside ours (对照): a limit, a peer, or ourselves in another state."""

    LIMIT = "下限"
    PEER = "同类"
    SELF = "自身"


@dataclass(frozen=True)
class Ratio:
    """比值: ``ratio`` is of the medians; ``lowest`` and ``highest`` of turns, which shows noise.

    ``seconds`` and ``beside_seconds`` are the medians themselves, to judge what the ratio is worth.
    """

    key: str
    measured: str
    beside: str
    role: Role
    ratio: float
    lowest: float
    highest: float
    seconds: float
    beside_seconds: float
    note: str = ""


@dataclass(frozen=True)
class Case:
    """做法: what is timed, and what makes it undone, untimed, after each turn.

    ``times`` is how often it runs in a turn, whose time is then that of one run: for what takes
    less than a clock is good for.
    """

    run: Callable[[], object]
    undo: Callable[[], object] = field(default=lambda: None)
    times: int = 1


class Timings:
    """用时: seconds by name, one a turn."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._seconds: dict[str, list[float]] = {}

    def time(self, name: str, run: Callable[[], Result], *, times: int = 1) -> Result:
        """Run ``times`` times, keep how long one took under ``name``."""
        start = self._clock()
        result = run()
        for _ in range(times - 1):
            result = run()
        self.keep(name, (self._clock() - start) / times)
        return result

    def keep(self, name: str, seconds: float) -> None:
        """One more turn of a name, measured elsewhere."""
        self._seconds.setdefault(name, []).append(seconds)

    def median(self, name: str) -> float:
        """The median of a name's turns, in seconds."""
        return median(self._seconds[name])

    def ratio(
        self, key: str, of: str, to: str, *, words: tuple[str, str], role: Role, note: str = ""
    ) -> Ratio:
        """``of`` divided by ``to`` (比值).

        Args:
            key: a stable name of the comparison.
            of: what is measured.
            to: what stands beside it, timed in the same turns.
            words: both in Chinese.
            role: what ``to`` is.
            note: what the reader must know.
        """
        turns = [a / b for a, b in zip(self._seconds[of], self._seconds[to], strict=True)]
        return Ratio(
            key=key,
            measured=words[0],
            beside=words[1],
            role=role,
            ratio=self.median(of) / self.median(to),
            lowest=min(turns),
            highest=max(turns),
            seconds=self.median(of),
            beside_seconds=self.median(to),
            note=note,
        )


def interleave(
    cases: Mapping[str, Case],
    *,
    repetitions: int,
    warm_up: bool = True,
    clock: Callable[[], float] = perf_counter,
) -> Timings:
    """Time every case in turns (交替重复), the order reversed at every second turn.

    So that what else the machine does in the meantime falls on all of them alike.

    Args:
        cases: by name.
        repetitions: turns; each gives one time a case.
        warm_up: run each once before, untimed.
        clock: in seconds; the tests' own.
    """
    timings = Timings(clock)
    if warm_up:
        for case in cases.values():
            case.run()
            case.undo()
    names = list(cases)
    for turn in range(repetitions):
        for name in names if turn % 2 == 0 else reversed(names):
            timings.time(name, cases[name].run, times=cases[name].times)
            cases[name].undo()
    return timings
