"""Names of pupils and guardians leave by no door: no document, no fact, no file of the lake."""

import re

import pyarrow.parquet as pq
import pytest
from django.db import connection

from shuangjian.foundation.audit.models import AuditEntry
from shuangjian.foundation.lake.catalogue import facts
from shuangjian.foundation.lake.export import export_lake
from shuangjian.foundation.lake.fact import ColumnType
from shuangjian.foundation.registry.models import Guardian, Pupil, Teacher
from tests.security.addresses import routes, url_of
from tests.security.checks import ID_NUMBER, PHONE, hidden_words
from tests.security.crawl import send
from tests.security.expectation import PEOPLE
from tests.security.page import text_of
from tests.security.world import FIRST_PUPIL_KEY, TODAY, build_world

UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
REFERENCE = re.compile(rf"^((class|school):{UUID}|region:\d{{6}})$")
REFERENCES = ("subject", "school")


def names() -> set[str]:
    return {
        *Pupil.objects.values_list("name", flat=True),
        *Guardian.objects.values_list("name", flat=True),
    }


def personal_keys() -> set[str]:
    """Primary keys and pseudonyms of pupils and guardians: none of them belongs in a fact."""
    keys = {str(key) for key in Pupil.objects.values_list("pk", flat=True)}
    assert all(int(key) >= FIRST_PUPIL_KEY for key in keys)
    for model in (Pupil, Guardian, Teacher):
        keys |= {str(each) for each in model.objects.values_list("pseudonym", flat=True)}
    return keys


@pytest.fixture
def high_keys(world):
    """The scene's own pupil gets a key that no number of a fact could be by chance."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in ("registry_enrolment", "registry_guardianship"):
            cursor.execute(
                f"UPDATE {table} SET pupil_id = %s + 1 WHERE pupil_id < %s", [FIRST_PUPIL_KEY] * 2
            )
        cursor.execute("UPDATE registry_pupil SET id = %s + 1 WHERE id < %s", [FIRST_PUPIL_KEY] * 2)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return world


def fact_faults(name, columns, rows) -> list[str]:
    """Names and personal keys in the rows of a fact, and references that are not pseudonyms."""
    named, keys = names() | set(Teacher.objects.values_list("name", flat=True)), personal_keys()
    faults = []
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            text = str(value)
            faults += [f"{name}.{column}: {word}" for word in named | keys if word in text]
            if column in REFERENCES and text and not REFERENCE.match(text):
                faults.append(f"{name}.{column}: {text} is no pseudonym")
            if PHONE.search(text) or ID_NUMBER.search(text):
                faults.append(f"{name}.{column}: {text}")
    return faults


def test_no_fact_names_a_person(high_keys):
    seen = 0
    for fact in facts().values():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(fact.column_names)} FROM {fact.name}")
            rows = cursor.fetchall()
        assert rows, fact.name
        assert fact_faults(fact.name, fact.column_names, rows) == []
        seen += sum(column.type is ColumnType.TEXT for column in fact.columns) * len(rows)
    assert seen > 1000


def test_a_fact_that_names_a_person_is_found(high_keys):
    """Control: the check above sees a name, a key and a number that is no pseudonym."""
    pupil = Pupil.objects.first()
    rows = [(f"学生{pupil.name}", pupil.pk, "school:17"), ("", 1, f"pupil:{pupil.pseudonym}")]
    assert len(fact_faults("bad", ("note", "number", "school"), rows)) == 5


def test_no_document_says_more_than_its_reader_may_know(world):
    """The typeset reports: no name of a pupil or guardian, no word of the other county."""
    read = 0
    for name, place in (("officer", "here"), ("auditor", "here"), ("other_officer", "there")):
        for route in routes():
            if route.name not in ("report-pdf", "report-draft-pdf"):
                continue
            response = send(world, name, "GET", url_of(route, world.places[place]))
            text = text_of(response)
            assert "半月报" in text or "双减" in text
            hidden = hidden_words(PEOPLE[name]) | names()
            assert [word for word in hidden if word in text] == [], (name, route.name)
            shown = world.scene.county.name if place == "here" else world.scene.other_county.name
            assert shown in text
            read += 1
    assert read == 6


def test_the_audit_trail_names_no_pupil_or_guardian(world):
    written = [f"{each.subject} {each.detail}" for each in AuditEntry.objects.all()]
    assert len(written) > 10
    assert [line for line in written for word in names() if word in line] == []


def test_a_report_keeps_no_personal_key_in_what_it_froze(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content::text FROM reports_halfmonthreport WHERE content IS NOT NULL"
        )
        frozen = [content for (content,) in cursor.fetchall()]
    assert len(frozen) == 2
    hidden = names() | pseudonyms()
    assert [word for content in frozen for word in hidden if word in content] == []


def pseudonyms() -> set[str]:
    return {str(each) for each in Pupil.objects.values_list("pseudonym", flat=True)}


@pytest.mark.django_db(transaction=True)
def test_no_file_of_the_lake_names_a_person(settings, tmp_path):
    """What is exported for other cities to read: every file, every cell, and the files' names."""
    settings.SHUANGJIAN_TODAY = TODAY.isoformat()
    settings.SHUANGJIAN_DATA = settings.SHUANGJIAN_POLICIES = tmp_path / "policies"
    build_world(tmp_path / "policies")
    lake = tmp_path / "lake"
    export_lake(lake=lake)
    hidden = names() | pseudonyms()
    files = [path for path in lake.rglob("*") if path.is_file()]
    tables = [path for path in files if path.suffix == ".parquet"]
    assert len(tables) >= len(facts())
    for path in files:
        raw = path.read_bytes()
        assert [word for word in hidden if word.encode() in raw or word in str(path)] == [], path
    for path in tables:
        said = str(pq.read_table(path).to_pylist())
        assert [word for word in hidden if word in said] == [], path
        assert not PHONE.search(said)
