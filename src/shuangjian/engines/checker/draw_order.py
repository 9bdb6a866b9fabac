"""抽签次序: everybody's place in each slot's draw, recomputed from seed and tickets."""

import hashlib
from collections.abc import Iterable
from typing import Final

import numpy as np

from shuangjian.engines.checker.given import Tickets
from shuangjian.engines.checker.loop import Bytes, Int32, Int64

HASHES: Final = ("sha256", "sm3")
_DIGEST: Final = 32
_KEY: Final = 6
_SLOTS_A_BLOCK: Final = 5
_BLOCK: Final = 64


def standing_of(tickets: Tickets, slots: int, *, seed: bytes, hash_name: str) -> Int32:
    """The place in the draw (次序) of every pupil in every slot, 0 is first.

    Args:
        tickets: what each pupil draws with.
        slots: how many.
        seed: key of the HMAC.
        hash_name: one of ``HASHES``.

    Returns:
        ``(slots, pupils)``.

    Raises:
        ValueError: the hash is unknown, or this machine lacks it.
    """
    pupils = tickets.start.size - 1
    of_pupil = np.repeat(np.arange(pupils), np.diff(tickets.start))
    standing = np.empty((slots, pupils), np.int32)
    first = hmac_of(seed, tickets.tickets, hash_name)
    block = first
    for slot in range(slots):
        number, place = divmod(slot, _SLOTS_A_BLOCK)
        if place == 0 and number > 0:
            suffix = b"\x00" + str(number).encode()
            block = hmac_of(seed, (ticket + suffix for ticket in tickets.tickets), hash_name)
        keys = np.zeros(of_pupil.size, np.int64)
        for column in range(place * _KEY, (place + 1) * _KEY):
            keys = (keys << 8) | block[:, column]
        order = _ordered(keys, first, tickets, of_pupil)
        if of_pupil.size > pupils:
            # why: whoever has several tickets stands where the best of them does.
            _, best = np.unique(of_pupil[order], return_index=True)
            order = np.argsort(best)
        standing[slot, order] = np.arange(pupils)
    return standing


def hmac_of(seed: bytes, messages: Iterable[bytes], hash_name: str) -> Bytes:
    """HMAC (RFC 2104) of each message, ``(n, 32)``.

    Raises:
        ValueError: the hash is unknown, or this machine lacks it.
    """
    if hash_name not in HASHES:
        raise ValueError(hash_name)
    key = hashlib.new(hash_name, seed).digest() if len(seed) > _BLOCK else seed
    key = key.ljust(_BLOCK, b"\0")
    inside = hashlib.new(hash_name, bytes(byte ^ 0x36 for byte in key))
    outside = hashlib.new(hash_name, bytes(byte ^ 0x5C for byte in key))
    digests = []
    for message in messages:
        inner, outer = inside.copy(), outside.copy()
        inner.update(message)
        outer.update(inner.digest())
        digests.append(outer.digest())
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, _DIGEST)


def _ordered(keys: Int64, first: Bytes, tickets: Tickets, of_pupil: Int64) -> Int64:
    """Tickets by (key, first block's digest, ticket, pupil)."""
    order = np.argsort(keys, kind="stable")
    is_tied = np.diff(keys[order]) == 0
    bounds = np.flatnonzero(np.diff(np.concatenate(([False], is_tied, [False])).astype(np.int8)))
    for start, last in zip(bounds[::2], bounds[1::2], strict=True):
        run = order[start : last + 1]
        order[start : last + 1] = sorted(
            run.tolist(),
            key=lambda row: (first[row].tobytes(), tickets.tickets[row], of_pupil[row]),
        )
    return order
