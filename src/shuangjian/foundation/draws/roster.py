"""名册: from entries to tickets. The published roster knows tickets only, a receipt knows both."""

from collections.abc import Iterable
from dataclasses import dataclass

from shuangjian.engines.draw.roster import RosterRow
from shuangjian.foundation.draws.entries import LiveEntry
from shuangjian.foundation.draws.errors import WrongEntryError, WrongMarketError

_SIZE_MOST = 9_999


@dataclass(frozen=True)
class Lot:
    """一组签: one child, or a bundle (捆绑), with the tickets that it draws with.

    ``members`` are references in their order; ``tickets`` are in the order of their bytes.
    """

    members: tuple[str, ...]
    tickets: tuple[str, ...]
    group: str

    @property
    def pseudonyms(self) -> tuple[str, ...]:
        """What members are called in published files (代号): the ticket, numbered in a bundle."""
        first = self.tickets[0]
        if len(self.members) == 1:
            return (first,)
        return tuple(f"{first}-{number}" for number in range(1, len(self.members) + 1))


def lots_of(entries: Iterable[LiveEntry]) -> list[Lot]:
    """Who draws together (捆绑成组), by first ticket.

    A bundle draws with as many tickets as the member with the most has, the first in byte order of
    all its members' tickets; so it has no more luck than one child.

    Raises:
        WrongEntryError: members of a bundle are of different groups.
        WrongMarketError: a bundle is too large for the roster.
    """
    members_by_bundle: dict[tuple[str, str], list[LiveEntry]] = {}
    for entry in entries:
        # why: a child without a bundle is its own; two kinds of keys, which never meet.
        key = ("bundle", entry.bundle) if entry.bundle else ("child", entry.reference)
        members_by_bundle.setdefault(key, []).append(entry)
    lots = [_lot(members) for members in members_by_bundle.values()]
    return sorted(lots, key=lambda lot: lot.tickets)


def roster_rows(lots: Iterable[Lot]) -> list[RosterRow]:
    """The rows of ``roster.csv`` (名册): one a ticket."""
    return [
        RosterRow(ticket, len(lot.members), lot.group) for lot in lots for ticket in lot.tickets
    ]


def receipts(lots: Iterable[Lot]) -> list[tuple[str, str]]:
    """What families get (回执): each child's reference with each ticket, by reference."""
    return sorted(
        (member, ticket) for lot in lots for member in lot.members for ticket in lot.tickets
    )


def _lot(members: list[LiveEntry]) -> Lot:
    ordered = sorted(members, key=lambda each: each.reference)
    first = ordered[0]
    for each in ordered:
        if each.group != first.group:
            raise WrongEntryError(reference=each.reference, fault="bundle_groups")
    if len(ordered) > _SIZE_MOST:
        raise WrongMarketError(fault="bundle_size", references=[first.reference])
    most = max(len(each.tickets) for each in ordered)
    tickets = sorted(ticket for each in ordered for ticket in each.tickets)
    return Lot(tuple(each.reference for each in ordered), tuple(tickets[:most]), first.group)
