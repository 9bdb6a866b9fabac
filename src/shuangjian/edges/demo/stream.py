"""随机流: one seeded stream of chance per purpose, so that no part's draws disturb another's."""

import random
from uuid import UUID


def stream_of(seed: int, *purposes: str | int) -> random.Random:
    """The stream of chance (随机流) for a purpose; the same on every machine and in every run."""
    text = ":".join(str(part) for part in (seed, *purposes))
    return random.Random(text)  # noqa: S311  -- invented data, nothing to guess


def pseudonym_from(stream: random.Random) -> UUID:
    """A pseudonym (代号) of the invented district, drawn from the stream."""
    return UUID(int=stream.getrandbits(128), version=4)
