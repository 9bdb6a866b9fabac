"""虚报: would a pupil have got a better course by writing another list? Searched, not guessed.

One application at a time, all others as they are: its list is replaced by another made of its own
courses, its component is placed again, closings and all, and the outcome is judged by the true
list. What is searched and what is not stands in ``docs/algorithms/comparison.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, permutations

import numpy as np

from shuangjian.engines.allocation.closing import settle
from shuangjian.engines.allocation.component import NO_COMPONENT, Components
from shuangjian.engines.allocation.mechanism import Mechanism
from shuangjian.engines.allocation.placement import Placement
from shuangjian.engines.allocation.replay import drawn_rounds
from shuangjian.engines.allocation.wishes import OCCUPIED, UNTOLD, is_grantable, read_only
from shuangjian.engines.market.market import Int16, Int32, Int64, Market
from shuangjian.engines.market.result import UNPLACED


@dataclass(frozen=True)
class MisreportSearch:
    """虚报搜索: what was tried, and who would have gained.

    Attributes:
        searched: applications.
        reports: lists tried. One that names no course better than the true outcome cannot gain
            and is not tried.
        gainers: applications that some list tried would have served better.
        largest_gain: in ranks of the true list, 0 without gainers; no place at all counts as one
            rank below the last.
        mean_gain: over the gainers, each with its best list; None without any.
    """

    searched: int
    reports: int
    gainers: int
    largest_gain: int
    mean_gain: float | None


def search_misreports(
    market: Market,
    standing: Int32,
    placed: Int16,
    *,
    mechanism: Mechanism,
    applications_most: int | None,
    length_most: int,
) -> MisreportSearch:
    """Try other lists for every application, or for a sample of them (虚报搜索).

    Args:
        market: see there.
        standing: of the draw, ``(s, p)``.
        placed: the true outcome under the mechanism, ``(a,)``.
        mechanism: see there.
        applications_most: so many, evenly spaced in the order (pupil, slot); None for all.
        length_most: every order of some or all of an application's first so many courses is
            tried.
    """
    sample = sampled(len(placed), most=applications_most)
    gains: list[int] = []
    reports = 0
    for placement, components in drawn_rounds(market, standing, placed):
        trial = _Trial(placement, components, mechanism)
        for application in sample.tolist():
            tried = trial.gains(application, int(placed[application]), length_most=length_most)
            reports += len(tried)
            gains.append(max(tried, default=0))
    gained = [gain for gain in gains if gain > 0]
    return MisreportSearch(
        searched=len(sample),
        reports=reports,
        gainers=len(gained),
        largest_gain=max(gained, default=0),
        mean_gain=sum(gained) / len(gained) if gained else None,
    )


def sampled(count: int, *, most: int | None) -> Int64:
    """At most ``most`` of ``count``, evenly spaced (等距抽样); all where it is None."""
    if most is None or count <= most:
        return np.arange(count)
    return np.arange(most) * count // most


class _Trial:
    """试报: one round of a market in which one application at a time has another list."""

    def __init__(self, placement: Placement, components: Components, mechanism: Mechanism) -> None:
        self._true = placement
        self._components = components
        self._mechanism = mechanism
        wishes = placement.wishes
        self._course, self._rank = wishes.course.copy(), wishes.rank.copy()
        self._tier = wishes.tier.copy()
        # why: the kernels see views, which follow what is written into the copies.
        views = wishes._replace(
            course=read_only(self._course), rank=read_only(self._rank), tier=read_only(self._tier)
        )
        self._trial = replace(
            placement,
            wishes=views,
            screening=placement.screening._replace(reason=placement.screening.reason.copy()),
            placed=placement.placed.copy(),
            is_closed=placement.is_closed.copy(),
            taken=placement.taken.copy(),
        )

    def gains(self, application: int, position: int, *, length_most: int) -> list[int]:
        """By how many ranks each list tried improves on the true outcome (得益); below 0 is worse.

        Args:
            application: its code; where it is of another round, nothing is tried.
            position: of the wish that the true list got, ``UNPLACED`` for none.
            length_most: see ``search_misreports``.
        """
        wishes, reason = self._true.wishes, self._true.screening.reason
        first, end = int(wishes.start[application]), int(wishes.start[application + 1])
        own = [wish for wish in range(first, end) if is_grantable(reason[wish])][:length_most]
        if not own or self._components.of_course[wishes.course[own[0]]] == NO_COMPONENT:
            return []
        # why: without a place one is worse off than with the last wish.
        without = int(wishes.rank[end - 1]) + 1
        now = without if position == UNPLACED else int(wishes.rank[first + position])
        better = {wish for wish in own if wishes.rank[wish] < now}
        lists = chain.from_iterable(permutations(own, length) for length in range(1, len(own) + 1))
        tried = []
        for report in lists:
            if not better.isdisjoint(report):
                self._write(first, end, report)
                got = self._place(application)
                tried.append(now - (without if got == UNPLACED else int(wishes.rank[report[got]])))
        self._restore(first, end)
        return tried

    def _write(self, first: int, end: int, report: Sequence[int]) -> None:
        """Put a list in the place of the true one; what it leaves out takes part in nothing."""
        wishes, behind = self._true.wishes, first + len(report)
        chosen = list(report)
        self._course[first:behind] = wishes.course[chosen]
        self._rank[first:behind] = range(1, len(report) + 1)
        self._tier[first:behind] = wishes.tier[chosen]
        self._trial.screening.reason[first:behind] = UNTOLD
        self._trial.screening.reason[behind:end] = OCCUPIED

    def _restore(self, first: int, end: int) -> None:
        wishes, reason = self._true.wishes, self._true.screening.reason
        self._course[first:end] = wishes.course[first:end]
        self._rank[first:end] = wishes.rank[first:end]
        self._tier[first:end] = wishes.tier[first:end]
        self._trial.screening.reason[first:end] = reason[first:end]

    def _place(self, application: int) -> int:
        """Place the application's component again; the position that its list got."""
        wishes = self._trial.wishes
        component = int(self._components.of_course[wishes.course[wishes.start[application]]])
        self._trial.is_closed[self._components.courses_of(component)] = False
        settle(
            self._trial,
            self._components,
            component,
            place=self._mechanism.place,
            is_reserving=self._mechanism.is_reserving,
        )
        return int(self._trial.placed[application])
