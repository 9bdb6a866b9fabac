"""步骤的写入: one step of a draw, under its lock, with its audit record."""

from dataclasses import dataclass
from datetime import datetime

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.draws.life import DrawLife, Step, advance, schedule_of
from shuangjian.foundation.draws.models import Draw, DrawFile, DrawStep, StepKind
from shuangjian.foundation.draws.permission import holding_office
from shuangjian.foundation.draws.queries import life_of

_VERB_BY_KIND = {
    StepKind.ANNOUNCED: "announce",
    StepKind.FROZEN: "freeze",
    StepKind.COMMITTED: "commit",
    StepKind.REVEALED: "reveal",
    StepKind.SEALED: "seal",
    StepKind.DRAWN: "run",
    StepKind.PUBLISHED: "publish",
    StepKind.ABORTED: "abort",
}


@dataclass(frozen=True)
class Turn:
    """办理: the locked draw, what it amounts to, and who acts in which office at which moment."""

    draw: Draw
    life: DrawLife
    actor: Actor
    office: str
    at: datetime


def take_turn(*, actor: Actor, draw: Draw, kind: StepKind, at: datetime) -> Turn:
    """Lock a draw for a step (办理一步) by somebody who may take it; in the caller's transaction.

    Raises:
        NotPermittedError: the actor does not hold this draw.
    """
    locked = Draw.objects.select_for_update().get(pk=draw.pk)
    office = holding_office(actor, region=locked.region, school=locked.school, what=kind.label)
    return Turn(locked, life_of(locked), actor, office.title, at)


def check_step(turn: Turn, kind: StepKind, *, party: str = "", reason: str = "") -> DrawLife:
    """What the draw would amount to after a step (试走一步); nothing is written.

    Raises:
        DrawActRefusedError: the step does not follow, or comes outside its window.
    """
    version = turn.life.versions + 1 if kind is StepKind.FROZEN else None
    step = Step(kind, turn.at, party=party, version=version, reason=reason)
    return advance(turn.life, step, schedule=schedule_of(turn.draw))


def record_step(turn: Turn, kind: StepKind, **fields: str | int | bool) -> DrawStep:
    """Write a step that was checked before (记一步), and the audit record beside it."""
    return add_step(
        turn.draw,
        kind,
        number=turn.life.steps + 1,
        actor=turn.actor,
        office=turn.office,
        at=turn.at,
        **fields,
    )


def add_step(
    draw: Draw,
    kind: StepKind,
    *,
    number: int,
    actor: Actor,
    office: str,
    at: datetime,
    **fields: str | int | bool,
) -> DrawStep:
    """Write one step with its audit record (记一步)."""
    step = DrawStep.objects.create(
        draw=draw,
        number=number,
        kind=kind,
        at=at,
        office=office,
        actor=actor.label,
        user_id=actor.user_id,
        **fields,
    )
    record_action(
        actor=actor.label,
        user_id=actor.user_id,
        action=f"draw.{_VERB_BY_KIND[kind]}",
        subject=f"draw:{draw.slug}",
        detail={"step": step.number, "at": at.isoformat(), **fields},
    )
    return step


def one_line(text: str) -> str:
    """A text as it is published (一行文字): no line breaks, nothing invisible."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable()).strip()


def keep_files(draw: Draw, files: dict[str, bytes]) -> None:
    """Keep files of the published folder for ever (留存公开文件), by path."""
    DrawFile.objects.bulk_create(
        DrawFile(draw=draw, path=path, content=files[path]) for path in sorted(files)
    )
