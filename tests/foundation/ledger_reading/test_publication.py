"""The heads file: one line a day, only ever longer, and never on from a head that is gone."""

import multiprocessing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections

from shuangjian.engines.posting.published_head import WrongHeadsError, read_heads
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.ledger.publication import (
    PublicationRefusedError,
    heads_file,
    publish_head,
    published_lines,
)
from shuangjian.foundation.ledger.queries import chain_head
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger_reading.scene import day, fill_scene, pay

EVENING = datetime(2026, 11, 20, 22, tzinfo=BEIJING)
NEXT = EVENING + timedelta(days=1)


@pytest.fixture
def file(tmp_path):
    return heads_file(tmp_path)


@pytest.fixture
def sealed(book):
    """The small custody book, in one block."""
    seal()


def lines(file):
    return read_heads(file.read_bytes().splitlines(keepends=True))


def test_it_writes_one_line_a_day(sealed, file):
    first = publish_head(file=file, at=EVENING)
    assert first.is_new
    head = chain_head()
    assert (first.head.block, first.head.head, first.head.transfers) == (1, head.head, 10)
    assert lines(file) == (first.head,)
    again = publish_head(file=file, at=EVENING + timedelta(hours=1, minutes=59))
    assert (again.is_new, again.head) == (False, first.head)
    pay("pay-3", 100, on=day(14))
    seal()
    second = publish_head(file=file, at=NEXT)
    assert (second.head.block, second.head.transfers) == (2, 11)
    assert lines(file) == (first.head, second.head)
    assert file.stat().st_mode & 0o777 == 0o644


def test_midnight_is_beijings(sealed, file):
    publish_head(file=file, at=EVENING.replace(hour=23, minute=59))
    assert publish_head(file=file, at=NEXT.replace(hour=0, minute=0)).is_new
    assert len(lines(file)) == 2


def test_a_day_without_transfers_is_published_too(sealed, file):
    publish_head(file=file, at=EVENING)
    assert publish_head(file=file, at=NEXT).is_new
    assert [each.block for each in lines(file)] == [1, 1]


def test_what_is_not_sealed_is_not_published(book, file):
    assert publish_head(file=file, at=EVENING) is None
    assert not file.exists()


def test_an_empty_ledger_has_nothing_to_publish(db, file):
    assert publish_head(file=file, at=EVENING) is None
    assert not file.exists()
    assert published_lines(file) == b""


def test_a_dry_run_leaves_the_file_alone(sealed, file):
    assert publish_head(file=file, at=EVENING, is_dry_run=True).is_new
    assert not file.exists()


def test_a_line_that_a_power_cut_tore_is_written_anew(sealed, file):
    publish_head(file=file, at=EVENING)
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:50])
    assert published_lines(file) == whole
    second = publish_head(file=file, at=NEXT)
    assert file.read_bytes() == whole + second.head.line().encode()


def test_a_line_that_is_none_stops_it(sealed, file):
    publish_head(file=file, at=EVENING)
    file.write_bytes(file.read_bytes() + b"{}\n")
    with pytest.raises(WrongHeadsError, match="第 2 行"):
        publish_head(file=file, at=NEXT)


def change_the_head():
    """As a superuser could: the trigger that keeps blocks stands aside."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_block DISABLE TRIGGER ledger_block_append_only")
        cursor.execute("UPDATE ledger_block SET head = sha256('x')")
        cursor.execute("ALTER TABLE ledger_block ENABLE TRIGGER ledger_block_append_only")


def test_it_never_goes_on_from_a_head_that_is_another_now(sealed, file):
    publish_head(file=file, at=EVENING)
    before = file.read_bytes()
    change_the_head()
    with pytest.raises(PublicationRefusedError, match="现在这一块的链头是") as refused:
        publish_head(file=file, at=NEXT)
    assert "2026-11-20 公布过第 1 块" in str(refused.value)
    assert file.read_bytes() == before


def test_it_never_goes_on_from_a_block_that_is_not_there(sealed, file):
    """As after the restore of an older backup."""
    head = publish_head(file=file, at=EVENING).head
    file.write_text(replace(head, block=9).line())
    with pytest.raises(PublicationRefusedError, match="没有这一块"):
        publish_head(file=file, at=NEXT)


def publish_once(path, barrier, answers):
    connections.close_all()
    barrier.wait()
    answers.put(publish_head(file=path, at=EVENING).is_new)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_write_one_line(file):
    fill_scene()
    seal()
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    barrier, answers = fork.Barrier(6), fork.Queue()
    workers = [fork.Process(target=publish_once, args=(file, barrier, answers)) for _ in range(6)]
    for worker in workers:
        worker.start()
    said = [answers.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert sorted(said) == [False] * 5 + [True]
    assert len(lines(file)) == 1
