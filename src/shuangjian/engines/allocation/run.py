"""录取: draw, place round by round, close what stays too small, and say why."""

import os
from functools import partial

import numpy as np

from shuangjian.engines.allocation.closing import settle
from shuangjian.engines.allocation.component import components_of
from shuangjian.engines.allocation.mechanism import MECHANISMS, Mechanism
from shuangjian.engines.allocation.outcome import explain
from shuangjian.engines.allocation.placement import Placement, empty_placement
from shuangjian.engines.allocation.rounds import occupy, rounds_of
from shuangjian.engines.allocation.serial import LEFT, open_desks, take_turns
from shuangjian.engines.allocation.standing import standing_of
from shuangjian.engines.allocation.wishes import Flags, slot_pieces, spread
from shuangjian.engines.draw.hashing import DEFAULT_HASH
from shuangjian.engines.market.market import Int16, Int32, Market
from shuangjian.engines.market.result import Allocation


class UnknownMechanismError(Exception):
    """没有这种机制: the text names those there are."""


def allocate(
    market: Market,
    *,
    mechanism: str,
    seed: bytes,
    hash_name: str = DEFAULT_HASH,
    threads: int | None = None,
) -> Allocation:
    """Draw and place (抽签并录取), and say for every wish why.

    Args:
        market: see there.
        mechanism: a name in ``MECHANISMS``.
        seed: of the draw.
        hash_name: of the draw.
        threads: as many as the machine has processors if not given; the answer does not depend
            on it.

    Raises:
        UnknownMechanismError: there is none of that name.
        HashUnavailableError: this machine lacks the hash.
    """
    if mechanism not in MECHANISMS:
        raise UnknownMechanismError(
            f"没有名为“{mechanism}”的录取机制，可选：{'、'.join(MECHANISMS)}。请改正机制名称。"
        )
    standing = standing_of(market, seed=seed, hash_name=hash_name, threads=threads)
    return place_and_explain(market, standing, MECHANISMS[mechanism], threads=threads)


def place_and_explain(
    market: Market, standing: Int32, mechanism: Mechanism, *, threads: int | None = None
) -> Allocation:
    """Place by a draw that has been made (录取), and say for every wish why.

    Args:
        market: see there.
        standing: per slot and pupil, the place in the draw, 0 is first, ``(s, p)``.
        mechanism: see there.
        threads: as for ``allocate``.
    """
    placement = empty_placement(market, standing, threads=threads or os.cpu_count() or 1)
    for number, slots in enumerate(rounds_of(market)):
        if number:
            occupy(placement, slots)
        in_turn = _goes_in_turn(placement, mechanism)[slots]
        untold = slots[~in_turn]
        if in_turn.any():
            untold = np.union1d(untold, _place_in_turn(placement, slots[in_turn], mechanism))
        if not in_turn.all():
            _place_apart(placement, slots[~in_turn], mechanism)
        if len(untold):
            explain(placement, untold, behind=mechanism.behind)
    return placement.finished()


def _goes_in_turn(placement: Placement, mechanism: Mechanism) -> Flags:
    """The slots where serial dictatorship gives what the mechanism would, ``(s,)``."""
    is_uneven = placement.screening.is_uneven
    if mechanism.takes_turns == "always":
        return np.ones_like(is_uneven)
    is_never = mechanism.takes_turns == "never" or (
        mechanism.is_reserving and placement.market.courses.reserved.any()
    )
    return np.zeros_like(is_uneven) if is_never else ~is_uneven


def _place_in_turn(placement: Placement, slots: Int16, mechanism: Mechanism) -> Int16:
    """Place whole slots in turn, and components with a course that stays too small once more.

    Returns:
        The slots whose reasons and waiting places are still to be told.
    """
    courses, taken = placement.market.courses, placement.taken
    desks = open_desks(courses.seats)

    def place(piece: Int16) -> None:
        take_turns(
            piece,
            placement.wishes,
            placement.standing,
            placement.screening,
            desks,
            placement.placed,
            placement.place,
        )

    spread(place, slot_pieces(slots, placement.wishes), threads=placement.threads)
    # why: the desks of other slots are as they were opened.
    taken += courses.seats - desks[:, LEFT]
    untold = slots[placement.screening.is_uneven[slots]]
    is_short = taken < courses.least
    if is_short.any():
        short_slots = np.intersect1d(slots, courses.slot[is_short])
        _place_apart(placement, short_slots, mechanism, where=is_short)
        untold = np.union1d(untold, short_slots)
    return untold


def _place_apart(
    placement: Placement, slots: Int16, mechanism: Mechanism, *, where: Flags | None = None
) -> None:
    """Place the components of some slots one by one, or only those of certain courses."""
    components = components_of(placement, slots=slots)
    chosen = components.of_course if where is None else components.of_course[where]
    spread(
        partial(
            settle,
            placement,
            components,
            place=mechanism.place,
            is_reserving=mechanism.is_reserving,
        ),
        np.unique(chosen[chosen >= 0]).tolist(),
        threads=placement.threads,
    )
