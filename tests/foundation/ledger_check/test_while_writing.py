"""No false alarm while others post, hold, settle, reverse and seal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest
from django.db import connections

from shuangjian.engines.posting.order import Leg
from shuangjian.foundation.ledger.check import check_ledger, ledger_check, page
from shuangjian.foundation.ledger.check.snapshot import Snapshot
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger.book import Book

WRITERS = 3
CHECKS = 12
TRIES_OF_THE_CONTROL = 60


class EachItsOwnMoment(Snapshot):
    """What the check would be without one snapshot: every statement sees what is there by then."""

    def _open(self):
        for wrapper in self._wrappers:
            wrapper.connect()
            wrapper.connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
            self._free.put(wrapper.connection)


def write(book: Book, name: str, stop: Event) -> int:
    for number in count():
        if stop.is_set():
            return number
        key = f"{name}-{number}"
        book.post(key, Leg("bank", "a", 3), Leg("a", "b", 1))
        book.hold(f"{key}/h", Leg("a", "c", 1))
        book.settle(f"{key}/s", f"{key}/h")
        book.reverse(f"{key}/r", key)
    raise AssertionError


def seal_on(stop: Event) -> int:
    blocks = 0
    while not stop.wait(0.01):
        blocks += len(seal())
    return blocks


@pytest.fixture
def writers(ledger):
    """Writers and a sealer, until the test is over; gives the book they write in."""
    stop, book = Event(), Book()
    book.fund("a", 1_000_000)

    def closing(act: Callable[..., int], *given: object) -> int:
        try:
            return act(*given)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        acts = [pool.submit(closing, write, book, f"w{n}", stop) for n in range(WRITERS)]
        acts.append(pool.submit(closing, seal_on, stop))
        try:
            yield book
        finally:
            stop.set()
            for act in acts:
                act.result(timeout=60)
    assert check_ledger().violations == ()


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(page, "PAGE_TRANSFERS", 50)
    monkeypatch.setattr(ledger_check, "BLOCKS_AT_ONCE", 5)


def test_what_others_write_meanwhile_raises_no_alarm(writers, small_parts):
    reports = [check_ledger() for _ in range(CHECKS)]
    assert [report.violations for report in reports] == [()] * CHECKS
    assert reports[0].transfers < reports[-1].transfers
    assert reports[0].blocks < reports[-1].blocks


def test_without_one_snapshot_it_would(writers, small_parts, monkeypatch):
    """The control: they write enough, and at the right moments, to be seen half."""
    monkeypatch.setattr(ledger_check, "Snapshot", EachItsOwnMoment)
    assert any(check_ledger().violations for _ in range(TRIES_OF_THE_CONTROL))
