"""抽签次序: who stands before whom in each slot, from keyed hashes of the tickets."""

import os
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.allocation.wishes import spread
from shuangjian.engines.draw.hashing import DEFAULT_HASH, DIGEST_BYTES, keyed_digests
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int32, Int64, Market, Tickets

Bytes = NDArray[np.uint8]
Keys = NDArray[np.uint64]

KEY_BYTES: Final = 6
SLOTS_OF_A_DIGEST: Final = DIGEST_BYTES // KEY_BYTES
_LOW_BITS: Final = np.uint64(64 - 8 * KEY_BYTES)


class Drawn(NamedTuple):
    """所抽之签: what decides between equal keys, one entry a ticket.

    Attributes:
        digest: of the tickets themselves, ``(t, 32)``.
        offset: the bytes of ticket ``i`` are ``data[offset[i]:offset[i + 1]]``.
        data: all tickets, one after another.
    """

    digest: Bytes
    offset: Int32
    data: Bytes


def standing_of(
    market: Market, *, seed: bytes, hash_name: str = DEFAULT_HASH, threads: int | None = None
) -> Int32:
    """The place of each pupil in the draw of each slot (抽签次序), 0 is first.

    Args:
        market: its slots, pupils and tickets count; its wishes do not.
        seed: key of the hash.
        hash_name: ``sha256`` or ``sm3``.
        threads: as many as the machine has processors if not given; the answer does not depend
            on it.

    Returns:
        ``(s, p)``.

    Raises:
        HashUnavailableError: this machine lacks the hash.

    Source: docs/algorithms/allocation.md, "The draw"
    """
    tickets = market.tickets.ticket.cast(pa.binary()).to_pylist()
    digests = []
    for block in range(-(-len(market.slots) // SLOTS_OF_A_DIGEST)):
        suffix = b"\0%d" % block if block else b""
        messages = (ticket + suffix for ticket in tickets) if block else tickets
        found = keyed_digests(seed, messages, hash_name=hash_name)
        digests.append(np.frombuffer(found, np.uint8).reshape(-1, DIGEST_BYTES))
    return standing_by_digests(
        digests, market.tickets, slots=len(market.slots), threads=threads or os.cpu_count() or 1
    )


def standing_by_digests(
    digests: list[Bytes], tickets: Tickets, *, slots: int, threads: int
) -> Int32:
    """The same from the hashes (由散列值排次序).

    Args:
        digests: per block of five slots, one row a ticket, ``(t, 32)``.
        tickets: whose rows they are.
        slots: how many.
        threads: at least 1.
    """
    pupils = len(tickets.start) - 1
    standing = np.empty((slots, pupils), np.int32)
    if not slots:
        return standing
    drawn = Drawn(digests[0], *_text(tickets.ticket))

    def stand(slot: int) -> None:
        key = keys_of(digests[slot // SLOTS_OF_A_DIGEST], at=slot % SLOTS_OF_A_DIGEST)
        if len(key) == pupils:
            best = np.arange(pupils)
        else:
            best = _best_tickets(key, tickets.start, drawn)
            key = key[best]
        # why: sorted as plain numbers, the pupil in the low bits, which is several times faster
        # than sorting an index; the few whose high bits are equal are compared in full afterwards.
        bits = np.uint64(max(1, (pupils - 1).bit_length()))
        packed = (key << _LOW_BITS >> bits << bits) | np.arange(pupils, dtype=np.uint64)
        packed.sort()
        _stand(packed, bits, key, best, drawn, standing[slot])

    spread(stand, range(slots), threads=threads if pupils * slots > 100_000 else 1)
    return standing


def keys_of(digests: Bytes, *, at: int) -> Keys:
    """The 48-bit keys at one place of the hashes (抽签键), lower is better, ``(t,)``."""
    words = np.ndarray(
        (len(digests),),
        ">u8",
        buffer=digests,
        offset=KEY_BYTES * at,
        strides=(DIGEST_BYTES,),
    )
    return words.astype(np.uint64) >> _LOW_BITS


def _text(texts: pa.StringArray) -> tuple[Int32, Bytes]:
    """The bytes of texts and where each begins."""
    _, offsets, data = texts.buffers()
    offset = np.zeros(1, np.int32)
    if offsets is not None and len(texts):
        offset = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return offset, np.frombuffer(data or b"", np.uint8)


@compiled
def _best_tickets(key: Keys, start: Int64, drawn: Drawn) -> Int64:
    """The best ticket of each pupil in one slot."""
    best = np.empty(start.size - 1, np.int64)
    for pupil in range(best.size):
        best[pupil] = start[pupil]
        for ticket in range(start[pupil] + 1, start[pupil + 1]):
            if _is_before(key[ticket], key[best[pupil]], ticket, best[pupil], drawn):
                best[pupil] = ticket
    return best


@compiled
def _is_before(key: np.uint64, other_key: np.uint64, ticket: int, other: int, drawn: Drawn) -> bool:
    """By key, then the ticket's whole digest, then the ticket's bytes."""
    if key != other_key:
        return bool(key < other_key)
    for at in range(drawn.digest.shape[1]):
        if drawn.digest[ticket, at] != drawn.digest[other, at]:
            return bool(drawn.digest[ticket, at] < drawn.digest[other, at])
    mine = drawn.data[drawn.offset[ticket] : drawn.offset[ticket + 1]]
    others = drawn.data[drawn.offset[other] : drawn.offset[other + 1]]
    for at in range(min(mine.size, others.size)):
        if mine[at] != others[at]:
            return bool(mine[at] < others[at])
    return bool(mine.size < others.size)


@compiled
def _stand(
    packed: Keys, bits: np.uint64, key: Keys, best: Int64, drawn: Drawn, standing: Int32
) -> None:
    """Put those whose high bits are equal in order, and write the places down."""
    mask = (np.uint64(1) << bits) - np.uint64(1)
    begin = 0
    for at in range(packed.size):
        if packed[at] >> bits != packed[begin] >> bits:
            begin = at
        pupil = np.int64(packed[at] & mask)
        to = at
        while to > begin:
            ahead = np.int64(packed[to - 1] & mask)
            if not _is_before(key[pupil], key[ahead], best[pupil], best[ahead], drawn):
                break
            packed[to] = packed[to - 1]
            to -= 1
        packed[to] = (packed[begin] & ~mask) | np.uint64(pupil)
    for at in range(packed.size):
        standing[np.int64(packed[at] & mask)] = at
