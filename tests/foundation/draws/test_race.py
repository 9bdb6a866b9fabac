"""Seventeen devices enter one child at the same moment; with controls that show what that takes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections, transaction

from shuangjian.foundation.draws import entries as entries_module
from shuangjian.foundation.draws.entries import Application, Changes, live_entries
from shuangjian.foundation.draws.errors import EntriesClosedError, SecondResultError
from shuangjian.foundation.draws.models import (
    DrawApplicant,
    DrawEntry,
    DrawStep,
    DrawTicket,
    EntryKind,
)
from tests.scene import build_scene

from .act import FROZEN, Life

pytestmark = pytest.mark.django_db(transaction=True)

DEVICES = 17
EXPECTED = (IntegrityError, EntriesClosedError, SecondResultError)


@pytest.fixture
def life(transactional_db):
    return Life(build_scene()).announce()


def at_once(*acts):
    """Each act in a thread and a connection of its own; their results, or what they raised."""
    start = Barrier(len(acts))

    def closing(act):
        try:
            start.wait(timeout=60)
            return act()
        except EXPECTED as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(closing, a) for a in acts]]


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def without_constraints():
    """The control: the database no longer says that a child is there once. Mended afterwards."""
    execute(
        "ALTER TABLE draws_drawapplicant DROP CONSTRAINT draw_applicant_once",
        "ALTER TABLE draws_drawentry DROP CONSTRAINT draw_entry_number",
        "ALTER TABLE draws_drawentry DISABLE TRIGGER draw_entry_order",
    )
    yield
    tables = "draws_drawentry, draws_drawticket, draws_drawapplicant"
    execute(
        f"TRUNCATE {tables}",
        "ALTER TABLE draws_drawentry ENABLE TRIGGER draw_entry_order",
        "ALTER TABLE draws_drawentry ADD CONSTRAINT draw_entry_number "
        "UNIQUE (applicant_id, number)",
        "ALTER TABLE draws_drawapplicant ADD CONSTRAINT draw_applicant_once "
        "UNIQUE (draw_id, reference)",
    )


def enter_from_all_devices(life) -> list:
    return at_once(*[lambda: life.enter("child")] * DEVICES)


def test_seventeen_devices_one_ticket_one_entry_one_answer(life):
    answers = enter_from_all_devices(life)
    assert sorted(str(each["child"]) for each in answers) == ["None"] * (DEVICES - 1) + ["entered"]
    assert DrawTicket.objects.count() == DrawEntry.objects.count() == 1
    assert len(live_entries(life.draw)) == 1


def test_devices_that_ask_for_different_things_take_turns(life):
    """The last word counts, every word is kept, and the ticket is the first one's."""
    asked = [Application("child", group=f"{number}") for number in range(DEVICES)]
    answers = at_once(*[lambda each=each: life.enter(each) for each in asked])
    kinds = [each["child"] for each in answers]
    assert kinds.count(EntryKind.ENTERED) == 1
    assert kinds.count(EntryKind.EDITED) == DEVICES - 1
    assert DrawTicket.objects.count() == 1
    assert list(DrawEntry.objects.order_by("number").values_list("number", flat=True)) == list(
        range(1, DEVICES + 1)
    )
    assert len(live_entries(life.draw)) == 1


def test_control_without_constraints_a_child_has_many_tickets(life, without_constraints):
    enter_from_all_devices(life)
    print(f"tickets without the constraint: {DrawTicket.objects.count()}")  # noqa: T201
    assert DrawTicket.objects.count() > 1
    assert len(live_entries(life.draw)) > 1


def test_control_without_the_lock_the_constraint_stops_the_others(life, monkeypatch):
    """Nobody waits for the child's row: several would write its first entry; one gets through."""
    both_looked = Barrier(2)
    last_entries = entries_module._last_entries

    def unlocked(draw, references):
        rows = DrawApplicant.objects.filter(draw=draw, reference__in=list(references))
        return {each.reference: each for each in rows}

    def looked(applicants):
        found = last_entries(applicants)
        both_looked.wait(timeout=60)
        return found

    life.enter("child")
    life.withdraw("child")
    monkeypatch.setattr(entries_module, "_locked", unlocked)
    monkeypatch.setattr(entries_module, "_last_entries", looked)
    answers = at_once(*[lambda: life.enter("child")] * 2)
    assert sorted(type(each).__name__ for each in answers) == ["IntegrityError", "dict"]
    assert DrawTicket.objects.count() == 1


def test_control_without_lock_and_constraints_two_entries_stand(
    life, without_constraints, monkeypatch
):
    monkeypatch.setattr(entries_module, "_hold", lambda _draw: None)
    both_looked = Barrier(2)
    locked = entries_module._locked

    def slowly(draw, references):
        both_looked.wait(timeout=60)  # each has its own row, and neither sees the other's
        return locked(draw, references)

    monkeypatch.setattr(entries_module, "_locked", slowly)
    at_once(*[lambda: life.enter("child")] * 2)
    assert len(live_entries(life.draw)) == 2


def test_two_batches_in_other_orders_do_not_wait_for_each_other_for_ever(life):
    children = [f"c{number:03}" for number in range(200)]
    answers = at_once(lambda: life.enter(*children), lambda: life.enter(*reversed(children)))
    entered = sum(kind is not None for answer in answers for kind in answer.values())
    assert entered == DrawTicket.objects.count() == len(children)


def test_a_roster_is_frozen_before_or_after_an_entry_never_beside_it(life):
    """Whoever enters while the roster is frozen is on it, or is told that it is frozen."""
    life.enter("first")
    answers = at_once(
        life.freeze,
        *[lambda name=f"late-{number}": life.enter(name, at=FROZEN) for number in range(6)],
    )
    refused = sum(isinstance(each, EntriesClosedError) for each in answers)
    frozen = bytes(life.draw.files.get(path="v1/roster.csv").content).decode()
    assert frozen.count("\n") - 1 == len(live_entries(life.draw)) == 1 + 6 - refused


def test_two_people_get_one_result(life):
    life.enter("s1", "s2", "s3")
    life.until("sealed")
    answers = at_once(
        lambda: life.run("11111"), lambda: life.run("22222"), lambda: life.run("11111")
    )
    assert answers.count(True) == 1
    assert DrawStep.objects.filter(kind="drawn").count() == 1
    assert any(isinstance(each, SecondResultError) for each in answers)


def test_the_constraint_alone_refuses_a_second_result(life):
    """Service and trigger out of the way, the table itself still holds but one result."""
    life.enter("s1", "s2")
    life.until("drawn")
    drawn = DrawStep.objects.get(kind="drawn")
    execute(
        "ALTER TABLE draws_drawstep DISABLE TRIGGER draw_step_order",
        "ALTER TABLE draws_drawfile DISABLE TRIGGER draw_file_in_time",
    )
    try:
        with pytest.raises(IntegrityError, match="draw_step_once"), transaction.atomic():
            DrawStep.objects.create(
                draw=life.draw,
                number=drawn.number + 1,
                kind="drawn",
                at=drawn.at,
                office="校长",
                actor="另一人",
            )
        with pytest.raises(IntegrityError, match="draw_file_once"), transaction.atomic():
            life.draw.files.create(path="ranks.csv", content=b"rank,ticket,key\n")
    finally:
        execute(
            "ALTER TABLE draws_drawstep ENABLE TRIGGER draw_step_order",
            "ALTER TABLE draws_drawfile ENABLE TRIGGER draw_file_in_time",
        )


def test_the_trigger_alone_refuses_a_second_result(life):
    life.enter("s1", "s2")
    life.until("drawn")
    drawn = DrawStep.objects.get(kind="drawn")
    with pytest.raises(IntegrityError, match="does not follow"), transaction.atomic():
        DrawStep.objects.create(
            draw=life.draw,
            number=drawn.number + 1,
            kind="drawn",
            at=drawn.at,
            office="校长",
            actor="另一人",
        )


def test_corrections_hold_the_draw_while_they_are_entered(life):
    """A correction and its version are one: nobody freezes between the two."""
    life.enter("s1")
    life.freeze()
    answers = at_once(
        *[
            lambda name=name: life.freeze(
                reason=f"漏了{name}", corrections=Changes([Application(name)])
            )
            for name in ("s2", "s3")
        ]
    )
    assert sorted(each.version for each in answers) == [2, 3]
    last = bytes(life.draw.files.get(path="v3/roster.csv").content).decode()
    assert last.count("\n") == 1 + 3
