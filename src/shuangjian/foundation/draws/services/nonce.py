"""承诺、揭示、封存: every party binds itself to a number, shows it, and then the seal is set."""

import re
from datetime import datetime
from typing import Final

from django.db import transaction

from shuangjian.engines.draw.commit_document import PLACE as COMMIT
from shuangjian.engines.draw.commit_document import CommitDocument, sealed
from shuangjian.engines.draw.nonce import commitment_of
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.draws.errors import NonceMismatchError, WrongHexError
from shuangjian.foundation.draws.folder import published_files, sealed_of
from shuangjian.foundation.draws.models import Draw, DrawStep, StepKind
from shuangjian.foundation.draws.steps import check_step, keep_files, record_step, take_turn

_HEX: Final = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def commit_nonce(
    *, actor: Actor, draw: Draw, party: str, commitment: str, at: datetime
) -> DrawStep:
    """Record a party's commitment (承诺); its nonce stays with the party.

    Args:
        actor: who holds the draw.
        draw: with a frozen roster, before the first nonce is revealed.
        party: as announced.
        commitment: 64 hexadecimal digits.
        at: before the reveals end.

    Raises:
        DrawActRefusedError: the role, the phase, the moment or the party does not allow it.
    """
    turn = take_turn(actor=actor, draw=draw, kind=StepKind.COMMITTED, at=at)
    check_step(turn, StepKind.COMMITTED, party=party)
    if not _HEX.fullmatch(commitment):
        raise WrongHexError(StepKind.COMMITTED)
    return record_step(turn, StepKind.COMMITTED, party=party, commitment=commitment)


@transaction.atomic
def reveal_nonce(*, actor: Actor, draw: Draw, party: str, nonce: str, at: datetime) -> DrawStep:
    """Record a party's nonce (揭示), which has to be the one it committed to.

    Args:
        actor: who holds the draw.
        draw: not sealed yet.
        party: that committed.
        nonce: 64 hexadecimal digits.
        at: from the end of the objections until the end of the reveals.

    Raises:
        DrawActRefusedError: the role, the phase, the moment, the party or the nonce does not
            allow it.
    """
    turn = take_turn(actor=actor, draw=draw, kind=StepKind.REVEALED, at=at)
    check_step(turn, StepKind.REVEALED, party=party)
    if not _HEX.fullmatch(nonce):
        raise WrongHexError(StepKind.REVEALED)
    committed = turn.draw.steps.get(kind=StepKind.COMMITTED, party=party).commitment
    expected = commitment_of(
        draw=turn.draw.slug,
        party=party,
        nonce=bytes.fromhex(nonce),
        hash_name=turn.draw.hash_name,
    )
    if committed != expected:
        raise NonceMismatchError(party)
    return record_step(turn, StepKind.REVEALED, party=party, nonce=nonce)


@transaction.atomic
def seal_draw(*, actor: Actor, draw: Draw, at: datetime) -> CommitDocument:
    """Seal a draw (封存) while the public random number is unknown; who did not reveal is dropped.

    Args:
        actor: who holds the draw.
        draw: with a frozen roster.
        at: from the end of the reveals until the public random number comes out.

    Raises:
        DrawActRefusedError: the role, the phase or the moment does not allow it.
        DrawRefusedError: no party revealed.
    """
    turn = take_turn(actor=actor, draw=draw, kind=StepKind.SEALED, at=at)
    check_step(turn, StepKind.SEALED)
    steps = list(turn.draw.steps.all())
    content = sealed_of(published_files(turn.draw))
    document = sealed(
        content.announcement,
        content.freeze,
        commitments={each.party: each.commitment for each in steps if each.commitment},
        nonces={each.party: bytes.fromhex(each.nonce) for each in steps if each.nonce},
    )
    keep_files(turn.draw, {COMMIT: document.to_bytes()})
    record_step(turn, StepKind.SEALED)
    return document
