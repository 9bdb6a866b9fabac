"""公告: a draw begins; everything that is settled before anybody applies is published."""

import re
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from shuangjian.engines.draw.announcement import PLACE as ANNOUNCEMENT
from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.verifier import NAME as VERIFIER
from shuangjian.engines.draw.verifier import stranger_verifier
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.draws.draft import Draft
from shuangjian.foundation.draws.errors import DrawTakenError, WrongDraftError
from shuangjian.foundation.draws.folder import RULES, TRANSCRIPT
from shuangjian.foundation.draws.life import Step, advance, schedule_of
from shuangjian.foundation.draws.models import Draw, DrawFile, StepKind
from shuangjian.foundation.draws.permission import holding_office
from shuangjian.foundation.draws.steps import add_step, keep_files
from shuangjian.foundation.registry.models import Region, School

_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SLUG_CHARACTERS_MOST: Final = 60


@transaction.atomic
def announce_draw(
    *,
    actor: Actor,
    slug: str,
    draft: Draft,
    rules: bytes,
    region: Region,
    school: School | None,
    at: datetime,
) -> Draw:
    """Announce a draw (公告): publish its rules, moments, parties, sources and verifier.

    Args:
        actor: an officer of the region, the school's leadership for its own draw, or the operator.
        slug: the id, never used before.
        draft: as ``read_draft`` gave it.
        rules: the bytes of ``rules.txt``, UTF-8.
        region: of the bureau; of a school it is the school's own.
        school: that holds the draw; ``None`` for the bureau.
        at: before the objections end.

    Raises:
        DrawActRefusedError: the role, the id, the rules, the chain or the moment does not allow it.
        DrawRefusedError: the announcement breaks the protocol.
    """
    place = school.region if school is not None else region
    office = holding_office(actor, region=place, school=school, what=StepKind.ANNOUNCED.label)
    _check_slug(slug)
    _check_rules(rules)
    verifier = stranger_verifier(draft.mechanism)
    before = _transcript_before()
    announcement = draft.announcement(
        slug=slug,
        rules=hex_digest(rules, hash_name=draft.hash),
        verifier=hex_digest(verifier, hash_name=draft.hash),
        previous=hex_digest(bytes(before.content), hash_name=draft.hash) if before else "",
    )
    draw = _draw_of(announcement, region=place, school=school)
    draw.previous = before.draw if before is not None else None
    advance(None, Step(StepKind.ANNOUNCED, at), schedule=schedule_of(draw))
    _save_once(draw)
    keep_files(draw, {ANNOUNCEMENT: announcement.to_bytes(), RULES: rules, VERIFIER: verifier})
    add_step(draw, StepKind.ANNOUNCED, number=1, actor=actor, office=office.title, at=at)
    return draw


def _draw_of(announcement: Announcement, *, region: Region, school: School | None) -> Draw:
    return Draw(
        slug=announcement.id,
        title=announcement.title,
        mechanism=announcement.mechanism,
        hash_name=announcement.hash,
        parties=list(announcement.parties),
        objections_until=announcement.objections_until,
        reveal_until=announcement.reveal_until,
        entropy_at=announcement.entropy_at,
        region=region,
        school=school,
    )


def _save_once(draw: Draw) -> None:
    """Save a draw; of two people with one id at the same moment, the second is refused."""
    try:
        with transaction.atomic():
            draw.save(force_insert=True)
    except IntegrityError as error:
        raise DrawTakenError(draw.slug) from error


def _check_slug(slug: str) -> None:
    if len(slug) > _SLUG_CHARACTERS_MOST or not _SLUG.fullmatch(slug):
        raise WrongDraftError(field="编号", fault="slug")


def _check_rules(rules: bytes) -> None:
    try:
        is_empty = not rules.decode().strip()
    except UnicodeDecodeError:
        is_empty = True
    if is_empty:
        raise WrongDraftError(field=RULES, fault="no_rules")


def _transcript_before() -> DrawFile | None:
    """The transcript to chain to: the installation's latest; nobody may name another."""
    transcripts = DrawFile.objects.filter(path=TRANSCRIPT).select_related("draw")
    return transcripts.order_by("-id").first()
