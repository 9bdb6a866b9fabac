"""名额与候补: who wins when a draw's ranks meet a number of seats; ``result/admitted.csv``.

``admit(applicants, seats=..., bundle=...)`` and ``admitted_bytes(...)``. Later pupils and returned
seats go by the published order, never by a new draw: the same function with ``withdrawn``, and
late applicants appended at the end.
"""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from shuangjian.engines.draw.announcement import EXPAND

NAME: Final = "admitted.csv"
HEADER: Final = "rank,ticket,pupils,outcome,place"
ADMITTED: Final = "admitted"
WAITING: Final = "waiting"
WITHDRAWN: Final = "withdrawn"


class Applicant(NamedTuple):
    """报名签: a ticket and how many pupils draw with it."""

    ticket: str
    size: int = 1


class Admission(NamedTuple):
    """录取一行: a bundle that was split has two, its admitted and its waiting pupils.

    Attributes:
        rank: of the ticket, from 1.
        ticket: see ``roster``.
        pupils: how many of the ticket's pupils this row is about.
        outcome: ``admitted`` 录取, ``waiting`` 候补 or ``withdrawn`` 已放弃.
        place: of the row's first pupil in the waiting order, from 1; 0 where nobody waits.
    """

    rank: int
    ticket: str
    pupils: int
    outcome: str
    place: int


def admit(
    applicants: Iterable[Applicant],
    *,
    seats: int,
    bundle: str,
    withdrawn: Collection[str] = frozenset(),
) -> list[Admission]:
    """Admissions (录取与候补) in the order of the draw.

    Whoever stands before is served before. Nobody who was admitted loses that when others withdraw.

    Args:
        applicants: in the order of their ranks; late ones at the end, in the order of arrival.
        seats: pupils, at least 0.
        bundle: ``split``: at the last seats as many of a bundle come in as there are seats;
            ``expand``: all of it, and the seats grow.
        withdrawn: tickets that gave up their seat or place.
    """
    found = []
    taken = waiting = 0
    for rank, (ticket, size) in enumerate(applicants, 1):
        if ticket in withdrawn:
            found.append(Admission(rank, ticket, size, WITHDRAWN, 0))
            continue
        left = max(0, seats - taken)
        inside = size if bundle == EXPAND and left else min(size, left)
        if inside:
            found.append(Admission(rank, ticket, inside, ADMITTED, 0))
            taken += inside
        if inside < size:
            found.append(Admission(rank, ticket, size - inside, WAITING, waiting + 1))
            waiting += size - inside
    return found


def admitted_bytes(admissions: Iterable[Admission]) -> bytes:
    """The bytes of ``admitted.csv`` (录取与候补)."""
    lines = [",".join(map(str, each)) for each in admissions]
    return "".join(f"{line}\n" for line in (HEADER, *lines)).encode()
