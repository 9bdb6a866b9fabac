"""陌生人核对: the published verifier on many tickets, beside hashing and sorting alone."""

import hmac
from functools import partial
from pathlib import Path

from benchmarks.allocation.city import DRAW_SEED
from benchmarks.allocation.process import run_python
from benchmarks.allocation.published_draw import VALUE, VERIFIER, publish
from benchmarks.ratio import Case, Ratio, Role, interleave

TICKETS = {"school": 2_000, "district": 50_000, "city": 1_300_000}
HASHES = {"sha256": "SHA-256", "sm3": "SM3"}
TURNS_MOST = 3


def measure(scale: str, *, repetitions: int, folder: Path) -> list[Ratio]:
    """Run ``verify.py`` as a stranger would, with either hash."""
    count = TICKETS[scale]
    cases: dict[str, Case] = {}
    for hash_name in HASHES:
        published = folder / hash_name
        tickets = publish(published, tickets=count, hash_name=hash_name)
        script = str(published / VERIFIER)
        cases[hash_name] = Case(partial(run_python, script, str(published), VALUE))
        cases[f"{hash_name} alone"] = Case(partial(_hashed_and_sorted, tickets, hash_name))
    timings = interleave(cases, repetitions=min(repetitions, TURNS_MOST), warm_up=False)
    return [
        timings.ratio(
            f"verifier-{hash_name}/hashing", hash_name, f"{hash_name} alone",
            words=(f"公布的核对程序，{title}", "只算 HMAC 并排序"), role=Role.LIMIT,
            note=f"{count} 个签；含启动 Python、读名册和名次",
        )
        for hash_name, title in HASHES.items()
    ]  # fmt: skip


def _hashed_and_sorted(tickets: list[str], hash_name: str) -> list[tuple[bytes, str]]:
    return sorted((hmac.digest(DRAW_SEED, each.encode(), hash_name), each) for each in tickets)
