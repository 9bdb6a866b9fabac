"""市场摘要: SHA-256 over the coded market; ``docs/algorithms/market.md`` says it byte for byte."""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shuangjian.engines.market.market import Market
from shuangjian.engines.market.threads import run_side_by_side

VERSION: Final = b"shuangjian market 1"
_LENGTH_BYTES: Final = 8


def digest_of(market: Market, *, threads: int) -> str:
    """SHA-256 in hex over the parts of a market (市场摘要); its own ``digest`` plays no role."""
    parts = _parts(market)
    records = [b""] * len(parts)

    def hash_part(place: int) -> None:
        part = memoryview(parts[place]).cast("B")
        length = part.nbytes.to_bytes(_LENGTH_BYTES, "little")
        records[place] = length + hashlib.sha256(part).digest()

    run_side_by_side([partial(hash_part, place) for place in range(len(parts))], threads=threads)
    return hashlib.sha256(b"".join(records)).hexdigest()


def _parts(market: Market) -> list[Any]:
    """In the order of the document; each gives its bytes as a buffer."""
    courses, applications, tickets = market.courses, market.applications, market.tickets
    return [
        VERSION,
        _texts(market.pupils),
        _integers(market.grade, "<i2"),
        _integers(market.group, "<i2"),
        _names(market.groups),
        _names(market.slots),
        _texts(courses.ids),
        _integers(courses.slot, "<i2"),
        _integers(courses.seats, "<i4"),
        _integers(courses.least, "<i4"),
        _integers(courses.close_order, "<i4"),
        _integers(courses.round, "<i2"),
        _integers(courses.grades, "<i8"),
        _integers(courses.reserved.reshape(-1), "<i4"),
        _integers(applications.pupil, "<i4"),
        _integers(applications.slot, "<i2"),
        _integers(np.diff(applications.start), "<i4"),
        _integers(applications.course, "<i4"),
        _integers(applications.rank, "<i2"),
        _integers(applications.tier, "<i2"),
        _integers(np.diff(tickets.start), "<i4"),
        _texts(tickets.ticket),
    ]


def _integers(array: NDArray[Any], form: str) -> NDArray[Any]:
    return np.ascontiguousarray(array, dtype=form)


def _names(names: Sequence[str]) -> bytes:
    return "\n".join(names).encode()


def _texts(texts: pa.StringArray) -> Any:
    if not len(texts):
        return b""
    whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
    return pc.binary_join(whole, "\n")[0].as_buffer()
