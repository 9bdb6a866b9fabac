"""What is kept of a draw cannot be rewritten: not by the owner's slip, not by the application."""

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from shuangjian.foundation.draws.models import (
    Draw,
    DrawApplicant,
    DrawEntry,
    DrawFile,
    DrawStep,
    DrawTicket,
)
from tests.application_role import acting_as_application
from tests.scene import build_scene

from .act import ENTERED, Life

MODELS = (Draw, DrawApplicant, DrawEntry, DrawFile, DrawStep, DrawTicket)


@pytest.fixture
def as_application(transactional_db):
    """A scene, and from here on the connection of the application's role, with its grants alone."""
    scene = build_scene()
    with acting_as_application():
        yield scene


def test_the_application_can_take_a_draw_all_the_way(as_application):
    """Every lock and every insert of the protocol is within the role's grants."""
    life = Life(as_application).announce()
    life.enter("s1", "s2", "s3")
    life.withdraw("s3")
    life.until("published")
    assert DrawStep.objects.filter(kind="published").count() == 1
    other = Life(as_application, slug="xk-2026-2").announce()
    other.abort()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_application_changes_deletes_and_empties_nothing(as_application, model):
    life = Life(as_application).announce()
    life.enter("s1", "s2")
    life.until("drawn")
    table = model._meta.db_table
    column = model._meta.concrete_fields[1].column
    with connection.cursor() as cursor:
        for statement in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
            f"ALTER TABLE {table} DISABLE TRIGGER ALL",
            f"DROP TABLE {table} CASCADE",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement)
    assert model.objects.exists()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_owner_is_stopped_by_triggers(life, model):
    life.until("drawn")
    table = model._meta.db_table
    field = model._meta.concrete_fields[1]
    for attempt in (
        lambda: model.objects.update(**{field.name: getattr(model.objects.first(), field.name)}),
        lambda: model.objects.all()._raw_delete(using="default"),
    ):
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            attempt()
    # The session switched TRUNCATE's guards off for the transactional tests; here they are on.
    trigger = f"{table.removeprefix('draws_')}_no_truncate"
    with connection.cursor() as cursor:
        # why: rows written in this very transaction would keep the table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def test_nothing_is_slipped_in_after_its_time(life):
    life.until("published")
    for path in ("result/extra.csv", "v9/roster.csv", "abort.json"):
        with pytest.raises(IntegrityError, match="after its time"), transaction.atomic():
            life.draw.files.create(path=path, content=b"")
    applicant = DrawApplicant.objects.create(draw=life.draw, reference="late")
    DrawTicket.objects.create(applicant=applicant, serial=1, ticket="0" * 32)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        write_entry(applicant, reason="补录")


def write_entry(applicant: DrawApplicant, **fields: object) -> DrawEntry:
    return DrawEntry.objects.create(
        **{
            "applicant": applicant,
            "number": 1,
            "kind": "entered",
            "tickets": 1,
            "actor": "测试",
            "at": ENTERED,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"number": 2}, "does not follow"),
        ({"kind": "edited"}, "does not follow"),
        ({"kind": "withdrawn"}, "does not follow"),
        ({"tickets": 2}, "without its tickets"),
        ({"tickets": 0}, "draw_entry_has_ticket"),
    ],
)
def test_an_entry_follows_the_one_before(life, fields, words):
    applicant = DrawApplicant.objects.create(draw=life.draw, reference="new")
    DrawTicket.objects.create(applicant=applicant, serial=1, ticket="0" * 32)
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        write_entry(applicant, **fields)
    write_entry(applicant)
    with pytest.raises(IntegrityError, match="does not follow"), transaction.atomic():
        write_entry(applicant, number=2)


@pytest.mark.parametrize(
    ("model", "fields", "words"),
    [
        (DrawTicket, {"serial": 1, "ticket": "1" * 32}, "draw_ticket_serial"),
        (DrawTicket, {"serial": 2, "ticket": "G" * 32}, "draw_ticket_form"),
        (DrawTicket, {"serial": 0, "ticket": "1" * 32}, "draw_ticket_serial_from_one"),
    ],
)
def test_a_child_gets_no_second_first_ticket(life, model, fields, words):
    applicant = DrawApplicant.objects.get(reference="s1")
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        model.objects.create(applicant=applicant, **fields)


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("frozen", {}, "draw_step"),
        ("committed", {"party": "公证处", "commitment": "short"}, "draw_step"),
        ("aborted", {"reason": "", "is_beacon_known": False}, "draw_step_has_reason"),
        ("aborted", {"reason": "为什么", "is_beacon_known": True}, "does not follow"),
    ],
)
def test_a_step_lacks_nothing_it_needs(life, kind, fields, words):
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        DrawStep.objects.create(
            draw=life.draw, number=2, kind=kind, at=ENTERED, office="校长", actor="测试", **fields
        )


def test_an_id_of_another_form_or_moments_out_of_order_are_refused(life):
    draw = Draw.objects.get()
    for fields in ({"slug": "大写 A"}, {"slug": "b", "reveal_until": draw.objections_until}):
        copy = Draw.objects.get()
        copy.pk = None
        for name, value in fields.items():
            setattr(copy, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)


def test_the_role_has_no_way_around(as_application):
    with connection.cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("SET session_replication_role = replica")
