"""不开班: courses with too few pupils close one at a time, and their component is placed again."""

from shuangjian.engines.allocation.component import Components, Cut, cut_out, slot_market_of
from shuangjian.engines.allocation.placement import Placement
from shuangjian.engines.allocation.slot_market import Placing
from shuangjian.engines.allocation.wishes import Flags, Wishes
from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.market import Int16, Int32
from shuangjian.engines.market.result import UNPLACED


def settle(
    placement: Placement,
    components: Components,
    component: int,
    *,
    place: Placing,
    is_reserving: bool,
) -> None:
    """Place one component, and again after each closing (录取一个分量).

    Args:
        placement: written to for the component's applications and courses.
        components: of the placement's market.
        component: its number.
        place: the mechanism.
        is_reserving: whether reserved places count under it.
    """
    members = components.courses_of(component)
    applications = components.applications_of(component)
    courses = placement.market.courses
    is_closed = placement.is_closed
    while True:
        cut = cut_out(
            applications,
            placement.wishes,
            placement.screening.reason,
            is_closed,
            components.local,
            placement.standing,
        )
        placement.taken[members] = 0
        placement.placed[applications] = UNPLACED
        if len(cut.application):
            market = slot_market_of(
                placement.market, members, cut, is_closed=is_closed, is_reserving=is_reserving
            )
            _seat(cut, place(market), placement.wishes, placement.placed, placement.taken)
        closing = next_to_close(
            members, placement.taken, courses.least, courses.close_order, is_closed
        )
        if closing < 0:
            return
        is_closed[closing] = True


@compiled
def _seat(cut: Cut, positions: Int16, wishes: Wishes, placed: Int16, taken: Int32) -> None:
    """Write a component's places down, as positions among all wishes of each application."""
    application, begin, kept, _, _, _, _ = cut
    _, _, start, course, _, _ = wishes
    for row in range(positions.size):
        if positions[row] >= 0:
            wish = kept[begin[row] + positions[row]]
            placed[application[row]] = wish - start[application[row]]
            taken[course[wish]] += 1


@compiled
def next_to_close(
    members: Int32, taken: Int32, least: Int32, close_order: Int32, is_closed: Flags
) -> int:
    """The course that closes next (下一门停开的课程), -1 for none.

    Of the open courses with fewer pupils than ``least``: the lowest ``close_order``, then the
    furthest below ``least``, then the first id.

    Args:
        members: courses of one component, in the order of their ids, ``(m,)``.
        taken: pupils placed, per course of the market, ``(c,)``.
        least: as ``taken``, as are the others.
        close_order: see ``Courses``.
        is_closed: see ``Allocation``.
    """
    chosen = -1
    chosen_missing = 0
    for course in members:
        missing = least[course] - taken[course]
        if is_closed[course] or missing <= 0:
            continue
        if (
            chosen < 0
            or close_order[course] < close_order[chosen]
            or (close_order[course] == close_order[chosen] and missing > chosen_missing)
        ):
            chosen, chosen_missing = course, missing
    return chosen
