"""市场散列: which input a result is of, recomputed from the checker's own coding."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shuangjian.engines.checker.given import Given

_NAME: Final = b"shuangjian market 1"


def digest_of(given: Given) -> str:
    """SHA-256 in hex over the coded market, as ``docs/algorithms/market.md`` lays it out."""
    whole = hashlib.sha256()
    for part in _parts(given):
        whole.update(len(part).to_bytes(8, "little"))
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def _parts(given: Given) -> Iterator[bytes | memoryview]:
    pupils, courses, wishes = given.pupils, given.courses, given.wishes
    yield _NAME
    yield b"\n".join(pupils.names)
    yield _numbers(pupils.grade, "<i2")
    yield _numbers(pupils.group, "<i2")
    yield b"\n".join(pupils.groups)
    yield b"\n".join(courses.slots)
    yield b"\n".join(courses.names)
    yield _numbers(courses.slot, "<i2")
    yield _numbers(courses.seats, "<i4")
    yield _numbers(courses.least, "<i4")
    yield _numbers(courses.close_order, "<i4")
    yield _numbers(courses.round, "<i2")
    yield _numbers(courses.grades, "<i8")
    yield _numbers(courses.reserved, "<i4")
    yield _numbers(wishes.pupil, "<i4")
    yield _numbers(wishes.slot, "<i2")
    yield _numbers(np.diff(wishes.start), "<i4")
    yield _numbers(wishes.course, "<i4")
    yield _numbers(wishes.rank, "<i2")
    yield _numbers(wishes.tier, "<i2")
    yield _numbers(np.diff(given.tickets.start), "<i4")
    yield b"\n".join(given.tickets.tickets)


def _numbers(values: NDArray[Any], form: str) -> memoryview:
    """The bytes of integers of a stated width and order."""
    return np.ascontiguousarray(values, form).reshape(-1).view(np.uint8).data
