"""One line a mechanism that says all of its results; run in a process of its own by a test."""

import hashlib
import random
import sys

from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.run import allocate
from shuangjian.engines.market.market import Market
from tests.engines.allocation.course_scene import course_scene

SEED = bytes(range(32))


def fingerprint(market: Market, mechanism: str, *, threads: int) -> str:
    """Every bit of the answer, and the digest of the question."""
    allocation = allocate(market, mechanism=mechanism, seed=SEED, threads=threads)
    digest = hashlib.sha256(market.digest.encode())
    for name, column in sorted(vars(allocation).items()):
        digest.update(f"{name}{column.dtype}{column.shape}".encode())
        digest.update(column.tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    market = course_scene(random.Random(3), pupils=80, courses=12).market()
    for mechanism in MECHANISMS:
        sys.stdout.write(f"{mechanism} {fingerprint(market, mechanism, threads=2)}\n")
