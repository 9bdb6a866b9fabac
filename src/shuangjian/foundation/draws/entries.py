"""报名: who takes part, and with which tickets. A child's ticket is drawn once and kept for ever.

``record_changes`` asks for no permission: a room above that lets families enter checks itself who
may speak for a child. Staff go through ``services``.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from shuangjian.engines.draw.announcement import ONLY_RANKS
from shuangjian.engines.draw.roster import TICKET_BYTES, new_ticket
from shuangjian.foundation.draws.errors import EntriesClosedError, WrongEntryError
from shuangjian.foundation.draws.life import ORDER as PLACE_OF_KIND
from shuangjian.foundation.draws.models import (
    Draw,
    DrawApplicant,
    DrawEntry,
    DrawTicket,
    EntryKind,
    StepKind,
)
from shuangjian.foundation.draws.queries import life_of
from shuangjian.foundation.registry.models import School

TICKETS_MOST: Final = 20
_BATCH: Final = 5_000


@dataclass(frozen=True)
class Application:
    """一份报名: what is asked for a child.

    ``reference`` is a pseudonym or the school's number for the child; ``bundle`` is the same text
    for children who stand or fall together; ``tickets`` counts those carried over, its own one
    included.
    """

    reference: str
    group: str = ""
    bundle: str = ""
    tickets: int = 1


@dataclass(frozen=True)
class Changes:
    """报名变动: whom to enter or edit, and whom to withdraw, all or none."""

    applications: Sequence[Application] = ()
    withdrawn: Sequence[str] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.applications or self.withdrawn)


@dataclass(frozen=True)
class Source:
    """报名来路: who enters, when, through which school, and why if the roster was frozen before."""

    actor: str
    user_id: int | None
    at: datetime
    school: School | None = None
    reason: str = ""


@dataclass(frozen=True)
class LiveEntry:
    """有效报名: one child that takes part, with its own tickets in the order of their issue."""

    reference: str
    group: str
    bundle: str
    tickets: tuple[str, ...]


@transaction.atomic
def record_changes(*, draw: Draw, changes: Changes, source: Source) -> dict[str, EntryKind | None]:
    """Enter, edit and withdraw children (报名变动), all or none.

    Asking again for what stands already changes nothing; so does a second device.

    Returns:
        What became of each child, by reference; ``None`` where it stood already.

    Raises:
        WrongEntryError: one cannot be taken as it is.
        EntriesClosedError: the roster is frozen, and ``source`` gives no reason.
    """
    _check_forms(draw, changes)
    _hold(draw)
    _require_open(draw, source=source)
    wanted: dict[str, Application | None] = dict.fromkeys(changes.withdrawn)
    wanted |= {each.reference: each for each in changes.applications}
    found: dict[str, EntryKind | None] = {}
    # why: one order for all, so that two lists never wait for each other.
    references = sorted(wanted)
    for start in range(0, len(references), _BATCH):
        batch = {each: wanted[each] for each in references[start : start + _BATCH]}
        found |= _change(draw, batch, source=source)
    return found


def live_entries(draw: Draw) -> list[LiveEntry]:
    """Who takes part (有效报名), in the order of the references: one a child, by construction."""
    last = (
        DrawEntry.objects.filter(applicant__draw=draw)
        .order_by("applicant", "-number")
        .distinct("applicant")
        .select_related("applicant")
    )
    tickets: dict[int, list[str]] = {}
    issued = DrawTicket.objects.filter(applicant__draw=draw).order_by("applicant", "serial")
    for applicant, ticket in issued.values_list("applicant", "ticket"):
        tickets.setdefault(applicant, []).append(ticket)
    found = [
        LiveEntry(
            each.applicant.reference,
            each.group,
            each.bundle,
            tuple(tickets[each.applicant_id][: each.tickets]),
        )
        for each in last
        if each.kind != EntryKind.WITHDRAWN
    ]
    return sorted(found, key=lambda each: each.reference)


def _change(
    draw: Draw, wanted: Mapping[str, Application | None], *, source: Source
) -> dict[str, EntryKind | None]:
    """Take one batch in the order of its references; ``None`` withdraws."""
    DrawApplicant.objects.bulk_create(
        [DrawApplicant(draw=draw, reference=each) for each, asked in wanted.items() if asked],
        ignore_conflicts=True,
    )
    applicants = _locked(draw, wanted)
    last = _last_entries(applicants.values())
    found: dict[str, EntryKind | None] = {}
    entries = []
    for reference, asked in wanted.items():
        applicant = applicants.get(reference)
        before = last.get(applicant.pk) if applicant is not None else None
        kind = found[reference] = _kind_of(before, asked, reference=reference)
        if kind is None or applicant is None:
            continue
        if before is not None and kind is not EntryKind.ENTERED:
            _require_own(before, reference=reference, source=source)
        entries.append(_entry(applicant, before, kind, asked or before, source=source))
    _issue_tickets({each.applicant_id: each.tickets for each in entries})
    DrawEntry.objects.bulk_create(entries)
    return found


def _kind_of(
    before: DrawEntry | None, asked: Application | None, *, reference: str
) -> EntryKind | None:
    is_live = before is not None and before.kind != EntryKind.WITHDRAWN
    if asked is None:
        if not is_live:
            raise WrongEntryError(reference=reference, fault="absent")
        return EntryKind.WITHDRAWN
    if before is None or not is_live:
        return EntryKind.ENTERED
    is_same = (before.group, before.bundle, before.tickets) == (
        asked.group,
        asked.bundle,
        asked.tickets,
    )
    return None if is_same else EntryKind.EDITED


def _entry(
    applicant: DrawApplicant,
    before: DrawEntry | None,
    kind: EntryKind,
    content: Application | DrawEntry | None,
    *,
    source: Source,
) -> DrawEntry:
    """The next entry of a child; a withdrawal repeats what was entered before."""
    # invariant: who withdraws has entered before.
    assert content is not None
    return DrawEntry(
        applicant=applicant,
        number=before.number + 1 if before is not None else 1,
        kind=kind,
        group=content.group,
        bundle=content.bundle,
        tickets=content.tickets,
        school=source.school,
        actor=source.actor,
        user_id=source.user_id,
        at=source.at,
        reason=source.reason,
    )


def _locked(draw: Draw, references: Iterable[str]) -> dict[str, DrawApplicant]:
    """The children's rows, locked: whoever enters the same child waits here."""
    rows = DrawApplicant.objects.filter(draw=draw, reference__in=list(references))
    locked = rows.order_by("reference", "pk").select_for_update(no_key=True)
    return {each.reference: each for each in locked}


def _last_entries(applicants: Iterable[DrawApplicant]) -> dict[int, DrawEntry]:
    entries = DrawEntry.objects.filter(applicant__in=list(applicants))
    last = entries.order_by("applicant", "-number").distinct("applicant")
    return {each.applicant_id: each for each in last}


def _issue_tickets(counts: dict[int, int]) -> None:
    """Give each child the tickets that it lacks; one that was given is never replaced."""
    issued: dict[int, int] = {}
    held = DrawTicket.objects.filter(applicant__in=list(counts))
    for applicant in held.values_list("applicant", flat=True):
        issued[applicant] = issued.get(applicant, 0) + 1
    DrawTicket.objects.bulk_create(
        DrawTicket(
            applicant_id=applicant,
            serial=serial,
            ticket=new_ticket(secrets.token_bytes(TICKET_BYTES)),
        )
        for applicant, wanted in counts.items()
        for serial in range(issued.get(applicant, 0) + 1, wanted + 1)
    )


def _hold(draw: Draw) -> None:
    """Keep the draw's phase while children are entered; many may hold it side by side.

    why: Django knows no such lock; a step of the draw takes the full one and waits for all.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM draws_draw WHERE id = %s FOR KEY SHARE", [draw.pk])


def _require_open(draw: Draw, *, source: Source) -> None:
    phase = life_of(draw).phase
    is_open = phase is StepKind.ANNOUNCED
    may_correct = PLACE_OF_KIND[phase] < PLACE_OF_KIND[StepKind.REVEALED] and source.reason
    if not is_open and not may_correct:
        raise EntriesClosedError(phase)


def _require_own(before: DrawEntry, *, reference: str, source: Source) -> None:
    """A school changes only what came through it; the bureau may change all."""
    if source.school is not None and before.school_id != source.school.pk:
        raise WrongEntryError(reference=reference, fault="other_school")


def _check_forms(draw: Draw, changes: Changes) -> None:
    is_one_ticket = draw.mechanism in ONLY_RANKS
    for each in changes.applications:
        fault = _fault(each, is_one_ticket=is_one_ticket)
        if fault is not None:
            raise WrongEntryError(reference=each.reference, fault=fault)
    seen: set[str] = set()
    for reference in (*(each.reference for each in changes.applications), *changes.withdrawn):
        if reference in seen:
            raise WrongEntryError(reference=reference, fault="twice")
        seen.add(reference)


def _fault(asked: Application, *, is_one_ticket: bool) -> str | None:
    """What is wrong with one application, a code of ``wording.ENTRY_FAULTS``."""
    if not asked.reference or not _is_plain(asked.reference, most=80):
        return "reference"
    if not _is_plain(asked.group, most=40) or set(asked.group) & set(',"'):
        return "group"
    if not _is_plain(asked.bundle, most=80):
        return "bundle"
    if not 1 <= asked.tickets <= TICKETS_MOST:
        return "tickets"
    return "one_ticket" if is_one_ticket and asked.tickets > 1 else None


def _is_plain(text: str, *, most: int) -> bool:
    return text == text.strip() and text.isprintable() and len(text) <= most
