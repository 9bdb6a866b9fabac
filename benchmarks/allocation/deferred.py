"""招生: deferred acceptance with draw and proof, beside the bare loop and the matching package."""

from functools import partial

import numpy as np
from matching.games import HospitalResident
from numpy.typing import NDArray

from benchmarks.allocation.bare import deferred_acceptance
from benchmarks.allocation.city import DRAW_SEED
from benchmarks.allocation.enrolment import Enrolment, make_enrolment, market_of
from benchmarks.allocation.residents import game_of, positions_of
from benchmarks.ratio import Case, Ratio, Role, Timings, interleave
from shuangjian.engines.allocation.mechanism import MECHANISMS
from shuangjian.engines.allocation.replay import settled_markets
from shuangjian.engines.allocation.run import allocate, place_and_explain
from shuangjian.engines.allocation.stability import prove_stability
from shuangjian.engines.allocation.standing import standing_of
from shuangjian.engines.market.market import Int32, Market

PUPILS = {"school": 2_000, "district": 20_000, "city": 200_000}
PUPILS_OF_PEER = {"school": 200, "district": 1_000, "city": 1_000}
MECHANISM = MECHANISMS["deferred-acceptance"]


def measure(scale: str, *, repetitions: int) -> list[Ratio]:
    """The large enrolment beside the bare loop, a small one beside the peer."""
    return [
        *_beside_the_loop(PUPILS[scale], repetitions=repetitions),
        *_beside_the_peer(PUPILS_OF_PEER[scale], repetitions=repetitions),
    ]


def _beside_the_loop(pupils: int, *, repetitions: int) -> list[Ratio]:
    enrolment = make_enrolment(pupils=pupils, seed=2)
    market = market_of(enrolment)
    standing = standing_of(market, seed=DRAW_SEED)
    allocation = place_and_explain(market, standing, MECHANISM)
    ((slot_market, _),) = settled_markets(market, allocation, MECHANISM)
    bare = partial(
        deferred_acceptance,
        enrolment.choices,
        _priority(enrolment, standing),
        np.full(enrolment.schools, enrolment.seats, np.int32),
    )
    assert (allocation.placed == bare()).all()
    timings = interleave(
        {
            "kernel": Case(partial(MECHANISM.place, slot_market)),
            "bare": Case(bare),
            "reasons": Case(partial(place_and_explain, market, standing, MECHANISM)),
            "whole": Case(partial(_drawn_and_proved, market)),
        },
        repetitions=repetitions,
    )
    loop, note = (
        "裸循环：只延迟录取",
        f"{pupils} 名学生，{enrolment.choices.shape[1]} 个志愿，结果相同",
    )
    return [
        timings.ratio(
            "deferred-kernel/bare", "kernel", "bare",
            words=("延迟录取的内核", loop), role=Role.LIMIT, note=note,
        ),
        timings.ratio(
            "deferred/bare", "reasons", "bare",
            words=("延迟录取，含每个志愿的理由和候补位次", loop), role=Role.LIMIT,
        ),
        timings.ratio(
            "deferred-proved/bare", "whole", "bare",
            words=("抽签、延迟录取、理由、稳定性证明", loop), role=Role.LIMIT,
        ),
    ]  # fmt: skip


def _beside_the_peer(pupils: int, *, repetitions: int) -> list[Ratio]:
    enrolment = make_enrolment(pupils=pupils, seed=2)
    market = market_of(enrolment)
    standing = standing_of(market, seed=DRAW_SEED)
    priority = _priority(enrolment, standing)
    expected = place_and_explain(market, standing, MECHANISM).placed
    assert (positions_of(enrolment, game_of(enrolment, priority).solve()) == expected).all()
    timings = Timings()
    for turn in range(repetitions):
        game = game_of(enrolment, priority)  # why: a solved game can't be solved again
        ways = [partial(_time_ours, timings, market), partial(_time_peer, timings, game)]
        for way in ways if turn % 2 == 0 else reversed(ways):
            way()
    return [
        timings.ratio(
            "deferred-proved/matching", "whole", "matching",
            words=("抽签、延迟录取、理由、稳定性证明", "matching：只求解"), role=Role.PEER,
            note=f"{pupils} 名学生，结果相同",
        )
    ]  # fmt: skip


def _time_ours(timings: Timings, market: Market) -> None:
    timings.time("whole", partial(_drawn_and_proved, market))


def _time_peer(timings: Timings, game: HospitalResident) -> None:
    timings.time("matching", game.solve)


def _drawn_and_proved(market: Market) -> None:
    allocation = allocate(market, mechanism=MECHANISM.name, seed=DRAW_SEED)
    for slot_market, positions in settled_markets(market, allocation, MECHANISM):
        assert prove_stability(slot_market, positions).is_stable


def _priority(enrolment: Enrolment, standing: Int32) -> NDArray[np.int64]:
    """Per wish, lower is better: the tier at the school, then the draw."""
    priority: NDArray[np.int64] = (enrolment.tier.astype(np.int64) << 32) | standing[0][:, None]
    return priority
