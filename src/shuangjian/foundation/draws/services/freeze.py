"""冻结名册: who draws, and for what, is published; every correction is another version."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction

from shuangjian.engines.draw.announcement import ONLY_RANKS
from shuangjian.engines.draw.announcement import PLACE as ANNOUNCEMENT
from shuangjian.engines.draw.freeze import NAME as FREEZE
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.roster import NAME as ROSTER
from shuangjian.engines.draw.roster import roster_bytes
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.draws.entries import Changes, Source, live_entries, record_changes
from shuangjian.foundation.draws.errors import (
    NothingEnteredError,
    NothingToCorrectError,
    WrongMarketError,
)
from shuangjian.foundation.draws.folder import freeze_place, published_files
from shuangjian.foundation.draws.models import Draw, DrawStep, StepKind
from shuangjian.foundation.draws.roster import lots_of, roster_rows
from shuangjian.foundation.draws.steps import (
    Turn,
    check_step,
    keep_files,
    one_line,
    record_step,
    take_turn,
)

_NOTHING: Final = Changes()


@transaction.atomic
def freeze_draw(
    *,
    actor: Actor,
    draw: Draw,
    at: datetime,
    market: Path | None = None,
    reason: str = "",
    corrections: Changes = _NOTHING,
) -> DrawStep:
    """Freeze the roster (冻结名册), or publish a corrected version of it.

    Args:
        actor: who holds the draw.
        draw: announced; for a correction, before the first nonce is revealed.
        at: before the objections end; a correction before the reveals do.
        market: the folder of CSV files for ``allocate``, without tickets; ``None`` for mere ranks.
        reason: of a correction; empty for the first version.
        corrections: of entries, with a correction only.

    Raises:
        DrawActRefusedError: the role, the phase, the moment, the reason or the folder does not
            allow it; nobody takes part; nothing changed.
        MarketRefusedError: the folder cannot be read as a market.
    """
    turn = take_turn(actor=actor, draw=draw, kind=StepKind.FROZEN, at=at)
    is_first = turn.life.versions == 0
    reason = one_line(reason)
    if is_first and (reason or corrections):
        raise NothingToCorrectError(is_first=True)
    version = check_step(turn, StepKind.FROZEN, reason=reason).versions
    source = Source(actor.label, actor.user_id, at, reason=reason)
    if corrections:
        record_changes(draw=turn.draw, changes=corrections, source=source)
    content = _content(turn.draw, market=market)
    published = published_files(turn.draw)
    document = _document(turn, content, published=published, version=version, reason=reason)
    files = content | {FREEZE: document.to_bytes()}
    keep_files(turn.draw, {f"v{version}/{name}": data for name, data in files.items()})
    return record_step(turn, StepKind.FROZEN, version=version, reason=reason)


def _content(draw: Draw, *, market: Path | None) -> dict[str, bytes]:
    """The files of a version, without the document about them."""
    entries = live_entries(draw)
    if not entries:
        raise NothingEnteredError
    lots = lots_of(entries)
    files = {ROSTER: roster_bytes(roster_rows(lots))}
    if (market is None) != (draw.mechanism in ONLY_RANKS):
        raise WrongMarketError(fault="missing" if market is None else "unwanted")
    if market is None:
        return files
    # why: numpy and the compiler take a second to load, which mere ranks need not wait for.
    from shuangjian.foundation.draws.pseudonymous import pseudonymous_files

    return files | pseudonymous_files(market, lots=lots)


def _document(
    turn: Turn,
    content: Mapping[str, bytes],
    *,
    published: Mapping[str, bytes],
    version: int,
    reason: str,
) -> Freeze:
    hash_name = turn.draw.hash_name
    hashes = {name: hex_digest(data, hash_name=hash_name) for name, data in content.items()}
    previous = ""
    if version > 1:
        place = freeze_place(version - 1)
        if Freeze.from_bytes(published[place], place=place).files == hashes:
            raise NothingToCorrectError(is_first=False)
        previous = hex_digest(published[place], hash_name=hash_name)
    return Freeze(
        draw=turn.draw.slug,
        version=version,
        at=turn.at,
        reason=reason,
        previous=previous,
        announcement=hex_digest(published[ANNOUNCEMENT], hash_name=hash_name),
        files=hashes,
    )
