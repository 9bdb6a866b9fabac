"""位次: ``ranks.csv``; each ticket's key is HMAC(seed, ticket), lower is better.

``ranked(seed, tickets, hash_name=...)`` gives the tickets with their keys in order,
``ranks_bytes(ranked(...))`` the file. No row knows of another, so the order of rows is irrelevant.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from shuangjian.engines.draw.hashing import DEFAULT_HASH, DIGEST_BYTES, keyed_digests

NAME: Final = "ranks.csv"
HEADER: Final = "rank,ticket,key"


class RankedTicket(NamedTuple):
    """位次一行: rank is the place in the list, from 1.

    Attributes:
        key: 64 hexadecimal digits.
        ticket: see ``roster``.
    """

    key: str
    ticket: str


def ranked(
    seed: bytes, tickets: Sequence[str], *, hash_name: str = DEFAULT_HASH
) -> list[RankedTicket]:
    """Tickets in the order of the draw (位次), ties (about 2 to the -256) by ticket.

    Args:
        seed: 32 bytes.
        tickets: in any order, each once.
        hash_name: the announced hash.
    """
    keys = keyed_digests(seed, map(str.encode, tickets), hash_name=hash_name).hex()
    width = 2 * DIGEST_BYTES
    # why: all keys are of one width, and plain text sorts twice as fast as pairs.
    joined = sorted(
        keys[place * width : (place + 1) * width] + ticket for place, ticket in enumerate(tickets)
    )
    return [RankedTicket(each[:width], each[width:]) for each in joined]


def ranks_bytes(order: Iterable[RankedTicket]) -> bytes:
    """The bytes of ``ranks.csv`` (位次) for tickets in their order."""
    lines = [f"{rank},{each.ticket},{each.key}\n" for rank, each in enumerate(order, 1)]
    return f"{HEADER}\n{''.join(lines)}".encode()
